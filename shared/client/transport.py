"""Requests to the API: authenticated, repeated while that is safe, refusals turned into errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx

from shared.client.errors import Problem, RequestRefused, ServerUnreachable
from shared.client.file_body import FileBody
from shared.client.retries import RETRIED_STATUSES, Retries, retry_after

_PASSING = frozenset({"idempotency_key_in_flight", "upload_is_being_removed"})
_INSPECTION_SECONDS = 120.0


class Transport:
    """One server and one API key. Every request but ``post_once`` may be repeated, so each must be idempotent."""

    def __init__(self, url: str, api_key: str, *, timeout: float, patience: float) -> None:
        self.url = url.rstrip("/")
        self.patience = patience
        host = httpx.URL(self.url).host
        # A proxy of the environment cannot reach this machine's own loopback addresses.
        settings: dict[str, Any] = {"timeout": timeout, "trust_env": not _is_loopback(host)}
        agent = {"User-Agent": f"bottega/{version('bottega')}"}
        self._api = httpx.Client(base_url=self.url, headers={**agent, "Authorization": f"Bearer {api_key}"}, **settings)
        # Presigned links lead elsewhere: the key must not go there.
        self._elsewhere = httpx.Client(headers=agent, **settings)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
        self._elsewhere.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The JSON at ``path``. Raises ``RequestRefused``, ``ServerUnreachable``."""
        return self._send(self._api.build_request("GET", path, params=params))

    def post(
        self,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """The JSON that answers a POST; ``timeout`` in seconds where it may take longer than others."""
        limit = self._api.timeout if timeout is None else httpx.Timeout(timeout)
        return self._send(self._api.build_request("POST", path, json=body, headers=headers, timeout=limit))

    def post_file(self, path: str, file: Path, headers: Mapping[str, str]) -> Any:
        """The JSON that answers a file sent as the whole body. Raises ``OSError`` when the file cannot be read."""
        body = FileBody(file)
        described = {
            **headers,
            "Content-Type": "application/octet-stream",
            "Content-Length": str(body.size),
        }
        # The server looks into the whole file before it answers.
        limit = httpx.Timeout(self._api.timeout.connect, read=_INSPECTION_SECONDS)
        return self._send(self._api.build_request("POST", path, content=body, headers=described, timeout=limit))

    def post_once(self, path: str, body: Any = None) -> Any:
        """The JSON that answers a POST which must not be repeated. Raises ``RequestRefused``, ``ServerUnreachable``."""
        try:
            reply = self._api.send(self._api.build_request("POST", path, json=body))
        except httpx.TransportError as error:
            raise unreachable(self.url, error) from error
        _refuse_errors(reply)
        return reply.json()

    def put(self, path: str, body: Any) -> Any:
        """The JSON that answers a PUT. Raises ``RequestRefused``, ``ServerUnreachable``."""
        return self._send(self._api.build_request("PUT", path, json=body))

    def patch(self, path: str, body: Any) -> Any:
        """The JSON that answers a PATCH. Raises ``RequestRefused``, ``ServerUnreachable``."""
        return self._send(self._api.build_request("PATCH", path, json=body))

    def delete(self, path: str) -> None:
        """Remove what is at ``path``. Raises ``RequestRefused``, ``ServerUnreachable``."""
        self._send(self._api.build_request("DELETE", path))

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str], read_timeout: float) -> Iterator[httpx.Response]:
        """An open reply at ``path``, tried once. Raises ``RequestRefused``, ``httpx.TransportError``."""
        timeout = httpx.Timeout(self._api.timeout.connect, read=read_timeout)
        with self._api.stream("GET", path, headers=headers, timeout=timeout) as reply:
            _refuse_errors(reply)
            yield reply

    @contextmanager
    def stream_link(self, url: str) -> Iterator[httpx.Response]:
        """An open reply at an absolute URL, without the API key, tried once."""
        with self._elsewhere.stream("GET", url) as reply:
            _refuse_errors(reply)
            yield reply

    def _send(self, request: httpx.Request) -> Any:
        retries = Retries(self.patience)
        while True:
            try:
                reply = self._api.send(request)
                _refuse_errors(reply)
                return reply.json() if reply.content else None
            except httpx.TransportError as error:
                if not retries.pause():
                    raise unreachable(self.url, error) from error
            except RequestRefused as refused:
                if not may_pass(refused.problem) or not retries.pause(retry_after(reply.headers.get("retry-after"))):
                    raise


def may_pass(problem: Problem) -> bool:
    """Whether the same request may succeed a little later."""
    return problem.status in RETRIED_STATUSES or problem.code in _PASSING


def unreachable(url: str, error: httpx.TransportError) -> ServerUnreachable:
    """The error that says which server did not answer, and how."""
    return ServerUnreachable(f"{url} did not answer: {error or type(error).__name__}.")


def _refuse_errors(reply: httpx.Response) -> None:
    """Raise ``RequestRefused`` unless the reply is a success. A redirect is none: no address of the API redirects."""
    if reply.is_success:
        return
    try:
        document = json.loads(reply.read())
    except ValueError:
        document = None
    problem = Problem.from_json(reply.status_code, document)
    if document is None and reply.status_code == HTTPStatus.NOT_FOUND:
        problem = Problem(reply.status_code, "not_found", f"There is nothing at {reply.url}. Is this a Bottega server?")
    raise RequestRefused(problem)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
