"""The files of a job's input on the command line: each for a field that the model's schema marks for files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.catalog.reference_text import parse_reference
from shared.cli.errors import BadOption
from shared.cli.job_input import split_pair

if TYPE_CHECKING:
    from shared.client import Client

_ACCEPTS = "x-accepts"

Files = Annotated[
    list[str] | None,
    typer.Option(
        "--file", "-f", metavar="FIELD=FILE", help="A file of the input: a path, artifact:ID, upload:ID or job:ID."
    ),
]
Image = Annotated[str | None, typer.Option("--image", metavar="FILE", help="The same as --file image=FILE.")]
Audio = Annotated[str | None, typer.Option("--audio", metavar="FILE", help="The same as --file audio=FILE.")]


def given_files(options: Sequence[str], image: str | None, audio: str | None) -> list[tuple[str, str]]:
    """``(field, file)`` pairs: those of ``--file``, and the shorter options. Raises ``BadOption``."""
    pairs = [split_pair("--file", text) for text in options]
    pairs += [(name, value) for name, value in (("image", image), ("audio", audio)) if value is not None]
    return [_checked(name, value) for name, value in pairs]


def take_from_settings(job_input: dict[str, Any], fields: Mapping[str, bool]) -> list[tuple[str, str]]:
    """Files among the settings, taken out of the input: ``image=@portrait.png``, ``image=artifact:ID``.

    Raises ``BadOption``.
    """
    named = [name for name in fields if isinstance(job_input.get(name), str)]
    return [_checked(name, job_input.pop(name).removeprefix("@")) for name in named]


def _checked(name: str, value: str) -> tuple[str, str]:
    if parse_reference(value) is None and not Path(value).is_file():
        raise BadOption(f"{name}: there is no file {value}; one of the server is artifact:ID, upload:ID or job:ID.")
    return name, value


def may_hold_files(job_input: Mapping[str, Any]) -> bool:
    """Whether a setting could mean a file, so that the model has to be asked what it takes."""
    texts = [value for value in job_input.values() if isinstance(value, str)]
    return any(text.startswith("@") or parse_reference(text) for text in texts)


def file_fields(client: Client, model: str) -> dict[str, bool]:
    """The fields of a model's input that take files, and whether each takes several."""
    schema = client.model(model).input_schema
    return dict(_fields(schema, schema.get("$defs", {}), ""))


def sent_files(
    client: Client, model: str, pairs: Sequence[tuple[str, str]], fields: Mapping[str, bool]
) -> dict[str, dict[str, Any] | list[dict[str, Any]]]:
    """References by field, each file sent once. Raises ``BadOption`` for a field that takes none."""
    for name, count in Counter(name for name, _ in pairs).items():
        if name not in fields:
            known = f"only {', '.join(fields)}" if fields else "none of its fields"
            raise BadOption(f"{model} takes no file as {name}; {known} may be one.")
        if count > 1 and not fields[name]:
            raise BadOption(f"{model} takes one file as {name}.")
    found: dict[str, Any] = {}
    for name, value in pairs:
        reference = parse_reference(value) or client.upload(value).reference
        if fields[name]:
            found.setdefault(name, []).append(reference)
        else:
            found[name] = reference
    return found


def _fields(schema: Mapping[str, Any], definitions: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, bool]]:
    for name, prop in schema.get("properties", {}).items():
        for option in (prop, *prop.get("anyOf", ())):
            if _ACCEPTS in option or _ACCEPTS in option.get("items", {}):
                yield prefix + name, _ACCEPTS not in option
                break
            definition = str(option.get("$ref", "")).rpartition("/")[2]
            if definition in definitions:
                yield from _fields(definitions[definition], definitions, f"{prefix}{name}.")
