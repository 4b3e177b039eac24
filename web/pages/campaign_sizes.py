"""The sizes that a campaign's form offers, by where they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.campaigns.design.sizes import Size, read_size

_OUTLINE = 30
"""The longer side of a size's outline."""
_THINNEST = 3
_OFFERED: Mapping[str, Mapping[str, str]] = {
    "Feeds and stories": {
        "instagram-post": "Square post",
        "instagram-portrait": "Portrait post",
        "story": "Story, reel",
        "pinterest-pin": "Pin",
    },
    "Links and headers": {
        "facebook-link": "Link preview",
        "x-post": "Wide post",
        "youtube-thumbnail": "Video thumbnail",
        "email-header": "E-mail header",
    },
    "Display banners": {
        "leaderboard": "Leaderboard",
        "billboard": "Billboard",
        "medium-rectangle": "Medium rectangle",
        "half-page": "Half page",
        "skyscraper": "Skyscraper",
        "mobile-banner": "Mobile banner",
    },
    "Print": {
        "a4-300dpi": "A4 poster",
        "a5-300dpi": "A5 flyer",
        "a6-300dpi-landscape": "A6 postcard",
    },
}
_LABELS = {name: label for group in _OFFERED.values() for name, label in group.items()}


@dataclass(frozen=True, slots=True)
class NamedSize:
    """A size to choose."""

    size: Size
    label: str

    @property
    def name(self) -> str:
        """As a campaign has it."""
        return self.size.name

    @property
    def words(self) -> str:
        """``1080 × 1920``."""
        dpi = f", {self.size.dpi} dpi" if self.size.dpi else ""
        return f"{self.size.width} × {self.size.height}{dpi}"

    @property
    def outline(self) -> tuple[float, float]:
        """Width and height of its outline, in its own aspect."""
        scale = _OUTLINE / max(self.size.width, self.size.height)
        return max(_THINNEST, self.size.width * scale), max(_THINNEST, self.size.height * scale)


def offered() -> dict[str, list[NamedSize]]:
    """Every size of the form, by where it is shown."""
    return {
        title: [NamedSize(read_size(name), label) for name, label in group.items()] for title, group in _OFFERED.items()
    }


def others(names: Iterable[str]) -> list[str]:
    """Those that were asked for and are not offered by name."""
    return [name for name in names if name not in _LABELS]


def named(name: str) -> NamedSize:
    """One size. Raises ``InputRefused``."""
    size = read_size(name)
    return NamedSize(size, _LABELS.get(size.name, size.name))


def labels(names: Sequence[str]) -> dict[str, str]:
    """What people call these sizes."""
    return {name: _LABELS.get(name, name) for name in names}
