"""Image to text: any model that transformers loads as one that puts pictures into words.

Captioners that continue a prefix (BLIP, GIT), that take a picture alone (ViT-GPT2), and models that answer in a chat.
Nothing is padded: members whose encoded inputs have the same shapes run together, the others after them, so that a
job's tokens are the same alone and beside others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import LongTensor, Tensor
from transformers import (
    AutoImageProcessor,
    AutoModelForImageTextToText,
    AutoProcessor,
    AutoTokenizer,
    GenerationConfig,
    LogitsProcessorList,
    ProcessorMixin,
    StoppingCriteria,
    StoppingCriteriaList,
    TemperatureLogitsWarper,
)

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.image_to_text import ImageToTextInput
from shared.errors import InputRefused, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.families.captioner import Encoded, LoadedCaptioner, encode, length_of
from worker.families.decoding.seeded_sampling import Nucleus, SeededDraw
from worker.families.placement import dtype_for, place
from worker.media.base import Media
from worker.media.source_image import UnreadablePicture
from worker.media.text import TextMedia

_ROWS_IN_FLIGHT = {"cpu": 32, "cuda": 128}
_DEFAULT_NEW_TOKENS = 64
# What a model's folder may set and this family decides itself.
_DECODING = (
    "do_sample",
    "temperature",
    "top_k",
    "top_p",
    "num_beams",
    "num_return_sequences",
    "max_length",
    "min_length",
)


class ImageToText:
    """Puts pictures into words with ``AutoModelForImageTextToText`` weights."""

    name = FamilyName.IMAGE_TO_TEXT

    def load(self, model: ModelRef, device: Device) -> LoadedCaptioner:
        """Read model and processors: safetensors only, nothing from the network, no code from the folder."""
        safe = {"local_files_only": True, "trust_remote_code": False}
        network = AutoModelForImageTextToText.from_pretrained(
            model.path, use_safetensors=True, dtype=dtype_for(device, model.options), **safe
        ).eval()
        place(network, device, model.options)
        processor = AutoProcessor.from_pretrained(model.path, **safe)
        joint = processor if isinstance(processor, ProcessorMixin) else None
        images = joint.image_processor if joint else AutoImageProcessor.from_pretrained(model.path, **safe)
        tokenizer = joint.tokenizer if joint else AutoTokenizer.from_pretrained(model.path, **safe)
        defaults = GenerationConfig.from_dict(network.generation_config.to_dict())
        # BLIP writes with a part of it, which has defaults of its own.
        for part in {network, getattr(network, "text_decoder", network)}:
            for name in _DECODING:
                setattr(part.generation_config, name, None)
        return LoadedCaptioner(
            network,
            joint,
            images,
            tokenizer,
            _end_tokens(defaults, tokenizer),
            defaults.max_new_tokens or _DEFAULT_NEW_TOKENS,
            getattr(network.config.get_text_config(decoder=True), "max_position_embeddings", None),
            device,
        )

    def check(self, loaded: LoadedCaptioner, job_input: ImageToTextInput) -> None:
        """Refuse what is no picture, a prompt that the model does not take, and what its context has no room for."""
        if job_input.prompt and loaded.processor is None:
            raise InputRefused.of("input.prompt", "this model takes no prompt: it describes the picture by itself")
        try:
            encoded = encode(loaded, job_input)
        except UnreadablePicture as error:
            raise InputRefused.of("input.image", str(error)) from error
        if loaded.context is None:
            return
        length = length_of(encoded)
        if length >= loaded.context:
            raise InputRefused.of("input.prompt", f"is too long: this model reads fewer than {loaded.context} tokens")
        if job_input.max_new_tokens is not None and length + job_input.max_new_tokens > loaded.context:
            raise InputRefused.of(
                "input.max_new_tokens",
                f"at most {loaded.context - length}: the input has {length} of the model's {loaded.context} tokens",
            )

    def max_batch(self, loaded: LoadedCaptioner, job_input: ImageToTextInput) -> int:
        """Members whose rows fit the device together."""
        return max(1, _ROWS_IN_FLIGHT[loaded.device.type] // max(job_input.num_beams, job_input.num_captions))

    def generate(
        self, loaded: LoadedCaptioner, inputs: Sequence[ImageToTextInput], control: StepControl
    ) -> list[list[Media]]:
        """Write every member's captions, members of equal shapes in one call of the model."""
        outputs: list[list[Media]] = [[] for _ in inputs]
        encoded = [encode(loaded, job_input) for job_input in inputs]
        groups = list(_of_equal_shapes(encoded))
        budgets = [_budget(loaded, inputs[0], encoded[members[0]]) for members in groups]
        progress = _Progress(control, sum(budgets), len(inputs))
        try:
            for members, budget in zip(groups, budgets, strict=True):
                writing = _Writing(loaded, members, [inputs[member] for member in members], budget, progress)
                for member, captions in writing.captions([encoded[member] for member in members]).items():
                    outputs[member] += captions
        except torch.OutOfMemoryError as error:
            raise OutOfDeviceMemory from error
        return [[] if member in progress.dropped else media for member, media in enumerate(outputs)]


