"""The HTTP API as Python: ``with Client(url, api_key) as client: job = client.submit("starter/backdrops", {...})``."""

from __future__ import annotations

from shared.client.batch_calls import BatchWaitExpired
from shared.client.batch_documents import Batch, BatchExport, BatchItem, BatchProblem
from shared.client.client import Client
from shared.client.documents import Artifact, Job, Model, Receipt, TimelineEntry, Worker
from shared.client.errors import DownloadFailed, RequestRefused, ServerUnreachable, WaitExpired
from shared.client.following import JobNews
from shared.client.input_files import InputFile
from shared.client.templates import BrandKit, Template
from shared.client.uploads import Upload
from shared.client.webhooks import Delivery, Endpoint

__all__ = [
    "Artifact",
    "Batch",
    "BatchExport",
    "BatchItem",
    "BatchProblem",
    "BatchWaitExpired",
    "BrandKit",
    "Client",
    "Delivery",
    "DownloadFailed",
    "Endpoint",
    "InputFile",
    "Job",
    "JobNews",
    "Model",
    "Receipt",
    "RequestRefused",
    "ServerUnreachable",
    "Template",
    "TimelineEntry",
    "Upload",
    "WaitExpired",
    "Worker",
]
