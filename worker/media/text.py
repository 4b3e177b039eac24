"""Text as a media."""

from __future__ import annotations

from dataclasses import dataclass

from worker.media.base import EncodedMedia


@dataclass(frozen=True, slots=True)
class TextMedia:
    """One text a language model wrote."""

    text: str
    finish_reason: str

    def encode(self) -> EncodedMedia:
        facts = {"characters": len(self.text), "finish_reason": self.finish_reason}
        return EncodedMedia(self.text.encode("utf-8"), "text/plain; charset=utf-8", "txt", facts)
