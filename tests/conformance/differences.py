"""By how much two outputs of a family differ, whatever kind of media they are."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np


def difference(one: Any, other: Any) -> float:
    """The largest difference between two numbers at the same place; infinite where anything else differs."""
    if isinstance(one, np.ndarray):
        if one.shape != other.shape:
            return float("inf")
        return float(np.abs(one.astype(np.float64) - other.astype(np.float64)).max(initial=0.0))
    if isinstance(one, list | tuple):
        pairs = zip(one, other, strict=False)
        return max((difference(*pair) for pair in pairs), default=0.0) if len(one) == len(other) else float("inf")
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        names = [each.name for each in dataclasses.fields(one)]
        return max((difference(getattr(one, name), getattr(other, name)) for name in names), default=0.0)
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other)
    return 0.0 if one == other else float("inf")
