"""Files of inputs at acceptance: there, of the right kind, the workspace's own, and equal where their content is."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from pydantic import Field
from sqlalchemy import event, func, select, text, update

from shared.artifacts.models import Artifact, Upload
from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import ImageFile, TextFile
from shared.catalog.inputs.text import TextInput
from shared.db import get_engine, session_scope
from shared.errors import InputRefused
from shared.identifiers import new_id
from shared.jobs import files, retention
from shared.jobs.files import Resolved
from shared.storage.formats import PNG, WAV
from tests.integration.jobs.actions import another_workspace, artifacts, cancel, claim_one, finish, read, submit
from tests.integration.sent_files import send

pytestmark = pytest.mark.usefixtures("models")


class Poster(JobInput):
    """A picture with words on it."""

    image: ImageFile = Field(description="The picture.")
    words: tuple[TextFile, ...] = Field(default=(), description="The words.")
    size: int = Field(default=512, description="Pixels.")

    def batch_shape(self) -> tuple[Any, ...]:
        return ()


def poster(image: Any, *words: Any, **fields: Any) -> Poster:
    return Poster.model_validate({"image": image, "words": words, "seed": 7, **fields})


def resolve(workspace_id: UUID, job_input: JobInput) -> Resolved:
    with session_scope(workspace_id) as session:
        return files.resolve(session, workspace_id, job_input)


def problems(workspace_id: UUID, job_input: JobInput) -> dict[str, str]:
    with pytest.raises(InputRefused) as caught:
        resolve(workspace_id, job_input)
    return {problem.path: problem.message for problem in caught.value.problems}


def picture(workspace_id: UUID, body: bytes = b"pixels") -> dict[str, str]:
    return {"upload": str(send(workspace_id, body, PNG).id)}


def written(workspace_id: UUID, **fields: Any) -> UUID:
    """A text job that has succeeded."""
    job_id = submit(workspace_id, **fields)
    finish(claim_one())
    return job_id


def test_an_input_without_files_is_itself_and_asks_nothing(workspace_id: UUID) -> None:
    job_input = TextInput.model_validate({"prompt": "Coffee", "seed": 7})
    asked: list[str] = []
    with session_scope(workspace_id) as session:
        listener = lambda *found: asked.append(found[2])  # noqa: E731
        event.listen(get_engine(), "before_cursor_execute", listener)
        resolved = files.resolve(session, workspace_id, job_input)
    event.remove(get_engine(), "before_cursor_execute", listener)
    assert resolved == Resolved(job_input.model_dump(mode="json", exclude_none=True), {})
    assert asked == []


def test_equal_content_counts_as_equal_whatever_it_is_called(workspace_id: UUID) -> None:
    written(workspace_id)
    with session_scope() as session:
        artifact = session.scalars(select(Artifact)).one()
    upload = send(workspace_id, b"words of a job")
    with session_scope() as session:
        session.execute(update(Artifact).values(sha256=upload.sha256))
    image = picture(workspace_id)

    by_upload = resolve(workspace_id, poster(image, {"upload": str(upload.id)}))
    by_artifact = resolve(workspace_id, poster(image, {"artifact": str(artifact.id)}))
    other = resolve(workspace_id, poster(image, {"upload": str(send(workspace_id, b"other words").id)}))

    assert by_upload.normalised == by_artifact.normalised
    assert by_upload.normalised["words"] == [{"sha256": upload.sha256.hex()}]
    assert by_upload.normalised["size"] == 512
    assert other.normalised != by_upload.normalised


def test_an_artifact_s_job_is_a_parent_so_that_its_file_is_kept(workspace_id: UUID) -> None:
    job_id = written(workspace_id)
    (artifact,) = artifacts(job_id)
    resolved = resolve(workspace_id, poster(picture(workspace_id), {"artifact": str(artifact.id)}))
    assert resolved.parents == {job_id: "input.words.0"}


def test_another_job_s_output_is_its_fingerprint_and_makes_it_a_parent(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, input={"prompt": "Coffee", "seed": 7, "num_return_sequences": 3})
    reference = {"job": str(job_id), "output": 2}

    resolved = resolve(workspace_id, poster(picture(workspace_id), reference, reference))

    assert resolved.parents == {job_id: "input.words.0"}
    assert resolved.normalised["words"] == [{"fingerprint": read(job_id).fingerprint.hex(), "output": 2}] * 2


def test_whatever_is_not_there_is_refused_by_the_field_that_names_it(workspace_id: UUID) -> None:
    nobody = new_id()
    assert problems(workspace_id, poster({"upload": str(nobody)}, {"artifact": str(nobody)}, {"job": str(nobody)})) == {
        "input.image": f"there is no upload {nobody} in this workspace",
        "input.words.0": f"there is no artifact {nobody} in this workspace",
        "input.words.1": f"there is no job {nobody} in this workspace",
    }


def test_another_workspace_s_files_are_not_there(workspace_id: UUID) -> None:
    other = another_workspace("other")
    job_id = written(other)
    (artifact,) = artifacts(job_id)
    theirs = poster(picture(other), {"artifact": str(artifact.id)}, {"job": str(job_id)})
    assert set(problems(workspace_id, theirs)) == {"input.image", "input.words.0", "input.words.1"}
    assert resolve(other, theirs).parents


def test_a_file_of_another_kind_is_refused_with_what_the_field_takes(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    recording = {"upload": str(send(workspace_id, b"sound", WAV).id)}
    assert problems(workspace_id, poster(recording, picture(workspace_id))) == {
        "input.image": "is audio/wav; this takes image/png, image/jpeg, image/webp",
        "input.words.0": "is image/png; this takes text/plain, application/x-subrip, text/vtt, application/json",
    }
    assert problems(workspace_id, poster({"job": str(job_id)})) == {
        "input.image": f"output 0 of job {job_id} is text; this takes image/png, image/jpeg, image/webp"
    }


def test_an_output_that_a_job_does_not_yield_is_refused(workspace_id: UUID) -> None:
    one = submit(workspace_id)
    three = submit(workspace_id, input={"prompt": "Coffee", "seed": 7, "num_return_sequences": 3})
    words = [{"job": str(one), "output": 1}, {"job": str(three), "output": 3}]
    assert problems(workspace_id, poster(picture(workspace_id), *words)) == {
        "input.words.0": f"job {one} yields one output, 0; there is no output 1",
        "input.words.1": f"job {three} yields outputs 0 to 2; there is no output 3",
    }


def test_a_job_that_will_never_succeed_is_refused(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    cancel(workspace_id, job_id)
    found = problems(workspace_id, poster(picture(workspace_id), {"job": str(job_id)}))
    assert found == {"input.words.0": f"job {job_id} has canceled already"}


def test_files_that_are_no_longer_kept_are_refused(workspace_id: UUID) -> None:
    job_id = written(workspace_id)
    (artifact,) = artifacts(job_id)
    image = picture(workspace_id)
    with session_scope() as session:
        session.execute(update(Artifact).values(removed_at=func.now()))
        session.execute(update(Upload).values(expires_at=func.now()))
    found = problems(workspace_id, poster(image, {"artifact": str(artifact.id)}, {"job": str(job_id)}))
    assert set(found) == {"input.image", "input.words.0", "input.words.1"}
    assert "no longer kept" in found["input.words.0"]
    assert "no longer kept" in found["input.words.1"]


def test_a_job_that_names_an_upload_keeps_it_for_another_thirty_days(workspace_id: UUID) -> None:
    image = picture(workspace_id)
    with session_scope() as session:
        session.execute(update(Upload).values(expires_at=func.now() + text("interval '1 hour'")))
    resolve(workspace_id, poster(image))
    with session_scope() as session:
        kept = session.scalars(select(Upload.expires_at > func.now() + text("interval '29 days'"))).one()
    assert kept


def test_many_inputs_are_resolved_by_as_many_statements_as_one(workspace_id: UUID) -> None:
    job_id = written(workspace_id)
    (artifact,) = artifacts(job_id)
    image = picture(workspace_id)
    good = poster(image, {"artifact": str(artifact.id)}, {"job": str(job_id)})
    bad = poster({"upload": str(new_id())})
    asked: dict[int, int] = {}
    for number in (1, 50):
        statements: list[str] = []
        with session_scope(workspace_id) as session:
            listener = lambda *found, heard=statements: heard.append(found[2])  # noqa: E731
            event.listen(get_engine(), "before_cursor_execute", listener)
            resolved = files.resolve_all(session, workspace_id, [good] * number + [bad])
        event.remove(get_engine(), "before_cursor_execute", listener)
        assert [isinstance(each, Resolved) for each in resolved] == [True] * number + [False]
        asked[number] = len(statements)
    assert asked[1] == asked[50]


def test_what_is_being_accepted_on_a_file_keeps_it_from_being_removed(workspace_id: UUID) -> None:
    """A removal of the file waits until the acceptance has ended."""
    job_id = written(workspace_id)
    (artifact,) = artifacts(job_id)
    with session_scope() as session:
        session.execute(update(Artifact).values(created_at=func.now() - text("interval '9 days'")))
        session.execute(text("UPDATE workspaces SET keep_files_days = 1"))
    with session_scope(workspace_id) as session:
        files.resolve(session, workspace_id, poster(picture(workspace_id), {"artifact": str(artifact.id)}))
        with session_scope() as sweeper:
            assert retention.remove_files(sweeper) == (0, [])
    with session_scope() as sweeper:
        assert retention.remove_files(sweeper)[0] == 1


def test_many_who_accept_jobs_on_the_same_old_uploads_at_once_all_succeed(workspace_id: UUID) -> None:
    """Each wants to put off the uploads' end; waiting for each other would be a deadlock."""
    image, words = picture(workspace_id), [{"upload": str(send(workspace_id, body).id)} for body in (b"one", b"two")]
    with session_scope() as session:
        session.execute(update(Upload).values(expires_at=func.now() + text("interval '1 hour'")))
    resolved: list[Resolved] = []

    def accept(order: int) -> None:
        resolved.append(resolve(workspace_id, poster(image, *words[::order])))

    threads = [threading.Thread(target=accept, args=(order,)) for order in (1, -1) * 6]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(resolved) == len(threads)
