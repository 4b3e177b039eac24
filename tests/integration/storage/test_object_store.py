"""The conformance suite of ``ObjectStore``: what every store has to keep, run against S3."""

from __future__ import annotations

import hashlib
import os

import httpx
import pytest

from shared.errors import ObjectMissing
from shared.storage.base import ObjectStore, Span

BODY = b"eight by" * 40_000


def test_what_was_put_is_read_back_whole(store: ObjectStore, prefix: str) -> None:
    store.put(f"{prefix}/a.bin", BODY, "application/octet-stream")

    chunks = list(store.read(f"{prefix}/a.bin", chunk_size=50_000))

    assert b"".join(chunks) == BODY
    assert len(chunks) > 1
    assert store.stat(f"{prefix}/a.bin").size == len(BODY)


def test_an_empty_object_is_an_object(store: ObjectStore, prefix: str) -> None:
    store.put(f"{prefix}/empty", b"", "text/plain")

    assert b"".join(store.read(f"{prefix}/empty")) == b""
    assert store.stat(f"{prefix}/empty").size == 0


@pytest.mark.parametrize("span", [Span(0, 1), Span(3, 100_003), Span(len(BODY) - 5, len(BODY))])
def test_a_span_is_read_without_the_rest(store: ObjectStore, prefix: str, span: Span) -> None:
    store.put(f"{prefix}/a.bin", BODY, "application/octet-stream")

    assert b"".join(store.read(f"{prefix}/a.bin", span=span)) == BODY[span.start : span.stop]


def test_a_later_put_replaces_an_earlier_one(store: ObjectStore, prefix: str) -> None:
    for body in (b"first", b"second"):
        store.put(f"{prefix}/a.txt", body, "text/plain")

    assert b"".join(store.read(f"{prefix}/a.txt")) == b"second"


def test_a_missing_object_is_missing_before_the_first_byte(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(ObjectMissing):
        store.stat(f"{prefix}/nothing")
    with pytest.raises(ObjectMissing):
        store.read(f"{prefix}/nothing")


def test_a_deleted_object_is_gone_and_deleting_it_again_is_fine(store: ObjectStore, prefix: str) -> None:
    store.put(f"{prefix}/a.txt", b"text", "text/plain")
    store.delete(f"{prefix}/a.txt")
    store.delete(f"{prefix}/a.txt")

    with pytest.raises(ObjectMissing):
        store.stat(f"{prefix}/a.txt")


def test_a_list_holds_everything_below_the_prefix_and_nothing_else(store: ObjectStore, prefix: str) -> None:
    names = {f"{prefix}/one/{number}.txt" for number in range(5)}
    for name in (*names, f"{prefix}/two/other.txt"):
        store.put(name, b"text", "text/plain")

    found = list(store.list(f"{prefix}/one/"))

    assert {item.key for item in found} == names
    assert {item.size for item in found} == {4}
    assert all(item.modified_at.tzinfo is not None for item in found)
    assert list(store.list(f"{prefix}/three/")) == []


def test_pages_follow_one_another_without_a_gap_or_a_repeat(store: ObjectStore, prefix: str) -> None:
    names = [f"{prefix}/{folder}/{number}.txt" for folder in ("a", "b", "b-c", "b.d") for number in range(3)]
    for name in names:
        store.put(name, b"text", "text/plain")

    pages = [store.list_page(f"{prefix}/", limit=5)]
    while pages[-1].next_after is not None:
        pages.append(store.list_page(f"{prefix}/", pages[-1].next_after, limit=5))

    found = [item.key for page in pages for item in page.objects]
    assert sorted(found) == sorted(names)
    assert [len(page.objects) for page in pages] == [5, 5, 2]
    assert {item.size for page in pages for item in page.objects} == {4}


def test_a_page_goes_on_after_a_key_that_is_gone(store: ObjectStore, prefix: str) -> None:
    for number in range(4):
        store.put(f"{prefix}/{number}.txt", b"text", "text/plain")
    store.delete(f"{prefix}/1.txt")

    page = store.list_page(f"{prefix}/", f"{prefix}/1.txt")

    assert [item.key for item in page.objects] == [f"{prefix}/2.txt", f"{prefix}/3.txt"]
    assert page.next_after is None
    assert store.list_page(f"{prefix}/", f"{prefix}/3.txt").objects == []


def test_many_are_deleted_at_once_and_those_that_are_gone_are_fine(store: ObjectStore, prefix: str) -> None:
    names = [f"{prefix}/{number} & <more>.txt" for number in range(12)]
    for name in names:
        store.put(name, b"text", "text/plain")

    store.delete_many([*names[:10], f"{prefix}/never-there.txt"])
    store.delete_many(names[:10])
    store.delete_many([])

    assert [item.key for item in store.list(f"{prefix}/")] == sorted(names[10:])


def test_a_link_downloads_the_object_as_an_attachment_of_its_type(store: ObjectStore, prefix: str) -> None:
    store.put(f"{prefix}/a.bin", BODY, "application/octet-stream")

    reply = httpx.get(store.link(f"{prefix}/a.bin", "a picture\r\nX-Evil: 1.png", "image/png"))

    assert reply.status_code == 200
    assert hashlib.sha256(reply.content).digest() == hashlib.sha256(BODY).digest()
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["content-disposition"] == 'attachment; filename="a-picture-X-Evil-1.png"'
    assert "x-evil" not in reply.headers


def test_a_link_is_good_for_one_object_and_no_other_verb(store: ObjectStore, prefix: str) -> None:
    store.put(f"{prefix}/a.txt", b"a", "text/plain")
    store.put(f"{prefix}/b.txt", b"b", "text/plain")
    link = store.link(f"{prefix}/a.txt", "a.txt", "text/plain")

    assert httpx.get(link.replace("a.txt?", "b.txt?")).status_code == 403
    assert httpx.put(link, content=b"changed").status_code == 403
    assert b"".join(store.read(f"{prefix}/a.txt")) == b"a"


def test_random_bytes_survive(store: ObjectStore, prefix: str) -> None:
    body = os.urandom(3_000_000)
    store.put(f"{prefix}/random", body, "application/octet-stream")

    assert b"".join(store.read(f"{prefix}/random")) == body
