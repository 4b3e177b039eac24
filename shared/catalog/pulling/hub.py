"""Fetch a model from a hub that speaks the Hugging Face protocol, at one commit, every file checked."""

from __future__ import annotations

import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from shared.catalog.pulling.choice import chosen_files
from shared.catalog.pulling.errors import PullFailed
from shared.catalog.revision import FileHashes

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

_AT_ONCE = 4


def fetch_from_hub(repository: str, commit: str, folder: Path, hashes: FileHashes) -> None:
    """Bring the commit's files into ``folder``; what came before an interruption is not fetched again.

    ``HF_ENDPOINT`` names another hub, ``HF_TOKEN`` the key to one. Every file has to have the SHA-256, or for small
    ones the Git hash, that the hub gives for it. Raises ``PullFailed``.
    """
    try:
        # Comes with the model libraries, which only a machine that runs models needs.
        import httpx  # noqa: PLC0415
        from huggingface_hub import HfApi, hf_hub_download  # noqa: PLC0415
        from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled  # noqa: PLC0415
    except ImportError as error:
        raise PullFailed("huggingface_hub is not installed here; it comes with bottega[models].") from error
    endpoint = os.environ.get("HF_ENDPOINT")
    try:
        info = HfApi(endpoint=endpoint).model_info(repository, revision=commit, files_metadata=True)
        if info.sha != commit:
            raise PullFailed(f"The hub answers with the commit {info.sha} when it is asked for {commit}.")
        siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
        names = chosen_files(siblings)

        def fetch(name: str) -> None:
            hf_hub_download(repository, name, revision=commit, local_dir=folder, endpoint=endpoint)

        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as threads:
            list(threads.map(fetch, names))
    except (HfHubHTTPError, OfflineModeIsEnabled, httpx.HTTPError, OSError) as error:
        raise PullFailed(
            f"{repository} could not be fetched: {error}\nTo go on where this ended, run it again."
        ) from error
    for name in names:
        _verify(folder / name, siblings[name], hashes)
    # What the library keeps in order to go on.
    shutil.rmtree(folder / ".cache", ignore_errors=True)


def _verify(path: Path, said: RepoSibling, hashes: FileHashes) -> None:
    """Compare a file with what the hub says of it. A wrong one is deleted, so that it is fetched again."""
    if not path.is_file():
        raise PullFailed(f"{said.rfilename} did not come. Run it again.")
    wanted = said.lfs.sha256 if said.lfs is not None else said.blob_id
    found = hashes.of(path) if said.lfs is not None else _git_hash(path)
    if wanted is None:
        raise PullFailed(f"The hub gives no hash of {said.rfilename}, so that it cannot be checked.")
    if found != wanted:
        path.unlink()
        raise PullFailed(f"{said.rfilename} is not what the hub says it is: {found}, not {wanted}. Run it again.")


def _git_hash(path: Path) -> str:
    """The name that Git gives to a file's content (Pro Git, "Git Internals: Git Objects")."""
    body = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
