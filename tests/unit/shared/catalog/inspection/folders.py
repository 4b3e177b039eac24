"""Small model folders, written byte by byte: no model library is needed to make them, nor to look at them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def safetensors(path: Path, tensors: Mapping[str, Sequence[int]] | None = None, dtype: str = "F32") -> Path:
    """A safetensors file of zeros: four bytes a number with ``F32``, two with ``F16``."""
    width = {"F32": 4, "F16": 2, "I64": 8}[dtype]
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in (tensors or {"weight": (2, 3)}).items():
        size = width
        for number in shape:
            size *= number
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    return raw_safetensors(path, header, end)


def raw_safetensors(path: Path, header: Any, size: int) -> Path:
    """A file with any header at all."""
    written = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(written).to_bytes(8, "little") + written + bytes(size))
    return path


def write_json(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def causal_lm(folder: Path, **config: Any) -> Path:
    """A language model, as transformers saves one."""
    write_json(folder / "config.json", {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", **config})
    write_json(folder / "tokenizer.json", {"model": {}})
    safetensors(folder / "model.safetensors", {"wte": (10, 4), "ln": (4,)}, "F16")
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: apache-2.0\n---\nlicense: not this one\n")
    return folder


def pipeline(folder: Path, class_name: Any = "StableDiffusionPipeline") -> Path:
    """A pipeline, as diffusers saves one."""
    index = {
        "_class_name": class_name,
        "_diffusers_version": "0.42.1",
        "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "safety_checker": [None, None],
        "requires_safety_checker": False,
    }
    write_json(folder / "model_index.json", index)
    write_json(folder / "scheduler" / "scheduler_config.json", {})
    write_json(folder / "tokenizer" / "tokenizer_config.json", {})
    write_json(folder / "text_encoder" / "config.json", {"architectures": ["CLIPTextModel"]})
    safetensors(folder / "text_encoder" / "model.safetensors")
    write_json(folder / "unet" / "config.json", {"_class_name": "UNet2DConditionModel"})
    safetensors(folder / "unet" / "diffusion_pytorch_model.safetensors", {"conv": (8, 2)})
    return folder
