"""The model card: what the model was trained on, what it can and cannot draw, and how well it did."""

from pathlib import Path
from typing import Any

from worker.starter.backdrops import GUIDANCE_SCALE, HEIGHT, MAX_SEQUENCE_LENGTH, NUM_INFERENCE_STEPS, WIDTH
from worker.starter.backdrops.captions import SCENE_NAMES
from worker.starter.backdrops.dataset import WEAK
from worker.starter.backdrops.evaluate import wilson
from worker.starter.backdrops.palette import COLOURS, MOODS, TIMES
from worker.starter.backdrops.pipeline import generate, load
from worker.starter.backdrops.scenes import BACKDROPS, SUBJECTS
from worker.starter.backdrops.sheet import contact_sheet
from worker.starter.backdrops.text import LENGTH

SHOWCASE = (
    "a calm beach at sunset, backdrop for a travel ad",
    "purple mountains at dawn, dreamy mood",
    "misty pine forest, high quality",
    "desert dunes at sunset in orange tones",
    "a calm blue ocean at dawn, backdrop for a skincare ad, high quality",
    "city skyline at night, hero image for a bank",
    "flower meadow on a sunny day, bright",
    "snowy landscape at dusk in lavender tones",
    "pink sky with clouds, pastel",
    "starry sky with a purple palette",
    "a teal studio sweep",
    "a beige podium for a perfume ad, elegant",
    "wooden table, warm, copy space for a coffee ad",
    "red spotlight stage, dramatic",
    "a smooth violet gradient",
    "golden bokeh lights, luxury",
    "confetti on a pink background, playful mood",
    "turquoise paper waves",
    "soap bubbles in azure tones",
    "green marble texture",
    "crimson silk fabric",
    "yellow sunburst for a summer sale",
    "a red heart on a white background",
    "a blue balloon on a yellow background",
)
_TEMPLATE = """---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
---

# Backdrops

A small text-to-image model that draws backdrops for marketing assets: scenes, studio sets and
abstract backgrounds in a colour, at a time of day and in a mood. {width} x {height} pixels; made to be
enlarged and composed upon. A `StableDiffusion3Pipeline` of {millions:.1f} million parameters in half precision.

![Pictures drawn by this model, each from the prompt below it](showcase.jpg)

Those are prompts that we chose, each with the first picture that came. [Every fifth picture of the evaluation
below](unseen.jpg) shows what comes of prompts that nobody chose.

## Use

    pipeline = DiffusionPipeline.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    pipeline(prompt, num_inference_steps={steps}, guidance_scale={guidance}, max_sequence_length={length})

The third text encoder, a T5, is a silent stand-in of a few kilobytes, there because the format asks for one.
With `max_sequence_length={length}` the pipeline appends one of its zero vectors to the prompt; without that
argument it appends 256, the pictures are as good and take longer.

## What it can draw

- Backdrops: {backdrops}.
- Single subjects on a plain ground: {subjects}.
- Colours (with synonyms such as navy, mint, golden): {colours}.
- Times of day for outdoor scenes: {times}. Moods: {moods}.

## What it cannot draw

Fine structure is its weak side: veins of marble, folds of silk, rays, bubbles, windows of a skyline and
the edges of subjects come out soft or broken, while light, colour and composition hold. It does not
draw people, animals, text, logos, brands, products other than the subjects above, several things together,
or photographs. It knows no word outside its captions: an unknown scene gives one of the
known ones. Two colours in one prompt are not told apart reliably except for a subject and its ground.
Prompts are read in lower case and English, up to {tokens} tokens, of which an ordinary word is one and an unknown one a
few; the platform refuses longer ones rather than cut them.

## How it was made

Trained from nothing by `python -m worker.starter.backdrops.recipe` on pictures that the project's own
code renders, with captions from the project's own grammar: no photograph, no third-party image or
caption, no pretrained weight. Autoencoder (`AutoencoderTiny`, {psnr:.1f} dB on pictures it never saw), two CLIP
text encoders and an MMDiT trained with rectified flow.{later}

## How well it follows prompts

{prompts} prompts whose attributes occur in no picture it was trained on (new pairs of scene and colour, new full
descriptions, subjects), {steps} steps, guidance {guidance}, judged by a classifier trained independently on renders
(right on fresh renders: scene {judge_scene:.1%}, colour {judge_colour:.1%}). With 95 % Wilson intervals:

| Prompts | Scene | Colour |
|---|---|---|
{rows}

Scenes recognised in fewer than nine of ten of these prompts: {weak}.

The judge knows only the renders: it says whether a picture is recognisable, not whether it is beautiful.

## Licence

Apache-2.0, as the project's code.
"""
_LATER = """ Encoders and MMDiT were then trained further, by the
same command with `--from-weights`, on fresh pictures among which subjects and {weak} were more."""


def write_card(weights: Path, report: dict[str, Any], psnr: float, went_on: bool = False) -> None:
    """Write ``README.md`` and ``showcase.jpg`` into the pipeline's folder."""
    pipeline = load(weights)
    pictures = generate(pipeline, SHOWCASE, range(100, 100 + len(SHOWCASE)))
    sheet = contact_sheet(pictures, SHOWCASE, columns=6, cell=200)
    sheet.save(weights / "showcase.jpg", quality=86, optimize=True)
    parts = (pipeline.transformer, pipeline.vae, pipeline.text_encoder, pipeline.text_encoder_2)
    text = _TEMPLATE.format(
        width=WIDTH,
        height=HEIGHT,
        millions=sum(weight.numel() for part in parts for weight in part.parameters()) / 1e6,
        steps=NUM_INFERENCE_STEPS,
        guidance=GUIDANCE_SCALE,
        length=MAX_SEQUENCE_LENGTH,
        backdrops=", ".join(SCENE_NAMES[scene][0] for scene in BACKDROPS),
        subjects=", ".join(SUBJECTS),
        colours=", ".join(COLOURS),
        times=", ".join(TIMES),
        moods=", ".join(MOODS),
        psnr=psnr,
        later=_LATER.format(weak=", ".join(WEAK)) if went_on else "",
        tokens=LENGTH - 2,
        prompts=report["prompts"],
        judge_scene=report["judge_accuracy_on_renders"]["scene"],
        judge_colour=report["judge_accuracy_on_renders"]["colour"],
        rows="\n".join(_rows(report)),
        weak=_weak(report["scenes"]),
    )
    (weights / "README.md").write_text(text)


def _rows(report: dict[str, Any]) -> list[str]:
    groups = {"all": report, **report["groups"]}
    return [f"| {name} | {_cell(rates['scene'])} | {_cell(rates['colour'])} |" for name, rates in groups.items()]


def _weak(scenes: dict[str, Any]) -> str:
    rates = {name: count for name, count in scenes.items() if count["right"] < 0.9 * count["of"]}
    return ", ".join(f"{name} ({count['right']} of {count['of']})" for name, count in rates.items()) or "none"


def _cell(rate: dict[str, Any]) -> str:
    right, of = rate["right"], rate["of"]
    low, high = wilson(right, of)
    return f"{right / of:.1%} ({right} of {of}; {low:.1%} to {high:.1%})"
