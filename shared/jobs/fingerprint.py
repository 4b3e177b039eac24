"""What a job is, as a hash: equal fingerprints give equal outputs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model
from shared.crypto import canonical_json, content_hash


def fingerprint(model: Model, normalised: Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of the weights' revision and the normalised input, seed included.

    ``normalised`` is what ``files.resolve`` made of the input: files stand in it as their content.
    """
    return content_hash({"family": model.family.value, "revision": model.revision, "input": normalised})


def batch_key(model: Model, job_input: JobInput) -> str:
    """Jobs of one key may share a forward pass: same weights, same shape of work."""
    shape = hashlib.sha256(canonical_json(job_input.batch_shape())).hexdigest()[:16]
    return f"{model.name}@{model.revision[:12]}:{shape}"
