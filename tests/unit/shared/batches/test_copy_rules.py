"""Generated copy: tidied, and held to its rules."""

from __future__ import annotations

import pytest

from shared.batches.copy_rules import check_copy, length_of, tidied


@pytest.mark.parametrize(
    ("answer", "copy"),
    [
        ('  "Sip the sun"\n', "Sip the sun"),
        ("“Fresh every day!”", "Fresh every day!"),
        ("«Toujours frais»", "Toujours frais"),
        ("「朝に、光を。」", "朝に、光を。"),
        ('"Crisp mornings', "Crisp mornings"),
        ("First line.\n\nSecond thought", "First line."),
        ("Wake up. Shine on", "Wake up. Shine on"),
        ("Wake up. Shine on,", "Wake up."),
        ("It's $9.99 today", "It's $9.99 today"),
        ("spread   over \t blanks", "spread over blanks"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_an_answer_becomes_copy_without_quotes_and_without_a_sentence_cut_short(answer: str, copy: str) -> None:
    assert tidied(answer) == copy


def test_an_answer_that_is_too_long_ends_with_its_last_whole_sentence_that_fits() -> None:
    answer = "Wake up bright. Drink it slowly. Share it with somebody"

    assert tidied(answer, {"max_characters": 40}) == "Wake up bright. Drink it slowly."
    assert tidied(answer, {"max_characters": 20}) == "Wake up bright."
    assert tidied(answer, {"max_characters": 5}) == answer, "none fits: the rules will say so"


@pytest.mark.parametrize(
    ("text", "rules", "reason"),
    [
        ("  ", {}, "is empty"),
        ("Twelve chars", {"max_characters": 11}, "has 12 characters of 11"),
        ("光" * 16, {"max_characters": 30, "counting": "weighted"}, "has 32 characters of 30"),
        ("Tea for FREE", {"banned": ["free"]}, "says 'free', which is banned"),
        ("ｆｒｅｅ tea", {"banned": ["free"]}, "says 'free', which is banned"),
        ("fr\u200bee tea", {"banned": ["free"]}, "says 'free', which is banned"),
        ("Money\u00a0back now", {"banned": ["money back"]}, "says 'money back', which is banned"),
        ("史上最激安の店", {"banned": ["激安"]}, "says '激安', which is banned"),
        ("Just tea", {"required": ["Zorvi"]}, "does not say 'Zorvi', which is required"),
        ("Hello", {"language": "ar"}, "is not written in Arabic script, as ar is"),
        ("Привет", {"language": "de"}, "is not written in Latin script, as de is"),
        ("안녕하세요", {"language": "ja"}, "is not written in Japanese script, as ja is"),
    ],
)
def test_what_breaks_a_rule_is_told_why(text: str, rules: dict[str, object], reason: str) -> None:
    assert check_copy(text, rules) == reason


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Freedom in a cup", {"banned": ["free"]}),
        ("ZORVI, at last", {"required": ["Zorvi"]}),
        ("مرحبا Zorvi", {"language": "ar"}),
        ("光があなたに Zorvi", {"language": "ja"}),
        ("简单", {"language": "zh-Hans"}),
        ("নমস্কার", {"language": "bn"}),
        ("Здраво", {"language": "sr-Cyrl"}),
        ("24/7!", {"language": "ar"}),
        ("光" * 15, {"max_characters": 30, "counting": "weighted"}),
    ],
)
def test_what_keeps_to_its_rules_is_taken(text: str, rules: dict[str, object]) -> None:
    assert check_copy(text, rules) is None


def test_characters_are_counted_as_the_channel_counts_them() -> None:
    assert length_of("e\u0301") == 1
    assert length_of("日本") == 2
    assert length_of("日本", "weighted") == 4
    assert length_of("Price: 5€", "sms") == 10, "the euro sign takes two"
    assert length_of("日" * 70, "sms") == 160
    assert length_of("日" * 71, "sms") > 160
