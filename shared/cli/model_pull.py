"""``bottega models pull``: the only command that reaches a hub."""

from __future__ import annotations

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from shared.cli import options
from shared.cli.console import diagnostics, output, print_json
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation
from shared.cli.model_catalog import Name, document


def pull(name: Name, as_json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """Bring a model's weights from its hub or bucket to this machine, every file checked, and let jobs name it.

    Interrupted, it goes on where it ended. Each machine that runs the model needs them: one that shares the models
    folder (BOTTEGA_MODELS_DIR) has them already.
    """
    use_installation(home)
    from shared.catalog import repository
    from shared.catalog.models import ModelState
    from shared.catalog.pulling.pull import pull as pull_model
    from shared.catalog.registration import write
    from shared.catalog.sources import models_folder, parse_source
    from shared.config import get_settings
    from shared.db import session_scope

    with session_scope() as session:
        model = repository.find(session, name)
    if model is None or model.state is ModelState.REMOVED:
        raise BadOption(f"There is no model {name!r}. See them: bottega models list --all")
    console = diagnostics()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task(name, total=None)
        described = pull_model(
            model, get_settings(), lambda done, total: bars.update(task, completed=done, total=total)
        )
    with session_scope() as session:
        model = write(session, described, replace=True)
    if as_json:
        print_json(document(model))
        return
    folder = parse_source(model.source).folder(model.revision, models_folder(get_settings()))
    output().print(f"{name} is here, in {folder}. Try it: bottega models check {name}")
