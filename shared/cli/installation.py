"""Which installation the operator's commands work on: straight on its database, not over HTTP."""

from __future__ import annotations

import os
from pathlib import Path

from shared.cli.errors import NothingRuns, SettingsIncomplete


def use_installation(home: Path) -> None:
    """Let this process's settings be the environment's, or those of the stack that runs in ``home``.

    Raises ``NothingRuns`` when there are neither, ``SettingsIncomplete`` naming what is missing or wrong.
    """
    from pydantic import ValidationError

    from shared.config import get_settings
    from shared.stack.environment import DATABASE_URL, running_stack

    named = os.environ.get(DATABASE_URL)
    stack = running_stack(home)
    if stack is None and named is None:
        raise NothingRuns(
            f"No stack runs in {home}, and {DATABASE_URL} is not set. Start one with `bottega up`, or set the "
            "platform's variables to reach an installation of your own."
        )
    # A database that is named must not be written to with the secret key of a stack that uses another one.
    if stack is not None and named in (None, stack.environment.get(DATABASE_URL)):
        os.environ.update(stack.environment)
    try:
        get_settings()
    except ValidationError as error:
        wrong = [f"BOTTEGA_{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors()]
        raise SettingsIncomplete("The settings are not complete:\n  " + "\n  ".join(wrong)) from None
