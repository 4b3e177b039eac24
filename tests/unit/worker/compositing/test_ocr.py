"""What stands in a headline is what somebody reads there: tesseract is the somebody."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from tests.unit.worker.compositing.scenes import box, drawn, job, text

REQUIRED = os.environ.get("BOTTEGA_REQUIRE_OCR") == "1"
HEADLINES = [
    ("eng", "en", "Fresh coffee every morning"),
    ("eng", "fr", "50 % off until 31 May"),
    ("ara", "ar", "قهوة طازجة كل صباح"),
    ("chi_sim", "zh-Hans", "春季新品全场七折"),
    ("jpn", "ja", "新しい季節のコーヒー"),
    ("kor", "ko", "매일 아침 신선한 커피"),
]


def languages_of_tesseract() -> set[str]:
    if shutil.which("tesseract") is None:
        return set()
    told = subprocess.run(["tesseract", "--list-langs"], check=True, capture_output=True, text=True)
    return set(told.stdout.split())


def letters(written: str) -> str:
    """What is compared: letters and digits, composed alike, without the blanks that readers put in or leave out."""
    return re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", written)).casefold()


@pytest.mark.parametrize(
    ("reader", "language", "headline"), HEADLINES, ids=[f"{r}-{i}" for i, (r, *_) in enumerate(HEADLINES)]
)
def test_a_headline_is_read_back_letter_by_letter(reader: str, language: str, headline: str, tmp_path: Path) -> None:
    if reader not in languages_of_tesseract():
        assert not REQUIRED, f"tesseract cannot read {reader} here"
        pytest.skip(f"tesseract with {reader} is not installed: see .ci/run")
    layer = text(headline, box(40, 40, 920, 220), language=language, weight=700, size_min=40, size_max=90)
    drawn(job(layer, size=(1000, 300))).image.pngsave(str(tmp_path / "headline.png"))

    command = ["tesseract", str(tmp_path / "headline.png"), "-", "-l", reader, "--psm", "6", "--dpi", "100"]
    read = subprocess.run(command, check=True, capture_output=True, text=True)

    assert letters(read.stdout) == letters(headline)
