"""Hashes, signatures and encryption, each derived from the one secret key for one purpose."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.fernet import Fernet

from shared.config import get_settings


def _key(purpose: str) -> bytes:
    master = get_settings().secret_key.get_secret_value().encode()
    return hmac.new(master, f"bottega/{purpose}".encode(), hashlib.sha256).digest()


def keyed_hash(purpose: str, value: str) -> bytes:
    """HMAC-SHA-256 of a value: 32 bytes that are of no use without the secret key."""
    return hmac.new(_key(purpose), value.encode(), hashlib.sha256).digest()


def derived_secret(purpose: str) -> str:
    """A secret for a library that wants one of its own (session cookies)."""
    return _key(purpose).hex()


def encrypt(purpose: str, value: bytes) -> bytes:
    """Authenticated encryption at rest (Fernet: AES-128-CBC and HMAC-SHA-256)."""
    return Fernet(base64.urlsafe_b64encode(_key(purpose))).encrypt(value)


def decrypt(purpose: str, token: bytes) -> bytes:
    """What ``encrypt`` was given. Raises ``cryptography.fernet.InvalidToken``."""
    return Fernet(base64.urlsafe_b64encode(_key(purpose))).decrypt(token)


def random_token(bits: int = 256) -> str:
    """URL-safe random text."""
    return secrets.token_urlsafe(bits // 8)


def new_signing_secret() -> str:
    """A Standard Webhooks secret: ``whsec_`` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def canonical_json(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    ).encode()


def content_hash(value: Any) -> bytes:
    """SHA-256 of a JSON value's canonical spelling."""
    return hashlib.sha256(canonical_json(value)).digest()
