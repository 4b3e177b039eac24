"""``bottega models list`` and ``show``: what jobs can name, and what each takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import output, print_json, size_text, state_text
from shared.cli.installation import use_installation
from shared.cli.model_catalog import document

app = typer.Typer(help="The models that jobs can name: list, add, check and remove them.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def models(
    context: typer.Context,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """The models that jobs can name: list, add, check and remove them. Without a command, list them."""
    if context.invoked_subcommand is None:
        _list_usable(as_json, url, key, home)


@app.command("list")
def list_models(
    everything: Annotated[
        bool, typer.Option("--all", help="Those out of use too, with their sources. Works on the database.")
    ] = False,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the models that jobs can name."""
    if everything:
        _list_known(as_json, home)
    else:
        _list_usable(as_json, url, key, home)


def _list_usable(as_json: bool, url: str | None, key: str | None, home: Path) -> None:
    from rich.table import Table

    with connect(url, key, home) as client:
        found = client.models()
    if as_json:
        print_json([model.document for model in found])
        return
    table = Table("Model", "Family", "At once", "What it does", box=None)
    for model in found:
        cap = model.document.get("max_running")
        table.add_row(model.name, model.family, "any" if cap is None else str(cap), model.description or model.title)
    output().print(table)


def _list_known(as_json: bool, home: Path) -> None:
    use_installation(home)
    from rich.table import Table

    from shared.catalog import repository
    from shared.catalog.registration import was_pulled
    from shared.db import session_scope

    with session_scope() as session:
        found = repository.known_models(session)
    if as_json:
        print_json([document(model) for model in found])
        return
    table = Table("Model", "Family", "State", "Memory", "Class", "Licence", "Source", box=None)
    for model in found:
        memory = size_text(model.memory_bytes) if model.memory_bytes else ""
        state = state_text(model.state.value if was_pulled(model) else "not pulled")
        table.add_row(model.name, model.family.value, state, memory, model.resource_class, model.licence, model.source)
    output().print(table)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The model's name, such as starter/backdrops.")],
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Show what a model takes: every field, its default and its bounds."""
    from rich.table import Table

    with connect(url, key, home) as client:
        model = client.model(name)
    if as_json:
        print_json(model.document)
        return
    required = set(model.input_schema.get("required", ()))
    table = Table("Field", "Takes", "Default", "Meaning", box=None)
    for field, schema in model.input_schema.get("properties", {}).items():
        default = "required" if field in required else _default(schema)
        table.add_row(field, describe(schema), default, schema.get("description", ""))
    console = output()
    console.print(f"{model.name}: {model.title} ({model.family})")
    if model.description:
        console.print(model.description)
    console.print()
    console.print(table)


def describe(schema: Mapping[str, Any]) -> str:
    """What a field takes, in a few words: ``integer, 16 to 512, multiples of 16``."""
    # An optional field is "anyOf" its type and null; bounds of the model stand beside, those of the family inside.
    variants = [variant for variant in schema.get("anyOf", ()) if variant.get("type") != "null"]
    merged: dict[str, Any] = {**(variants[0] if variants else {}), **schema}
    lowest, highest = merged.get("minimum"), merged.get("maximum")
    above = merged.get("exclusiveMinimum")
    parts = [str(merged.get("type", "value"))]
    if "enum" in merged:
        choices = ", ".join(map(str, merged["enum"]))
        return f"{parts[0]}, {choices} only" if len(merged["enum"]) == 1 else f"{parts[0]}, one of {choices}"
    if lowest is not None and highest is not None:
        parts.append(f"{lowest} to {highest}")
    elif above is not None and highest is not None:
        parts.append(f"above {above}, {highest} at most")
    elif lowest is not None or highest is not None:
        parts.append(f"{lowest} at least" if lowest is not None else f"{highest} at most")
    if "multipleOf" in merged:
        parts.append(f"multiples of {merged['multipleOf']}")
    if "maxLength" in merged:
        parts.append(f"{merged['maxLength']} characters at most")
    return ", ".join(parts)


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    return "" if default is None else str(default) or '""'
