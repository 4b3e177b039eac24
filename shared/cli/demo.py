"""``bottega demo``: everything once, from an empty folder to files one can look at."""

from __future__ import annotations


def demo() -> None:
    """x"""
