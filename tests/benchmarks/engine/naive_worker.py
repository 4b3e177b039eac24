"""One Celery task an item: generate, encode, upload, commit, in turn, in one prefork process with a warm model.

What a team writes first. It has the same encoder, object store and database as the platform.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import uuid4

import boto3
import psycopg
from celery import Celery
from celery.signals import worker_process_init

KIND = "BENCHMARK_KIND"
BROKER = "BENCHMARK_BROKER"
DATABASE = "BENCHMARK_DATABASE"
_BUCKET = os.environ.get("BOTTEGA_S3_BUCKET", "bottega")
TASK = "naive.generate"
QUEUE = "naive"
CREATE_TABLE = "CREATE TABLE IF NOT EXISTS naive_results (id uuid PRIMARY KEY, object_key text, size bigint)"

app = Celery("naive", broker=os.environ.get(BROKER, "memory://"))
app.conf.update(task_default_queue=QUEUE, task_ignore_result=True, worker_prefetch_multiplier=1)
_warm: dict[str, Any] = {}


def warm_up(**_: Any) -> None:
    """Load the model and open connections once a process; torch is imported here, after the fork."""
    from tests.benchmarks.engine.plain_models import PLAIN_MODELS

    model = PLAIN_MODELS[os.environ[KIND]]()
    model.generate([0])
    _warm["model"] = model
    _warm["database"] = psycopg.connect(os.environ[DATABASE])
    _warm["store"] = boto3.client(
        "s3",
        endpoint_url=os.environ["BOTTEGA_S3_ENDPOINT_URL"],
        aws_access_key_id=os.environ["BOTTEGA_S3_ACCESS_KEY_ID"],
        aws_secret_access_key=os.environ["BOTTEGA_S3_SECRET_ACCESS_KEY"],
        region_name="us-east-1",
    )


def generate(number: int) -> None:
    """One item from beginning to end."""
    (media,) = _warm["model"].generate([number])
    encoded = media.encode()
    key = f"naive/{uuid4()}.{encoded.extension}"
    _warm["store"].put_object(Bucket=_BUCKET, Key=key, Body=encoded.body, ContentType=encoded.media_type)
    connection = _warm["database"]
    connection.execute("INSERT INTO naive_results VALUES (%s, %s, %s)", (uuid4(), key, len(encoded.body)))
    connection.commit()


worker_process_init.connect(warm_up, weak=False)
app.task(generate, name=TASK)
