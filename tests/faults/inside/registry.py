"""Stands in for ``worker.families.registry`` in a worker that a fault is put into."""

from __future__ import annotations

from typing import Any

from shared.catalog.families import FamilyName
from tests.faults.control import Control
from tests.faults.family import FaultyText
from worker.families.base import Family

FAMILY_RUNNERS: dict[FamilyName, Family[Any, Any]] = {
    name: FaultyText(name, Control.from_environment()) for name in FamilyName
}
