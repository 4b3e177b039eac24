"""Canvases by their pixels, their names, their sheets."""

from __future__ import annotations

import pytest

from shared.campaigns.design.sizes import NAMED, SHEETS, read_size
from shared.errors import InputRefused


@pytest.mark.parametrize(
    ("name", "pixels", "aspects"),
    [
        ("1080x1080", (1080, 1080), ("square",)),
        ("1080 X 1350", (1080, 1350), ("portrait",)),
        ("1080×1920", (1080, 1920), ("story",)),
        ("facebook-link", (1200, 628), ("landscape",)),
        ("leaderboard", (728, 90), ("leaderboard",)),
        ("skyscraper", (160, 600), ("story", "skyscraper")),
        ("a4-300dpi", (2480, 3508), ("portrait", "print")),
        ("a4-300dpi-landscape", (3508, 2480), ("landscape", "print")),
        ("letter-150dpi", (1275, 1650), ("portrait", "print")),
        ("600x600@300dpi", (600, 600), ("square", "print")),
    ],
)
def test_a_size_is_read_by_pixels_by_name_or_by_sheet(
    name: str, pixels: tuple[int, int], aspects: tuple[str, ...]
) -> None:
    size = read_size(name)

    assert (size.width, size.height) == pixels
    assert size.aspects == aspects
    assert size.keys == (*aspects, f"{size.width}x{size.height}")


def test_every_name_and_every_sheet_can_be_drawn() -> None:
    for name in [*NAMED, *(f"{sheet}-300dpi" for sheet in SHEETS)]:
        assert read_size(name).name == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("storry", "did you mean 'story'"),
        ("8x8", "each side has 16 to 12,000 pixels, not 8 x 8"),
        ("12000x12000", "has 144,000,000 pixels; 64,000,000 at most are drawn"),
        ("600x600@20dpi", "36 to 1200 dpi, not 20"),
        ("a9-300dpi", "is no size"),
        ("1080", "is no size"),
        ("", "is no size"),
    ],
)
def test_what_is_no_size_is_refused_at_its_place(name: str, reason: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_size(name, "sizes.3")

    assert refused.value.problems[0].path == "sizes.3"
    assert reason in refused.value.problems[0].message


def test_platforms_lay_buttons_over_the_top_and_the_bottom_of_a_story_alone() -> None:
    assert read_size("story").platform_margins == (0, 0.14, 0, 0.2)
    assert read_size("720x1280").platform_margins == (0, 0.14, 0, 0.2)
    for other in ("1080x1080", "half-page", "a4-300dpi", "leaderboard"):
        assert read_size(other).platform_margins == (0, 0, 0, 0)
