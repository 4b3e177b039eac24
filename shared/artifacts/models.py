"""Files: what jobs made, and what people sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.artifacts.upload_states import UploadState
from shared.db import Base, text_enum
from shared.identifiers import new_id


class Artifact(Base):
    """One stored output of a job that succeeded."""

    __tablename__ = "artifacts"
    __table_args__ = (
        UniqueConstraint("job_id", "index"),
        # Equal jobs share the file of the one that was generated.
        Index("ix_artifacts_object_key", "object_key"),
        # The oldest files that a workspace keeps.
        Index("ix_artifacts_kept", "workspace_id", "created_at", postgresql_where=text("removed_at IS NULL")),
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("octet_length(sha256) = 32", name="hash_is_sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    index: Mapped[int] = mapped_column(Integer)
    object_key: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[bytes]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """``width`` and ``height`` in pixels, ``seconds``, ``characters``: what a list shows without the file."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]
    """The workspace keeps its files no longer than this: the row stays, the file is gone."""


class Upload(Base):
    """One file somebody sent as an input."""

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("object_key"),
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("octet_length(sha256) = 32", name="hash_is_sha256"),
        Index("ix_uploads_due", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    state: Mapped[UploadState] = mapped_column(text_enum(UploadState, "state"), default=UploadState.STORING)
    object_key: Mapped[str]
    file_name: Mapped[str]
    """What its sender called it: shown, and never used as a path."""
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[bytes]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """``width`` and ``height`` in pixels, ``seconds``, ``tracks``, ``characters``."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    """Removed after this moment, which every job that reads the file puts off."""
