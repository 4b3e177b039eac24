"""The model itself: a small MMDiT trained with rectified flow, jointly with its text encoders.

Architecture and objective as in Stable Diffusion 3 (Esser et al., "Scaling Rectified Flow
Transformers for High-Resolution Image Synthesis", 2024).
"""

import math
import random
from pathlib import Path
from typing import Any

import torch
from diffusers import SD3Transformer2DModel
from torch import Tensor, nn
from torch.nn import functional

from worker.starter.backdrops.latents import LatentPool
from worker.starter.backdrops.muon import Muon
from worker.starter.backdrops.text import JOINT, Reader, warm_up
from worker.starter.backdrops.training import Training
from worker.starter.precision import autocast

# An `SD3Transformer2DModel`; diffusers leaves the methods of its models untyped.
Transformer = Any
LATENT_SIZE = 32
PATCH = 4
LAYERS = 5
HEADS = 5
HEAD_WIDTH = 32
BATCH = 24
NAME = "transformer"
PEAK_RATE = 1.5e-3
# Going on from finished weights: high enough to leave where they ended, low enough to keep what they know.
SECOND_PEAK_RATE = 6e-4
# The stock pipeline asks the T5 encoder, silent here, for this many vectors unless told otherwise.
MOST_NULL_TOKENS = 256


def build_transformer(channels: int) -> Transformer:
    """An untrained transformer over ``(channels, 32, 32)`` latents, starting as the identity."""
    net: Transformer = SD3Transformer2DModel(
        sample_size=LATENT_SIZE,
        patch_size=PATCH,
        in_channels=channels,
        out_channels=channels,
        num_layers=LAYERS,
        attention_head_dim=HEAD_WIDTH,
        num_attention_heads=HEADS,
        joint_attention_dim=JOINT,
        caption_projection_dim=HEADS * HEAD_WIDTH,
        pooled_projection_dim=JOINT,
        pos_embed_max_size=LATENT_SIZE // PATCH,
    )
    for name, module in net.named_modules():
        if isinstance(module, nn.Linear) and (name.endswith("linear") or name == "proj_out"):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
    return net


class NullTokenAttention:
    """Joint attention in which the last text token stands for any number of identical ones.

    `StableDiffusion3Pipeline` appends the T5 encoder's vectors, here 1 to 256 zeros, to the prompt. They stay
    identical through every layer, so one of them whose attention logit is raised by the logarithm
    of their number gives exactly the same result at a fraction of the cost.
    """

    def __init__(self) -> None:
        self.log_count = torch.zeros(1)

    def __call__(
        self, attn: Any, hidden_states: Tensor, encoder_hidden_states: Tensor, **_: object
    ) -> tuple[Tensor, Tensor]:
        batch, pixels, _width = hidden_states.shape

        def split(states: Tensor) -> Tensor:
            return states.view(batch, -1, attn.heads, HEAD_WIDTH).transpose(1, 2)

        text = encoder_hidden_states
        query = torch.cat([split(attn.to_q(hidden_states)), split(attn.add_q_proj(text))], 2)
        key = torch.cat([split(attn.to_k(hidden_states)), split(attn.add_k_proj(text))], 2)
        value = torch.cat([split(attn.to_v(hidden_states)), split(attn.add_v_proj(text))], 2)
        logits = query @ key.transpose(2, 3) / math.sqrt(HEAD_WIDTH)
        bias = functional.pad(self.log_count.view(-1, 1, 1, 1), (key.shape[2] - 1, 0))
        weights = (logits.float() + bias).softmax(-1).to(value.dtype)
        joined = (weights @ value).transpose(1, 2).reshape(batch, -1, attn.heads * HEAD_WIDTH)
        image, words = joined[:, :pixels], joined[:, pixels:]
        if not attn.context_pre_only:
            words = attn.to_add_out(words)
        return attn.to_out[0](image), words


def null_token_logs(size: int, rng: random.Random) -> Tensor:
    """Logarithms of how many null tokens each member of a batch has: one, all, or between."""
    most = math.log(MOST_NULL_TOKENS)
    return torch.tensor([rng.choice((0.0, most, rng.uniform(0, most))) for _ in range(size)])


def noise_levels(size: int, device: torch.device) -> Tensor:
    """Noise shares in 0 to 1, with weight near pure noise: there the prompt decides the composition."""
    even = torch.rand(size, device=device)
    shifted = 4 * even / (1 + 3 * even)
    middle = torch.sigmoid(torch.randn(size, device=device))
    return torch.where(torch.rand(size, device=device) < 0.6, shifted, middle)


