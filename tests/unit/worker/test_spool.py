"""What a machine keeps of results: whole or not at all, within a limit, and only for whom it was made."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from os import utime
from pathlib import Path

import pytest

from shared.jobs.claims import Claim
from tests.unit.worker.claims import some_claims
from worker.media.base import EncodedMedia
from worker.spool import Result, Spool, SpoolFull

MEBIBYTE = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    return Spool(folder, 10 * MEBIBYTE)


def result_of(claim: Claim, *bodies: bytes) -> Result:
    files = [EncodedMedia(body, "image/png", "png", {"width": index}) for index, body in enumerate(bodies)]
    return Result(claim, tuple(files), 1.25)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The system refuses to write more into one file, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_kept_result_is_recalled_as_it_was_by_another_claim_of_the_same_job(spool: Spool, folder: Path) -> None:
    (claim,) = some_claims(1)
    spool.keep([result_of(claim, b"first\n", b"", b"\x00\xff" * 1000)])
    later = replace(claim, fence=claim.fence + 7, attempts=2)

    recalled = Spool(folder, 0).recall(later)

    assert recalled == replace(result_of(claim, b"first\n", b"", b"\x00\xff" * 1000), claim=later)
    spool.remove([claim.job_id])
    assert spool.recall(claim) is None


def test_a_result_of_another_input_is_not_recalled(spool: Spool) -> None:
    (claim,) = some_claims(1)
    spool.keep([result_of(claim, b"text")])

    assert spool.recall(replace(claim, fingerprint=b"2" * 32)) is None
    assert spool.job_ids() == []


@pytest.mark.parametrize("kept", [0, 10, -1])
def test_a_damaged_result_is_not_recalled_and_makes_room(spool: Spool, folder: Path, kept: int) -> None:
    (claim,) = some_claims(1)
    spool.keep([result_of(claim, b"some text")])
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:kept] + bytes(len(whole[kept:])))

    assert spool.recall(claim) is None
    assert list(folder.iterdir()) == []


def test_what_exceeds_the_limit_is_refused_as_a_whole(folder: Path) -> None:
    spool = Spool(folder, 100_000)
    first, second, third = some_claims(3)
    spool.keep([result_of(first, b"a" * 60_000)])

    with pytest.raises(SpoolFull):
        spool.keep([result_of(second, b"b" * 1000), result_of(third, b"c" * 40_000)])

    assert spool.job_ids() == [first.job_id]
    assert spool.fits(1, 30_000)
    assert not spool.fits(1, 40_000)


def test_the_limit_is_the_machine_s_and_not_each_worker_s(folder: Path) -> None:
    first, second = some_claims(2)
    Spool(folder, 100_000).keep([result_of(first, b"a" * 60_000)])

    with pytest.raises(SpoolFull):
        Spool(folder, 100_000).keep([result_of(second, b"b" * 60_000)])


def test_a_disk_that_refuses_leaves_nothing_behind(spool: Spool, folder: Path) -> None:
    small, large = some_claims(2)
    with no_file_larger_than(50_000), pytest.raises(SpoolFull):
        spool.keep([result_of(small, b"a" * 1000), result_of(large, b"b" * 200_000)])

    assert list(folder.iterdir()) == []
    spool.keep([result_of(large, b"b" * 200_000)])
    assert spool.recall(large) is not None


def test_a_result_that_is_kept_already_is_not_written_again(spool: Spool, folder: Path) -> None:
    (claim,) = some_claims(1)
    spool.keep([result_of(claim, b"text")])
    written = next(folder.iterdir()).stat()

    spool.keep([result_of(claim, b"text")])

    assert next(folder.iterdir()).stat() == written


def test_a_folder_that_others_can_write_to_is_not_believed(spool: Spool, folder: Path) -> None:
    (claim,) = some_claims(1)
    spool.keep([result_of(claim, b"text")])
    folder.chmod(0o777)

    assert spool.recall(claim) is None
    with pytest.raises(SpoolFull):
        spool.keep([result_of(claim, b"text")])
    folder.chmod(0o700)
    assert spool.recall(claim) is not None


def test_a_folder_that_is_a_link_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "spool").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SpoolFull):
        Spool(tmp_path / "spool", MEBIBYTE).keep([result_of(some_claims(1)[0], b"text")])
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_old_and_the_unfinished_are_removed(spool: Spool, folder: Path) -> None:
    old, young = some_claims(2)
    spool.keep([result_of(old, b"text"), result_of(young, b"text")])
    unfinished = folder / f"{old.job_id}.1.partial"
    unfinished.write_bytes(b"half")
    (folder / f"{young.job_id}.2.partial").write_bytes(b"being written")
    for path, age in ((folder / f"{old.job_id}.result", 49 * 3600), (unfinished, 3600)):
        utime(path, (time.time() - age,) * 2)

    spool.remove_old()

    assert spool.job_ids() == [young.job_id]
    assert [path.name for path in folder.glob("*.partial")] == [f"{young.job_id}.2.partial"]
