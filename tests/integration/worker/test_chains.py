"""One job's output in another one's input, from acceptance to the end."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from shared.artifacts import uploads
from shared.errors import InputRefused
from shared.identifiers import new_id
from shared.jobs.states import JobState
from shared.storage.s3 import get_store
from tests.integration.jobs.actions import read, states, submit
from tests.integration.sent_files import send
from tests.integration.worker.conftest import MODEL, Rig
from tests.integration.worker.tiny_family import text_of

Submit = Callable[..., UUID]


def test_a_job_waits_for_the_text_that_its_prompt_needs(rig: Rig, submit_tiny: Submit) -> None:
    slogan = submit_tiny("a slogan", seed=3)
    poster = submit_tiny("Say: {slogan}!", inserts={"slogan": {"job": str(slogan)}})
    assert states([slogan, poster]) == [JobState.QUEUED, JobState.WAITING]

    rig.run()
    rig.run()

    assert states([slogan, poster]) == [JobState.SUCCEEDED, JobState.SUCCEEDED]
    assert rig.family.batches == [["a slogan"], [f"Say: {text_of('a slogan', 3)}!"]]


def test_equal_files_make_equal_jobs(workspace_id: UUID, tiny_model: None) -> None:
    ids = [
        submit(
            workspace_id,
            model=MODEL,
            input={"prompt": "{a}", "seed": 1, "inserts": {"a": {"upload": str(send(workspace_id, body).id)}}},
        )
        for body in (b"same", b"same", b"other")
    ]
    first, second, third = [read(job_id).fingerprint for job_id in ids]
    assert first == second != third


def test_a_file_that_is_gone_fails_its_job_alone(rig: Rig, workspace_id: UUID, submit_tiny: Submit) -> None:
    upload = send(workspace_id, b"words")
    doomed = submit_tiny("{a}", inserts={"a": {"upload": str(upload.id)}})
    neighbour = submit_tiny("fine")
    uploads.remove(get_store(), workspace_id, upload.id)

    rig.run()

    assert states([doomed, neighbour]) == [JobState.FAILED, JobState.SUCCEEDED]
    assert read(doomed).error_code == "no_longer_kept"
    assert "input.inserts.a" in str(read(doomed).error_message)


def test_a_reference_to_nothing_is_refused_by_its_field(submit_tiny: Submit) -> None:
    with pytest.raises(InputRefused) as caught:
        submit_tiny("{a}", inserts={"a": {"job": str(new_id())}})
    assert [problem.path for problem in caught.value.problems] == ["input.inserts.a"]
