"""What a catalog entry may load beside a pipeline's own weights: LoRA, a ControlNet, an IP-Adapter.

Options name folders, absolute or within the model's own: ``lora`` is a list of ``{"path", "scale"}``, ``controlnet``
and ``ip_adapter`` are ``{"path"}`` each. Safetensors only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoModel
from transformers import CLIPVisionModelWithProjection

from shared.errors import ModelLoadFailed
from worker.families.base import ModelRef

_IMAGE_ENCODER = "image_encoder"


def fuse_loras(pipeline: Any, model: ModelRef) -> None:
    """Add the low-rank updates to the weights themselves (Hu et al. 2021, arXiv:2106.09685): sampling costs no more."""
    wanted: Sequence[Mapping[str, Any]] = model.options.get("lora", ())
    if not wanted:
        return
    if not hasattr(pipeline, "load_lora_weights"):
        raise ModelLoadFailed(f"The option lora of {model.name}: {type(pipeline).__name__} takes no LoRA.")
    names, scales = [], []
    for index, entry in enumerate(wanted):
        weights = _only_weights(model, "lora", entry)
        name = f"lora{index}"
        pipeline.load_lora_weights(
            str(weights.parent),
            weight_name=weights.name,
            adapter_name=name,
            local_files_only=True,
            use_safetensors=True,
        )
        if not any(name in adapters for adapters in pipeline.get_list_adapters().values()):
            raise ModelLoadFailed(f"The option lora of {model.name}: {weights.name} fits no layer of this model.")
        names.append(name)
        scales.append(float(entry.get("scale", 1.0)))
    pipeline.set_adapters(names, scales)
    pipeline.fuse_lora(adapter_names=names)
    pipeline.unload_lora_weights()


def load_controlnet(model: ModelRef, dtype: torch.dtype) -> Any | None:
    """The ControlNet (Zhang et al. 2023, arXiv:2302.05543) of whichever architecture its folder says, or None."""
    if "controlnet" not in model.options:
        return None
    folder = _named(model, "controlnet", model.options["controlnet"])
    return AutoModel.from_pretrained(
        str(folder), local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype=dtype
    ).eval()


def load_ip_adapter(pipeline: Any, model: ModelRef, dtype: torch.dtype) -> bool:
    """Give the pipeline an IP-Adapter (Ye et al. 2023, arXiv:2308.06721) and its image encoder; whether it has one."""
    if "ip_adapter" not in model.options:
        return False
    if not (hasattr(pipeline, "load_ip_adapter") and hasattr(pipeline, "unet")):
        raise ModelLoadFailed(
            f"The option ip_adapter of {model.name}: pictures are taken up by models with a UNet alone."
        )
    weights = _only_weights(model, "ip_adapter", model.options["ip_adapter"])
    encoder = CLIPVisionModelWithProjection.from_pretrained(
        weights.parent / _IMAGE_ENCODER, local_files_only=True, use_safetensors=True, dtype=dtype
    ).eval()
    pipeline.register_modules(image_encoder=encoder)
    pipeline.load_ip_adapter(
        str(weights.parent),
        subfolder="",
        weight_name=weights.name,
        image_encoder_folder=None,
        local_files_only=True,
    )
    return True


def _only_weights(model: ModelRef, option: str, entry: Mapping[str, Any]) -> Path:
    """The one file of safetensors that an option names, or that its folder has."""
    path = _named(model, option, entry)
    candidates = [path] if path.is_file() else sorted(path.iterdir())
    found = [each for each in candidates if each.suffix == ".safetensors"]
    if len(found) != 1:
        raise ModelLoadFailed(
            f"The option {option} of {model.name}: {path.name} has {len(found)} safetensors files, not one."
        )
    return found[0]


def _named(model: ModelRef, option: str, entry: Mapping[str, Any]) -> Path:
    path = model.path / entry["path"]
    if not path.exists():
        raise ModelLoadFailed(f"The option {option} of {model.name}: there is no {entry['path']}.")
    return path
