"""Why a file is not read as a table."""

from __future__ import annotations


class NotATable(Exception):
    """The file is not what it should be; the message goes on after the word *file*: ``has no headings``."""
