"""When each word is said: dynamic time warping over the attention of Whisper's alignment heads to the sound.

Which heads attend to where a word is said is known of the published models and stands in their generation config.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from worker.families.whisper.model import LoadedWhisper
from worker.families.whisper.segments import Utterance
from worker.media.transcript import Word

# Codes of the languages whose script puts no spaces between words.
_SPACELESS = frozenset({"zh", "ja", "yue", "th", "lo", "my", "km"})
_OPENING = frozenset("“‘（「『【《〈([{")
_CLOSING = frozenset("”’）」』】》〉)]}.。,，!！?？:：;；、")
_MEDIAN_WIDTH = 7


@dataclass(frozen=True, slots=True)
class WordTokens:
    """A word and the tokens it is written with."""

    text: str
    tokens: tuple[int, ...]


@torch.inference_mode()
def words_of(
    loaded: LoadedWhisper,
    encoded: Tensor,
    spoken: Sequence[Utterance],
    language: int | None,
    task: int | None,
    heard_seconds: float,
) -> list[tuple[Word, ...]]:
    """The words of each utterance of one window, with times in seconds from where the window begins.

    ``encoded`` is the window as the encoder gave it, of which ``heard_seconds`` are sound. A word's times lie within
    its utterance's.
    """
    timestamps, code = loaded.tokens.timestamps, _code(loaded, language)
    texts = [timestamps.text(each.tokens) for each in spoken]
    tokens = [token for text in texts for token in text]
    start = [loaded.tokens.start, *(token for token in (language, task) if token is not None)]
    attention, logits = _attend(loaded, encoded, [*start, loaded.tokens.no_timestamps, *tokens])
    # The attention with which a token was written is that of the one before it.
    attention = attention[:, len(start) :, : max(1, round(heard_seconds / timestamps.seconds))]
    begins = begins_of(attention) * timestamps.seconds
    probabilities = logits[len(start) : -1].softmax(-1).gather(-1, torch.tensor(tokens)[:, None])[:, 0].tolist()
    found, at = [], 0
    for utterance, text in zip(spoken, texts, strict=True):
        words = []
        for word in split_words(loaded.tokenizer, text, code in _SPACELESS):
            until = at + len(word.tokens)
            begin, end = (min(max(float(begins[each]), utterance.start), utterance.end) for each in (at, until))
            words.append(Word(begin, max(begin, end), word.text, sum(probabilities[at:until]) / len(word.tokens)))
            at = until
        found.append(tuple(words))
    return found


def split_words(tokenizer: Any, tokens: Sequence[int], spaceless: bool) -> list[WordTokens]:
    """Tokens as words with the white space before them; punctuation belongs to the word that it stands at.

    Where a script has no spaces, every character that tokens end with is a word.
    """
    words: list[WordTokens] = []
    for piece in _characters(tokenizer, tokens):
        before = words[-1].text if words else " "
        begins = (
            piece.text not in _CLOSING and before.strip() not in _OPENING if spaceless else piece.text[:1].isspace()
        )
        if begins or not words:
            words.append(piece)
        else:
            words[-1] = WordTokens(before + piece.text, (*words[-1].tokens, *piece.tokens))
    return words


def _characters(tokenizer: Any, tokens: Sequence[int]) -> Iterator[WordTokens]:
    """The fewest tokens at a time that are whole characters: one character may be the bytes of several tokens."""
    held: list[int] = []
    for token in tokens:
        held.append(token)
        text = tokenizer.decode(held)
        if "\N{REPLACEMENT CHARACTER}" not in text:
            yield WordTokens(text, tuple(held))
            held = []
    if held:
        yield WordTokens(tokenizer.decode(held), tuple(held))


def _code(loaded: LoadedWhisper, language: int | None) -> str | None:
    return next((code for code, token in loaded.tokens.languages.items() if token == language), None)


def _attend(loaded: LoadedWhisper, encoded: Tensor, tokens: Sequence[int]) -> tuple[Tensor, Tensor]:
    """``(heads, tokens, frames)`` of the alignment heads' attention, and ``(tokens, vocabulary)`` logits."""
    with _attention_that_tells(loaded.model):
        output = loaded.model(
            encoder_outputs=BaseModelOutput(last_hidden_state=encoded[None]),
            decoder_input_ids=torch.tensor([tokens], device=encoded.device),
            output_attentions=True,
            use_cache=False,
        )
    heads = torch.stack([output.cross_attentions[layer][0, head] for layer, head in loaded.alignment_heads])
    return heads.float().cpu(), output.logits[0].float().cpu()


@contextmanager
def _attention_that_tells(model: Any) -> Iterator[None]:
    """The fused implementations of attention keep their weights to themselves."""
    usual = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        yield
    finally:
        model.set_attn_implementation(usual)


def begins_of(attention: Tensor) -> NDArray[np.int64]:
    """The frame at which each row of ``(heads, rows, frames)`` begins to be attended to: ``(rows,)``."""
    deviation, mean = torch.std_mean(attention, dim=-2, keepdim=True, unbiased=False)
    weights = (attention - mean) / deviation.clamp(min=1e-8)
    matrix = _median(weights).mean(dim=0)
    rows, frames = warp(-matrix.double().numpy())
    jumps = np.concatenate([[True], np.diff(rows) > 0])
    return frames[jumps]


def _median(weights: Tensor) -> Tensor:
    """The median over a few frames, which a lone spike does not move."""
    reach = _MEDIAN_WIDTH // 2
    if weights.shape[-1] <= reach:
        return weights
    padded = torch.nn.functional.pad(weights, (reach, reach), mode="reflect")
    return padded.unfold(-1, _MEDIAN_WIDTH, 1).median(dim=-1).values


def warp(cost: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cheapest way through ``(rows, columns)`` from the first to the last corner: the rows and columns on it.

    A step goes to the next row, the next column or both; the diagonal is taken only where it is cheaper. Counter-
    diagonals are computed at once, for each depends on the two before it alone.
    """
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    for diagonal in range(2, rows + columns + 1):
        row = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        column = diagonal - row
        cheapest = np.minimum(np.minimum(total[row - 1, column - 1], total[row - 1, column]), total[row, column - 1])
        total[row, column] = cost[row - 1, column - 1] + cheapest
    row, column = rows, columns
    path = []
    while row > 0 and column > 0:
        path.append((row - 1, column - 1))
        both, down, along = total[row - 1, column - 1], total[row - 1, column], total[row, column - 1]
        if both < down and both < along:
            row, column = row - 1, column - 1
        elif down < along:
            row -= 1
        else:
            column -= 1
    ways = np.array(path[::-1], dtype=np.int64)
    return ways[:, 0], ways[:, 1]
