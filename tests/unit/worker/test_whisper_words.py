"""Words are found in the tokens, and in the attention when each is said."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.conformance.tiny.whisper import tokenizer
from worker.families.whisper.words import begins_of, split_words, warp


def cheapest(cost: NDArray[np.float64]) -> float:
    """The cost of the cheapest of all ways, by trying each cell from its neighbours."""
    total = np.full(cost.shape, np.inf)
    for row, column in itertools.product(*map(range, cost.shape)):
        before = [
            total[row - down, column - along]
            for down, along in ((1, 1), (1, 0), (0, 1))
            if row >= down and column >= along
        ]
        total[row, column] = cost[row, column] + min(before, default=0.0)
    return float(total[-1, -1])


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (4, 11), (12, 5)])
def test_the_way_through_is_whole_and_the_cheapest(shape: tuple[int, int]) -> None:
    cost = np.random.default_rng(sum(shape)).normal(size=shape)
    rows, columns = warp(cost)

    assert (rows[0], columns[0]) == (0, 0)
    assert (rows[-1] + 1, columns[-1] + 1) == shape
    steps = set(zip(np.diff(rows).tolist(), np.diff(columns).tolist(), strict=True))
    assert steps <= {(0, 1), (1, 0), (1, 1)}
    assert cost[rows, columns].sum() == pytest.approx(cheapest(cost))


def test_a_word_begins_where_the_attention_goes_to_it() -> None:
    attention = 0.01 * torch.rand(3, 4, 40, generator=torch.Generator().manual_seed(1))
    for row, (begin, end) in enumerate([(0, 12), (12, 20), (20, 33), (33, 40)]):
        attention[:, row, begin:end] += 1.0
    attention[0, 1, 35] += 1.0  # A lone spike moves nothing.
    assert begins_of(attention).tolist() == [0, 12, 20, 33]


@pytest.mark.parametrize(
    ("text", "spaceless", "words"),
    [
        (" the other one", False, [" the", " other", " one"]),
        (' Hello, "world"!', False, [" Hello,", ' "world"!']),
        (" It costs (about) £5.", False, [" It", " costs", " (about)", " £5."]),
        (" déjà vu — été", False, [" déjà", " vu", " —", " été"]),
        ("お元気ですか。はい", True, ["お", "元", "気", "で", "す", "か。", "は", "い"]),
    ],
)
def test_tokens_become_words_with_their_punctuation(text: str, spaceless: bool, words: list[str]) -> None:
    whisper = tokenizer()
    tokens = whisper(text, add_special_tokens=False)["input_ids"]
    found = split_words(whisper, tokens, spaceless)
    assert [word.text for word in found] == words
    assert [token for word in found for token in word.tokens] == tokens
