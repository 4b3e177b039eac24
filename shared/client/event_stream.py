"""Server-sent events: the text/event-stream format, as the WHATWG HTML standard (section 9.2.6) parses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event. ``id`` is the last one that was sent, by this event or an earlier one."""

    kind: str
    data: str
    id: str


def parse(lines: Iterable[str]) -> Iterator[ServerSentEvent | None]:
    """The events among ``lines`` (without their ends), and None for each comment: the sign that the server lives."""
    kind, data, last_id = "", list[str](), ""
    for line in lines:
        if not line:
            if data:
                yield ServerSentEvent(kind or "message", "\n".join(data), last_id)
            kind, data = "", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            yield None
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id" and "\0" not in value:
            last_id = value
