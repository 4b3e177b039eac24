"""What a batch has made, as a ZIP, as a list, and in somebody's own bucket."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from uuid import UUID

import boto3
import pytest
from sqlalchemy import func, update

from shared.batches import exports
from shared.batches.archive import zip_results
from shared.batches.document import export_document
from shared.batches.exports import ExportRequest
from shared.batches.models import BatchItem, Export
from shared.batches.results import as_csv, as_jsonl, manifest, result_files
from shared.batches.states import BatchState, ExportState, ReviewState
from shared.config import get_settings
from shared.db import session_scope
from shared.errors import InputRefused, StateConflict
from shared.storage.s3 import get_store
from tests.integration.batches import workshop
from tests.integration.batches.workshop import table
from worker.batches import exporting, putting
from worker.batches.putting import PutFailed

pytestmark = pytest.mark.usefixtures("models")
IDS = ["plain", "a/b", "a b", "../../etc/passwd", "=cmd", "شاي", "", "x" * 150, "Plain", "end."]


@pytest.fixture
def batch_id(workspace_id: UUID) -> UUID:
    """Ten rows whose names would trip over one another, all run; the bad eleventh is not among them."""
    rows = [{"custom_id": custom_id, "name": f"Tea {place}"} for place, custom_id in enumerate(IDS)]
    made = workshop.launched(workspace_id, table([*rows, {"custom_id": "bad", "name": "\x01"}]))
    workshop.finish_all()
    assert workshop.look_again(workspace_id, made).state is BatchState.COMPLETED
    return made


def unzipped(chunks: Iterator[bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_file_has_a_safe_name_of_its_own(workspace_id: UUID, batch_id: UUID) -> None:
    names = [file.name for file in result_files(workspace_id, batch_id)]

    assert len({name.lower() for name in names}) == len(IDS)
    assert not any(part in name for name in names for part in ("/", "..", "\\"))
    assert names[0] == "plain~1.txt"
    assert names[1:3] == ["a-b~2.txt", "a-b~3.txt"]
    assert names[3] == "etc-passwd.txt"
    assert all(name.endswith(".txt") and len(name) < 110 for name in names)
    assert names == [file.name for file in result_files(workspace_id, batch_id)]


def test_a_list_goes_on_behind_any_item(workspace_id: UUID, batch_id: UUID) -> None:
    whole = list(result_files(workspace_id, batch_id))
    rest = list(result_files(workspace_id, batch_id, after=whole[3].item.id))

    assert [file.name for file in rest] == [file.name for file in whole[4:]]


def test_the_zip_holds_every_file_and_the_manifest(workspace_id: UUID, batch_id: UUID) -> None:
    found = unzipped(zip_results(get_store(), workspace_id, batch_id))

    files = {file.name: file for file in result_files(workspace_id, batch_id)}
    assert set(found) == {*files, "manifest.csv"}
    assert all(found[name] == str(file.item.job_id).encode() for name, file in files.items())


def test_a_file_that_the_store_lost_is_named_in_the_zip(workspace_id: UUID, batch_id: UUID) -> None:
    lost = next(result_files(workspace_id, batch_id))
    get_store().delete(lost.artifact.object_key)

    found = unzipped(zip_results(get_store(), workspace_id, batch_id))

    assert found["missing.txt"] == f"{lost.name}\n".encode()
    assert lost.name not in found


def test_no_cell_of_the_manifest_is_a_formula(workspace_id: UUID) -> None:
    ids = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "fine"]
    made = workshop.launched(workspace_id, table([{"id": each, "name": "Tea"} for each in ids]))
    workshop.finish_all()
    workshop.look_again(workspace_id, made)

    text = b"".join(as_csv(manifest(workspace_id, made))).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["custom_id"] for row in rows] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "x", "fine"]
    assert {row["state"] for row in rows} == {"succeeded"}
    lines = [json.loads(line) for line in b"".join(as_jsonl(manifest(workspace_id, made))).splitlines()]
    assert [line["custom_id"] for line in lines][:4] == ids[:4]
    assert all(line["file"] and len(line["sha256"]) == 64 for line in lines)


def test_only_what_was_approved_leaves_when_that_is_asked_for(workspace_id: UUID, batch_id: UUID) -> None:
    first = workshop.items_of(batch_id)[0]
    with session_scope() as session:
        session.execute(update(BatchItem).where(BatchItem.id == first.id).values(review=ReviewState.APPROVED))

    assert [file.item.id for file in result_files(workspace_id, batch_id, only_approved=True)] == [first.id]
    assert len(list(manifest(workspace_id, batch_id, only_approved=True))) == 1


# --- copies to somebody's own bucket ---


def request(**fields: object) -> ExportRequest:
    settings = get_settings()
    assert settings.s3_secret_access_key is not None
    asked: dict[str, object] = {
        "bucket": "customer",
        "prefix": "autumn/teas",
        "endpoint_url": settings.s3_endpoint_url,
        "access_key_id": settings.s3_access_key_id,
        "secret_access_key": settings.s3_secret_access_key.get_secret_value(),
        **fields,
    }
    return ExportRequest.model_validate(asked)


@pytest.fixture
def customer() -> Iterator[object]:
    """The customer's bucket."""
    settings = get_settings()
    assert settings.s3_secret_access_key is not None
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        aws_access_key_id=settings.s3_access_key_id,
        aws_secret_access_key=settings.s3_secret_access_key.get_secret_value(),
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="customer")
    yield client
    for key in keys(client):
        client.delete_object(Bucket="customer", Key=key)
    client.delete_bucket(Bucket="customer")


