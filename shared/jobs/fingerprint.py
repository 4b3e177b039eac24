"""What a job is, as a hash: equal fingerprints give equal outputs."""

from __future__ import annotations

import hashlib

from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model
from shared.crypto import canonical_json, content_hash


def fingerprint(model: Model, job_input: JobInput) -> bytes:
    """SHA-256 (32 bytes) of the weights' revision and the normalised input, seed included."""
    return content_hash(
        {
            "family": model.family.value,
            "revision": model.revision,
            "input": job_input.model_dump(mode="json", exclude_none=True),
        }
    )


def batch_key(model: Model, job_input: JobInput) -> str:
    """Jobs of one key may share a forward pass: same weights, same shape of work."""
    shape = hashlib.sha256(canonical_json(job_input.batch_shape())).hexdigest()[:16]
    return f"{model.name}@{model.revision[:12]}:{shape}"
