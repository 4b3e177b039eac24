"""A workspace's campaigns, as the client sees them: ``client.campaigns``."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.client.batch_calls import BatchCalls
from shared.client.batch_documents import Batch, BatchItem
from shared.client.batches import Table, table_fields
from shared.client.transport import Transport
from shared.client.uploads import Uploads

_ITEMS_A_REQUEST = 1000


class Campaigns(BatchCalls):
    """Rows of a table in every template, size and locale."""

    def __init__(self, transport: Transport, uploads: Uploads) -> None:
        super().__init__(transport, "/api/v1/campaigns")
        self._uploads = uploads

    def create(
        self,
        request: Mapping[str, Any],
        table: Table | None = None,
        *,
        launch: bool = False,
        idempotency_key: str | None = None,
    ) -> Batch:
        """Plan a campaign as ``request`` says it, and launch it at once with ``launch``.

        ``table`` replaces that of the request; a file is sent first. Raises ``OSError``, too.
        """
        body = {**request, "launch": launch}
        if table is not None:
            body = {name: value for name, value in body.items() if name not in ("table", "rows")}
            body.update(table_fields(table, self._uploads))
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return Batch.from_json(self._transport.post(self._base, body, headers))

    def plan(self, campaign_id: str) -> dict[str, Any]:
        """What it comes to: counts, generations, estimates. Refused while it is being planned."""
        return dict(self._transport.get(f"{self._base}/{campaign_id}/plan"))

    def creatives(
        self,
        campaign_id: str,
        *,
        template: str | None = None,
        size: str | None = None,
        locale: str | None = None,
        state: str | None = None,
        review: str | None = None,
        row: int | None = None,
        custom_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[BatchItem]:
        """What it makes, row by row, each with its state, its review and its result."""
        filters = {
            "template": template,
            "size": size,
            "locale": locale,
            "state": state,
            "review": review,
            "row": row,
            "custom_id": custom_id,
        }
        return self._items(f"{self._base}/{campaign_id}/creatives", filters, limit)

    def approve(self, campaign_id: str, item_ids: Sequence[str] = (), **filters: Any) -> int:
        """Approve creatives by their ids, or by the filters of ``creatives``. How many."""
        return self._review(campaign_id, {"review": "approved"}, item_ids, filters)

    def reject(self, campaign_id: str, reason: str, item_ids: Sequence[str] = (), **filters: Any) -> int:
        """Reject creatives, and say why. How many."""
        return self._review(campaign_id, {"review": "rejected", "reason": reason}, item_ids, filters)

    def regenerate(
        self,
        campaign_id: str,
        item_ids: Sequence[str],
        *,
        seed: int | None = None,
        cells: Mapping[str, str] | None = None,
    ) -> Batch:
        """Make creatives anew: with other pictures by ``seed``, or with other ``cells``. The campaign goes on.

        A creative is made anew each time that this is asked for, so it is asked once: no answer leaves it open.
        """
        body: dict[str, Any] = {"items": list(item_ids)}
        if seed is not None:
            body["seed"] = seed
        if cells:
            body["cells"] = dict(cells)
        return Batch.from_json(self._transport.post_once(f"{self._base}/{campaign_id}/regenerate", body))

    def preview(self, request: Mapping[str, Any], *, wait_seconds: int = 0) -> list[dict[str, Any]]:
        """Composites of a few sample rows: one document a creative, with its job."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        if wait_seconds:
            headers["Prefer"] = f"wait={wait_seconds}"
        reply = self._transport.post(f"{self._base}/preview", dict(request), headers, 30.0 + wait_seconds)
        return list(reply["items"])

    def _review(
        self, campaign_id: str, verdict: Mapping[str, Any], item_ids: Sequence[str], filters: Mapping[str, Any]
    ) -> int:
        path = f"{self._base}/{campaign_id}/review"
        if not item_ids:
            wanted = {name: value for name, value in filters.items() if value is not None}
            return int(self._transport.post(path, {**verdict, "filter": wanted})["reviewed"])
        groups = [item_ids[start : start + _ITEMS_A_REQUEST] for start in range(0, len(item_ids), _ITEMS_A_REQUEST)]
        return sum(int(self._transport.post(path, {**verdict, "items": list(group)})["reviewed"]) for group in groups)