class Average:
    """Exponential moving average of weights, which samples better than the last step's."""

    def __init__(self, weights: list[nn.Parameter]) -> None:
        self.weights = weights
        self.mean = [weight.detach().clone() for weight in weights]

    def update(self, step: int) -> None:
        decay = min(0.9985, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(self.mean, [weight.detach() for weight in self.weights], 1 - decay)

    def apply(self) -> None:
        """Put the average in place of the weights."""
        with torch.no_grad():
            for weight, mean in zip(self.weights, self.mean, strict=True):
                weight.copy_(mean)

    def state_dict(self) -> dict[str, Any]:
        return {str(index): mean for index, mean in enumerate(self.mean)}

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        for index, mean in enumerate(self.mean):
            mean.copy_(state_dict[str(index)])


def _optimisers(net: Transformer, reader: Reader) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for everything else."""
    named = list(net.named_parameters())
    inner = [w for name, w in named if w.ndim == 2 and "transformer_blocks" in name and ".norm1" not in name]
    chosen = {id(weight) for weight in inner}
    outer = [weight for _, weight in named if id(weight) not in chosen] + list(reader.encoders.parameters())
    return [
        torch.optim.AdamW(outer, PEAK_RATE, betas=(0.9, 0.97), weight_decay=1e-2),
        Muon(inner, PEAK_RATE, weight_decay=1e-2),
    ]


def flow_loss(net: Transformer, reader: Reader, clean: Tensor, captions: list[str]) -> Tensor:
    """Squared error of the predicted velocity from picture to noise, at random noise levels."""
    noise = torch.randn_like(clean)
    share = noise_levels(len(clean), clean.device)
    mixed = torch.lerp(clean, noise, share.view(-1, 1, 1, 1))
    with autocast(clean.device):
        states, pooled = reader.read(captions)
        states = functional.pad(states, (0, 0, 0, 1))
        velocity = net(
            hidden_states=mixed, encoder_hidden_states=states, pooled_projections=pooled, timestep=share * 1000
        ).sample
    return functional.mse_loss(velocity.float(), noise - clean)


def train_transformer(
    folder: Path, seconds: float, reader: Reader, pool: LatentPool, device: torch.device
) -> Transformer:
    """Train transformer and encoders from nothing for ``seconds`` in all, resuming from a checkpoint in ``folder``.

    Both end up with their averaged weights, also when the checkpoint has spent the seconds already.
    """
    torch.manual_seed(2)
    net = build_transformer(pool.latents.shape[2]).to(device)
    reader.encoders.to(device)
    if not (folder / f"{NAME}.pt").exists() and seconds > 0:
        print(f"text warm-up loss {warm_up(reader):.3f}", flush=True)
    return improve_transformer(net, folder, seconds, reader, pool, PEAK_RATE)


def improve_transformer(
    net: Transformer, folder: Path, seconds: float, reader: Reader, pool: LatentPool, peak: float = SECOND_PEAK_RATE
) -> Transformer:
    """Train ``net`` and its encoders as they are for ``seconds`` in all, resuming from a checkpoint in ``folder``."""
    optimisers = _optimisers(net, reader)
    average = Average([*net.parameters(), *reader.encoders.parameters()])
    parts = {"net": net, "encoders": reader.encoders, "average": average}
    parts |= {f"optimiser{index}": optimiser for index, optimiser in enumerate(optimisers)}
    training = Training(folder, NAME, seconds, parts)
    training.resume()
    _fit(training, net, reader, average, optimisers, pool, peak)
    average.apply()
    return net.eval()


def _fit(
    training: Training,
    net: Transformer,
    reader: Reader,
    average: Average,
    optimisers: list[torch.optim.Optimizer],
    pool: LatentPool,
    peak: float,
) -> None:
    """Take optimiser steps until the training's seconds are spent, then save."""
    if training.finished:
        return
    device = next(net.parameters()).device
    stock, attention = net.attn_processors, NullTokenAttention()
    net.set_attn_processor(attention)
    rng = random.Random(training.step)
    torch.manual_seed(training.step)
    training.begin()
    while not training.finished:
        clean, captions = pool.batch(BATCH, rng)
        attention.log_count = null_token_logs(BATCH, rng).to(device)
        loss = flow_loss(net, reader, clean.to(device), captions)
        for optimiser in optimisers:
            optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(average.weights, 1.0)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = training.rate(peak)
            optimiser.step()
        average.update(training.step)
        training.record(loss.item())
    training.save()
    net.set_attn_processor(stock)
