"""The headings of a table, and what may be wrong with them."""

from __future__ import annotations

from collections.abc import Sequence

from shared.tables.cells import problem_of

MAX_COLUMNS = 500
MAX_HEADING_CHARACTERS = 200
KEPT_PREFIXES = ("@", "!")
"""Begin what the platform adds to rows."""


def tidied(cells: Sequence[str]) -> list[str]:
    """Headings without blanks around them, and without empty ones at the end, which spreadsheets like to add."""
    headings = [cell.strip() for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def problem_with_headings(headings: Sequence[str]) -> str | None:
    """Why these cannot be the headings of a table; the message goes on after the table's name."""
    if not headings:
        return "has no headings in its first row"
    if len(headings) > MAX_COLUMNS:
        return f"has {len(headings)} columns; {MAX_COLUMNS} at most are read"
    seen: dict[str, int] = {}
    for place, heading in enumerate(headings, start=1):
        if heading in seen and heading:
            return f"has the heading {heading!r} twice, in columns {seen[heading]} and {place}"
        if (problem := _problem_with(heading, place)) is not None:
            return problem
        seen[heading] = place
    return None


def _problem_with(heading: str, place: int) -> str | None:
    if not heading:
        return f"has no heading in column {place}"
    if len(heading) > MAX_HEADING_CHARACTERS:
        return f"has a heading of {len(heading):,} characters in column {place}; {MAX_HEADING_CHARACTERS} at most"
    if heading.startswith(KEPT_PREFIXES):
        return f"has the heading {heading!r}; none may begin with {heading[0]}"
    problem = problem_of(heading)
    return None if problem is None else f"has a heading in column {place} that {problem[1]}"
