"""A small disk, which can be filled."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.faults.row import CannotInject


class SmallDisk:
    """A tmpfs mounted at ``folder``, where this machine lets us mount one."""

    def __init__(self, folder: Path, *, mebibytes: int) -> None:
        self.folder = folder
        self._mebibytes = mebibytes
        self.refusal: str | None = None
        """Why there is none."""
        self._mounted = False

    def mount(self) -> None:
        """Mount it. Where that is refused, the folder stays on the disk that everything else is on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={self._mebibytes}m,mode=700", "tmpfs", str(self.folder)]
        try:
            result = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            self.refusal = "this machine has no mount command"
            return
        self._mounted = result.returncode == 0
        if not self._mounted:
            self.refusal = f"this machine mounts no tmpfs for us: {result.stderr.strip()}"

    def unmount(self) -> None:
        """Give it back."""
        if self._mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False)
            self._mounted = False

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Leave no byte free. Raises ``CannotInject`` where there is no such disk."""
        if self.refusal:
            raise CannotInject(self.refusal)
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def is_full(self) -> bool:
        """Whether nobody finds room for a byte."""
        return self._mounted and os.statvfs(self.folder).f_bfree == 0

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)
