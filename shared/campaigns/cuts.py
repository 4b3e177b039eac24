"""The templates of a campaign on each of its canvases, placed once for all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.campaigns.creatives import Cut
from shared.campaigns.design.brand_kits import BrandKitSpec
from shared.campaigns.design.layout import Layout
from shared.campaigns.design.look import look_of
from shared.campaigns.design.placing import compiled
from shared.campaigns.design.sizes import read_size
from shared.campaigns.sources import ImageSource


def cuts_of(
    layouts: Mapping[str, Layout],
    sizes: Sequence[str],
    locales: Sequence[str],
    kit: BrandKitSpec | None,
    images: Mapping[str, ImageSource],
) -> list[Cut]:
    """Every template on every canvas, in every locale. Tells each source in which boxes its pictures will lie.

    Raises ``InputRefused`` for a layer that cannot be drawn on a canvas.
    """
    boxes: dict[str, list[tuple[int, int]]] = {name: [] for name in images}
    cuts = []
    for name, layout in layouts.items():
        look = look_of(layout, kit)
        for size in sizes:
            placed = {locale: compiled(layout, read_size(size), locale, look) for locale in locales}
            one = placed[locales[0]]
            drawn = {field: largest(found) for field in images if (found := one.boxes(field))}
            for field, box in drawn.items():
                boxes[field].append(box)
            buckets = {field: images[field].bucket(*box) for field, box in drawn.items()}
            cuts.append(Cut(name, size, placed, buckets, one.shown()))
    for field, source in images.items():
        source.use(boxes[field])
    return cuts


def largest(boxes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Of several boxes that show a picture the one that decides its size: it is enlarged no more than it must be."""
    return max(boxes, key=lambda box: box[0] * box[1])
