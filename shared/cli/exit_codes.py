"""What the command's exit status means. Part of the interface: scripts branch on it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """0 is success; 2, a wrong command line, comes from the parser."""

    FAILED = 1
    """It could not be done; the message says why."""
    USAGE = 2
    """The command line is wrong."""
    REFUSED = 3
    """The server refused the request: a bad field, an unknown id, a key that is not valid."""
    JOB_NOT_SUCCEEDED = 4
    """The job ran, or was to run, and failed or was canceled."""
    UNREACHABLE = 5
    """No server was found, or it did not answer."""
    EXPIRED = 6
    """The time given was over first. The job goes on."""
    INTERRUPTED = 130
    """Ctrl-C, as shells count it."""


EXPLANATION = (
    "Exit status: 0 done; 1 failed; 2 wrong command line; 3 refused by the server; 4 a job failed or was canceled; "
    "5 no server answered; 6 --timeout was over; 130 Ctrl-C."
)

_BY_ERROR_CODE = {
    "request_refused": ExitCode.REFUSED,
    "server_unreachable": ExitCode.UNREACHABLE,
    "no_server_known": ExitCode.UNREACHABLE,
    "wait_expired": ExitCode.EXPIRED,
    "bad_option": ExitCode.USAGE,
}


def of_error(code: str) -> ExitCode:
    """The exit status for an error's stable ``code``."""
    return _BY_ERROR_CODE.get(code, ExitCode.FAILED)
