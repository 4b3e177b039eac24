"""The files of an input in the worker: fetched, verified, waited for, and missed with a clear word."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from pydantic import Field
from sqlalchemy import func, update

from shared.artifacts import uploads
from shared.artifacts.models import Artifact, Upload
from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import ImageFile, TextFile
from shared.catalog.inputs.text import TextInput
from shared.config import Settings, get_settings
from shared.db import session_scope
from shared.errors import NoLongerKept, StoredObjectMismatch, StoreUnavailable
from shared.jobs.claims import Claim
from shared.storage.base import ObjectStore
from shared.storage.formats import PNG
from shared.storage.s3 import S3Store, get_store
from tests.integration.jobs.actions import another_workspace, artifacts, claim_one, submit
from tests.integration.sent_files import send
from tests.integration.web.results import finish_with
from tests.integration.worker.gate import Gate
from worker import outage
from worker.inputs import InputFiles
from worker.lease import Hold

pytestmark = pytest.mark.usefixtures("models")


class Poster(JobInput):
    """A picture with words on it."""

    image: ImageFile = Field(description="The picture.")
    words: TextFile | None = Field(default=None, description="The words.")

    def batch_shape(self) -> tuple[Any, ...]:
        return ()


def poster(image: dict[str, Any], **fields: Any) -> Poster:
    return Poster.model_validate({"image": image, "seed": 7, **fields})


@pytest.fixture
def claimed(workspace_id: UUID) -> Claim:
    """A job of the workspace, in this worker's hands."""
    submit(workspace_id)
    return claim_one()


def fetch(claimed: Claim, job_input: JobInput, store: ObjectStore | None = None) -> Any:
    InputFiles(store or get_store()).attach(Hold([claimed]), claimed, job_input)
    return job_input


def test_every_file_is_attached_with_its_type(workspace_id: UUID, claimed: Claim) -> None:
    submit(workspace_id)
    (artifact,) = artifacts(finish_with(b"Wake up."))
    image = send(workspace_id, b"pixels" * 100_000, PNG)

    fetched = fetch(claimed, poster({"upload": str(image.id)}, words={"artifact": str(artifact.id)}))

    assert fetched.image.file().body == b"pixels" * 100_000
    assert fetched.image.file().media_type == "image/png"
    assert fetched.words.file().text() == "Wake up."


def test_a_picture_that_many_jobs_share_is_read_once(
    workspace_id: UUID, claimed: Claim, gated_store: ObjectStore, gate: Gate
) -> None:
    image = send(workspace_id, b"pixels", PNG)
    files = InputFiles(gated_store)
    first, second = (poster({"upload": str(image.id)}) for _ in range(2))
    gate.open()
    files.attach(Hold([claimed]), claimed, first)

    gate.shut()
    files.attach(Hold([claimed]), claimed, second)

    assert first.image.file().body is second.image.file().body


def test_another_job_s_texts_stand_in_the_prompt(workspace_id: UUID, claimed: Claim) -> None:
    submit(workspace_id, input={"prompt": "Coffee", "seed": 7, "num_return_sequences": 2})
    parent = finish_with(b"Wake up.", b"Sleep on.\n")
    job_input = TextInput.model_validate(
        {"prompt": "Translate: {slogan}", "seed": 7, "inserts": {"slogan": {"job": str(parent), "output": 1}}}
    )

    assert fetch(claimed, job_input).with_inserts().prompt == "Translate: Sleep on."


def test_an_input_without_files_needs_neither_store_nor_database(claimed: Claim, gated_store: ObjectStore) -> None:
    job_input = TextInput.model_validate({"prompt": "Coffee {}", "seed": 7})
    assert fetch(claimed, job_input, gated_store).prompt == "Coffee {}"


def test_a_file_that_is_gone_fails_the_job_by_the_field_that_names_it(workspace_id: UUID, claimed: Claim) -> None:
    removed, lost = send(workspace_id, b"one", PNG), send(workspace_id, b"two", PNG)
    uploads.remove(get_store(), workspace_id, removed.id)
    get_store().delete(lost.object_key)
    for upload in (removed, lost):
        with pytest.raises(NoLongerKept, match=r"input\.image: the file is no longer") as caught:
            fetch(claimed, poster({"upload": str(upload.id)}))
        assert not caught.value.retryable


def test_an_output_that_its_workspace_no_longer_keeps_is_gone(workspace_id: UUID, claimed: Claim) -> None:
    submit(workspace_id)
    parent = finish_with(b"Wake up.")
    with session_scope() as session:
        session.execute(update(Artifact).values(removed_at=func.now()))
    with pytest.raises(NoLongerKept, match=r"input\.words"):
        fetch(claimed, poster({"upload": str(send(workspace_id, b"x", PNG).id)}, words={"job": str(parent)}))


def test_another_workspace_s_file_is_never_fetched(claimed: Claim) -> None:
    theirs = send(another_workspace("other"), b"pixels", PNG)
    with pytest.raises(NoLongerKept):
        fetch(claimed, poster({"upload": str(theirs.id)}))


def test_an_upload_over_its_time_is_read_as_long_as_it_is_there(workspace_id: UUID, claimed: Claim) -> None:
    image = send(workspace_id, b"pixels", PNG)
    with session_scope() as session:
        session.execute(update(Upload).values(expires_at=func.now()))
    assert fetch(claimed, poster({"upload": str(image.id)})).image.file().body == b"pixels"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes pass in two seconds."""
    monkeypatch.setattr(outage, "OUTAGE_SECONDS", 2)


def test_bytes_that_are_not_those_that_were_sent_are_not_used(
    workspace_id: UUID, claimed: Claim, impatient: None
) -> None:
    image = send(workspace_id, b"pixels", PNG)
    get_store().put(image.object_key, b"pixelz", "image/png")
    with pytest.raises(StoredObjectMismatch) as caught:
        fetch(claimed, poster({"upload": str(image.id)}))
    assert caught.value.retryable


@pytest.fixture
def gate(database: None) -> Any:
    """The only way to the store, and it is shut."""
    address = urlsplit(get_settings().s3_endpoint_url or "")
    with Gate((address.hostname or "", address.port or 0)) as made:
        yield made


@pytest.fixture
def gated_store(gate: Gate) -> ObjectStore:
    settings = {**get_settings().model_dump(), "s3_endpoint_url": f"http://127.0.0.1:{gate.port}"}
    return S3Store(Settings.model_validate(settings))


def test_a_store_that_comes_back_is_waited_for(
    workspace_id: UUID, claimed: Claim, gate: Gate, gated_store: ObjectStore
) -> None:
    image = send(workspace_id, b"pixels", PNG)
    timer = threading.Timer(1, gate.open)
    timer.start()
    fetched = fetch(claimed, poster({"upload": str(image.id)}), gated_store)
    assert fetched.image.file().body == b"pixels"


def test_a_store_that_stays_away_is_an_outage_and_not_a_missing_file(
    workspace_id: UUID, claimed: Claim, gated_store: ObjectStore, impatient: None
) -> None:
    image = send(workspace_id, b"pixels", PNG)
    with pytest.raises(StoreUnavailable):
        fetch(claimed, poster({"upload": str(image.id)}), gated_store)
