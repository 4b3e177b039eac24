"""Training that goes on from finished weights."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from worker.starter.backdrops import WEIGHTS
from worker.starter.backdrops.dataset import EVEN, HARDER, WEAK, draw_any, stream, unseen
from worker.starter.backdrops.latents import FIRST, SECOND, build_pool
from worker.starter.backdrops.pipeline import Pipeline, load
from worker.starter.backdrops.scenes import SCENES, SUBJECTS
from worker.starter.backdrops.text import Reader
from worker.starter.backdrops.transformer import improve_transformer
from worker.starter.precision import autocast, fast_dtype


@pytest.fixture
def pipeline() -> Pipeline:
    return load(WEIGHTS)


def test_subjects_and_weak_scenes_come_more_often_and_held_out_ones_never() -> None:
    rng = random.Random(1)
    even, harder = ([draw_any(rng, mix).scene for _ in range(2000)] for mix in (EVEN, HARDER))

    for group in (SUBJECTS, WEAK):
        assert sum(harder.count(scene) for scene in group) > 1.4 * sum(even.count(scene) for scene in group)
    assert set(harder) == set(SCENES)
    assert not any(unseen(picture) for picture, _ in stream(SECOND.seed, 2000, SECOND.mix))


def test_the_autoencoder_s_scale_is_settled_once(pipeline: Pipeline, tmp_path: Path) -> None:
    vae = pipeline.vae
    before = vae.config.shift_factor, vae.config.scaling_factor
    pool = build_pool(vae, tmp_path / "more.pt", 3, SECOND)

    assert (vae.config.shift_factor, vae.config.scaling_factor) == before
    assert pool.latents.shape == (3, 1, 4, 32, 32)
    assert torch.equal(build_pool(vae, tmp_path / "more.pt", 3, SECOND).latents, pool.latents)
    clean, captions = pool.batch(5, random.Random(0))
    assert (clean.shape, len(captions)) == ((5, 4, 32, 32), 5)

    first = build_pool(vae, tmp_path / "first.pt", 2, FIRST)
    assert first.latents.shape == (2, 2, 4, 32, 32)
    assert (vae.config.shift_factor, vae.config.scaling_factor) != before


def test_training_begins_with_the_weights_that_it_is_given(pipeline: Pipeline, tmp_path: Path) -> None:
    pool = build_pool(pipeline.vae, tmp_path / "pool.pt", 2, SECOND)
    before = pipeline.transformer.proj_out.weight.clone()
    reader = Reader.of(pipeline)

    untouched = improve_transformer(pipeline.transformer, tmp_path, 0.0, reader, pool)
    assert torch.equal(untouched.proj_out.weight, before)
    trained = improve_transformer(pipeline.transformer, tmp_path, 0.01, reader, pool)
    assert not torch.equal(trained.proj_out.weight, before)
    assert torch.allclose(trained.proj_out.weight, before, atol=0.01)
    assert (tmp_path / "transformer.pt").exists()


def test_half_precision_is_left_out_where_a_processor_only_imitates_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = torch.device("cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "avx512_bf16": False})
    assert fast_dtype(cpu) == torch.float32
    with autocast(cpu):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True})
    assert fast_dtype(cpu) == torch.bfloat16
    with autocast(cpu):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16
    assert fast_dtype(torch.device("cuda")) == torch.bfloat16
