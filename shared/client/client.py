"""The client: one method a thing one can do with the API."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx

from shared.client import downloads
from shared.client.batches import Batches
from shared.client.campaigns import Campaigns
from shared.client.documents import Artifact, Job, Model, Receipt, TimelineEntry, Worker
from shared.client.errors import DownloadFailed
from shared.client.following import Following, JobNews
from shared.client.input_files import InputFile, with_files
from shared.client.templates import BrandKits, Templates
from shared.client.transport import Transport
from shared.client.uploads import Upload, Uploads
from shared.client.webhooks import Webhooks
from shared.jobs.states import JobState

_DAY = 86_400.0
_PAGE = 100


class Client:
    """A workspace's jobs, over HTTP. Safe to use from several threads.

    Connection errors and the statuses 429, 502, 503 and 504 are tried again for ``patience`` seconds; a submission
    carries a key that makes its repeat the same job. ``timeout`` is in seconds and for each step of one try. Every
    method raises ``RequestRefused`` and ``ServerUnreachable``.
    """

    def __init__(self, url: str, api_key: str, *, timeout: float = 30.0, patience: float = 60.0) -> None:
        self._transport = Transport(url, api_key, timeout=timeout, patience=patience)
        self._timeout = timeout
        self.uploads = Uploads(self._transport)
        """Files that jobs read."""
        self.webhooks = Webhooks(self._transport)
        """Endpoints and deliveries."""
        self.batches = Batches(self._transport, self.uploads)
        """One job a row of a table."""
        self.campaigns = Campaigns(self._transport, self.uploads)
        """Rows of a table in every template, size and locale."""
        self.templates = Templates(self._transport)
        """Layouts of creatives."""
        self.brand_kits = BrandKits(self._transport)
        """Colours, fonts, logos and words of brands."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The server's address."""
        return self._transport.url

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def upload(self, path: Path | str) -> Upload:
        """Send a file that jobs can read: its ``reference`` stands for it in an input. Raises ``OSError``, too."""
        return self.uploads.add(Path(path))

    def submit(
        self,
        model: str,
        job_input: Mapping[str, Any],
        *,
        files: Mapping[str, InputFile | Sequence[InputFile]] | None = None,
        priority: str = "normal",
        labels: Mapping[str, Any] | None = None,
        run_after: datetime | None = None,
        expires_after: float | None = None,
        depends_on: Sequence[str] = (),
        on_dependency_failure: str = "fail",
        reuse: bool = True,
        webhook_url: str | None = None,
        webhook_events: Sequence[str] | None = None,
        idempotency_key: str | None = None,
        wait_seconds: int = 0,
    ) -> Job:
        """Submit a job: once, however often the request has to be sent.

        ``files`` are sent first and named in the input by their fields: ``{"image": "portrait.png"}``; one that the
        server has is ``"artifact:<id>"``, ``"job:<id>"``, an ``Upload`` or a reference as in JSON. It runs not
        before ``run_after``, which has a time zone, and fails unless it has begun ``expires_after`` seconds from now.
        Without ``reuse`` it is generated even if an equal job has been. ``idempotency_key`` makes it once over several
        calls, too. With ``wait_seconds`` (60 at most) the server answers when the job has ended, or then.
        A refused input raises ``RequestRefused`` with each bad field.
        """
        body: dict[str, Any] = {
            "model": model,
            "input": with_files(job_input, files or {}, self.uploads.add),
            "priority": priority,
        }
        optional = {
            "labels": dict(labels or {}),
            "run_after": run_after and run_after.isoformat(),
            "expires_after": expires_after,
            "depends_on": list(depends_on),
            "on_dependency_failure": on_dependency_failure if depends_on else None,
            "webhook_url": webhook_url,
            "webhook_events": None if webhook_events is None else list(webhook_events),
        }
        body.update({name: value for name, value in optional.items() if value})
        if not reuse:
            body["reuse"] = False
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        if wait_seconds:
            headers["Prefer"] = f"wait={wait_seconds}"
        document = self._transport.post("/api/v1/jobs", body, headers, self._timeout + wait_seconds)
        return Job.from_json(document)

    def submit_many(self, jobs: Sequence[Mapping[str, Any]], *, idempotency_key: str | None = None) -> list[Receipt]:
        """Submit up to 1,000 jobs in one request: all are accepted, or none. The receipts are in their order.

        Each is a submission as the API takes it, with ``model`` and ``input``. A bad field of one raises
        ``RequestRefused`` with its place: ``jobs.3.input.width``.
        """
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        reply = self._transport.post("/api/v1/jobs/bulk", {"jobs": [dict(job) for job in jobs]}, headers)
        return [Receipt.from_json(item) for item in reply["items"]]

    def job(self, job_id: str) -> Job:
        """The job as it is now."""
        return Job.from_json(self._transport.get(f"/api/v1/jobs/{job_id}"))

    def jobs(self, *, state: JobState | None = None, limit: int | None = None) -> Iterator[Job]:
        """The workspace's jobs, newest first, ``limit`` at most; pages are fetched as they are needed."""
        left, cursor = limit, None
        while left is None or left > 0:
            params: dict[str, str | int] = {"limit": _PAGE if left is None else min(left, _PAGE)}
            if state is not None:
                params["state"] = state.value
            if cursor is not None:
                params["cursor"] = cursor
            page = self._transport.get("/api/v1/jobs", params)
            yield from map(Job.from_json, page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                return
            left = None if left is None else left - len(page["items"])

    def follow(self, job_id: str, seconds: float = _DAY) -> Iterator[JobNews]:
        """What is said of the job until it ends. Raises ``WaitExpired`` after ``seconds``."""
        return Following(self._transport, job_id, seconds).news()

    def wait(self, job_id: str, seconds: float = _DAY, on_news: Callable[[JobNews], None] | None = None) -> Job:
        """The job when it has ended. Raises ``WaitExpired`` after ``seconds``; the job goes on then."""
        for news in self.follow(job_id, seconds):
            if on_news is not None:
                on_news(news)
        return self.job(job_id)

    def cancel(self, job_id: str) -> Job:
        """Call the job off; twice is once. A running job ends at its next step."""
        return Job.from_json(self._transport.post(f"/api/v1/jobs/{job_id}/cancel"))

    def retry(self, job_id: str) -> Job:
        """Submit a failed or canceled job's input again: the new job."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return Job.from_json(self._transport.post(f"/api/v1/jobs/{job_id}/retry", headers=headers))

    def reproduce(self, job_id: str) -> Job:
        """Generate the job's input once more, whatever there is already: the new job."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return Job.from_json(self._transport.post(f"/api/v1/jobs/{job_id}/reproduce", headers=headers))

    def reprioritise(self, job_id: str, priority: str) -> Job:
        """Move a job that has not begun to another class."""
        return Job.from_json(self._transport.patch(f"/api/v1/jobs/{job_id}", {"priority": priority}))

    def timeline(self, job_id: str) -> list[TimelineEntry]:
        """Everything that happened to the job, in order."""
        return [
            TimelineEntry.from_json(entry) for entry in self._transport.get(f"/api/v1/jobs/{job_id}/timeline")["items"]
        ]

    def models(self) -> list[Model]:
        """The catalog, by name."""
        return [Model.from_json(entry) for entry in self._transport.get("/api/v1/models")["items"]]

    def model(self, name: str) -> Model:
        """One model, with the schema of its input."""
        return Model.from_json(self._transport.get(f"/api/v1/models/{name}"))

    def workers(self) -> list[Worker]:
        """The living worker processes, by queue."""
        return [Worker.from_json(entry) for entry in self._transport.get("/api/v1/workers")["items"]]

    def artifact(self, artifact_id: str) -> Artifact:
        """One output, with a presigned link to it."""
        return Artifact.from_json(self._transport.get(f"/api/v1/artifacts/{artifact_id}"))

    def download(self, artifact: Artifact, path: Path) -> None:
        """Save an output through the server itself. Raises ``DownloadFailed``."""
        source = f"/api/v1/artifacts/{artifact.id}/content"
        downloads.save(
            self._transport,
            lambda: self._transport.stream(source, {}, self._timeout),
            artifact.sha256,
            path,
        )

    def download_by_link(self, artifact: Artifact, path: Path) -> None:
        """Save an output straight from the object store, by a presigned link. Raises ``DownloadFailed``."""

        def opened() -> AbstractContextManager[httpx.Response]:
            link = self.artifact(artifact.id).download_url
            if link is None:
                raise DownloadFailed(f"The server offers no link to artifact {artifact.id}.")
            return self._transport.stream_link(link)

        downloads.save(self._transport, opened, artifact.sha256, path)

    def webhook_secret(self) -> str:
        """What the workspace's webhooks are signed with: ``whsec_`` and base64."""
        return str(self._transport.get("/api/v1/webhook-secret")["secret"])
