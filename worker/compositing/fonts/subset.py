"""Makes the font pack from the packages of Debian: ``python -m worker.compositing.fonts.subset --source DIR``.

``DIR`` is where the packages' fonts lie, such as ``/usr/share/fonts``: of ``fonts-noto-core``, ``fonts-noto-extra``,
``fonts-noto-cjk``, ``fonts-noto-color-emoji`` and ``fonts-league-spartan``. The same packages give the same files.
Also writes which characters the pack has to ``shared/typography/coverage.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyvips
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

from worker.compositing.fonts import character_sets

FOLDER = Path(__file__).parent
COVERAGE = FOLDER.parents[2] / "shared/typography/coverage.json"
MAX_BYTES = 15_000_000

_NOTO = "truetype/noto"
# Marks stand, letters join and syllables form by features: where a script needs them, all are kept.
_SHAPING = ["*"]
_LATIN_FEATURES = ["kern", "liga", "ccmp", "mark", "mkmk", "locl", "rlig", "calt", "clig"]
_CJK_FEATURES = ["locl", "ccmp", "liga", "ljmo", "vjmo", "tjmo", "kern", "mark"]
# Without Hong Kong's and Korea's own forms of Chinese characters; Japan's are the font's own.
_CJK_LANGUAGES = ["DFLT.dflt", *(f"{script}.{tag}" for script in ("hani", "kana") for tag in ("dflt", "ZHS", "ZHT"))]
_CJK_LANGUAGES += ["latn.dflt", "hang.dflt"]
_OWN_FORMS = {
    "ZHS ": character_sets.SIMPLIFIED | character_sets.CJK_SIGNS,
    "ZHT ": character_sets.TRADITIONAL | character_sets.CJK_SIGNS,
}
_KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]


@dataclass(frozen=True, slots=True)
class Face:
    """One file of the pack, and what it is cut from."""

    source: str
    characters: frozenset[int]
    features: list[str]
    scripts: list[str]

    @property
    def target(self) -> str:
        """The file's name in the pack."""
        return Path(self.source).with_suffix(".otf" if self.source.endswith(".ttc") else Path(self.source).suffix).name


def _noto(family: str, weights: Iterable[str], characters: frozenset[int], features: list[str]) -> Iterator[Face]:
    for weight in weights:
        yield Face(f"{_NOTO}/{family}-{weight}.ttf", characters, features, ["*"])


FACES = (
    *_noto("NotoSans", ("Regular", "Bold", "Black"), character_sets.EUROPEAN, _LATIN_FEATURES),
    *_noto("NotoSans", ("CondensedBold",), character_sets.EUROPEAN, _LATIN_FEATURES),
    *_noto("NotoSerif", ("Regular", "Bold"), character_sets.EUROPEAN, _LATIN_FEATURES),
    *_noto("NotoSerifDisplay", ("Bold",), character_sets.EUROPEAN, _LATIN_FEATURES),
    Face("opentype/league-spartan/LeagueSpartan-Bold.otf", character_sets.EUROPEAN, _LATIN_FEATURES, ["*"]),
    *_noto("NotoSansArabic", ("Regular", "Bold"), character_sets.ARABIC, _SHAPING),
    *_noto("NotoSansHebrew", ("Regular", "Bold"), character_sets.HEBREW, _SHAPING),
    *_noto("NotoSansDevanagari", ("Regular", "Bold"), character_sets.DEVANAGARI, _SHAPING),
    *_noto("NotoSansThai", ("Regular", "Bold"), character_sets.THAI, _SHAPING),
    *_noto("NotoSansSymbols", ("Regular",), character_sets.SYMBOLS, []),
    *_noto("NotoSansSymbols2", ("Regular",), character_sets.SYMBOLS, []),
    *_noto("NotoSansMath", ("Regular",), character_sets.SYMBOLS, []),
    Face("opentype/noto/NotoSansCJK-Regular.ttc", character_sets.CJK, _CJK_FEATURES, _CJK_LANGUAGES),
    Face("opentype/noto/NotoSansCJK-Bold.ttc", character_sets.CJK, _CJK_FEATURES, _CJK_LANGUAGES),
)
EMOJI = f"{_NOTO}/NotoColorEmoji.ttf"


