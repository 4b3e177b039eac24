"""Results that workers would have stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.db import session_scope
from shared.jobs import completion
from shared.jobs.claims import Claim
from shared.jobs.completion import StoredOutput, Success
from shared.storage.base import artifact_key
from shared.storage.s3 import get_store
from tests.integration.jobs.actions import claim_one


def finish_with(*bodies: bytes, media_type: str = "text/plain; charset=utf-8", extension: str = "txt") -> UUID:
    """Run the one job that is due: its outputs are these bytes, in the store. Its id."""
    return finish(claim_one(), bodies, media_type, extension)


def finish(claimed: Claim, bodies: Sequence[bytes], media_type: str, extension: str) -> UUID:
    """Store a claim's outputs and commit them. The job's id."""
    outputs = store(claimed, bodies, media_type, extension)
    with session_scope() as session:
        completion.finish(session, [Success(claimed, outputs, 0.5)])
    return claimed.job_id


def store(claimed: Claim, bodies: Sequence[bytes], media_type: str, extension: str) -> list[StoredOutput]:
    """Put a claim's outputs into the store."""
    facts = {"width": 16, "height": 16} if media_type.startswith("image/") else {}
    return store_files(
        claimed, [MadeFile(body, media_type, extension, facts or {"characters": len(body)}) for body in bodies]
    )


@dataclass(frozen=True)
class MadeFile:
    """One output as a family's media is encoded."""

    body: bytes
    media_type: str
    extension: str
    facts: dict[str, Any]


def finish_with_files(*files: MadeFile) -> UUID:
    """Run the one job that is due: it makes these files. Its id."""
    claimed = claim_one()
    with session_scope() as session:
        completion.finish(session, [Success(claimed, store_files(claimed, files), 0.5)])
    return claimed.job_id


def store_files(claimed: Claim, files: Sequence[MadeFile]) -> list[StoredOutput]:
    """Put a claim's outputs, of any kinds, into the store."""
    outputs = []
    for index, file in enumerate(files):
        digest = hashlib.sha256(file.body).digest()
        key = artifact_key(claimed.workspace_id, claimed.job_id, claimed.fence, index, digest, file.extension)
        get_store().put(key, file.body, file.media_type)
        outputs.append(StoredOutput(key, file.media_type, len(file.body), digest, file.facts))
    return outputs
