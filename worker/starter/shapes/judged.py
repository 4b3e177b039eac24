"""What an independent classifier recognises in pictures of single subjects.

It is the backdrops' judge, trained on renders alone: it says whether a subject is recognisable and which, not whether the
picture is beautiful.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch

from worker.starter.backdrops.judge import load_judge, shrink
from worker.starter.backdrops.scenes import SCENES
from worker.starter.shapes.dataset import SUBJECTS

_SURE = 0.8


@dataclass(frozen=True)
class Recognised:
    """Shares of pictures in which a subject is seen at all, and seen with certainty; how often each subject is."""

    seen: float
    surely: float
    subjects: Counter[str]


@torch.no_grad()
def recognised(pixels: np.ndarray) -> Recognised:
    """Judge 8-bit pictures ``(n, h, w, 3)``."""
    scores, _ = load_judge()(shrink(pixels))
    certainty, scenes = scores.softmax(1).max(1)
    names = [SCENES[index] for index in scenes.tolist()]
    of_subjects = [name in SUBJECTS for name in names]
    sure = [found and value > _SURE for found, value in zip(of_subjects, certainty.tolist(), strict=True)]
    counted = Counter(name for name in names if name in SUBJECTS)
    return Recognised(sum(of_subjects) / len(names), sum(sure) / len(names), counted)


def spread(found: Recognised) -> str:
    """How often each subject was seen, as a sentence's end."""
    return ", ".join(f"{name} {found.subjects[name]}" for name in SUBJECTS)
