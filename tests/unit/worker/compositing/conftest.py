"""Text in this process is set in the pack's fonts: fontconfig is asked here before any other test sets some."""

from __future__ import annotations

from worker.compositing.setting import use_pack

assert use_pack()
