"""What a call of the API can come to, other than its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.client.documents import Job
from shared.errors import BottegaError, FieldProblem


@dataclass(frozen=True, slots=True)
class Problem:
    """Problem details (RFC 9457) as the API sends them. ``code`` is stable; ``errors`` names the bad fields."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    request_id: str | None = None

    @classmethod
    def from_json(cls, status: int, document: Any) -> Problem:
        """The problem in an error reply's body; a body of another shape yields what its status says."""
        if not isinstance(document, dict):
            return cls(status, f"http_{status}", f"The server answered with HTTP status {status}.")
        errors = tuple(
            FieldProblem(str(entry.get("path", "")), str(entry.get("message", "")))
            for entry in document.get("errors") or ()
        )
        detail = document.get("detail") or document.get("title") or f"The server answered with HTTP status {status}."
        return cls(status, document.get("code", f"http_{status}"), detail, errors, document.get("request_id"))


class RequestRefused(BottegaError):
    """The server refused the request."""

    code = "request_refused"

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        fields = "; ".join(f"{error.path}: {error.message}" for error in problem.errors)
        super().__init__(fields or problem.detail)


class ServerUnreachable(BottegaError):
    """No answer came from the server."""

    code = "server_unreachable"


class WaitExpired(BottegaError):
    """The job has not ended in the time given. It goes on."""

    code = "wait_expired"

    def __init__(self, job: Job, seconds: float) -> None:
        self.job = job
        super().__init__(f"Job {job.id} is {job.state.value} after {seconds:.0f} s of waiting. It goes on.")


class DownloadFailed(BottegaError):
    """The output could not be downloaded whole."""

    code = "download_failed"
