"""The states of an upload, and what may follow what.

::

    storing ──► kept ──► removing ──► (the row is gone)
       └──────────────────►┘

The row is there before the object and goes after it, so that no object is without one: what is being removed is not
stored again until it is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class UploadState(StrEnum):
    """Whether a file that somebody sent can be read."""

    STORING = "storing"
    """It is on its way into the store."""
    KEPT = "kept"
    """Jobs may read it."""
    REMOVING = "removing"
    """Nobody sees it any more; its object is being deleted."""


TRANSITIONS: Mapping[UploadState, frozenset[UploadState]] = {
    UploadState.STORING: frozenset({UploadState.KEPT, UploadState.REMOVING}),
    UploadState.KEPT: frozenset({UploadState.KEPT, UploadState.REMOVING}),
    UploadState.REMOVING: frozenset(),
}


def may_become(state: UploadState) -> frozenset[UploadState]:
    """The states from which an upload may enter this one."""
    return frozenset(before for before, after in TRANSITIONS.items() if state in after)
