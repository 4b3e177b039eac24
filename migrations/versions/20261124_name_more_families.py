"""Every family that a model may have: pictures, sound, speech, notes and video beside text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEFORE = ("text-to-image", "text")
_FAMILIES = (
    *_BEFORE,
    "unclip",
    "text-to-audio",
    "notes",
    "speech-to-text",
    "text-to-speech",
    "text-to-video",
    "image-to-text",
    "vae",
    "gan",
)


def upgrade() -> None:
    _allow(_FAMILIES)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM models WHERE NOT family = ANY(:kept)").bindparams(kept=list(_BEFORE)))
    _allow(_BEFORE)


def _allow(families: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_models_family"), "models")
    listed = ", ".join(f"'{name}'" for name in families)
    op.create_check_constraint(op.f("ck_models_family"), "models", f"family IN ({listed})")
