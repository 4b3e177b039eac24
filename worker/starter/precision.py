"""Half precision where it is quick: a processor that only imitates bfloat16 computes ten times slower in it."""

from contextlib import AbstractContextManager, nullcontext

import torch


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 on a GPU and on processors with instructions for it, float32 elsewhere."""
    if device.type != "cpu":
        return torch.bfloat16
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("avx512_bf16") or able.get("amx_bf16") else torch.float32


def autocast(device: torch.device) -> AbstractContextManager[object]:
    """Compute inside in `fast_dtype`; changes nothing where that is float32."""
    dtype = fast_dtype(device)
    return nullcontext() if dtype == torch.float32 else torch.autocast(device.type, dtype)
