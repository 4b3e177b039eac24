"""Why a file is not taken."""

from __future__ import annotations


class Refused(Exception):
    """The file is not what it should be; the message goes on after the word *file*: ``is cut off``."""
