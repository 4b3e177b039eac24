"""``bottega models add|enable|disable|remove``: the catalog, by the hand of whoever operates the installation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shared.cli import options
from shared.cli.console import diagnostics, output, print_json, size_text
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation
from shared.cli.job_input import read_input, split_pair

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from shared.catalog.models import Model, ModelState
    from shared.catalog.registration import Described

Name = Annotated[str, typer.Argument(help="The model's name, such as studio/portraits.")]
_PAIRS = "name=value; repeatable."


def add(
    name: Name,
    source: Annotated[str, typer.Argument(help="A folder, hub:<owner>/<name>, or s3:<bucket>/<prefix>.")],
    family: Annotated[str | None, typer.Option("--family", help="The kind of model. Left out: recognised.")] = None,
    revision: Annotated[str, typer.Option("--revision", metavar="COMMIT", help="A hub model's commit.")] = "",
    title: Annotated[str, typer.Option("--title", help="Its name for people.")] = "",
    description: Annotated[str, typer.Option("--description", help="What it does, in a sentence.")] = "",
    licence: Annotated[str, typer.Option("--licence", help="Left out: what its card says.")] = "",
    default: Annotated[list[str] | None, typer.Option("--default", help=f"An input field left out: {_PAIRS}")] = None,
    limit: Annotated[list[str] | None, typer.Option("--limit", help="width.maximum=1024; repeatable.")] = None,
    option: Annotated[list[str] | None, typer.Option("--option", help=f"dtype, offload, lora, …: {_PAIRS}")] = None,
    resource_class: Annotated[str, typer.Option("--resource-class", help="Which workers run it.")] = "standard",
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the one of this name.")] = False,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Put a model into the catalog, once its files have been looked at; nothing of it is run.

    A model of a hub or a bucket is of use when it has been pulled. Works on the database.
    """
    use_installation(home)
    from shared.catalog.registration import Wanted, describe, write
    from shared.catalog.revision import FileHashes
    from shared.catalog.sources import models_folder
    from shared.config import get_settings
    from shared.db import session_scope

    folder = models_folder(get_settings())
    wanted = Wanted(
        name=name,
        source=_source(source),
        family=_family(family),
        revision=revision,
        title=title,
        description=description,
        licence=licence,
        resource_class=resource_class,
        defaults=read_input(None, None, default or ()),
        limits=_limits(limit or ()),
        options=_options(option or ()),
    )
    described = describe(wanted, folder, FileHashes(folder / ".hashes.json"))
    with session_scope() as session:
        model = write(session, described, replace)
    if as_json:
        print_json(document(model))
    else:
        _say_added(model, described)


def enable(name: Name, home: options.Home = options.DEFAULT_HOME) -> None:
    """Let jobs name a model again. Works on the database."""
    from shared.catalog.models import ModelState

    _set_state(name, home, ModelState.ENABLED)
    output().print(f"Jobs can name {name}.")


def disable(name: Name, home: options.Home = options.DEFAULT_HOME) -> None:
    """Take a model out of use for now: no new job can name it, those accepted run. Works on the database."""
    from shared.catalog.models import ModelState

    _set_state(name, home, ModelState.DISABLED)
    output().print(f"No new job can name {name}; those that were accepted run.")


def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Take a model out of use for good, and delete what was pulled of it, unless another model uses the same.

    Its jobs and their results stay; those still queued fail. A folder that was not pulled is left alone.
    """
    use_installation(home)
    from shared.catalog.removal import delete_pulled, remove_model
    from shared.catalog.sources import models_folder
    from shared.config import get_settings
    from shared.db import session_scope

    if not yes and not typer.confirm(f"Remove {name} from the catalog, and delete what was pulled of it?", err=True):
        raise typer.Exit(1)
    with session_scope() as session:
        folder = remove_model(session, _found(session, name), models_folder(get_settings()))
    freed = delete_pulled(folder)
    output().print(f"{name} is removed." + (f" {size_text(freed)} of the disk are free again." if freed else ""))


def document(model: Model) -> dict[str, Any]:
    """A model as the operator's commands print it for scripts."""
    return {
        "name": model.name,
        "family": model.family.value,
        "state": model.state.value,
        "source": model.source,
        "revision": model.revision,
        "title": model.title,
        "description": model.description,
        "licence": model.licence,
        "resource_class": model.resource_class,
        "memory_bytes": model.memory_bytes,
        "max_running": model.max_running,
        "defaults": model.defaults,
        "limits": model.limits,
        "options": model.options,
    }


def _say_added(model: Model, described: Described) -> None:
    console, report = output(), described.report
    if report is None:
        console.print(f"{model.name} is in the catalog, and of use when it is here: bottega models pull {model.name}")
        return
    console.print(f"{model.name} is in the catalog, in the family {model.family}: {report.why}.")
    console.print(
        f"{report.tensors.parameters:,} parameters, most of them {report.dtype};"
        f" {size_text(report.tensors.size)} of weights, {size_text(report.size)} of files; licence {model.licence}."
    )
    console.print(f"Revision {model.revision}")
    if model.licence == "unknown":
        diagnostics().print("Its card names no licence. Say it with --licence, and look whether you may use it.")


def _set_state(name: str, home: Path, state: ModelState) -> None:
    use_installation(home)
    from shared.catalog.models import ModelState
    from shared.catalog.registration import was_pulled
    from shared.db import session_scope

    with session_scope() as session:
        model = _found(session, name)
        if state is ModelState.ENABLED and not was_pulled(model):
            raise BadOption(f"{name} was never pulled. Get it first: bottega models pull {name}")
        model.state = state


def _found(session: Session, name: str) -> Model:
    from shared.catalog import repository
    from shared.catalog.models import ModelState

    model = repository.find(session, name)
    if model is None or model.state is ModelState.REMOVED:
        raise BadOption(f"There is no model {name!r}. See them: bottega models list --all")
    return model


def _source(text: str) -> Any:
    """A source; what names a folder that is there needs no ``file:`` before it."""
    from shared.catalog.sources import parse_source

    path = Path(text.removeprefix("file:"))
    return parse_source(f"file:{path.absolute()}" if path.is_dir() else text)


def _family(name: str | None) -> Any:
    from shared.catalog.families import FamilyName

    if name is None:
        return None
    try:
        return FamilyName(name)
    except ValueError:
        raise BadOption(f"--family is one of {', '.join(FamilyName)}, not {name!r}.") from None


def _limits(texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, value in read_input(None, None, texts).items():
        field, dot, bound = name.partition(".")
        if not dot:
            raise BadOption(f"--limit takes field.bound=value, such as width.maximum=1024, not {name!r}.")
        found.setdefault(field, {})[bound] = value
    return found


def _options(texts: Sequence[str]) -> dict[str, Any]:
    """Options by name; ``lora=path`` or ``lora=path@0.8`` may come several times."""
    found: dict[str, Any] = read_input(None, None, [text for text in texts if not text.startswith("lora=")])
    loras = []
    for _, value in (split_pair("--option", text) for text in texts if text.startswith("lora=")):
        path, at, scale = value.rpartition("@")
        loras.append({"path": path, "scale": scale} if at else {"path": value})
    return {**found, "lora": loras} if loras else found
