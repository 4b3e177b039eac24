"""How much of a prompt a diffusers pipeline reads: it cuts the rest off, and says so in a log alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from transformers import CLIPTokenizer, PreTrainedTokenizerBase

from shared.errors import BeyondReading, FieldProblem

# Beyond this a tokenizer's own length means that it has none.
_NO_LENGTH = 1_000_000


def cut_prompts(pipeline: Any, parameters: Mapping[str, Any], job_input: Any, *fields: str) -> Iterator[FieldProblem]:
    """The fields whose text each of the pipeline's tokenizers would cut, with how long it is and how much is read.

    A text that one of several tokenizers reads as a whole is taken: FLUX's CLIP sees its beginning, and its T5 all.
    """
    given = getattr(job_input, "max_sequence_length", None)
    length = parameters.get("max_sequence_length") if given is None else given
    for field in fields:
        text = getattr(job_input, field, None)
        if not text or field not in parameters:
            continue
        read = [each for tokenizer in _tokenizers(pipeline) if (each := _read(tokenizer, text, length)) is not None]
        if read and all(tokens > most for tokens, most in read):
            tokens, most = max(read, key=lambda each: each[1])
            yield BeyondReading(
                f"input.{field}", f"{tokens} tokens long; this model reads {most} and would cut the rest"
            )


def _tokenizers(pipeline: Any) -> list[Any]:
    parts = pipeline.components.values()
    return list({id(part): part for part in parts if isinstance(part, PreTrainedTokenizerBase)}.values())


def _read(tokenizer: Any, text: str, length: Any) -> tuple[int, int] | None:
    """How many tokens a text has and how many of them are read; nothing for a tokenizer that hears no text at all."""
    if not tokenizer(text, add_special_tokens=False)["input_ids"]:
        return None
    # Some pipelines write the prompt in small letters before they read it.
    tokens = min(len(tokenizer(each)["input_ids"]) for each in (text, text.lower()))
    if not isinstance(tokenizer, CLIPTokenizer) and isinstance(length, int):
        return tokens, length
    most = tokenizer.model_max_length
    return tokens, most if most < _NO_LENGTH else tokens
