"""AWS Signature Version 4 for a request without a body, as the S3 API reference specifies it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, urlsplit

_EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
_SIGNED_HEADERS = "host;x-amz-content-sha256;x-amz-date"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed_headers(
    method: str,
    url: str,
    *,
    access_key_id: str,
    secret_access_key: str,
    region: str,
    now: datetime,
) -> dict[str, str]:
    """The headers that authorise ``method`` on ``url`` (no query string) at ``now`` (UTC)."""
    parts = urlsplit(url)
    timestamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{timestamp[:8]}/{region}/s3/aws4_request"
    canonical = "\n".join(
        [
            method,
            quote(parts.path or "/", safe="/~"),
            "",
            f"host:{parts.netloc}",
            f"x-amz-content-sha256:{_EMPTY_SHA256}",
            f"x-amz-date:{timestamp}",
            "",
            _SIGNED_HEADERS,
            _EMPTY_SHA256,
        ]
    )
    to_sign = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            timestamp,
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret_access_key}".encode()
    for part in (timestamp[:8], region, "s3", "aws4_request"):
        key = _hmac(key, part)
    signature = _hmac(key, to_sign).hex()
    return {
        "x-amz-content-sha256": _EMPTY_SHA256,
        "x-amz-date": timestamp,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, "
        f"SignedHeaders={_SIGNED_HEADERS}, Signature={signature}",
    }
