"""Two starter models that learn pictures of single subjects without captions: a variational autoencoder and a GAN."""

from __future__ import annotations

from pathlib import Path

VAE_WEIGHTS = Path(__file__).parent / "weights" / "vae"
GAN_WEIGHTS = Path(__file__).parent / "weights" / "gan"
SIZE = 64
LATENT_SIZE = 64

__all__ = ["GAN_WEIGHTS", "LATENT_SIZE", "SIZE", "VAE_WEIGHTS"]
