"""The API key that a stack's folder keeps for the command line on the same machine."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from shared.stack.private_file import write_private

_NAME = "api-key.json"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key, and whose it is."""

    workspace: str
    api_key_id: str
    api_key: str

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """The key kept in ``home``; None when there is none, or none that can be read."""
        try:
            key = cls(**json.loads((home / _NAME).read_text(encoding="utf-8")))
            UUID(key.api_key_id)
        except (OSError, ValueError, TypeError):
            return None
        return key

    def write(self, home: Path) -> Path:
        """Keep the key in ``home``, readable by its owner alone. Returns the file."""
        path = home / _NAME
        write_private(path, json.dumps(asdict(self), indent=1))
        return path
