"""Put what was loaded onto its device, in the way that the model's options ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from shared.logging import get_logger
from worker.families.base import Device

log = get_logger(__name__)

_DENOISERS = ("unet", "transformer", "transformer_2", "prior", "decoder")
_WITH_CONVOLUTIONS = ("unet", "vae", "controlnet", "decoder", "movq")


def dtype_for(device: Device, options: Mapping[str, Any]) -> torch.dtype:
    """The precision to load in: what the model's options say, or the device's own."""
    found = getattr(torch, options.get("dtype") or device.dtype)
    assert isinstance(found, torch.dtype), "options are validated where they are written"
    return found


def place(loaded: Any, device: Device, options: Mapping[str, Any]) -> None:
    """Move a diffusers pipeline, or a network, to its device.

    ``offload`` keeps a pipeline's components (``model``) or layers (``sequential``) in the host's memory until they
    work, for which the host has to be another device than the one that works. ``channels_last`` and ``compile``
    change no result beyond rounding; a compiled denoiser is slow the first time it sees a shape.
    """
    target = torch.device(device.type, device.index) if device.type == "cuda" else torch.device(device.type)
    components: Mapping[str, Any] = getattr(loaded, "components", {})
    offload = options.get("offload", "none") if device.type == "cuda" and components else "none"
    if options.get("channels_last"):
        for name in _WITH_CONVOLUTIONS:
            if isinstance(components.get(name), torch.nn.Module):
                components[name].to(memory_format=torch.channels_last)
    if offload == "model":
        loaded.enable_model_cpu_offload(device=target)
    elif offload == "sequential":
        loaded.enable_sequential_cpu_offload(device=target)
    else:
        loaded.to(target)
    # On a CPU the compiler takes longer than the jobs that it would make faster.
    if options.get("compile") and device.type == "cuda":
        for name in _DENOISERS:
            if isinstance(components.get(name), torch.nn.Module):
                components[name].compile()
                log.info("denoiser_compiles_when_used", component=name)
