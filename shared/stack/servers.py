"""Which of the three servers are embedded, and which are the operator's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.stack.credentials import Credentials
from shared.stack.environment import DATABASE_URL, REDIS_URL, S3_ENDPOINT_URL
from shared.stack.home import Home
from shared.stack.ports import Ports
from shared.stack.postgres import Postgres
from shared.stack.seaweedfs import SeaweedFS
from shared.stack.server import EmbeddedServer
from shared.stack.valkey import Valkey


@dataclass(frozen=True, slots=True)
class External:
    """A server of the operator's own."""

    name: str
    address: str
    """Host and port: never the password."""


def chosen_servers(
    home: Home, credentials: Credentials, ports: Ports, settings: Mapping[str, str]
) -> tuple[list[EmbeddedServer], list[External]]:
    """An embedded server for each of the three whose URL is not among ``settings``."""
    bucket = settings.get("BOTTEGA_S3_BUCKET", "bottega")
    region = settings.get("BOTTEGA_S3_REGION", "us-east-1")
    keys = (credentials.s3_access_key_id, credentials.s3_secret_access_key)
    candidates: list[tuple[str, str, EmbeddedServer]] = [
        (DATABASE_URL, "postgres", Postgres(home.data("postgres"), credentials.postgres_password, ports)),
        (REDIS_URL, "redis", Valkey(home.data("valkey"), credentials.redis_password, ports)),
        (S3_ENDPOINT_URL, "s3", SeaweedFS(home.data("seaweedfs"), keys, bucket, region, ports)),
    ]
    embedded = [server for variable, _, server in candidates if variable not in settings]
    external = [
        External(name, _address(settings[variable])) for variable, name, _ in candidates if variable in settings
    ]
    return embedded, external


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port}" if parts.port else (parts.hostname or "localhost")
