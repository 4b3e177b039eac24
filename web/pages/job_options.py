"""The advanced part of the form: when a job runs, how urgent it is, and whether it may take over what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from shared.clock import utc_now
from shared.errors import FieldProblem, InputRefused
from shared.jobs.request import FURTHEST_SCHEDULE, LONGEST_EXPIRY_SECONDS
from web.pages import form_fields
from web.pages.form_fields import FormField

PREFIX = "option."
_MINUTE = timedelta(minutes=1)
# Named as the API names them; a form has no time zone, so times are minutes from now here.
_MINUTES: Mapping[str, Mapping[str, Any]] = {
    "run_after": {
        "type": "integer",
        "minimum": 0,
        "maximum": FURTHEST_SCHEDULE // _MINUTE,
        "default": "At once",
        "description": "Minutes from now.",
    },
    "expires_after": {
        "type": "integer",
        "minimum": 1,
        "maximum": LONGEST_EXPIRY_SECONDS // 60,
        "default": "Never",
        "description": "Minutes from now: it fails unless it has begun by then.",
    },
}
_SCHEMA: Mapping[str, Any] = {
    "properties": {
        "priority": {
            "enum": ["interactive", "normal", "bulk"],
            "default": "interactive",
            "description": "A lower class runs only when no higher one waits.",
        },
        **_MINUTES,
        "reuse": {
            "type": "boolean",
            "default": True,
            "description": "Take over what an equal job made: same model, input and seed.",
        },
    }
}

NAMES = tuple(_SCHEMA["properties"])


def fields(values: Mapping[str, str], problems: Mapping[str, Sequence[str]]) -> list[FormField]:
    """The fields of the part. Values and problems go by the field's name."""
    return form_fields.fields_of(_SCHEMA, values, problems, PREFIX)


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by field name."""
    return form_fields.typed_values(form, PREFIX)


def read(form: Mapping[str, str]) -> dict[str, Any]:
    """The options of a ``JobRequest`` that a filled form means. Raises ``InputRefused``."""
    found = form_fields.read_input(_SCHEMA, form, PREFIX)
    problems = [
        FieldProblem(name, f"must be a whole number of minutes, {field['minimum']} to {field['maximum']}")
        for name, field in _MINUTES.items()
        if name in found and not _is_within(found[name], field)
    ]
    if problems:
        raise InputRefused(problems)
    if "run_after" in found:
        # On the minute, so that a second press of the button is the same request.
        found["run_after"] = utc_now().replace(second=0, microsecond=0) + found["run_after"] * _MINUTE
    if "expires_after" in found:
        found["expires_after"] *= 60
    return {"priority": "interactive", **found}


def _is_within(value: Any, field: Mapping[str, Any]) -> bool:
    return isinstance(value, int) and field["minimum"] <= value <= field["maximum"]
