"""How well pictures follow prompts: rates the judge reports on prompts whose attributes no trained picture has.

python -m worker.starter.backdrops.evaluate --weights DIR --out DIR
"""

import argparse
import json
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.starter.backdrops import GUIDANCE_SCALE, NUM_INFERENCE_STEPS, WEIGHTS
from worker.starter.backdrops.captions import caption
from worker.starter.backdrops.dataset import draw_held_out, draw_reserved, unseen
from worker.starter.backdrops.judge import Judge, accuracy, load_judge, shrink, verdicts
from worker.starter.backdrops.pipeline import generate, load
from worker.starter.backdrops.scenes import Picture
from worker.starter.backdrops.sheet import contact_sheet

PROMPT_SEED = 4242
PROMPTS = 500
SHOWN_IN = 5
GROUPS = (("new pair of scene and colour", 0.38), ("new full description", 0.38), ("subject", 0.24))


@dataclass(frozen=True)
class Question:
    """One prompt of the evaluation and the attributes it asks for."""

    group: str
    prompt: str
    picture: Picture
    seed: int


def questions(count: int = PROMPTS, seed: int = PROMPT_SEED) -> list[Question]:
    """Prompts of three kinds, none of whose attributes occur in training."""
    rng = random.Random(seed)
    asked = []
    for group, share in GROUPS:
        for _ in range(round(share * count)):
            if group == "subject":
                picture = draw_reserved(rng, subject=True)
            elif group.startswith("new pair"):
                picture = draw_held_out(rng)
            else:
                picture = draw_reserved(rng, subject=False)
            if not unseen(picture):
                raise RuntimeError(f"{picture} occurs in training")
            asked.append(Question(group, caption(picture, rng), picture, rng.getrandbits(31)))
    return asked


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """95 % Wilson score interval of a proportion."""
    share = successes / trials
    middle = share + z * z / (2 * trials)
    reach = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return (middle - reach) / scale, (middle + reach) / scale


def _rate(right: list[bool]) -> dict[str, Any]:
    low, high = wilson(sum(right), len(right))
    return {
        "right": sum(right),
        "of": len(right),
        "rate": round(sum(right) / len(right), 4),
        "interval_95": [round(low, 4), round(high, 4)],
    }


def evaluate(weights: Path, judge: Judge, out: Path, count: int = PROMPTS) -> dict[str, Any]:
    """Draw every question, let the judge look; write what came out, all pictures, and a sheet of every fifth."""
    out.mkdir(parents=True, exist_ok=True)
    asked = questions(count)
    pipeline = load(weights)
    pictures = generate(pipeline, [q.prompt for q in asked], [q.seed for q in asked])
    scenes, colours = verdicts(judge, shrink(pictures))
    scene_right = [seen == q.picture.scene for seen, q in zip(scenes, asked, strict=True)]
    colour_right = [seen == q.picture.colour for seen, q in zip(colours, asked, strict=True)]
    coloured = [right for right, q in zip(colour_right, asked, strict=True) if q.picture.colour]
    judge_scene, judge_colour = accuracy(judge)
    report: dict[str, Any] = {
        "prompts": len(asked),
        "steps": NUM_INFERENCE_STEPS,
        "guidance_scale": GUIDANCE_SCALE,
        "judge_accuracy_on_renders": {"scene": round(judge_scene, 4), "colour": round(judge_colour, 4)},
        "scene": _rate(scene_right),
        "colour": _rate(coloured),
        "groups": {},
        "scenes": {},
        "misses": [],
    }
    for group, _ in GROUPS:
        rows = [k for k, q in enumerate(asked) if q.group == group]
        report["groups"][group] = {
            "scene": _rate([scene_right[k] for k in rows]),
            "colour": _rate([colour_right[k] for k in rows]),
        }
    for scene in sorted({q.picture.scene for q in asked}):
        rights = [right for right, q in zip(scene_right, asked, strict=True) if q.picture.scene == scene]
        report["scenes"][scene] = {"right": sum(rights), "of": len(rights)}
    for k, q in enumerate(asked):
        if not (scene_right[k] and colour_right[k]):
            wanted = [q.picture.scene, q.picture.colour]
            report["misses"].append({"prompt": q.prompt, "asked": wanted, "seen": [scenes[k], colours[k]]})
    (out / "evaluation.json").write_text(json.dumps(report, indent=2) + "\n")
    prompts = [q.prompt for q in asked]
    contact_sheet(pictures, prompts, columns=16, cell=112).save(out / "evaluation.png")
    sheet = contact_sheet(pictures[::SHOWN_IN], prompts[::SHOWN_IN], columns=10, cell=128)
    sheet.save(out / "unseen.jpg", quality=82, optimize=True)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how well the backdrops follow their prompts.")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--prompts", type=int, default=PROMPTS)
    options = parser.parse_args()
    report = evaluate(options.weights, load_judge(), options.out, options.prompts)
    for name in ("scene", "colour"):
        print(
            f"{name}: {report[name]['rate']:.1%} of {report[name]['of']}, 95 % interval {report[name]['interval_95']}"
        )


if __name__ == "__main__":
    main()
