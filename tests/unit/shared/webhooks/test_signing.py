"""Signatures, held against the reference library."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.clock import utc_now
from shared.crypto import encrypt
from shared.webhooks.signing import SigningSecret, signed_headers

KEYS = st.binary(min_size=24, max_size=64)
BODIES = st.dictionaries(st.text(), st.text() | st.integers() | st.none()).map(
    lambda content: json.dumps(content, ensure_ascii=False).encode("utf-8", errors="replace")
)
IDS = st.uuids().map(str)


@given(KEYS, IDS, BODIES)
def test_the_reference_library_accepts_every_signature(key: bytes, webhook_id: str, body: bytes) -> None:
    secret = SigningSecret(key)
    headers = signed_headers([secret], webhook_id, utc_now(), body)

    assert Webhook(secret.text()).verify(body, headers) == json.loads(body)


@given(KEYS, KEYS, IDS, BODIES)
def test_each_secret_of_a_rotation_verifies_by_itself(new: bytes, old: bytes, webhook_id: str, body: bytes) -> None:
    headers = signed_headers([SigningSecret(new), SigningSecret(old)], webhook_id, utc_now(), body)

    for key in (new, old):
        Webhook(SigningSecret(key).text()).verify(body, headers)


@given(KEYS, IDS, BODIES, st.sampled_from(["webhook-id", "webhook-timestamp", "body", "key"]))
def test_whatever_is_changed_is_noticed(key: bytes, webhook_id: str, body: bytes, changed: str) -> None:
    headers = signed_headers([SigningSecret(key)], webhook_id, utc_now(), body)
    if changed == "webhook-id":
        headers["webhook-id"] += "0"
    elif changed == "webhook-timestamp":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) - 1)
    elif changed == "body":
        body += b" "
    else:
        key = bytes([key[0] ^ 1]) + key[1:]

    with pytest.raises(WebhookVerificationError):
        Webhook(SigningSecret(key).text()).verify(body, headers)


def test_an_example_computed_by_hand() -> None:
    # printf '%s' 'msg_1.1674087231.{"a":1}' | openssl dgst -sha256 -hmac "$(printf 'k%.0s' {1..32})" -binary | base64
    moment = datetime.fromtimestamp(1674087231, UTC) + timedelta(milliseconds=900)

    headers = signed_headers([SigningSecret(b"k" * 32)], "msg_1", moment, b'{"a":1}')

    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1674087231",
        "webhook-signature": "v1,alaTLXJ3BCwkaroe0orlTcbbhqcl0iWUtmaGxmREs2Y=",
    }


def test_an_old_timestamp_is_refused_by_receivers() -> None:
    secret = SigningSecret.generate()
    headers = signed_headers([secret], "id", utc_now() - timedelta(minutes=6), b"{}")

    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret.text()).verify(b"{}", headers)


def test_a_new_secret_has_32_bytes_in_standard_padded_base64() -> None:
    text = SigningSecret.generate().text()

    assert text.startswith("whsec_")
    assert len(base64.b64decode(text.removeprefix("whsec_"), validate=True)) == 32
    assert SigningSecret.generate().text() != text


@given(KEYS)
def test_a_secret_survives_text_and_encryption(key: bytes) -> None:
    secret = SigningSecret(key)

    assert SigningSecret.parse(secret.text()) == secret
    assert SigningSecret.unseal(secret.seal()) == secret
    assert key not in secret.seal()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2VjcmV0IHRoYXQgaXMgbG9uZyBlbm91Z2ggdG8gcGFzcw==",
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_not base64 at all, is it, no it is really not",
        "whsec_" + base64.b64encode(bytes(65)).decode(),
    ],
)
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        SigningSecret.parse(text)


def test_a_secret_does_not_show_itself() -> None:
    secret = SigningSecret(b"0123456789" * 4)

    assert "0123" not in repr(secret)


def test_what_was_encrypted_for_another_purpose_is_refused() -> None:
    with pytest.raises(InvalidToken):
        SigningSecret.unseal(encrypt("session", SigningSecret.generate().text().encode()))
