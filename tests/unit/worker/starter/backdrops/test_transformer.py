import random

import torch
from torch.nn import functional

from worker.starter.backdrops.silent_t5 import build_silent_t5, build_silent_tokenizer
from worker.starter.backdrops.text import JOINT, LENGTH
from worker.starter.backdrops.transformer import (
    LATENT_SIZE,
    MOST_NULL_TOKENS,
    NullTokenAttention,
    build_transformer,
    noise_levels,
    null_token_logs,
)


def test_one_weighted_null_token_stands_for_256_of_them() -> None:
    torch.manual_seed(0)
    net = build_transformer(channels=4)
    for weight in net.parameters():
        torch.nn.init.normal_(weight, std=0.05)
    latents = torch.randn(2, 4, LATENT_SIZE, LATENT_SIZE)
    words, pooled = torch.randn(2, LENGTH, JOINT), torch.randn(2, JOINT)
    attention = NullTokenAttention()

    def velocity(null_tokens: int) -> torch.Tensor:
        with torch.no_grad():
            output: torch.Tensor = net(
                hidden_states=latents,
                encoder_hidden_states=functional.pad(words, (0, 0, 0, null_tokens)),
                pooled_projections=pooled,
                timestep=torch.tensor([500.0, 20.0]),
            ).sample
        return output

    all_of_them = velocity(MOST_NULL_TOKENS)
    net.set_attn_processor(attention)
    attention.log_count = torch.full((2,), float(MOST_NULL_TOKENS)).log()
    assert torch.allclose(velocity(1), all_of_them, atol=1e-5)
    attention.log_count = torch.zeros(2)
    assert not torch.allclose(velocity(1), all_of_them, atol=1e-3)


def test_the_silent_t5_answers_every_prompt_with_zeros() -> None:
    tokenizer, encoder = build_silent_tokenizer(), build_silent_t5(JOINT)
    for prompt in ("", "a teal studio sweep", "ünïcode\nand lines"):
        ids = tokenizer(prompt, padding="max_length", max_length=8, truncation=True, return_tensors="pt").input_ids
        assert ids.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0]]
        assert torch.count_nonzero(encoder(ids)[0]) == 0


def test_noise_levels_lie_between_picture_and_noise_and_lean_to_noise() -> None:
    torch.manual_seed(1)
    levels = noise_levels(4000, torch.device("cpu"))
    assert levels.min() >= 0
    assert levels.max() <= 1
    assert levels.mean() > 0.55


def test_null_token_counts_cover_the_ends_of_the_range() -> None:
    counts = null_token_logs(200, random.Random(0)).exp()
    assert counts.min() == 1
    assert counts.max().round() == MOST_NULL_TOKENS
