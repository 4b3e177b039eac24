"""One decoding of windows by Whisper at one temperature, every row for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import LongTensor, Tensor
from transformers import (
    GenerationConfig,
    GenerationMixin,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
    SuppressTokensAtBeginLogitsProcessor,
    SuppressTokensLogitsProcessor,
    TemperatureLogitsWarper,
    WhisperTimeStampLogitsProcessor,
)
from transformers.modeling_outputs import BaseModelOutput

from worker.families.decoding.seeded_sampling import SeededDraw
from worker.families.whisper.model import LoadedWhisper


def padded(prefixes: Sequence[tuple[int, ...]], padding: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Prefixes padded on the left, and where they are not: both ``(rows, longest)``."""
    longest = max(map(len, prefixes))
    ids = torch.full((len(prefixes), longest), padding)
    mask = torch.zeros_like(ids)
    for row, prefix in enumerate(prefixes):
        ids[row, longest - len(prefix) :] = torch.tensor(prefix)
        mask[row, longest - len(prefix) :] = 1
    return ids.to(device), mask.to(device)


class Attempt:
    """One decoding of some rows at one temperature."""

    def __init__(
        self,
        loaded: LoadedWhisper,
        members: Sequence[int],
        prefixes: Sequence[tuple[int, ...]],
        encoded: Tensor,
        num_beams: int,
        temperature: float,
        generators: Sequence[torch.Generator],
    ) -> None:
        self._loaded = loaded
        self._members = members
        self._prefixes = prefixes
        self._encoded = encoded
        self._num_beams = num_beams
        self._choice = _Choice(temperature, generators)

    def run(self, on_token: Callable[[], frozenset[int]]) -> list[tuple[tuple[int, ...], float]]:
        """Each row's tokens up to the end of its text, and their mean log probability."""
        loaded, end = self._loaded, self._loaded.tokens.end
        ids, mask = padded(self._prefixes, end, self._encoded.device)
        begin = ids.shape[1]
        written: Any = GenerationMixin.generate(
            loaded.model,
            encoder_outputs=BaseModelOutput(last_hidden_state=self._encoded),
            # All of a window is heard. Unsaid, transformers warns at every call.
            attention_mask=torch.ones(self._encoded.shape[:2], dtype=torch.long, device=self._encoded.device),
            decoder_input_ids=ids,
            decoder_attention_mask=mask,
            generation_config=GenerationConfig(
                do_sample=False,
                num_beams=self._num_beams,
                max_new_tokens=loaded.model.config.max_target_positions // 2,
                bos_token_id=end,
                eos_token_id=end,
                pad_token_id=end,
                decoder_start_token_id=loaded.tokens.start,
                return_dict_in_generate=True,
                output_scores=self._num_beams > 1,
            ),
            logits_processor=LogitsProcessorList(self._processors(begin)),
            stopping_criteria=StoppingCriteriaList([_Unwanted(self._members, on_token)]),
        )
        rows = [_until(row, end) for row in written.sequences[:, begin:].tolist()]
        if self._num_beams > 1:
            return list(zip(rows, written.sequences_scores.tolist(), strict=True))
        return [(row, self._choice.avg_logprob(index, len(row))) for index, row in enumerate(rows)]

    def _processors(self, begin: int) -> list[LogitsProcessor]:
        """What may be written where, then, but for beams, the choice."""
        decoding, device = self._loaded.decoding, self._loaded.model.device
        processors: list[LogitsProcessor] = []
        if suppressed := getattr(decoding, "suppress_tokens", None):
            processors.append(SuppressTokensLogitsProcessor(suppressed, device=device))
        if suppressed := getattr(decoding, "begin_suppress_tokens", None):
            processors.append(SuppressTokensAtBeginLogitsProcessor(suppressed, begin, device=device))
        processors.append(WhisperTimeStampLogitsProcessor(decoding, begin_index=begin))
        return processors if self._num_beams > 1 else [*processors, self._choice]


class _Choice(LogitsProcessor):
    """Chooses each row's token, the likeliest one or one drawn by the row's generator, and keeps its probability."""

    def __init__(self, temperature: float, generators: Sequence[torch.Generator]) -> None:
        self._warp = TemperatureLogitsWarper(temperature) if temperature > 0 else None
        self._draw = SeededDraw(generators)
        self._logprobs: list[list[float]] = []

    def __call__(self, input_ids: LongTensor, scores: Tensor) -> Tensor:
        """``(rows, vocabulary)`` scores to scores of which the chosen token has the highest."""
        chosen = scores if self._warp is None else self._draw(input_ids, self._warp(input_ids, scores))
        tokens = chosen.argmax(-1, keepdim=True)
        self._logprobs.append(scores.float().log_softmax(-1).gather(-1, tokens).squeeze(-1).tolist())
        return chosen

    def avg_logprob(self, row: int, length: int) -> float:
        """The mean over a row's ``length`` tokens and the end of text, where that was reached."""
        steps = self._logprobs[: length + 1]
        return sum(step[row] for step in steps) / len(steps)


class _Unwanted(StoppingCriteria):
    """Asks at every token who is still wanted, and ends the rows of the others."""

    def __init__(self, members: Sequence[int], on_token: Callable[[], frozenset[int]]) -> None:
        self._members = members
        self._on_token = on_token

    def __call__(self, input_ids: LongTensor, scores: Tensor, **kwargs: object) -> Tensor:  # noqa: ARG002
        """``(rows, length)`` ids to one flag a row."""
        dropped = self._on_token()
        beams = len(input_ids) // len(self._members)
        flags = [member in dropped for member in self._members for _ in range(beams)]
        return torch.tensor(flags, dtype=torch.bool, device=input_ids.device)


def _until(row: Sequence[int], end: int) -> tuple[int, ...]:
    return tuple(row[: row.index(end)] if end in row else row)
