"""Somebody who calls the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from werkzeug.test import TestResponse


class Caller:
    """The API of an application in this process, called with one key."""

    def __init__(self, app: APIFlask, key: str) -> None:
        self._client = app.test_client(use_cookies=False)
        self._key = key

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        """GET below ``/api/v1``."""
        return self.send("GET", path, None, headers)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> TestResponse:
        """POST a JSON body below ``/api/v1``."""
        return self.send("POST", path, body, headers)

    def patch(self, path: str, body: Any) -> TestResponse:
        """PATCH with a JSON body below ``/api/v1``."""
        return self.send("PATCH", path, body, None)

    def put(self, path: str, body: Any) -> TestResponse:
        """PUT a JSON body below ``/api/v1``."""
        return self.send("PUT", path, body, None)

    def delete(self, path: str) -> TestResponse:
        """DELETE below ``/api/v1``."""
        return self.send("DELETE", path, None, None)

    def submit(self, prompt: str = "Coffee by Zorvi", **fields: Any) -> dict[str, Any]:
        """A text job that is accepted, and runs itself."""
        body = {"model": "starter/adcopy", "input": {"prompt": prompt, "seed": 7}, "reuse": False, **fields}
        reply = self.post("/jobs", body)
        assert reply.status_code == 202, reply.text
        document: dict[str, Any] = reply.get_json()
        return document

    def send_file(self, body: bytes, name: str, query: str = "") -> str:
        """Upload a file; the upload's id."""
        reply = self._client.post(
            f"/api/v1/uploads{query}",
            data=body,
            headers={
                "Authorization": f"Bearer {self._key}",
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f'attachment; filename="{name}"',
            },
        )
        return str(reply.get_json()["id"])

    def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Any request below ``/api/v1``."""
        return self._client.open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self._key}", **(headers or {})},
        )
