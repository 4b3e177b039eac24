from __future__ import annotations

import pytest

from worker.compositing import languages

BREAK, JOINER = "\u200b", "\u2060"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh", "zh-cn"),
        ("zh-Hans", "zh-cn"),
        ("zh-SG", "zh-cn"),
        ("zh-Hant", "zh-tw"),
        ("zh-HK", "zh-tw"),
        ("zh-Hant-MO", "zh-tw"),
        ("yue", "zh-tw"),
        ("pt-BR", "pt-br"),
        ("JA", "ja"),
    ],
)
def test_chinese_is_written_as_its_place_writes_it(tag: str, expected: str) -> None:
    assert languages.pango_language(tag) == expected


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("Hello", "en", "ltr"),
        ("Hello", "ar", "rtl"),
        ("Hello", "ar-Latn", "ltr"),
        ("Hello", "ur-PK", "rtl"),
        ("Hello", "az-Arab", "rtl"),
        ("مرحبا Hello", "en", "rtl"),
        ("50% مرحبا", "en", "rtl"),
        ("50%", "en", "ltr"),
    ],
)
def test_a_text_runs_as_its_language_does_or_as_its_first_letter(text: str, tag: str, expected: str) -> None:
    assert languages.base_direction(text, tag, "auto") == expected


def test_who_asks_for_a_direction_gets_it() -> None:
    assert languages.base_direction("مرحبا", "ar", "ltr") == "ltr"


def test_thai_words_are_told_apart() -> None:
    marked = languages.with_break_opportunities("ภาษาไทยเป็นภาษาที่ไพเราะ", "th", by_phrase=False)

    assert marked.split(BREAK) == ["ภาษา", "ไทย", "เป็น", "ภาษา", "ที่", "ไพเราะ"]


def test_japanese_phrases_stay_whole_as_long_as_they_can() -> None:
    marked = languages.with_break_opportunities("春の新作コレクション", "ja", by_phrase=True)

    assert marked.replace(JOINER, "").split(BREAK) == ["春の", "新作", "コレクション"]


def test_korean_words_stay_whole() -> None:
    marked = languages.with_break_opportunities("봄 신상품", "ko", by_phrase=True)

    assert marked == f"봄 신{JOINER}상{JOINER}품"


@pytest.mark.parametrize("text", ["Plain words", "Ещё слова", "قهوة طازجة", "", "two\nlines"])
def test_texts_with_spaces_are_left_alone(text: str) -> None:
    assert languages.with_break_opportunities(text, "en", by_phrase=True) == text
