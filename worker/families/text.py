"""Text: any causal language model that transformers loads.

Prompts are padded on the left and every row has its own position ids, limit, stop strings and generator, so that a
job's tokens are the same alone and beside others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jinja2.exceptions import TemplateError
from torch import Tensor
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    MinPLogitsWarper,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    StoppingCriteriaList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
)

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.text import TextInput
from shared.errors import InputRefused, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.decoding.loop import Decoding, TokenChoice
from worker.families.decoding.rows import BeamLimits, Draft, Endings, OnToken, Row, padded
from worker.families.decoding.seeded_sampling import Nucleus, RowOfItsOwn, SeededDraw
from worker.media.base import Media
from worker.media.text import TextMedia

_ROWS_IN_FLIGHT = {"cpu": 64, "cuda": 256}
_DEFAULT_NEW_TOKENS = 128
# What a model's folder may set and this family applies itself, row by row.
_DECODING = ("do_sample", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "no_repeat_ngram_size")
_SHAPE = ("num_beams", "num_return_sequences", "max_length", "max_new_tokens")


@dataclass(frozen=True, slots=True)
class LoadedText:
    """A model on its device with its tokenizer; ``defaults`` are the decoding parameters from its folder."""

    model: Any
    tokenizer: Any
    defaults: GenerationConfig
    end_tokens: frozenset[int]
    padding_token: int
    context: int | None
    device: Device


class TextGeneration:
    """Continues prompts with ``AutoModelForCausalLM`` weights."""

    name = FamilyName.TEXT

    def load(self, model: ModelRef, device: Device) -> LoadedText:
        """Read model and tokenizer: safetensors only, nothing from the network, no code from the folder."""
        safe = {"local_files_only": True, "trust_remote_code": False}
        network = AutoModelForCausalLM.from_pretrained(
            model.path, use_safetensors=True, dtype=getattr(torch, device.dtype), **safe
        ).eval()
        network.to(torch.device(device.type, device.index) if device.type == "cuda" else device.type)
        tokenizer = AutoTokenizer.from_pretrained(model.path, **safe)
        defaults = GenerationConfig.from_dict(network.generation_config.to_dict())
        for name in (*_DECODING, *_SHAPE):
            setattr(network.generation_config, name, None)
        ends = defaults.eos_token_id if defaults.eos_token_id is not None else tokenizer.eos_token_id
        end_tokens = frozenset(ends if isinstance(ends, list) else [ends]) - {None}
        padding = next(
            (token for token in (defaults.pad_token_id, tokenizer.pad_token_id, *end_tokens) if token is not None), 0
        )
        context = getattr(network.config, "max_position_embeddings", None)
        if context is not None:
            network.register_forward_pre_hook(_keep_positions_below(context), with_kwargs=True)
        return LoadedText(network, tokenizer, defaults, end_tokens, padding, context, device)

    def check(self, loaded: LoadedText, job_input: TextInput) -> None:
        """Refuse messages for a model without a chat template, and what does not fit the model's context."""
        read, length = ("messages" if job_input.messages else "prompt"), len(_encode(loaded, job_input))
        if length == 0:
            raise InputRefused.of(
                f"input.{read}", "is nothing to this model: its tokenizer knows none of these characters"
            )
        if loaded.context is not None and length >= loaded.context:
            raise InputRefused.of(
                f"input.{read}", f"{length} tokens long; this model reads fewer than {loaded.context} in all"
            )
        if job_input.max_length is not None and job_input.max_length <= length:
            raise InputRefused.of("input.max_length", f"leaves no room: the {read} has {length} tokens")
        if loaded.context is None:
            return
        if job_input.max_length is not None and job_input.max_length > loaded.context:
            raise InputRefused.of("input.max_length", f"this model's context is {loaded.context} tokens")
        if job_input.max_new_tokens is not None and length + job_input.max_new_tokens > loaded.context:
            raise InputRefused.of(
                "input.max_new_tokens",
                f"at most {loaded.context - length}: the {read} has {length} of the model's {loaded.context} tokens",
            )

    def max_batch(self, loaded: LoadedText, job_input: TextInput) -> int:
        """Members whose rows fit the device together."""
        rows = job_input.num_beams if job_input.num_beams > 1 else job_input.num_return_sequences
        return max(1, _ROWS_IN_FLIGHT[loaded.device.type] // rows)

    def generate(self, loaded: LoadedText, inputs: Sequence[TextInput], control: StepControl) -> list[list[Media]]:
        """Continue every member's prompt, ``num_return_sequences`` times each, in one batch."""
        rows = [row for member, job_input in enumerate(inputs) for row in _rows(loaded, member, job_input)]
        longest = max(row.budget for row in rows)
        dropped: frozenset[int] = frozenset()

        def on_token(written: int, drafts: Callable[[], Sequence[Draft]]) -> frozenset[int]:
            nonlocal dropped
            dropped |= control.step(written, longest, texts=lambda: _texts_so_far(loaded, len(inputs), drafts()))
            return dropped

        write = _search_beams if inputs[0].num_beams > 1 else _draw
        try:
            drafts = write(loaded, inputs, rows, on_token)
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        outputs: list[list[Media]] = [[] for _ in inputs]
        for draft in drafts:
            if draft.row.member not in dropped:
                outputs[draft.row.member].append(_media(loaded, draft))
        return outputs


def _keep_positions_below(context: int) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """A hook that holds back rows that have ended while their neighbours, whose prompts are shorter, go on."""

    def hook(_model: Any, arguments: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        if (positions := named.get("position_ids")) is not None:
            named["position_ids"] = positions.clamp(max=context - 1)
        return arguments, named

    return hook


def _encode(loaded: LoadedText, job_input: TextInput) -> list[int]:
    """The token ids of the prompt, or of the conversation as the model's chat template writes it.

    Raises ``InputRefused`` when there is no template, or when it refuses the conversation.
    """
    if not (conversation := job_input.conversation):
        return list(loaded.tokenizer(job_input.prompt)["input_ids"])
    field = "input.messages" if job_input.messages else "input.chat"
    if not loaded.tokenizer.chat_template:
        raise InputRefused.of(field, "this model has no chat template; give it a prompt to continue")
    said = [{"role": message.role.value, "content": message.content} for message in conversation]
    try:
        text = loaded.tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    except TemplateError as error:
        raise InputRefused.of(field, f"this model's chat template refuses them: {error}") from error
    return list(loaded.tokenizer(text, add_special_tokens=False)["input_ids"])


def _decoder(loaded: LoadedText) -> Callable[[Sequence[int]], str]:
    return lambda tokens: loaded.tokenizer.decode(tokens, skip_special_tokens=True)


def _rows(loaded: LoadedText, member: int, job_input: TextInput) -> list[Row]:
    """One row a text when sampling; beams share a row, from which ``generate`` returns several texts."""
    prompt = tuple(_encode(loaded, job_input))
    if job_input.max_length is not None:
        budget = job_input.max_length - len(prompt)
    else:
        budget = job_input.max_new_tokens or loaded.defaults.max_new_tokens or _DEFAULT_NEW_TOKENS
    if loaded.context is not None:
        budget = min(budget, loaded.context - len(prompt))
    row = Row(member, prompt, budget, job_input.stop)
    return [row] * (1 if job_input.num_beams > 1 else job_input.num_return_sequences)


def _processors(loaded: LoadedText, first: TextInput, rows: Sequence[Row]) -> LogitsProcessorList:
    """The decoding parameters, which all members share, as processors in transformers' order."""

    def wanted(name: str) -> Any:
        given = getattr(first, name)
        return getattr(loaded.defaults, name) if given is None else given

    processors: list[LogitsProcessor] = []
    if (penalty := wanted("repetition_penalty")) not in (None, 1.0):
        processors.append(RepetitionPenaltyLogitsProcessor(float(penalty)))
    if size := wanted("no_repeat_ngram_size"):
        width = max(len(row.prompt) for row in rows)
        padding = [width - len(row.prompt) for row in rows]
        processors.append(RowOfItsOwn(padding, NoRepeatNGramLogitsProcessor(size)))
    if first.samples:
        if (temperature := wanted("temperature")) not in (None, 1.0):
            processors.append(TemperatureLogitsWarper(float(temperature)))
        if top_k := wanted("top_k"):
            processors.append(TopKLogitsWarper(top_k))
        if (top_p := wanted("top_p")) is not None and top_p < 1:
            processors.append(Nucleus(float(top_p)))
        if (min_p := wanted("min_p")) is not None:
            processors.append(MinPLogitsWarper(float(min_p)))
    return LogitsProcessorList(processors)


def _generators(job_input: TextInput) -> list[torch.Generator]:
    """One generator a text: text ``k`` of seed ``s`` is text 0 of seed ``s + k``."""
    seed = job_input.seed or 0
    return [torch.Generator().manual_seed((seed + k) % (MAX_SEED + 1)) for k in range(job_input.num_return_sequences)]


def _draw(loaded: LoadedText, inputs: Sequence[TextInput], rows: Sequence[Row], on_token: OnToken) -> Sequence[Draft]:
    """One text a row, drawn at random or taken greedily."""
    draw = SeededDraw([each for job_input in inputs for each in _generators(job_input)]) if inputs[0].samples else None
    choose = TokenChoice(_processors(loaded, inputs[0], rows), draw)
    decoding = Decoding(loaded.model, rows, choose, Endings(loaded.end_tokens, _decoder(loaded)))
    decoding.run(on_token)
    return decoding.drafts


@torch.inference_mode()
def _search_beams(
    loaded: LoadedText, inputs: Sequence[TextInput], rows: Sequence[Row], on_token: OnToken
) -> list[Draft]:
    """``num_return_sequences`` texts a row, the likeliest first."""
    first, width = inputs[0], max(len(row.prompt) for row in rows)
    ids, mask = (part.to(loaded.model.device) for part in padded(rows))
    limits = BeamLimits(rows, Endings(loaded.end_tokens, _decoder(loaded)), on_token)
    found: Tensor = loaded.model.generate(
        input_ids=ids,
        attention_mask=mask,
        generation_config=GenerationConfig(
            do_sample=False,
            num_beams=first.num_beams,
            num_return_sequences=first.num_return_sequences,
            length_penalty=1.0 if first.length_penalty is None else first.length_penalty,
            early_stopping=bool(first.early_stopping),
            max_new_tokens=max(row.budget for row in rows),
            eos_token_id=sorted(loaded.end_tokens) or None,
            pad_token_id=loaded.padding_token,
        ),
        logits_processor=_processors(loaded, first, rows),
        stopping_criteria=StoppingCriteriaList([limits]),
    )
    owners = [row for row in rows for _ in range(first.num_return_sequences)]
    return [Draft(row, tokens) for row, tokens in zip(owners, found[:, width:].tolist(), strict=True)]


def _written(loaded: LoadedText, draft: Draft) -> tuple[str, str]:
    """The text up to its end token, limit or stop string, and what ended it."""
    row, tokens = draft.row, draft.tokens[: draft.row.budget]
    end = next((at for at, token in enumerate(tokens) if token in loaded.end_tokens), None)
    text = _decoder(loaded)(tokens[:end])
    found = [at for stop in row.stop if (at := text.find(stop)) >= 0]
    return text[: min(found, default=len(text))].strip(), "length" if end is None and not found else "stop"


def _media(loaded: LoadedText, draft: Draft) -> TextMedia:
    return TextMedia(*_written(loaded, draft))


def _texts_so_far(loaded: LoadedText, members: int, drafts: Sequence[Draft]) -> list[str]:
    """What the first text of each member says by now, without a character of which not all bytes have come."""
    firsts: dict[int, Draft] = {}
    for draft in drafts:
        firsts.setdefault(draft.row.member, draft)
    return [_written(loaded, firsts[member])[0].rstrip("\N{REPLACEMENT CHARACTER}") for member in range(members)]
