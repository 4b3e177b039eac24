"""What can go wrong before a request is made."""

from __future__ import annotations

from shared.errors import BottegaError


class NoServerKnown(BottegaError):
    """It is not known which server to talk to."""

    code = "no_server_known"


class BadOption(BottegaError):
    """An option's value does not make sense."""

    code = "bad_option"


class NothingRuns(BottegaError):
    """No stack runs in this folder."""

    code = "nothing_runs"


class SettingsIncomplete(BottegaError):
    """Settings are missing."""

    code = "settings_incomplete"


class DemoNotInstalled(BottegaError):
    """The demo needs packages that are not installed."""

    code = "demo_not_installed"
