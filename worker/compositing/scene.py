"""A scene, drawn from its bottom layer to its top one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyvips

from shared.catalog.inputs.composite import CompositeInput
from shared.catalog.inputs.scene import ImageLayer, ShapeLayer, TextLayer
from shared.errors import InputRefused
from worker.compositing import pictures, shapes, text_layers
from worker.compositing.canvas import Canvas
from worker.compositing.geometry import Rectangle
from worker.compositing.overlay import Overlay, Rgba
from worker.compositing.picture_cache import PictureCache
from worker.compositing.pictures import UnreadablePicture
from worker.compositing.shadows import shadow_of
from worker.compositing.text_layers import SetText


@dataclass(frozen=True, slots=True)
class Drawn:
    """A scene as pixels, and how its texts came out."""

    image: pyvips.Image
    texts: tuple[SetText, ...]


def check(job: CompositeInput) -> None:
    """Refuse what can be refused without drawing. Raises ``InputRefused``."""
    for index, layer in enumerate(job.layers):
        if isinstance(layer, TextLayer):
            text_layers.check(layer, _path(index))


def draw(job: CompositeInput, cache: PictureCache) -> Drawn:
    """Draw it, in memory that the next scene of this size is drawn in.

    Raises ``InputRefused`` naming the layer that cannot be drawn.
    """
    width, height = job.canvas.width, job.canvas.height
    room = cache.get(("canvas", width, height), lambda: np.empty((height, width, 3), np.uint8))
    canvas = Canvas(width, height, Rgba.parse(job.canvas.background), room)
    safe = None if job.canvas.safe is None else Rectangle.of(job.canvas.safe)
    texts: list[SetText] = []
    for index, layer in enumerate(job.layers):
        if isinstance(layer, TextLayer):
            done = text_layers.paint(canvas, layer, _path(index), safe, cache)
            texts += [] if done is None else [done]
        else:
            overlay = _overlay(layer, cache, _path(index))
            if layer.shadow is not None:
                canvas.paint(shadow_of(overlay, layer.shadow, cache).at_opacity(layer.opacity))
            canvas.paint(overlay.at_opacity(layer.opacity))
    return Drawn(canvas.image(), tuple(texts))


def _overlay(layer: ShapeLayer | ImageLayer, cache: PictureCache, path: str) -> Overlay:
    if isinstance(layer, ShapeLayer):
        return shapes.drawn(layer, cache)
    try:
        return pictures.drawn(layer, cache)
    except UnreadablePicture as error:
        raise InputRefused.of(f"{path}.image", str(error)) from error


def _path(index: int) -> str:
    return f"input.layers.{index}"
