"""Settings, read from the environment once a process. Every one starts with ``BOTTEGA_``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, PostgresDsn, RedisDsn, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set. The description of each is what ``docs/guides/configuration.md`` prints."""

    model_config = SettingsConfigDict(env_prefix="BOTTEGA_", env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: PostgresDsn = Field(description="Postgres, as postgresql+psycopg://user:password@host:port/name.")
    redis_url: RedisDsn = Field(description="Redis or Valkey, as redis://host:port/0.")
    secret_key: SecretStr = Field(
        min_length=32,
        description="Signs sessions and API keys, encrypts webhook secrets. Keep it; never change it.",
    )
    s3_endpoint_url: str | None = Field(default=None, description="The object store. Left out: Amazon S3.")
    s3_public_endpoint_url: str | None = Field(
        default=None,
        description="The object store as browsers reach it, for presigned links.",
    )
    s3_access_key_id: str | None = Field(default=None, description="Left out: what boto3 finds by itself.")
    s3_secret_access_key: SecretStr | None = Field(default=None, description="Goes with the access key id.")
    s3_bucket: str = Field(default="bottega", description="The bucket that holds uploads and results.")
    s3_region: str = Field(default="us-east-1", description="The bucket's region.")
    web_bind: str = Field(default="127.0.0.1:8000", description="Where the web process listens.")
    web_workers: int = Field(default=1, ge=1, le=64, description="Web worker processes.")
    public_url: str = Field(
        default="http://127.0.0.1:8000",
        description="How people reach the web: links in replies and webhooks.",
    )
    submissions_per_minute: int = Field(
        default=6000,
        ge=1,
        description="How many submissions one API key may make in a minute; one of many jobs counts once.",
    )
    webhook_allow_private_addresses: bool = Field(
        default=False,
        description="Let webhooks reach loopback and private addresses, and over plain HTTP. For development only.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="Where the GPU worker runs models.")
    device_memory_bytes: int | None = Field(
        default=None,
        gt=0,
        description="How much of the device's memory the models of a worker may take together; the least recently used"
        " are let go for others. Left out: three quarters of a GPU's, half of a machine's without one.",
    )
    compositor_processes: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="How many pictures a compositor lays together at once. Left out: as many as the machine has cores.",
    )
    resource_classes: str = Field(
        default="",
        description="Whose jobs a worker runs: those of models of these resource classes, separated by commas."
        " Left out: of all models.",
    )
    warm_models: str = Field(
        default="starter/*",
        description="Models that a worker loads before its first job, as far as they fit: names, with * for anything,"
        " separated by commas.",
    )
    home: Path = Field(default=Path(".bottega"), description="The embedded stack's data folder.")
    models_dir: Path | None = Field(
        default=None,
        description="Where models that are pulled from a hub or a bucket lie. Left out: models in the home folder.",
    )
    lease_seconds: float = Field(default=60, gt=1, description="How long a silent worker keeps its jobs.")
    lease_renew_seconds: float = Field(default=15, gt=0.1, description="How often a worker renews its leases.")
    stall_seconds: float = Field(
        default=120,
        gt=1,
        description="A model that makes no step for so long is taken for hung; its worker restarts.",
    )
    model_switch_seconds: float = Field(
        default=30,
        ge=0,
        description="How long a worker prefers the models it has loaded, within a class, while jobs of others wait.",
    )
    batch_fill_seconds: float = Field(
        default=0,
        ge=0,
        le=1,
        description="How long a worker waits for more jobs of the same kind before it runs a batch that is not full.",
    )
    poll_seconds: float = Field(
        default=1, gt=0.05, description="How often the dispatcher looks for jobs whose bell was lost."
    )
    drain_seconds: float = Field(
        default=3, ge=0, description="How long a stopping worker goes on with the batch it has begun."
    )
    spool_dir: Path | None = Field(
        default=None,
        description="Where a worker keeps finished results while the object store is away. Left out:"
        " bottega-spool-<user id> in /var/tmp, or else where temporary files go.",
    )
    spool_bytes: int = Field(
        default=2_147_483_648, ge=0, description="How many bytes of results the workers of a machine keep so at most."
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="What a scraper of /metrics sends as a Bearer token. Left out: loopback callers only.",
    )
    metrics_bind: str | None = Field(
        default=None, description="Where a worker or dispatcher serves /metrics, as host:port. Left out: nowhere."
    )
    metrics_dir: Path | None = Field(
        default=None,
        description="A folder for metrics that the processes of one machine share. Left out: one for each process.",
    )
    log_format: Literal["json", "console"] = Field(default="json", description="How log lines look.")


@cache
def get_settings() -> Settings:
    """This process's settings. Raises ``pydantic.ValidationError`` naming what is missing."""
    return Settings()
