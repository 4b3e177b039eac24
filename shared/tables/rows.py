"""Rows of a table, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its text by heading. A cell that is empty is there, as an empty text."""

    number: int
    """From 1, as people count; the headings are none."""
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a cell, or with a whole row. A row with several has several, one after another."""

    number: int
    column: str
    """Its heading; empty where it is the whole row."""
    code: str
    message: str
