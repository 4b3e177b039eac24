"""Signatures of the Standard Webhooks specification: symmetric, version ``v1`` (HMAC-SHA-256)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.crypto import decrypt, encrypt, new_signing_secret

PREFIX = "whsec_"
_PURPOSE = "webhook-secret"
_ALLOWED_KEY_BYTES = range(24, 65)


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """A key that a sender and a receiver share: 24 to 64 bytes. Raises ``ValueError`` for another length."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) not in _ALLOWED_KEY_BYTES:
            raise ValueError("A webhook secret has 24 to 64 bytes.")

    @classmethod
    def generate(cls) -> SigningSecret:
        """A new random secret."""
        return cls.parse(new_signing_secret())

    @classmethod
    def parse(cls, text: str) -> SigningSecret:
        """The secret that ``text`` spells: ``whsec_`` and standard base64. Raises ``ValueError``."""
        if not text.startswith(PREFIX):
            raise ValueError(f"A webhook secret starts with {PREFIX}.")
        try:
            return cls(base64.b64decode(text.removeprefix(PREFIX), validate=True))
        except binascii.Error as error:
            raise ValueError("A webhook secret is standard base64.") from error

    @classmethod
    def unseal(cls, token: bytes) -> SigningSecret:
        """The secret that ``seal`` encrypted. Raises ``cryptography.fernet.InvalidToken``."""
        return cls.parse(decrypt(_PURPOSE, token).decode())

    def seal(self) -> bytes:
        """The secret encrypted at rest."""
        return encrypt(_PURPOSE, self.text().encode())

    def text(self) -> str:
        """``whsec_`` and base64, as its owner is shown it."""
        return PREFIX + base64.b64encode(self.key).decode()

    def sign(self, content: bytes) -> str:
        """``v1,`` and the base64 of the HMAC-SHA-256 of ``content``."""
        return "v1," + base64.b64encode(hmac.digest(self.key, content, hashlib.sha256)).decode()


def signed_headers(
    signing_secrets: Sequence[SigningSecret], webhook_id: str, moment: datetime, body: bytes
) -> dict[str, str]:
    """The three headers of one attempt, signed by every secret: while one is rotated, there are two."""
    timestamp = str(int(moment.timestamp()))
    content = f"{webhook_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(secret.sign(content) for secret in signing_secrets),
    }