class _Progress:
    """Counts the tokens of several calls of the model as if they were one."""

    def __init__(self, control: StepControl, total: int, members: int) -> None:
        self._control = control
        self._total = total
        self._before = 0
        self._said = [""] * members
        self.dropped: frozenset[int] = frozenset()

    def step(self, written: int, drafts: Callable[[], Mapping[int, str]]) -> None:
        """So many tokens of this call are written; ``drafts`` says what they are, by member."""
        self.dropped |= self._control.step(
            self._before + written, self._total, texts=lambda: self._texts_so_far(drafts())
        )

    def end_call(self, budget: int, drafts: Mapping[int, str]) -> None:
        """This call has written all that it will: the next tokens are those of the next one."""
        self._before += budget
        self._said = self._texts_so_far(drafts)

    def _texts_so_far(self, drafts: Mapping[int, str]) -> list[str]:
        return [drafts.get(member, said) for member, said in enumerate(self._said)]


class _Writing(StoppingCriteria):
    """One call of the model: a row a caption, or a row a member that searches with beams."""

    def __init__(
        self,
        loaded: LoadedCaptioner,
        members: Sequence[int],
        inputs: Sequence[ImageToTextInput],
        budget: int,
        progress: _Progress,
    ) -> None:
        self._loaded = loaded
        self._inputs = inputs
        self._first = inputs[0]
        self._budget = budget
        self._progress = progress
        self._owners = [
            member
            for member, job_input in zip(members, inputs, strict=True)
            for _ in range(1 if self._first.num_beams > 1 else job_input.num_captions)
        ]
        self._begin: int | None = None

    def __call__(self, input_ids: LongTensor, scores: Tensor, **kwargs: object) -> Tensor:  # noqa: ARG002
        """``(rows, length)`` ids to one flag a row: whether its member was dropped."""
        if self._begin is None:
            self._begin = input_ids.shape[1] - 1
        self._progress.step(input_ids.shape[1] - self._begin, lambda: self._drafts(input_ids))
        beams = len(input_ids) // len(self._owners)
        flags = [owner in self._progress.dropped for owner in self._owners for _ in range(beams)]
        return torch.tensor(flags, dtype=torch.bool, device=input_ids.device)

    def _drafts(self, input_ids: LongTensor) -> dict[int, str]:
        """What each member's first caption says so far; with beams nothing, for the likeliest changes as they go."""
        if len(input_ids) != len(self._owners):
            return {}
        firsts = {owner: self._owners.index(owner) for owner in self._owners}
        return {owner: self._media(input_ids[row].tolist()).text for owner, row in firsts.items()}

    def captions(self, encoded: Sequence[Encoded]) -> dict[int, list[TextMedia]]:
        """Each member's captions."""
        rows = [1 if self._first.num_beams > 1 else each.num_captions for each in self._inputs]
        tensors = {
            name: torch.cat([each[name] for each, count in zip(encoded, rows, strict=True) for _ in range(count)])
            for name in encoded[0]
        }
        sequences = self._loaded.model.generate(
            **tensors,
            do_sample=False,
            num_beams=self._first.num_beams,
            num_return_sequences=self._first.num_captions if self._first.num_beams > 1 else 1,
            max_new_tokens=self._budget,
            logits_processor=self._processors(),
            stopping_criteria=StoppingCriteriaList([self]),
        )
        texts_a_row = len(sequences) // len(self._owners)
        written: dict[int, list[TextMedia]] = {}
        for index, tokens in enumerate(sequences.tolist()):
            written.setdefault(self._owners[index // texts_a_row], []).append(self._media(tokens))
        self._progress.end_call(self._budget, {member: captions[0].text for member, captions in written.items()})
        return written

    def _media(self, tokens: Sequence[int]) -> TextMedia:
        """The caption with its prefix, or the answer without its question."""
        loaded, new = self._loaded, tokens[self._begin or 0 :]
        ended = len(new) < self._budget or any(token in loaded.end_tokens for token in new)
        text = loaded.tokenizer.decode(new if loaded.answers else tokens, skip_special_tokens=True)
        return TextMedia(str(text).strip(), "stop" if ended else "length")

    def _processors(self) -> LogitsProcessorList:
        """How tokens are drawn, which all members share; caption ``k`` of seed ``s`` is caption 0 of seed ``s + k``."""
        processors = LogitsProcessorList()
        if not self._first.samples:
            return processors
        if self._first.temperature is not None:
            processors.append(TemperatureLogitsWarper(self._first.temperature))
        if self._first.top_p is not None and self._first.top_p < 1:
            processors.append(Nucleus(self._first.top_p))
        seeds = [(each.seed or 0) + number for each in self._inputs for number in range(each.num_captions)]
        processors.append(SeededDraw([torch.Generator().manual_seed(seed % (MAX_SEED + 1)) for seed in seeds]))
        return processors


def _of_equal_shapes(encoded: Sequence[Encoded]) -> Iterator[list[int]]:
    """The members whose inputs can be put together as they are."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for member, each in enumerate(encoded):
        groups.setdefault(tuple((name, *value.shape) for name, value in each.items()), []).append(member)
    yield from groups.values()


def _budget(loaded: LoadedCaptioner, job_input: ImageToTextInput, encoded: Encoded) -> int:
    wanted = job_input.max_new_tokens or loaded.new_tokens
    return wanted if loaded.context is None else min(wanted, loaded.context - length_of(encoded))


def _end_tokens(defaults: GenerationConfig, tokenizer: Any) -> frozenset[int]:
    own = defaults.eos_token_id if isinstance(defaults.eos_token_id, list) else [defaults.eos_token_id]
    return frozenset([*own, tokenizer.eos_token_id, tokenizer.sep_token_id]) - {None}
