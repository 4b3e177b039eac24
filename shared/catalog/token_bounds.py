"""How many tokens a text has at the least, told without the tokenizer that reads it.

A tokenizer that loses nothing cuts a text into pieces of its vocabulary, and none of them holds more bytes or words
than the largest one does. White space counts for nothing: some tokens swallow any amount of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

SPACE_MARK = "\N{LOWER ONE EIGHTH BLOCK}"
"""What tokenizers of the SentencePiece kind write for a space."""


@dataclass(frozen=True, slots=True)
class TokenBounds:
    """How much of a text a model reads. The largest token is null where the tokenizer may lose or change text."""

    context: int
    """Tokens of prompt and answer together."""
    token_bytes: int | None = None
    """The most bytes of UTF-8 that one token stands for, white space left out."""
    token_words: int | None = None
    """The most words, parted by ASCII white space, of which one token holds something."""

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        return cls(**document)

    def document(self) -> dict[str, int]:
        """As the catalog keeps it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def least_tokens(self, text: str) -> int:
        """A number of tokens that the text has for certain; the tokenizer may well make more of it."""
        if not self.token_bytes or not self.token_words:
            return 0
        # A tokenizer may compose characters first. Composing lengthens some texts and shortens others.
        return min(self._least(text), self._least(unicodedata.normalize("NFC", text)))

    def _least(self, text: str) -> int:
        text = text.replace(SPACE_MARK, " ")
        size = len("".join(text.split()).encode())
        words = len(text.encode().split())
        return max(-(-size // (self.token_bytes or 1)), -(-words // (self.token_words or 1)))


def size_of_token(piece: bytes) -> tuple[int, int]:
    """Bytes and words of one token, counted as those of a text are."""
    words = piece.replace(SPACE_MARK.encode(), b" ").split()
    return sum(map(len, words)), len(words)
