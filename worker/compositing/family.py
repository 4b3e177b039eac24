"""Composites as a family: a scene in, one finished file out, without a device."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyvips

from shared.catalog.families import FamilyName
from shared.catalog.inputs.composite import CompositeInput
from shared.errors import ModelLoadFailed
from worker.compositing import encoding, scene, setting
from worker.compositing.picture_cache import PictureCache
from worker.families.base import Device, ModelRef, StepControl
from worker.media.base import EncodedMedia, Media

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class CompositeMedia:
    """A finished file: whether it is small enough had to be known before."""

    file: EncodedMedia

    def encode(self) -> EncodedMedia:
        """The file."""
        return self.file


@dataclass(slots=True)
class Compositor:
    """What one process keeps between composites."""

    pictures: PictureCache = field(default_factory=PictureCache)
    spared: deque[tuple[CompositeInput, CompositeMedia]] = field(default_factory=lambda: deque(maxlen=2 * _AT_ONCE))
    """What was finished beside a member that was refused: its forward batch is made again without that one."""

    def forget(self, done: Sequence[CompositeInput]) -> None:
        """Keep no longer what has been handed over."""
        left = [(job, media) for job, media in self.spared if not any(job is each for each in done)]
        self.spared.clear()
        self.spared.extend(left)


class Compositing:
    """Draws scenes, one after the other; none knows of the others."""

    name = FamilyName.COMPOSITE

    def load(self, model: ModelRef, device: Device) -> Compositor:  # noqa: ARG002 - there are no weights
        """Make the fonts ready. Raises ``ModelLoadFailed`` where this process has set text in other fonts before."""
        # As many processes run as there are cores, and no scene is drawn twice.
        pyvips.concurrency_set(1)
        pyvips.cache_set_max(0)
        if not setting.use_pack():
            raise ModelLoadFailed("The fonts of this process are not the pack's: it has set text before.")
        return Compositor()

    def check(self, loaded: Compositor, job_input: CompositeInput) -> None:  # noqa: ARG002 - of the protocol
        """Refuse families and characters that the fonts do not have. Raises ``InputRefused``."""
        scene.check(job_input)

    def max_batch(self, loaded: Compositor, job_input: CompositeInput) -> int:  # noqa: ARG002 - of the protocol
        """They are drawn one by one; several share what a claim costs."""
        return _AT_ONCE

    def generate(self, loaded: Compositor, inputs: Sequence[CompositeInput], control: StepControl) -> list[list[Media]]:
        """Draw each. Raises ``InputRefused`` for the first that cannot be."""
        made: list[list[Media]] = []
        dropped: frozenset[int] = frozenset()
        for index, job_input in enumerate(inputs):
            made.append([] if index in dropped else [_composite(loaded, job_input, inputs)])
            dropped = control.step(index + 1, len(inputs))
        loaded.forget(inputs)
        return [[] if index in dropped else media for index, media in enumerate(made)]


def _composite(loaded: Compositor, job: CompositeInput, beside: Sequence[CompositeInput]) -> CompositeMedia:
    spared = next((media for done, media in loaded.spared if done is job), None)
    if spared is not None:
        return spared
    drawn = scene.draw(job, loaded.pictures)
    file = encoding.encoded(drawn.image, job)
    kind = encoding.KINDS[job.output.format]
    facts = {
        "width": job.canvas.width,
        "height": job.canvas.height,
        "texts": [text.facts() for text in drawn.texts],
        "quality": file.quality,
        "palette": file.has_palette,
    }
    media = CompositeMedia(EncodedMedia(file.body, kind.media_type, kind.extension, facts))
    if len(beside) > 1:
        loaded.spared.append((job, media))
    return media
