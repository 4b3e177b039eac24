"""Noise from a generator of one's own, for models that draw theirs from the global one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode


class SeededNoise(TorchFunctionMode):
    """While it is entered, ``torch.randn`` and ``torch.randn_like`` draw from ``generator`` in this thread.

    They draw on the CPU, so that the noise is the same on every device. The global generator is left alone.
    """

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self._generator = generator

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Draw what ``func`` would draw; call anything else."""
        named = dict(kwargs or {})
        if func is torch.randn_like:
            return self._drawn(args[0].shape, args[0].dtype, args[0].device)
        if func is torch.randn:
            shape = args[0] if args and isinstance(args[0], Sequence) else args
            return self._drawn(shape, named.get("dtype"), named.get("device"))
        return func(*args, **named)

    def _drawn(self, shape: Sequence[int], dtype: torch.dtype | None, device: Any) -> Tensor:
        noise = torch.empty(tuple(shape)).normal_(generator=self._generator)
        return noise.to(device=device or "cpu", dtype=dtype or torch.get_default_dtype())
