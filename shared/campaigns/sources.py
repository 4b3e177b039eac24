"""What creatives share: pictures that are drawn once a (prompt, model, seed, bucket), texts that are written once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shared.batches.copy_rules import Counting
from shared.batches.expansion import SourceDraft
from shared.batches.states import SourceKind
from shared.campaigns.buckets import Bucket, buckets_of, nearest
from shared.campaigns.channels import Channel
from shared.campaigns.design.brand_kits import BrandKitSpec
from shared.campaigns.request import CopyWish, ImageWish
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.models import Model
from shared.catalog.service import complete_input
from shared.crypto import canonical_json

_REMEMBERED = 5_000


def derived_seed(*decided_by: object) -> int:
    """A seed that is the same whenever the same things decide it."""
    digest = hashlib.blake2b("\0".join(map(str, decided_by)).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest()) % (MAX_SEED + 1)


class ImageSource:
    """The pictures of one field."""

    def __init__(self, field: str, wish: ImageWish, model: Model, kit: BrandKitSpec | None, seed: int) -> None:
        self.field = field
        self.wish = wish
        self._model = model
        self._seed = seed
        self._style = kit.style if kit is not None else None
        self.buckets = buckets_of(model, wish.input)
        self._drafts: dict[tuple[str, int], Mapping[Bucket | None, SourceDraft]] = {}
        self._used: Collection[Bucket | None] = (None,)

    def use(self, boxes: Collection[tuple[int, int]]) -> None:
        """Say in which boxes the pictures will lie, each as width and height: what decides the buckets."""
        self._drafts.clear()
        self._used = sorted({self.bucket(*box) for box in boxes}, key=lambda bucket: bucket or Bucket(0, 0))

    def bucket(self, width: int, height: int) -> Bucket | None:
        """In which size the picture for a box is drawn."""
        return nearest(self.buckets, width, height)

    def drafts(self, prompt: str, row_seed: int | None, renewed: int) -> Mapping[Bucket | None, SourceDraft]:
        """The picture in every bucket that is used. ``renewed`` other than 0 gives other pictures of the same prompt.

        Raises ``InputRefused`` for an input that the model does not take.
        """
        seed = derived_seed(self._seed, self.wish.model, prompt) if row_seed is None else row_seed
        if renewed:
            seed = derived_seed(seed, renewed)
        known = self._drafts.get((prompt, seed))
        if known is None:
            if len(self._drafts) >= _REMEMBERED:
                self._drafts.clear()
            known = self._drafts[prompt, seed] = self._drafted(prompt, seed)
        return known

    def _drafted(self, prompt: str, seed: int) -> Mapping[Bucket | None, SourceDraft]:
        first = next(iter(self._used))
        whole = complete_input(self._model, self._input(prompt, seed, first)).model_dump(mode="json", exclude_none=True)
        return {
            bucket: _draft(SourceKind.IMAGE, self._model, {**whole, **(bucket.sides() if bucket else {})})
            for bucket in self._used
        }

    def _input(self, prompt: str, seed: int, bucket: Bucket | None) -> dict[str, Any]:
        style = self._style
        wishes = [self.wish.negative_prompt, style.negative_prompt if style else ""]
        negative = ", ".join(filter(None, wishes))
        return {
            **self.wish.input,
            **(bucket.sides() if bucket else {}),
            **({"negative_prompt": negative} if negative else {}),
            "prompt": f"{prompt}, {style.prompt}" if style and style.prompt else prompt,
            "seed": seed,
        }


class CopySource:
    """The texts of one field."""

    def __init__(
        self, field: str, wish: CopyWish, model: Model, kit: BrandKitSpec | None, limits: Sequence[Channel], seed: int
    ) -> None:
        self.field = field
        self.wish = wish
        self._model = model
        self._kit = kit
        self._seed = seed
        own = [Channel(wish.max_characters)] if wish.max_characters else []
        self._limits = [*own, *limits]
        self._drafts: dict[tuple[str, int, str], SourceDraft] = {}

    def writes(self, locale: str) -> bool:
        """Whether the model writes the locale's language."""
        wanted = self.wish.languages
        return wanted is None or any(
            locale.lower() == language.lower() or locale.lower().startswith(f"{language.lower()}-")
            for language in wanted
        )

    def rules(self, locale: str) -> dict[str, Any]:
        """What a text in a locale must keep to, as ``copy_rules`` reads it."""
        # Of two limits that count differently the smaller number is taken, counted the stricter way.
        counting: Counting = next(
            (each.counting for each in self._limits if each.counting != "characters"), "characters"
        )
        rules: dict[str, Any] = {
            "max_characters": min(each.max_characters for each in self._limits),
            "counting": counting,
            "language": locale,
            "attempts": self.wish.attempts,
        }
        if self._kit is not None:
            rules |= {"required": list(self._kit.required(locale)), "banned": list(self._kit.banned(locale))}
        return {name: value for name, value in rules.items() if value}

    def draft(self, prompt: str, locale: str, row_seed: int | None, renewed: int) -> SourceDraft:
        """The text for a prompt. Raises ``InputRefused`` for an input that the model does not take."""
        seed = derived_seed(self._seed, self.wish.model, prompt) if row_seed is None else row_seed
        if renewed:
            seed = derived_seed(seed, renewed)
        known = self._drafts.get((prompt, seed, locale))
        if known is None:
            if len(self._drafts) >= _REMEMBERED:
                self._drafts.clear()
            whole = complete_input(self._model, {**self.wish.input, "prompt": prompt, "seed": seed})
            document = whole.model_dump(mode="json", exclude_none=True)
            known = _draft(SourceKind.COPY, self._model, document, self.rules(locale))
            self._drafts[prompt, seed, locale] = known
        return known


def _draft(
    kind: SourceKind, model: Model, job_input: dict[str, Any], rules: dict[str, Any] | None = None
) -> SourceDraft:
    request: dict[str, Any] = {"model": model.name, "input": job_input}
    if rules is not None:
        request["rules"] = rules
    return SourceDraft(hashlib.sha256(canonical_json(request)).digest(), kind, request)
