"""The object store over the S3 protocol. The only module that knows boto3."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.config import Settings, get_settings
from shared.errors import ObjectMissing, StoredObjectMismatch, StoreUnavailable
from shared.storage.base import Page, Span, StoredObject, safe_file_name

_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Store:
    """One bucket of an S3-compatible service."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._region = settings.s3_region
        self._client = _client(settings, settings.s3_endpoint_url)
        public = settings.s3_public_endpoint_url
        self._signer = _client(settings, public) if public else self._client

    def ensure_bucket(self) -> None:
        """Make the bucket unless it is there."""
        with _translated():
            try:
                self._client.head_bucket(Bucket=self._bucket)
                return
            except ClientError as error:
                if _code(error) not in {*_MISSING, "NoSuchBucket"}:
                    raise
            where = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
            self._client.create_bucket(
                Bucket=self._bucket,
                **({"CreateBucketConfiguration": where} if where else {}),
            )

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Send the bytes with their MD5, which the store must check, and compare what it then reports.

        A single PUT's ETag is the MD5 of what was stored; a store that encrypts answers another ETag, and is
        asked for the size instead.
        """
        self._put(key, body, len(body), hashlib.md5(body, usedforsecurity=False).digest(), media_type)

    def put_file(self, key: str, file: BinaryIO, md5: bytes, media_type: str) -> None:
        """Send an open file from its beginning; it is never in memory as a whole."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self._put(key, file, size, md5, media_type)

    def _put(self, key: str, body: bytes | BinaryIO, size: int, md5: bytes, media_type: str) -> None:
        with _translated(key):
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=media_type,
                ContentMD5=base64.b64encode(md5).decode(),
            )
        if answer.get("ETag", "").strip('"') == md5.hex():
            return
        try:
            stored = self.stat(key)
        except ObjectMissing as error:
            raise StoredObjectMismatch(f"The store took {size} bytes and holds none of them.") from error
        if stored.size != size:
            raise StoredObjectMismatch(f"The store holds {stored.size} bytes of {size} sent.")

    def stat(self, key: str) -> StoredObject:
        """Describe an object. Raises ``ObjectMissing``."""
        with _translated(key):
            answer = self._client.head_object(Bucket=self._bucket, Key=key)
        return StoredObject(key, answer["ContentLength"], answer["LastModified"])

    def read(self, key: str, chunk_size: int = 65_536, span: Span | None = None) -> Iterator[bytes]:
        """The object's bytes, in chunks. The request is made now, so that a missing object raises now."""
        wanted = {"Range": f"bytes={span.start}-{span.stop - 1}"} if span else {}
        with _translated(key):
            body = self._client.get_object(Bucket=self._bucket, Key=key, **wanted)["Body"]
        return self._chunks(key, body, chunk_size)

    def _chunks(self, key: str, body: Any, chunk_size: int) -> Iterator[bytes]:
        with _translated(key):
            yield from body.iter_chunks(chunk_size)

    def link(self, key: str, file_name: str, media_type: str, seconds: int = 300) -> str:
        """A presigned GET that downloads the object as an attachment."""
        url: str = self._signer.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": f'attachment; filename="{safe_file_name(file_name)}"',
                "ResponseContentType": media_type,
            },
            ExpiresIn=seconds,
        )
        return url

    def delete(self, key: str) -> None:
        """Remove an object. One that is not there is fine."""
        with _translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def delete_many(self, keys: Sequence[str]) -> None:
        """Remove up to a thousand objects in one request. Raises ``StoreUnavailable`` when any is refused."""
        if not keys:
            return
        wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        with _translated():
            answer = self._client.delete_objects(Bucket=self._bucket, Delete=wanted)
        refused = [error for error in answer.get("Errors", ()) if error.get("Code") not in _MISSING]
        if refused:
            raise StoreUnavailable(f"The object store refused to delete {len(refused)} objects: {refused[0]['Code']}.")

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Every object below a prefix."""
        after: str | None = None
        while True:
            page = self.list_page(prefix, after)
            yield from page.objects
            if page.next_after is None:
                return
            after = page.next_after

    def list_page(self, prefix: str, after: str | None = None, limit: int = 1000) -> Page:
        """Up to ``limit`` objects below a prefix, those whose keys come after ``after``."""
        place = {"StartAfter": after} if after is not None else {}
        with _translated():
            answer = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=limit, **place)
        found = [StoredObject(each["Key"], each["Size"], each["LastModified"]) for each in answer.get("Contents", ())]
        return Page(found, found[-1].key if found and answer.get("IsTruncated") else None)


class ForeignBucket:
    """Somebody else's bucket: signs requests to it, and makes none. Whoever sends them chooses the way."""

    def __init__(self, endpoint_url: str, bucket: str, region: str, access_key_id: str, secret_access_key: str) -> None:
        self._bucket = bucket
        self._client = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            region_name=region,
            config=Config(
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                s3={"addressing_style": "path"},
            ),
        )

    def signed_put(self, key: str, md5: bytes, media_type: str, seconds: int = 900) -> tuple[str, dict[str, str]]:
        """Where and with which headers to PUT an object, whose MD5 the store must check. Never log it."""
        headers = {"Content-MD5": base64.b64encode(md5).decode(), "Content-Type": media_type}
        url: str = self._client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentMD5": headers["Content-MD5"],
                "ContentType": media_type,
            },
            ExpiresIn=seconds,
        )
        return url, headers


def _client(settings: Settings, endpoint_url: str | None) -> Any:
    secret = settings.s3_secret_access_key
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint_url,
        aws_access_key_id=settings.s3_access_key_id,
        aws_secret_access_key=secret.get_secret_value() if secret else None,
        region_name=settings.s3_region,
        config=Config(
            signature_version="s3v4",
            connect_timeout=3,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
            max_pool_connections=16,
            # The store's own MD5 check is used; boto3's newer default trailers are not understood everywhere.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"} if endpoint_url else {},
        ),
    )


@contextmanager
def _translated(key: str | None = None) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING:
            raise ObjectMissing(f"The object store has no object {key}.") from error
        raise StoreUnavailable(f"The object store refused: {_code(error)}.") from error
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailable(f"The object store did not answer: {type(error).__name__}.") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@cache
def get_store() -> S3Store:
    """This process's store."""
    return S3Store(get_settings())
