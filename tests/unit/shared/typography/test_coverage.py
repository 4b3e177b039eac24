from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared.typography.coverage import missing_characters, named

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, “quotes” — and 30 % off for £5, €5, ₹5, ₩5.\nA second line.",
        "Größe Ålesund Łódź Čeština Žižkov İstanbul Tiếng Việt",
        "Ζεστός καφές Съешь ещё їжак",
        "تخفيضات پیشنهاد گربه‌ها ۵۰٪ ١٢٣",
        "מבצע שָׁלוֹם",
        "ताज़ी कॉफ़ी श्रद्धा ₹४९९",
        "กาแฟน้ำใจ ฿๙๙",
        "春季新品全场七折，骨直令",
        "春季新品全場七折，骨直令",
        "春の新作コレクション「全品」ｶﾅ①",
        "봄 신상품 할인 행사",
        "🎉👩‍🚀❤️🇫🇷3️⃣✓★→☎",
        "e\u0301 in two parts",
    ],
)
def test_what_advertising_is_written_with_is_there(text: str) -> None:
    assert missing_characters(text) == []


def test_what_no_font_has_is_named_once_in_the_order_of_the_text() -> None:
    assert missing_characters("aᚢbᚠᚢ👍🏽") == ["ᚢ", "ᚠ", "🏽"]


def test_marks_that_are_not_drawn_are_never_missing() -> None:
    assert missing_characters("\u200b\u200d\u200e\u200f\u2060\u2066\u2069\ufe0f\u00ad\n\t") == []


def test_a_character_is_named_so_that_a_person_finds_it() -> None:
    assert named("ᚠ") == "U+16A0 ᚠ RUNIC LETTER FEHU FEOH FE F"


def test_planning_needs_no_library_for_pictures() -> None:
    libraries = ("pyvips", "fontTools", "numpy")
    program = f"import sys, shared.typography.coverage; print([n for n in {libraries} if n in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
