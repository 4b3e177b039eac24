"""The embedded servers' passwords and keys: random, made once, kept in the data folder."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from shared.errors import StackRefused
from shared.stack.private_file import write_private


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hexadecimal, so that none needs escaping in a URL or a configuration file."""

    postgres_password: str
    redis_password: str
    s3_access_key_id: str
    s3_secret_access_key: str
    secret_key: str

    @classmethod
    def random(cls) -> Self:
        """New ones."""
        return cls(
            postgres_password=secrets.token_hex(16),
            redis_password=secrets.token_hex(16),
            s3_access_key_id=secrets.token_hex(10),
            s3_secret_access_key=secrets.token_hex(20),
            secret_key=secrets.token_hex(32),
        )

    @classmethod
    def kept_in(cls, file: Path) -> Self:
        """Those in ``file``, or new ones written to it. Raises ``StackRefused`` when it holds something else."""
        if not file.exists():
            made = cls.random()
            write_private(file, json.dumps(asdict(made), indent=1))
            return made
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise StackRefused(f"{file} does not hold the stack's credentials; restore it from a backup.") from error
