"""Whether the device still answers: an error may have broken its context, in which nothing will run again."""

from __future__ import annotations

import sys

from shared.logging import get_logger

log = get_logger(__name__)


def is_broken() -> bool:
    """Ask the device, after something on it has failed, for a trifle of work.

    A fault such as an illegal address or a failed assertion ends the whole CUDA context of a process: every later
    call fails with the same error, whatever it asks for. An error that leaves the context sound, such as too little
    memory, does not. A process that never loaded torch has no device.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    if not torch.cuda.is_initialized():
        return False
    try:
        torch.cuda.synchronize()
        torch.ones(1, device="cuda").add_(1).item()
    except torch.OutOfMemoryError:
        return False
    except RuntimeError as error:
        log.error("device_broken", error=str(error).partition("\n")[0])
        return True
    return False
