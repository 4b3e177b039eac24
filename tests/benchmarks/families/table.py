"""The figures of a whole run as one row a family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SIZES = (1, 2, 4, 8)
_HEADINGS = (
    "Family",
    "Load, s",
    "Memory, MiB",
    *(f"A sample at batch {size}, s" for size in _SIZES),
    "Samples a second, best",
    "Batch against alone",
    "Callbacks' share, %",
)
_NONE = "–"


def as_table(results: Mapping[str, Any], command: str) -> str:
    """Markdown, with the machine and the command below it. A goal that was missed is set in bold."""
    labels: dict[str, dict[str, Mapping[str, Any]]] = {}
    for figure in results["figures"]:
        label, _, what = figure["name"].partition(": ")
        labels.setdefault(label, {})[what] = figure
    lines = [_row(_HEADINGS), _row(["---"] * len(_HEADINGS))]
    lines += [_row(_cells(label, figures)) for label, figures in labels.items()]
    day = results["measured_at"][:10]
    return "\n".join([*lines, "", f"{results['machine']}, Python {results['python']}, {day}: `{command}`.", ""])


def _cells(label: str, figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    def all_of(beginning: str) -> list[Mapping[str, Any]]:
        return [figure for what, figure in figures.items() if what.startswith(beginning)]

    seconds = [figures.get(f"a sample at batch {size}") for size in _SIZES]
    return [
        label,
        _number(figures.get("load")),
        _number(figures.get("memory that loading takes")),
        *(_number(figure) for figure in seconds),
        _number(max(all_of("samples a second"), key=_value, default=None)),
        _number(max(all_of("batch of"), key=_value, default=None)),
        _number(figures.get("callbacks' share of a batch")),
    ]


def _value(figure: Mapping[str, Any]) -> float:
    return float(figure["value"])


def _number(figure: Mapping[str, Any] | None) -> str:
    """Three significant digits."""
    if figure is None:
        return _NONE
    text = f"{_value(figure):.3g}"
    return text if figure["holds"] or figure["goal"] is None else f"**{text}**"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