def keys(client: object) -> list[str]:
    listed = client.list_objects_v2(Bucket="customer")  # type: ignore[attr-defined]
    return [each["Key"] for each in listed.get("Contents", ())]


def export(workspace_id: UUID, batch_id: UUID, **fields: object) -> UUID:
    with session_scope(workspace_id) as session:
        return exports.create_export(session, workspace_id, batch_id, request(**fields)).id


def exported(workspace_id: UUID, export_id: UUID) -> Export:
    with session_scope(workspace_id) as session:
        return exports.get_export(session, workspace_id, export_id)


def test_results_are_copied_to_a_customer_s_bucket(workspace_id: UUID, batch_id: UUID, customer: object) -> None:
    export_id = export(workspace_id, batch_id, pattern="{row}/{custom_id}.{ext}")
    workshop.advance()

    found = exported(workspace_id, export_id)
    assert (found.state, found.copied, found.error_message) == (ExportState.SUCCEEDED, len(IDS), None)
    names = [file.name for file in result_files(workspace_id, batch_id, pattern="{row}/{custom_id}.{ext}")]
    wanted = [*(f"autumn/teas/{name}" for name in names), "autumn/teas/manifest.csv", "autumn/teas/manifest.jsonl"]
    assert sorted(keys(customer)) == sorted(wanted)
    body = customer.get_object(Bucket="customer", Key=wanted[0])  # type: ignore[attr-defined]
    assert body["Body"].read() == str(workshop.items_of(batch_id)[0].job_id).encode()
    assert found.credentials == b"", "they are forgotten"
    assert "secret" not in json.dumps(export_document(found))


def test_a_copy_that_breaks_off_goes_on_where_it_was(
    workspace_id: UUID, batch_id: UUID, customer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_ITEMS_AT_ONCE", 2)
    monkeypatch.setattr(exporting, "_AT_ONCE", 1)
    sent: list[str] = []

    def break_off_at_the_sixth(url: str, *arguments: object) -> None:
        sent.append(url.split("?", maxsplit=1)[0])
        if len(sent) == 6:
            raise PutFailed("The bucket's server answered 503 (SlowDown).", may_pass=True)
        putting.put(url, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(exporting, "put", break_off_at_the_sixth)
    export_id = export(workspace_id, batch_id)
    workshop.advance()
    broken_off = exported(workspace_id, export_id)
    assert (broken_off.state, broken_off.copied) == (ExportState.RUNNING, 4)
    assert broken_off.error_message == "The bucket's server answered 503 (SlowDown)."
    make_due(export_id)
    workshop.advance()

    found = exported(workspace_id, export_id)
    assert (found.state, found.copied) == (ExportState.SUCCEEDED, len(IDS))
    assert len(sent) == len(IDS) + 2 + 2, "the two of the page that broke off once more, and two manifests"
    assert len(keys(customer)) == len(IDS) + 2


@pytest.mark.usefixtures("customer")
def test_a_bucket_that_refuses_ends_the_copy_with_what_it_answered(workspace_id: UUID, batch_id: UUID) -> None:
    export_id = export(workspace_id, batch_id, secret_access_key="wrong")
    workshop.advance()

    found = exported(workspace_id, export_id)
    assert found.state is ExportState.FAILED
    assert found.error_message is not None
    assert "403 (SignatureDoesNotMatch)" in found.error_message


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"endpoint_url": "https://169.254.169.254"}, "endpoint_url"),
        ({"pattern": "{colour}.{ext}"}, "pattern"),
        ({"pattern": "all.{ext}"}, "pattern"),
        ({"pattern": "{custom_id}"}, "pattern"),
        ({"pattern": "../{custom_id}.{ext}"}, "pattern"),
        ({"pattern": "{custom_id.__class__}.{ext}"}, "pattern"),
        ({"prefix": "a/../b"}, "prefix"),
    ],
)
def test_a_target_that_cannot_work_is_refused_at_once(
    workspace_id: UUID, batch_id: UUID, fields: dict[str, object], path: str
) -> None:
    with session_scope(workspace_id) as session, pytest.raises(InputRefused) as refused:
        exports.create_export(session, workspace_id, batch_id, request(**fields))

    assert refused.value.problems[0].path == path


def test_nothing_is_copied_before_the_batch_has_ended(workspace_id: UUID) -> None:
    made = workshop.launched(workspace_id, table(workshop.teas(2)))

    with session_scope(workspace_id) as session, pytest.raises(StateConflict):
        exports.create_export(session, workspace_id, made, request())


def test_exports_are_listed_newest_first(workspace_id: UUID, batch_id: UUID) -> None:
    made = [export(workspace_id, batch_id) for _ in range(2)]
    with session_scope(workspace_id) as session:
        assert [each.id for each in exports.list_exports(session, workspace_id, batch_id)] == list(reversed(made))


def make_due(export_id: UUID) -> None:
    """As if its pause were over."""
    with session_scope() as session:
        session.execute(update(Export).where(Export.id == export_id).values(due_at=func.now()))
