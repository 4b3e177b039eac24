"""The creatives of one row: each template, size and locale, made only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, overload

from shared.batches.expansion import ItemDraft, SourceValue
from shared.batches.states import SourceKind
from shared.campaigns.buckets import Bucket
from shared.campaigns.design.placed import Placed, Value
from shared.errors import GenerationFailed

MODEL = "bottega/composite"


@dataclass(frozen=True, slots=True)
class Cut:
    """A template on a canvas, in every locale, and which generated pictures it shows in which size."""

    template: str
    size: str
    placed: Mapping[str, Placed]
    buckets: Mapping[str, Bucket | None]
    """By field."""
    shown: frozenset[str]


@dataclass(slots=True)
class RowValues:
    """Everything that the creatives of a row show in one locale."""

    values: dict[str, Value] = field(default_factory=dict)
    drawn: dict[str, Mapping[Bucket | None, bytes]] = field(default_factory=dict)
    """Keys of pictures that a model draws, by field and bucket."""
    written: dict[str, bytes] = field(default_factory=dict)
    """Keys of texts that a model writes, by field."""


class Creatives(Sequence[ItemDraft]):
    """One item for each cut and each locale of a row, in that order."""

    def __init__(self, cuts: Sequence[Cut], rows: Mapping[str, RowValues], output: Mapping[str, Any]) -> None:
        self._cuts = cuts
        self._rows = rows
        self._locales = tuple(rows)
        self._output = output

    def __len__(self) -> int:
        return len(self._cuts) * len(self._locales)

    def __iter__(self) -> Iterator[ItemDraft]:
        for cut in self._cuts:
            for locale in self._locales:
                yield self._item(cut, locale)

    @overload
    def __getitem__(self, index: int) -> ItemDraft: ...
    @overload
    def __getitem__(self, index: slice) -> list[ItemDraft]: ...
    def __getitem__(self, index: int | slice) -> ItemDraft | list[ItemDraft]:
        places = range(len(self))[index]
        return self._at(places) if isinstance(places, int) else [self._at(place) for place in places]

    def _at(self, place: int) -> ItemDraft:
        cut, locale = divmod(place, len(self._locales))
        return self._item(self._cuts[cut], self._locales[locale])

    def _item(self, cut: Cut, locale: str) -> ItemDraft:
        row = self._rows[locale]
        keys: dict[str, bytes] = {}
        for name, bucket in cut.buckets.items():
            key = row.drawn[name].get(bucket) if name in row.drawn else None
            if key is not None:
                keys[name] = key
        if row.written:
            keys.update({name: key for name, key in row.written.items() if name in cut.shown})
        build = partial(_built, cut.placed[locale], row.values, keys, self._output)
        return ItemDraft(cut.template, cut.size, locale, tuple(dict.fromkeys(keys.values())), build)


def _built(
    placed: Placed,
    values: Mapping[str, Value],
    keys: Mapping[str, bytes],
    output: Mapping[str, Any],
    sources: Mapping[bytes, SourceValue],
) -> dict[str, Any]:
    """The composite of a creative."""
    whole = values if not keys else {**values, **{name: _value(sources[key]) for name, key in keys.items()}}
    return {"model": MODEL, "input": {**placed.scene(whole, generated=bool(keys)), "output": output}}


def _value(source: SourceValue) -> Value:
    if source.kind is SourceKind.COPY:
        return source.text or ""
    if source.job_id is None:
        raise GenerationFailed("The picture that it shows was not made.")
    return {"job": str(source.job_id), "output": 0}
