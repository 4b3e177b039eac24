"""A template's roles as a brand fills them: colours, fonts, logos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.campaigns.design.brand_kits import BrandKitSpec, KitLogo
from shared.campaigns.design.colors import luminance_of, with_readable_partners
from shared.campaigns.design.layout import Layout

# Below it white is read better than black (WCAG 2.2: where both ratios are equal).
_DARK = 0.179


@dataclass(frozen=True, slots=True)
class Font:
    """A family of the font pack."""

    family: str
    weight: int


_FONTS: Mapping[str, Font] = {"heading": Font("Noto Sans", 700), "body": Font("Noto Sans", 400)}


@dataclass(frozen=True, slots=True)
class Look:
    """What the roles of a layout stand for."""

    palette: Mapping[str, str]
    fonts: Mapping[str, Font]
    logos: Mapping[str, KitLogo]

    def logo_on(self, ground: str, variant: str) -> KitLogo | None:
        """The variant, or with ``auto`` the one that is seen on a colour; the other one where there is but one."""
        wanted = variant
        if variant == "auto":
            wanted = "light" if luminance_of(ground) < _DARK else "dark"
        return self.logos.get(wanted) or next(iter(self.logos.values()), None)


def look_of(layout: Layout, kit: BrandKitSpec | None) -> Look:
    """The kit's colours and fonts where it has them, else the template's, else Noto Sans."""
    fonts = dict(_FONTS)
    fonts.update({role: Font(choice.family, choice.weight) for role, choice in layout.fonts.items()})
    palette: dict[str, str] = {**layout.palette}
    if kit is None:
        return Look(palette, fonts, {})
    fonts.update({role: Font(font.family, font.weight) for role, font in kit.fonts.items()})
    palette.update(with_readable_partners(kit.colors))
    return Look(palette, fonts, {str(variant): logo for variant, logo in kit.logos.items()})
