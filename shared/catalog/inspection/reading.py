"""How much text a language model reads, told by its folder's ``config.json`` and ``tokenizer.json``.

The format of the latter is that of the tokenizers library (github.com/huggingface/tokenizers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.catalog.families import FamilyName
from shared.catalog.inspection.files import read_json
from shared.catalog.token_bounds import SPACE_MARK, TokenBounds, size_of_token

# The architectures for which transformers reads this key as `max_position_embeddings`.
_POSITIONS_KEY = {
    "gpt2": "n_positions",
    "gpt_bigcode": "n_positions",
    "gptj": "n_positions",
    "codegen": "n_positions",
    "openai-gpt": "n_positions",
    "ctrl": "n_positions",
}
# What changes no byte but for composing characters and marking spaces.
_HARMLESS = frozenset({"NFC", "Prepend"})


def reading_limits(folder: Path, family: FamilyName) -> dict[str, dict[str, Any]]:
    """Limits of the input that a text model's own files set; none for other families, or where they do not say."""
    if family is not FamilyName.TEXT:
        return {}
    bounds = token_bounds(folder)
    if bounds is None:
        return {}
    return {
        "prompt": {"tokens": bounds.document()},
        "max_length": {"maximum": bounds.context},
        "max_new_tokens": {"maximum": bounds.context - 1},
    }


def token_bounds(folder: Path) -> TokenBounds | None:
    """What is sure of a text model's context and tokens; nothing where its context is not told."""
    config = _object(folder / "config.json")
    context = config.get(_POSITIONS_KEY.get(str(config.get("model_type")), "max_position_embeddings"))
    if not isinstance(context, int) or context < 2:
        return None
    sizes = [size_of_token(piece) for piece in _pieces(folder)]
    if not sizes:
        return TokenBounds(context)
    return TokenBounds(context, max(size for size, _ in sizes), max(words for _, words in sizes))


def _pieces(folder: Path) -> Iterator[bytes]:
    """What each token stands for, in UTF-8; nothing when the tokenizer may lose text or put it into other words."""
    tokenizer = _object(folder / "tokenizer.json")
    model = tokenizer.get("model")
    if not isinstance(model, dict) or model.get("type") != "BPE" or (folder / "added_tokens.json").exists():
        return
    vocabulary = model.get("vocab")
    cuts = list(_parts(tokenizer.get("pre_tokenizer"), "pretokenizers"))
    if not isinstance(vocabulary, dict) or not _keeps_text(tokenizer.get("normalizer")):
        return
    if any(cut.get("behavior") == "Removed" for cut in cuts):
        return
    letters = _letters_of_bytes()
    if any(cut.get("type") == "ByteLevel" for cut in cuts):
        if not letters.keys() <= vocabulary.keys():
            return
        for token in vocabulary:
            yield bytes(letters[letter] for letter in token if letter in letters)
    elif model.get("byte_fallback"):
        if not all(f"<0x{byte:02X}>" in vocabulary for byte in range(256)):
            return
        for token in vocabulary:
            yield token.encode()
    else:
        return
    yield from (token.encode() for token in _added_tokens(folder, tokenizer))


def _keeps_text(normalizer: Any) -> bool:
    for step in _parts(normalizer, "normalizers"):
        marks_spaces = step.get("pattern") == {"String": " "} and step.get("content") == SPACE_MARK
        if step.get("type") not in _HARMLESS and not (step.get("type") == "Replace" and marks_spaces):
            return False
    return True


def _parts(part: Any, inner: str) -> Iterator[dict[str, Any]]:
    """A part of a tokenizer, or those in it when it is a sequence of several."""
    if isinstance(part, dict) and part.get("type") == "Sequence":
        for each in part.get(inner, []):
            yield from _parts(each, inner)
    elif isinstance(part, dict):
        yield part


def _added_tokens(folder: Path, tokenizer: Mapping[str, Any]) -> Iterator[str]:
    later = _object(folder / "tokenizer_config.json").get("added_tokens_decoder", {})
    for token in (*tokenizer.get("added_tokens", []), *later.values()):
        yield str(token["content"])


def _letters_of_bytes() -> dict[str, int]:
    """The letter that a byte-level vocabulary writes for each byte: GPT-2's table."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {chr(256 + place): byte for place, byte in enumerate(hidden)}


def _object(path: Path) -> dict[str, Any]:
    """A JSON object, or an empty one when the file is not there: a model may do without."""
    content = read_json(path) if path.is_file() else {}
    return content if isinstance(content, dict) else {}
