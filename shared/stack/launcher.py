"""Sets up the process it runs in, then becomes another program.

A program of its own, run by path with ``python -I -S``, because the same steps in ``preexec_fn`` can deadlock in a
process that has threads. Arguments: a JSON object (``Setup``), then the program and its arguments.

Linux extras: the program gets a signal when the supervisor dies (prctl(2), PR_SET_PDEATHSIG); and a program that may
not run as root but must reach files under a closed folder keeps CAP_DAC_OVERRIDE alone (capabilities(7), ambient set).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from typing import NoReturn, TypedDict

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_AMBIENT_DAC_OVERRIDE = 1
"""By number; the sets of capset(2) name a capability by its bit."""
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CAP_DAC_OVERRIDE = 1 << 1
_CAP_SETPCAP = 1 << 8
_CAPABILITY_VERSION_3 = 0x20080522
_ON_LINUX = sys.platform == "linux"


class Setup(TypedDict):
    """How the program is to run."""

    parent: int
    """The supervisor's process id."""
    parent_death_signal: int
    """What the program gets when the supervisor dies."""
    run_as: tuple[int, int] | None
    """The user and group id to change to."""
    must_reach: list[str]
    """Files and folders that user has to be able to open."""


def _prctl(option: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *padded) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}): {os.strerror(ctypes.get_errno())}")


def _set_capabilities(effective: int, inheritable: int) -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(effective, effective, inheritable, 0, 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), f"capset: {os.strerror(ctypes.get_errno())}")


def _keep_file_access() -> None:
    """Keep the right to open any file over execve, and no other right of root's."""
    _set_capabilities(_CAP_SETPCAP | _CAP_DAC_OVERRIDE, 0)
    # Without it access(2), by which Postgres looks for its own files, takes no notice of capabilities.
    _prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
    _set_capabilities(_CAP_DAC_OVERRIDE, _CAP_DAC_OVERRIDE)
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _AMBIENT_DAC_OVERRIDE)


def _change_user(user: int, group: int, must_reach: list[str]) -> None:
    if _ON_LINUX:
        _prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    if _ON_LINUX and not all(os.access(path, os.R_OK | os.X_OK) for path in must_reach):
        _keep_file_access()


def _die_with(parent: int, parent_death_signal: int) -> None:
    # After the change of user, which clears this setting.
    if _ON_LINUX:
        _prctl(_PR_SET_PDEATHSIG, parent_death_signal)
    if os.getppid() != parent:
        sys.exit("The supervisor died before this program was started.")


def main() -> NoReturn:
    """Prepare this process and execute the program in its place."""
    setup: Setup = json.loads(sys.argv[1])
    # A supervisor started in the background by a shell ignores SIGINT, and children inherit that.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if setup["run_as"] is not None:
        _change_user(*setup["run_as"], setup["must_reach"])
    _die_with(setup["parent"], setup["parent_death_signal"])
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - there is no shell, and that is meant


if __name__ == "__main__":
    main()
