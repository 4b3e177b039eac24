"""The dashboard and the guide speak of metrics that exist, and of all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

import worker.metrics  # noqa: F401 - imported for the metrics that it registers

_DOCS = Path(__file__).parents[3] / "docs"
_DASHBOARD: dict[str, Any] = json.loads((_DOCS / "grafana" / "bottega.json").read_text())
_PANELS: list[dict[str, Any]] = _DASHBOARD["panels"]
_SAMPLES_OF = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


@pytest.fixture
def documented(app: APIFlask, database: None) -> dict[str, str]:
    """The kind of every metric that a scrape names; a counter's name ends in ``_total`` already."""
    text = app.test_client().get("/metrics").text
    return dict(re.findall(r"^# TYPE (bottega_\w+) (\w+)$", text, re.MULTILINE))


@pytest.fixture
def kinds(documented: dict[str, str]) -> dict[str, str]:
    """Without the times at which counters were made, which only this format's old version lists."""
    return {name: kind for name, kind in documented.items() if not name.endswith("_created")}


def test_every_metric_that_the_dashboard_asks_for_exists(kinds: dict[str, str]) -> None:
    samples = {name + suffix for name, kind in kinds.items() for suffix in _SAMPLES_OF[kind]}
    asked = {
        name
        for panel in _PANELS
        for target in panel.get("targets", ())
        for name in re.findall(r"\bbottega_\w+", target["expr"])
    }
    assert asked - samples == set()
    assert {name for name in kinds if not any(sample.startswith(name) for sample in asked)} == set()


def test_the_guide_lists_every_metric_and_no_other(kinds: dict[str, str]) -> None:
    guide = (_DOCS / "guides" / "observability.md").read_text()
    listed = re.findall(r"^\| `(bottega_\w+)`", guide, re.MULTILINE)
    assert sorted(listed) == sorted(kinds)


def test_counters_and_times_are_named_as_prometheus_wants_it(kinds: dict[str, str]) -> None:
    for name, kind in kinds.items():
        assert name.endswith("_total") == (kind == "counter"), name
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb)\b", name), name


def test_the_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    assert len({panel["id"] for panel in _PANELS}) == len(_PANELS)
    taken: set[tuple[int, int]] = set()
    for panel in _PANELS:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert at["x"] + at["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells
