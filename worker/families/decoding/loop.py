"""The decoding loop of texts that are drawn, or taken greedily: rows that have ended leave the batch.

``generate`` computes every row until the longest has ended. How long a text becomes is not known before, and the texts
of a batch are mostly over long before its longest one.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Sequence
from typing import Any

import torch
from torch import LongTensor, Tensor
from transformers import DynamicCache, LogitsProcessorList

from worker.families.decoding.rows import Draft, Endings, OnToken, Row, padded
from worker.families.decoding.seeded_sampling import RowOfItsOwn, SeededDraw

# Taking rows out copies the others' keys and values: it is worth it for a few at a time.
_LEAVE_TOGETHER = 1 / 8


class TokenChoice:
    """Chooses each row's next token: drawn by its generator, or the likeliest."""

    def __init__(self, processors: LogitsProcessorList, draw: SeededDraw | None) -> None:
        self._processors = processors
        self._draw = draw

    def __call__(self, ids: LongTensor, scores: Tensor) -> Tensor:
        """``(rows, length)`` ids and ``(rows, vocabulary)`` scores to ``(rows, 1)`` ids."""
        scores = self._processors(ids, scores)
        return scores.argmax(-1, keepdim=True) if self._draw is None else self._draw.draw(scores)

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows only."""
        for each in (*self._processors, self._draw):
            if isinstance(each, RowOfItsOwn | SeededDraw):
                each.keep(rows)


class Decoding:
    """Rows that a model continues side by side, each until it ends."""

    def __init__(self, model: Any, rows: Sequence[Row], choose: TokenChoice, endings: Endings) -> None:
        self.drafts = [Draft(row) for row in rows]
        self._model = model
        self._choose = choose
        self._endings = endings
        self._running = list(self.drafts)
        ids, mask = padded(rows)
        self._ids: Any = ids.to(model.device)
        self._mask = mask.to(model.device)
        self._positions = (self._mask.cumsum(-1) - 1).clamp(min=0)
        self._takes = frozenset(inspect.signature(model.forward).parameters)
        self._cache_name, self._cache = _cache_of(model, self._takes)

    @torch.inference_mode()
    def run(self, on_token: OnToken) -> None:
        """Write until every row has ended."""
        for written in itertools.count(1):
            tokens = self._choose(self._ids, self._forward(written == 1))
            self._append(tokens)
            dropped = on_token(written, lambda: self.drafts)
            for draft in self._running:
                draft.has_ended = draft.has_ended or draft.row.member in dropped
            ended = sum(draft.has_ended for draft in self._running)
            if ended == len(self._running):
                return
            if ended >= _LEAVE_TOGETHER * len(self._running):
                self._let_go()

    def _forward(self, is_first: bool) -> Tensor:
        """The scores of every row's next token, ``(rows, vocabulary)``."""
        new = None if is_first or self._cache is None else 1
        wanted = {
            "attention_mask": self._mask,
            "position_ids": self._positions[:, -new:] if new else self._positions,
            "logits_to_keep": 1,
            "use_cache": self._cache is not None,
            self._cache_name: self._cache,
        }
        named = {name: value for name, value in wanted.items() if name in self._takes}
        prepared = self._model.prepare_inputs_for_generation(
            self._ids, next_sequence_length=new, is_first_iteration=is_first, **named
        )
        return self._model(**prepared, return_dict=True).logits[:, -1].float()

    def _append(self, tokens: Tensor) -> None:
        self._ids = torch.cat([self._ids, tokens], dim=1)
        self._mask = torch.cat([self._mask, torch.ones_like(tokens)], dim=1)
        self._positions = torch.cat([self._positions, self._positions[:, -1:] + 1], dim=1)
        for draft, token in zip(self._running, tokens[:, 0].tolist(), strict=True):
            if not draft.has_ended:
                draft.tokens.append(token)
                draft.has_ended = self._endings.ends(draft.row, draft.tokens)

    def _let_go(self) -> None:
        """Take the rows that have ended out of the batch."""
        kept = [index for index, draft in enumerate(self._running) if not draft.has_ended]
        rows: Any = torch.tensor(kept, device=self._ids.device)
        self._running = [self._running[index] for index in kept]
        self._ids, self._mask, self._positions = self._ids[rows], self._mask[rows], self._positions[rows]
        self._choose.keep(kept)
        if self._cache is not None:
            self._cache.reorder_cache(rows)


def _cache_of(model: Any, takes: frozenset[str]) -> tuple[str, DynamicCache | None]:
    """What the model calls its cache, and an empty one; none for an architecture with a cache of its own kind.

    Such a model reads the whole text again for each token: slower, and the same tokens.
    """
    name = "cache_params" if "cache_params" in takes else "past_key_values"
    if name not in takes or not model._supports_default_dynamic_cache():
        return name, None
    return name, DynamicCache(config=model.config.get_text_config(decoder=True))
