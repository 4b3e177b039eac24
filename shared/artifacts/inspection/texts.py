"""Text files: UTF-8, and nothing but text."""

from __future__ import annotations

import re
from typing import Any

from shared.artifacts.inspection.reading import Source
from shared.artifacts.inspection.refusal import Refused
from shared.storage.formats import FORMATS, TEXT

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_OTHERS = ", ".join(each.name for each in FORMATS if each is not TEXT)


def inspect_text(source: Source) -> dict[str, Any]:
    """Read it whole: a text is small."""
    try:
        text = source.up_to(0, source.size).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"is neither {_OTHERS} nor UTF-8 text") from error
    if (strange := _NOT_TEXT.search(text)) is not None:
        raise Refused(f"is neither {_OTHERS} nor text: it holds the control character U+{ord(strange[0]):04X}")
    return {"characters": len(text)}
