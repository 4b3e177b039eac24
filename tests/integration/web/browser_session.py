"""Somebody at a browser without scripts: forms are found on the page, filled in and sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

from apiflask import APIFlask
from werkzeug.test import TestResponse


class BrowserSession:
    """The pages of an application in this process, with one cookie jar."""

    def __init__(self, app: APIFlask) -> None:
        self._client = app.test_client()

    def open(self, path: str) -> TestResponse:
        """Load a page. Redirects are followed."""
        return self._client.get(path, follow_redirects=True)

    def fetch(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Load something as it is answered."""
        return self._client.get(path, headers=headers)

    def send(self, page: TestResponse, action: str, **values: Any) -> TestResponse:
        """Fill in the form of a page that goes to ``action``, and send it. The answer to the POST itself.

        A file is a pair of a stream and its name; a list is several of one field.
        """
        return self._client.post(action, data={**form(page.text, action), **values})

    def post_body(self, path: str, body: bytes, headers: Mapping[str, str]) -> TestResponse:
        """Send a file as the whole body, as a script does."""
        sent = {"Content-Type": "application/octet-stream", **headers}
        return self._client.post(path, data=body, headers=sent)

    def post(self, path: str, **values: str) -> TestResponse:
        """Send fields that are on no form."""
        return self._client.post(path, data=values)

    def sign_in(self, key: str) -> TestResponse:
        """Sign in with an API key."""
        return self.send(self.open("/sign-in"), "/sign-in", api_key=key)

    def cookie(self) -> str:
        """The session cookie's value."""
        cookie = self._client.get_cookie("bottega")
        return cookie.value if cookie else ""


def form(html: str, action: str) -> dict[str, str]:
    """The fields of the form that goes to ``action``, as they stand."""
    reader = _FormReader(action)
    reader.feed(html)
    assert reader.found, f"there is no form that goes to {action}"
    return reader.fields


def words(html: str) -> str:
    """What a page says: its text without tags, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class _FormReader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self._area: str | None = None
        self.found = False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action") == self._action and given.get("method") == "post"
            self.found |= self._inside
        elif self._inside and "name" in given and given.get("type") != "file":
            if given.get("type") in ("radio", "checkbox") and "checked" not in given:
                return
            self.fields[given["name"]] = given.get("value", "")
            self._area = given["name"] if tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._area is not None:
            # A first line break in a text area is the mark-up's, not the value's.
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area] += data