def main() -> None:
    """Cut every font, write the coverage, and say what each weighs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path("/usr/share/fonts"))
    source: Path = parser.parse_args().source
    covered: set[int] = set()
    for face in FACES:
        covered |= _cut(source / face.source, FOLDER / face.target, face)
    covered |= _cut_emoji(source / EMOJI, FOLDER / Path(EMOJI).name)
    COVERAGE.write_text(json.dumps(_as_ranges(filter(_is_drawn, covered)), separators=(",", ":")) + "\n", "ascii")
    _weigh()


def _cut(source: Path, target: Path, face: Face) -> set[int]:
    font = _opened(source)
    if source.suffix == ".ttc":
        _keep_own_forms(font, _OWN_FORMS)
    options = _options()
    options.layout_features = face.features
    options.layout_scripts = face.scripts
    return _save(font, options, face.characters, target)


def _cut_emoji(source: Path, target: Path) -> set[int]:
    font = _opened(source)
    characters = frozenset(font.getBestCmap()) - character_sets.SKIN_TONES
    options = _options()
    options.layout_features = ["*"]
    covered = _save(font, options, characters, target)
    font = _opened(target)
    for strike in font["CBDT"].strikeData:
        for glyph in strike.values():
            glyph.imageData = _with_a_palette(glyph.imageData)
    font.save(target)
    return covered


def _with_a_palette(png: bytes) -> bytes:
    """The same picture in 256 colours at most: half the bytes, and no difference at this size."""
    return bytes(pyvips.Image.pngload_buffer(png).pngsave_buffer(palette=True, Q=80, effort=10, compression=9, keep=0))


def _opened(source: Path) -> TTFont:
    if source.suffix == ".ttc":
        return TTCollection(source).fonts[0]
    return TTFont(source, recalcTimestamp=False)


def _options() -> Options:
    options = Options()
    options.hinting = False
    options.name_IDs = _KEPT_NAMES
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    return options


def _save(font: TTFont, options: Options, characters: frozenset[int], target: Path) -> set[int]:
    font.recalcTimestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.save(target)
    return set(font.getBestCmap())


def _keep_own_forms(font: TTFont, sets: dict[str, frozenset[int]]) -> None:
    """Let a language have its own form only of the characters it is written with."""
    codes: dict[str, set[int]] = {}
    for code, glyph in font.getBestCmap().items():
        # A character and the radical that looks like it share a glyph.
        codes.setdefault(glyph, set()).add(code)
    table = font["GSUB"].table
    for tag, characters in sets.items():
        for index in _locl_lookups(table, tag):
            for subtable in table.LookupList.Lookup[index].SubTable:
                inner = getattr(subtable, "ExtSubTable", subtable)
                inner.mapping = {
                    plain: own for plain, own in inner.mapping.items() if codes.get(plain, set()) & characters
                }


def _locl_lookups(table: object, tag: str) -> set[int]:
    records = [
        record.LangSys
        for script in table.ScriptList.ScriptRecord  # type: ignore[attr-defined]
        if script.ScriptTag in {"hani", "kana"}
        for record in script.Script.LangSysRecord
        if record.LangSysTag == tag
    ]
    features = table.FeatureList.FeatureRecord  # type: ignore[attr-defined]
    return {
        lookup
        for langsys in records
        for feature in langsys.FeatureIndex
        if features[feature].FeatureTag == "locl"
        for lookup in features[feature].Feature.LookupListIndex
    }


def _is_drawn(code: int) -> bool:
    """Some fonts have a glyph for characters that steer terminals."""
    return unicodedata.category(chr(code)) != "Cc"


def _as_ranges(codes: Iterable[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def _weigh() -> None:
    fonts = sorted((*FOLDER.glob("*.ttf"), *FOLDER.glob("*.otf")))
    total = sum(each.stat().st_size for each in fonts)
    for each in fonts:
        sys.stdout.write(f"{each.stat().st_size:>12,}  {each.name}\n")
    sys.stdout.write(f"{total:>12,}  of {MAX_BYTES:,} at most\n")
    if total > MAX_BYTES:
        raise SystemExit("the font pack is too large")


if __name__ == "__main__":
    main()
