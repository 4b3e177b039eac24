"""What a caller asks for when submitting a batch of jobs."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.catalog.inputs.base import MAX_SEED
from shared.jobs.request import PriorityName

MAX_LISTED_ROWS = 10_000
MAX_NAME_CHARACTERS = 200

BatchName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_CHARACTERS)]
Cell = str | int | float | bool | None
WildcardName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$")]
WildcardText = Annotated[str, StringConstraints(max_length=1_000)]


class TableReference(BaseModel):
    """A table that was uploaded as one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upload: UUID = Field(description="An upload made with `as=table`.")


class BatchRequest(BaseModel):
    """Jobs to make of a table, one a row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: BatchName = Field(description="What people call it.", examples=["Autumn teas"])
    table: TableReference | None = Field(default=None, description="The rows. Left out, they are in `rows`.")
    rows: list[dict[str, Cell]] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_LISTED_ROWS,
        description="The rows themselves, where they are few: objects of columns and cells.",
        examples=[[{"custom_id": "tea-1", "name": "Assam"}]],
    )
    model: str = Field(min_length=1, max_length=200, examples=["starter/backdrops"])
    input: dict[str, Any] = Field(
        description="The model's input. In every text of it `{column}` is a row's cell, `{red|green}` one of several,"
        " and `__name__` one of a wildcard's texts; a brace itself is doubled. A column called `input.<field>` stands"
        " for that field in its row.",
        examples=[{"prompt": "a {misty|sunlit} tea garden, {name}"}],
    )
    wildcards: dict[WildcardName, Annotated[list[WildcardText], Field(min_length=1, max_length=10_000)]] = Field(
        default_factory=dict, max_length=100, description="Texts by name, of which `__name__` takes one."
    )
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="Decides everything that is chosen among several.")
    priority: PriorityName = Field(default="bulk", description="Of the jobs.")
    dry_run: bool = Field(
        default=False, description="Stop when it is planned. Otherwise it is launched then, whatever the plan says."
    )

    @model_validator(mode="after")
    def _one_table(self) -> BatchRequest:
        if (self.table is None) == (self.rows is None):
            raise ValueError("has `table` or `rows`, one of the two")
        return self
