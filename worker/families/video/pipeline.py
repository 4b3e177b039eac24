"""What a diffusers video pipeline says of itself: its arguments, its sizes, and the frames it can make.

No list of models is kept. Only what a pipeline cannot be asked is written down here, with its reason.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import diffusers
import torch

_LARGEST_UNIT = 256
_DEFAULT_FRAMES = 16
_DEFAULT_SIDE = 512
_DEFAULT_FPS = 16
# The same weights make clips from a prompt alone and from a picture with a prompt: arXiv:2501.00103, section 2.
_SIBLINGS = {"LTXPipeline": "LTXImageToVideoPipeline", "LTXImageToVideoPipeline": "LTXPipeline"}
# Weights with a time step for each token (Wan 2.2 TI2V) do, too; other Wan weights are for one of the two.
_SIBLINGS_BY_TOKEN = {"WanPipeline": "WanImageToVideoPipeline", "WanImageToVideoPipeline": "WanPipeline"}
# Pipelines that were seen to give each of several pictures its own clip. Wan's, for one, encodes all of the pictures
# once for each of the generators; what is not known here is called for one clip at a time.
_TAKES_SEVERAL_PICTURES = {"LTXImageToVideoPipeline", "StableVideoDiffusionPipeline"}


@dataclass(frozen=True, slots=True)
class VideoPipeline:
    """A pipeline, and what was asked of it when it was loaded."""

    call: Any
    parameters: dict[str, Any]
    """The names that its call accepts, with their defaults."""
    size_unit: int
    """Width and height are multiples of so many pixels."""
    frame_unit: int
    """The number of frames is one more than a multiple of this: what the VAE makes one latent frame of."""
    most_frames: int | None
    """How many frames it can make, where its weights set a limit."""

    @classmethod
    def of(cls, pipeline: Any) -> VideoPipeline:
        """Ask a pipeline."""
        parameters = {
            name: None if each.default is inspect.Parameter.empty else each.default
            for name, each in inspect.signature(pipeline.__call__).parameters.items()
        }
        temporal = _first_of(pipeline, "vae_temporal_compression_ratio", "vae_scale_factor_temporal")
        unet = getattr(pipeline, "unet", None)
        most = unet.config.get("motion_max_seq_length") if unet is not None else None
        return cls(pipeline, parameters, _size_unit(pipeline), temporal or 1, most)

    def takes(self, parameter: str) -> bool:
        """Whether its call accepts this argument."""
        return parameter in self.parameters

    @property
    def needs_picture(self) -> bool:
        """Whether it makes clips of a picture only."""
        return self.takes("image")

    @property
    def batches(self) -> bool:
        """Whether one call may make clips for several members."""
        return not self.needs_picture or type(self.call).__name__ in _TAKES_SEVERAL_PICTURES

    def size(self, width: int | None, height: int | None) -> tuple[int, int]:
        """The clip's size in pixels: what is wanted, or what the pipeline makes by itself."""
        own = _own_sides(self.call)
        return (
            width or self.parameters.get("width") or own[0],
            height or self.parameters.get("height") or own[1],
        )

    def fps(self, wanted: int | None) -> int:
        """Frames a second: what is wanted, what the pipeline is conditioned on by itself, or 16."""
        return int(wanted or self.parameters.get("frame_rate") or self.parameters.get("fps") or _DEFAULT_FPS)

    def frames(self, num_frames: int | None, seconds: float | None, fps: int) -> int:
        """How many frames the clip has: what is wanted, or as many as come nearest to its length."""
        if num_frames is not None:
            return num_frames
        if seconds is not None:
            return min(self.nearest_counts(round(seconds * fps)), key=lambda count: abs(count - seconds * fps))
        own = self.parameters.get("num_frames") or _unet_frames(self.call) or _DEFAULT_FRAMES
        return int(own) if self.most_frames is None else min(int(own), self.most_frames)

    def nearest_counts(self, count: int) -> list[int]:
        """The numbers of frames it can make that are nearest to this one: itself, or one below and one above."""
        below = (max(count, 1) - 1) // self.frame_unit * self.frame_unit + 1
        return [below] if below == count else [below, below + self.frame_unit]


def sibling_of(pipeline: Any) -> Any | None:
    """The pipeline that the same weights make with a picture, or without one; none where they make only one of both."""
    name = type(pipeline).__name__
    by_token = _SIBLINGS_BY_TOKEN.get(name) if pipeline.config.get("expand_timesteps") else None
    other = _SIBLINGS.get(name) or by_token
    if other is None:
        return None
    kind = getattr(diffusers, other)
    parts = {**pipeline.components, **({"expand_timesteps": True} if by_token else {})}
    return kind(**{part: value for part, value in parts.items() if part in inspect.signature(kind.__init__).parameters})


def _first_of(pipeline: Any, *names: str) -> int | None:
    return next((int(value) for name in names if (value := getattr(pipeline, name, None))), None)


def _size_unit(pipeline: Any) -> int:
    """The smallest unit that the latents' grid and the pipeline's own check agree to."""
    vae = _first_of(pipeline, "vae_spatial_compression_ratio", "vae_scale_factor_spatial", "vae_scale_factor") or 8
    unit = vae * _patch(pipeline)
    while unit < _LARGEST_UNIT and not _agrees(pipeline, unit):
        unit *= 2
    return unit


def _patch(pipeline: Any) -> int:
    """How many latent pixels are a side of what its network works on as a whole."""
    transformer = getattr(pipeline, "transformer", None)
    if transformer is not None:
        size = transformer.config.get("patch_size") or 1
        return int(size[-1] if isinstance(size, Sequence) else size)
    unet = getattr(pipeline, "unet", None)
    if unet is not None and type(unet).__name__ == "UNetSpatioTemporalConditionModel":
        # Its way up doubles what its way down has halved, and joins both: nothing may be lost to rounding.
        return int(2 ** (len(unet.config.block_out_channels) - 1))
    return 1


def _agrees(pipeline: Any, unit: int) -> bool:
    """Whether the pipeline's check lets a size of one unit pass; an uneven multiple shows what it is divided by."""
    known = {"prompt": "a", "image": torch.zeros(1, 3, 8, 8), "height": unit, "width": 3 * unit}
    arguments = {
        name: known.get(name, None if each.default is inspect.Parameter.empty else each.default)
        for name, each in inspect.signature(pipeline.check_inputs).parameters.items()
        if each.kind is not inspect.Parameter.VAR_KEYWORD
    }
    try:
        pipeline.check_inputs(**arguments)
    except ValueError as error:
        return "divisible" not in str(error)
    return True


def _own_sides(pipeline: Any) -> tuple[int, int]:
    """Width and height that a pipeline without defaults takes from its network's configuration."""
    network = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
    config = getattr(network, "config", {})
    factor = _first_of(pipeline, "vae_scale_factor", "vae_scale_factor_spatial") or 8
    side = config.get("sample_size")
    if isinstance(side, int):
        return side * factor, side * factor
    width, height = config.get("sample_width"), config.get("sample_height")
    return (width * factor, height * factor) if width and height else (_DEFAULT_SIDE, _DEFAULT_SIDE)


def _unet_frames(pipeline: Any) -> int | None:
    unet = getattr(pipeline, "unet", None)
    return None if unet is None else unet.config.get("num_frames")
