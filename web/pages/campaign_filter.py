"""Which creatives of a campaign are looked at, as an address says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from shared.batches.document import ITEM_STATES
from shared.batches.repository import ItemFilter
from shared.batches.states import ReviewState

_REVIEWS = {each.value for each in ReviewState}
_NAMES = ("template", "size", "locale", "state", "review", "custom_id")


@dataclass(frozen=True, slots=True)
class CreativeFilter:
    """What is left empty is any."""

    template: str = ""
    size: str = ""
    locale: str = ""
    state: str = ""
    review: str = ""
    custom_id: str = ""

    @property
    def wanted(self) -> ItemFilter:
        """For a query."""
        return ItemFilter(
            state=self.state or None,
            review=ReviewState(self.review) if self.review else None,
            template=self.template or None,
            size=self.size or None,
            locale=self.locale or None,
            custom_id=self.custom_id or None,
        )

    @property
    def set(self) -> Sequence[tuple[str, str]]:
        """``(name, value)`` of everything that is not left open."""
        return [(name, value) for name in _NAMES if (value := getattr(self, name))]

    @property
    def query(self) -> str:
        """For an address."""
        return urlencode(self.set)


def read_filter(given: Mapping[str, str]) -> CreativeFilter:
    """What an address or a form says; a state that there is none of is any."""
    values = {name: given.get(name, "").strip() for name in _NAMES}
    if values["state"] not in ITEM_STATES:
        values["state"] = ""
    if values["review"] not in _REVIEWS:
        values["review"] = ""
    return CreativeFilter(**values)
