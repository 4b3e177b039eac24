"""A composite's scene as people read it: its canvas, what its texts say, and what else lies on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from web.pages.formats import size

Parameter = tuple[str, str, Any]
"""``(name, label, value)``, as a job's page lists them."""
_NOUNS = {"image": ("picture", "pictures"), "text": ("text", "texts"), "shape": ("shape", "shapes")}
_TITLE_TEXTS = 2
_PLACE = re.compile(r"input\.layers\.(?P<index>\d+)\.[\w.]+: ")


def is_scene(job_input: Mapping[str, Any]) -> bool:
    """Whether a job's input is a scene."""
    return "canvas" in job_input and "layers" in job_input


def title_of(scene: Mapping[str, Any]) -> str:
    """What its largest texts say, else how large it is."""
    texts = [layer for layer in scene["layers"] if layer.get("text")]
    said = [layer["text"] for layer in sorted(texts, key=lambda layer: -float(layer["size_max"]))]
    return " · ".join(said[:_TITLE_TEXTS]) or f"Composite of {_pixels(scene)}"


def parameters_of(scene: Mapping[str, Any]) -> list[Parameter]:
    """Canvas, layers, texts and file: a few lines instead of a hundred numbers."""
    canvas, output = scene["canvas"], scene.get("output") or {}
    rows: list[Parameter] = [("canvas", "Canvas", _pixels(scene))]
    if canvas.get("dpi"):
        rows.append(("canvas.dpi", "Print", f"{canvas['dpi']} dpi"))
    rows += [
        ("canvas.background", "Background", canvas.get("background", "#ffffff")),
        ("layers", "Layers", _layers_in_words(scene["layers"])),
    ]
    rows += [(f"layers.{name}.text", f"Text “{name}”", text) for name, text in _texts(scene)]
    rows.append(("output", "File", _output_in_words(output)))
    return rows


def reason(message: str, scene: Mapping[str, Any]) -> str:
    """Why it could not be made, with the name of the layer where its place in the list is said."""
    found = _PLACE.match(message)
    if found is None or int(found["index"]) >= len(scene.get("layers", ())):
        return message
    return f"The layer “{scene['layers'][int(found['index'])]['name']}” {message[found.end() :]}."


def size_of(scene: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height of the canvas in pixels."""
    return int(scene["canvas"]["width"]), int(scene["canvas"]["height"])


def pictures_of(scene: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """``(label, file reference)`` of each picture, and of each text that a file has."""
    for layer in scene["layers"]:
        for source in ("image", "text_file"):
            if layer.get(source):
                yield f"Layer “{layer['name']}”", layer[source]


def _texts(scene: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(layer["name"], layer["text"]) for layer in scene["layers"] if layer.get("text")]


def _pixels(scene: Mapping[str, Any]) -> str:
    width, height = size_of(scene)
    return f"{width:,} × {height:,} px"


def _layers_in_words(layers: Sequence[Mapping[str, Any]]) -> str:
    kinds = [layer["kind"] for layer in layers]
    counted = [(kinds.count(kind), nouns) for kind, nouns in _NOUNS.items()]
    return ", ".join(f"{count} {nouns[count > 1]}" for count, nouns in counted if count)


def _output_in_words(output: Mapping[str, Any]) -> str:
    kind = output.get("format", "png")
    words = [{"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "avif": "AVIF"}[kind]]
    if kind != "png":
        words.append(f"quality {output.get('quality', 90)}")
    if output.get("max_bytes"):
        words.append(f"{size(output['max_bytes'])} at most")
    return ", ".join(words)
