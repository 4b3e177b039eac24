from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from shared.stack.signature import signed_headers

_KEYS = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8333/bottega", "http://127.0.0.1:8333/"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_request_is_signed_as_the_aws_library_signs_it(method: str, url: str) -> None:
    theirs = AWSRequest(method, url)
    S3SigV4Auth(Credentials(*_KEYS), "s3", "eu-central-1").add_auth(theirs)

    now = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = signed_headers(
        method, url, access_key_id=_KEYS[0], secret_access_key=_KEYS[1], region="eu-central-1", now=now
    )
    assert ours["Authorization"] == theirs.headers["Authorization"]
    assert ours["x-amz-date"] == theirs.headers["X-Amz-Date"]
