"""Starter text-to-image model for marketing backdrops: where its pipeline lies and how it is best called."""

from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"
WIDTH = HEIGHT = 256
NUM_INFERENCE_STEPS = 16
GUIDANCE_SCALE = 3.0
# The T5 slot is silent: more than one of its null tokens only costs time.
MAX_SEQUENCE_LENGTH = 1
