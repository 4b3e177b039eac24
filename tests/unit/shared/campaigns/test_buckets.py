"""The few sizes in which a model draws a campaign's pictures."""

from __future__ import annotations

from typing import Any

import pytest

from shared.campaigns.buckets import Bucket, buckets_of, nearest
from shared.catalog.families import FamilyName
from shared.catalog.models import Model


def model(side: int, bounds: dict[str, Any]) -> Model:
    """A model whose sides have these defaults and bounds."""
    defaults = {"width": side, "height": side}
    limits = {"width": bounds, "height": bounds}
    return Model(name="tests/model", family=FamilyName.TEXT_TO_IMAGE, defaults=defaults, limits=limits)


def test_a_model_that_draws_one_size_has_one_bucket_for_every_canvas() -> None:
    buckets = buckets_of(model(256, {"one_of": [256]}), {})

    assert buckets == (Bucket(256, 256),)
    assert nearest(buckets, 728, 90) == nearest(buckets, 1080, 1920) == Bucket(256, 256)


def test_buckets_have_the_model_s_area_in_five_shapes_and_keep_its_steps() -> None:
    buckets = buckets_of(model(1024, {"multiple_of": 64, "maximum": 1536}), {})

    assert [round(bucket.width / bucket.height, 1) for bucket in buckets] == [1.0, 1.3, 0.8, 1.8, 0.6]
    assert all(bucket.width % 64 == bucket.height % 64 == 0 for bucket in buckets)
    assert all(0.8 < bucket.width * bucket.height / 1024**2 < 1.2 for bucket in buckets)


def test_where_a_side_may_not_be_longer_the_picture_is_smaller_and_of_the_same_shape() -> None:
    buckets = buckets_of(model(512, {"multiple_of": 8, "maximum": 512}), {})

    assert Bucket(512, 288) in buckets
    assert Bucket(288, 512) in buckets


def test_of_sizes_that_are_listed_those_of_the_nearest_shape_are_taken() -> None:
    buckets = buckets_of(model(1024, {"one_of": [768, 1024, 1344]}), {})

    assert buckets == (Bucket(1024, 1024), Bucket(1024, 768), Bucket(768, 1024), Bucket(1344, 768), Bucket(768, 1344))


@pytest.mark.parametrize(
    ("canvas", "bucket"),
    [((1080, 1080), (1024, 1024)), ((1080, 1920), (768, 1344)), ((1200, 628), (1344, 768)), ((728, 90), (1344, 768))],
)
def test_a_canvas_takes_the_bucket_of_the_nearest_shape(canvas: tuple[int, int], bucket: tuple[int, int]) -> None:
    buckets = buckets_of(model(1024, {"one_of": [768, 1024, 1344]}), {})

    assert nearest(buckets, *canvas) == bucket


def test_there_is_nothing_to_choose_where_the_campaign_says_the_size_or_the_model_takes_none() -> None:
    assert buckets_of(model(1024, {}), {"width": 512, "height": 512}) == ()
    assert buckets_of(Model(name="a/b", family=FamilyName.GAN, defaults={}, limits={}), {}) == ()
    assert nearest((), 1080, 1080) is None
