"""What the jobs of these suites ask of the starter models: the same by number, whoever runs them."""

from __future__ import annotations

from typing import Any

IMAGE_STEPS = 4
"""As many as a distilled model takes: enough for a picture, and 2,000 of them take minutes."""
NEW_TOKENS = 96
"""At most; a product description takes about 58."""
_SCENES = ("ocean at dawn", "studio with soft light", "misty forest", "city at night", "desert under stars")
_COLOURS = ("teal", "amber", "rose", "violet", "grey", "green", "blue")
_GOODS = ("coffee", "running shoes", "herbal tea", "face cream", "garden tools")


def image_prompt(number: int) -> str:
    """What picture ``number`` shows."""
    return f"a calm {_COLOURS[number % len(_COLOURS)]} {_SCENES[number % len(_SCENES)]}, backdrop for an advertisement"


def text_prompt(number: int) -> str:
    """What text ``number`` continues."""
    return f"Write a product description for {_GOODS[number % len(_GOODS)]} by Zorvi"


def image_job(number: int) -> dict[str, Any]:
    """A request for one picture, unlike every other number's."""
    job_input = {"prompt": image_prompt(number), "seed": number, "num_inference_steps": IMAGE_STEPS}
    return {"model": "starter/backdrops", "input": job_input}


def text_job(number: int) -> dict[str, Any]:
    """A request for one text, unlike every other number's."""
    job_input = {"prompt": text_prompt(number), "seed": number, "max_new_tokens": NEW_TOKENS}
    return {"model": "starter/adcopy", "input": job_input}
