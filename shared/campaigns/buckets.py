"""The sizes in which a model draws the pictures of a campaign: few, so that many canvases share one picture.

A canvas takes the bucket whose shape is nearest to that of the box in which the picture lies. Five shapes are enough
for any canvas, since a picture is cropped to its box; a model that draws one size only has one bucket.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.catalog.families import FAMILIES
from shared.catalog.models import Model

_RATIOS = (1.0, 4 / 3, 3 / 4, 16 / 9, 9 / 16)
_STEP = 16
_LEAST, _MOST = 16, 4096


class Bucket(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def sides(self) -> dict[str, int]:
        """As fields of an input."""
        return {"width": self.width, "height": self.height}


def buckets_of(model: Model, given: Mapping[str, Any]) -> tuple[Bucket, ...]:
    """The sizes to choose from, given the fields of the input that a campaign sets itself.

    None where the size is not to be chosen: the model takes none, or the campaign says it.
    """
    fields = FAMILIES[model.family].input_type.model_fields
    width, height = model.defaults.get("width"), model.defaults.get("height")
    if not {"width", "height"} <= fields.keys() or {"width", "height"} & given.keys() or not width or not height:
        return ()
    area = float(width * height)
    found = [_nearest_size(model.limits, ratio, area) for ratio in _RATIOS]
    return tuple(dict.fromkeys(found))


def nearest(buckets: tuple[Bucket, ...], width: int, height: int) -> Bucket | None:
    """The bucket of the most similar shape; of none, none."""
    return min(buckets, key=lambda bucket: _distance(bucket.width / bucket.height, width / height), default=None)


def _nearest_size(limits: Mapping[str, Any], ratio: float, area: float) -> Bucket:
    """What the model can draw that is nearest to a shape and an area; the shape counts for more."""
    bounds = [limits.get(side, {}) for side in ("width", "height")]
    # Smaller, where the model has no such long side, rather than of another shape.
    area = min(area, bounds[0].get("maximum", _MOST) ** 2 / ratio, bounds[1].get("maximum", _MOST) ** 2 * ratio)
    wide = _allowed(bounds[0], math.sqrt(area * ratio))
    high = _allowed(bounds[1], math.sqrt(area / ratio))
    pairs = [Bucket(width, height) for width in wide for height in high]
    return min(
        pairs,
        key=lambda each: (
            round(_distance(each.width / each.height, ratio), 2),
            _distance(each.width * each.height, area),
            each,
        ),
    )


def _allowed(bounds: Mapping[str, Any], ideal: float) -> list[int]:
    """The lengths of a side to choose from: all that are listed, or a few around the ideal one."""
    if "one_of" in bounds:
        return [int(each) for each in bounds["one_of"]]
    step = int(bounds.get("multiple_of", _STEP))
    least = math.ceil(max(_LEAST, bounds.get("minimum", _LEAST)) / step) * step
    most = max(least, math.floor(min(_MOST, bounds.get("maximum", _MOST)) / step) * step)
    middle = round(ideal / step) * step
    return sorted({min(max(middle + offset * step, least), most) for offset in range(-4, 5)})


def _distance(one: float, other: float) -> float:
    """How many times one is the other, as a logarithm: as far from 2 to 1 as from 1 to 2."""
    return abs(math.log(one / other))
