"""Muon: momentum whose matrix is made orthogonal before it is applied.

After Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024), with the
update scaled to the size AdamW's would have (Liu et al., "Muon is Scalable for LLM Training", 2025).
Unlike `torch.optim.Muon` it also takes convolution kernels ``(out, in, h, w)``, seen as ``(out, in*h*w)``.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from worker.starter.precision import fast_dtype


class Muon(torch.optim.Optimizer):
    """Orthogonalised Nesterov momentum for matrices and convolution kernels."""

    def __init__(
        self, weights: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Apply one update from the gradients at hand; a closure is not supported."""
        if closure is not None:
            raise ValueError("Muon takes no closure")
        for group in self.param_groups:
            for weight in group["params"]:
                state = self.state[weight]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(weight)
                state["momentum"].lerp_(weight.grad, 1 - group["momentum"])
                ahead = weight.grad.lerp(state["momentum"], group["momentum"])
                update = orthogonalise(ahead.reshape(len(weight), -1))
                size = 0.2 * max(update.shape) ** 0.5
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(update.reshape(weight.shape), alpha=-group["lr"] * size)


def orthogonalise(matrix: Tensor, rounds: int = 5) -> Tensor:
    """Nearly the closest matrix with orthonormal rows or columns, by a quintic Newton-Schulz iteration."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if tall else matrix).to(fast_dtype(matrix.device))
    x = x / (x.norm() + 1e-7)
    for _ in range(rounds):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return (x.T if tall else x).to(matrix.dtype)
