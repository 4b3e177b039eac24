"""Request bodies as JSON: strict about what JSON is, and exact about where it is not."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from flask import Request
from flask.json.provider import DefaultJSONProvider

from web.refusals import MalformedJson


class UnstorableText(ValueError):
    """Text that is JSON and that Postgres cannot store."""


class StrictJson(DefaultJSONProvider):
    """RFC 8259 without Python's extensions: no NaN, no infinity, no number that overflows to it.

    Text that Postgres cannot store (NUL, half a surrogate pair) is refused here, where it enters.
    """

    sort_keys = False
    compact = True

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse a document. Raises ``ValueError``."""
        value = json.loads(s, parse_constant=_refuse_constant, parse_float=_finite, **kwargs)
        if b"\\u" in (s.encode() if isinstance(s, str) else s):
            _refuse_unstorable_text(value)
        return value


class StrictRequest(Request):
    """A request whose JSON errors say where."""

    def on_json_loading_failed(self, e: ValueError | None) -> NoReturn:
        """Raise ``MalformedJson`` with the line and the column, where the parser knows them."""
        if isinstance(e, json.JSONDecodeError):
            raise MalformedJson(f"The body is not JSON: {e.msg} at line {e.lineno}, column {e.colno}.") from e
        if isinstance(e, UnicodeDecodeError):
            raise MalformedJson(f"The body is not UTF-8: byte {e.start} cannot be decoded.") from e
        if isinstance(e, UnstorableText):
            raise MalformedJson(str(e)) from e
        raise MalformedJson(f"The body is not JSON: {e}." if e else "The body is not JSON.") from e

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body. Raises ``MalformedJson``, also for a document nested deeper than the parser goes."""
        try:
            return super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError as error:
            raise MalformedJson("The body is nested too deeply.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large a number")
    return number


def _refuse_unstorable_text(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise UnstorableText("A text in the body holds \\u0000 or half a surrogate pair.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _refuse_unstorable_text(name)
            _refuse_unstorable_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unstorable_text(inner)
