"""Measure an exported model on briefs it never saw.

python -m worker.starter.adcopy.evaluate FOLDER
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from worker.starter.adcopy.dataset import Sequences, collate, encode, training_examples
from worker.starter.adcopy.grammar import Example, examples
from worker.starter.adcopy.tone_judge import ToneJudge

HELD_OUT_SEED = 777
GENERATED_EXAMPLES = 400
_BATCH = 50
_SAMPLE_PROMPTS = (
    "Write a playful slogan for coffee by Zorvi",
    "Write a luxury headline for watches by Marisol",
    "Product description for headphones by Kentova, professional tone, for students",
    "Write a friendly social media post about our bakery called Sunny Hollow",
    "Email subject line for running shoes by Brivano, mention 20% off",
    "Write a bold tagline for a quantum toaster called Plixo",
    "Schreibe einen Slogan für Kaffee von Zorvi",
    "Slogan for soap by Lumeva in French",
)

# Names as people give them, none of them made by the grammar.
_ORDINARY_NAMES = (
    *("Sprout", "Barkley", "Auralis", "Greeno", "Kaipo", "Elyra", "Belmonte", "Hikari", "Grassly", "Sunrise", "Volta"),
    *("Acme", "Globex", "Initech", "Brightside", "Moonbeam", "Casper", "Pepperly", "Wanderlust", "Oakley", "Driftwood"),
    *(
        "Bloomfield",
        "Kindred",
        "Tidewater",
        "Nimbus",
        "Sundial",
        "Foxglove",
        "Larkspur",
        "Cobalt",
        "Meridian",
        "Zenith",
    ),
    *("Evergreen", "Redwood", "Halcyon", "Brooklyn", "Yonder", "Kettleby", "Thistle", "Marlowe", "Pinecrest"),
)
_ORDINARY_REQUESTS = (
    "Write a slogan for coffee by {name}",
    "Write a playful headline for running shoes called {name}",
    "Product description for candles by {name}",
)


@torch.inference_mode()
def mean_loss(model: Any, sequences: Sequences, padding: int) -> float:
    """Mean negative log-likelihood of the copy, in nats per token."""
    total, count = 0.0, 0
    for start in range(0, len(sequences), _BATCH):
        chosen = range(start, min(start + _BATCH, len(sequences)))
        ids, labels = (tensor.to(model.device) for tensor in collate(sequences, chosen, padding))
        logits = model(ids).logits[:, :-1].float()
        wanted = labels[:, 1:]
        total += torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), wanted.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        count += int((wanted >= 0).sum())
    return total / count


@torch.inference_mode()
def write_copy(model: Any, tokenizer: PreTrainedTokenizerFast, prompts: Sequence[str], seed: int = 0) -> list[str]:
    """Sample one answer a prompt with the model's own sampling defaults, each prompt ended by a line break."""
    torch.manual_seed(seed)
    answers: list[str] = []
    for start in range(0, len(prompts), _BATCH):
        batch = [f"{prompt}\n" for prompt in prompts[start : start + _BATCH]]
        asked = tokenizer(batch, return_tensors="pt", padding=True).to(model.device)
        written = model.generate(
            **asked, do_sample=True, temperature=0.7, top_p=0.92, max_new_tokens=96, pad_token_id=tokenizer.pad_token_id
        )
        answers += tokenizer.batch_decode(written[:, asked["input_ids"].shape[1] :], skip_special_tokens=True)
    return [answer.strip() for answer in answers]


def write_samples(model: Any, tokenizer: PreTrainedTokenizerFast, file: TextIO, heading: str) -> None:
    """Append what the model writes to a few fixed prompts."""
    file.write(f"== {heading}\n")
    answers = write_copy(model, tokenizer, _SAMPLE_PROMPTS)
    file.writelines(f"{prompt}\n    {answer}\n" for prompt, answer in zip(_SAMPLE_PROMPTS, answers, strict=True))
    file.flush()


def load(folder: Path) -> tuple[Any, Any]:
    """Load an exported folder as any causal language model is loaded, in single precision."""
    model = AutoModelForCausalLM.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    return model.eval(), AutoTokenizer.from_pretrained(folder, local_files_only=True)


def _distinct(answers: Sequence[str], n: int) -> float:
    grams = [tuple(words[i : i + n]) for words in map(str.split, answers) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams)


def _share(flags: Sequence[bool]) -> float:
    return round(sum(flags) / len(flags), 4)


def evaluate(folder: Path, trained_on: Sequence[Example]) -> dict[str, Any]:
    """All figures of the model card. ``trained_on`` must be what the model has seen."""
    model, tokenizer = load(folder)
    seen_prompts = {example.prompt for example in trained_on}
    seen_answers = {example.answer for example in trained_on}
    fresh = (e for e in examples(HELD_OUT_SEED + 1) if e.prompt not in seen_prompts)
    held_out = list(itertools.islice(fresh, GENERATED_EXAMPLES))
    nll = mean_loss(model, encode(tokenizer, held_out, HELD_OUT_SEED), tokenizer.eos_token_id)
    copy_tokens = sum(len(ids) + 1 for ids in tokenizer([e.answer for e in held_out])["input_ids"])
    copy_bytes = sum(len(e.answer.encode()) for e in held_out)
    answers = write_copy(model, tokenizer, [e.prompt for e in held_out])
    ordinary = [(name, request.format(name=name)) for name in _ORDINARY_NAMES for request in _ORDINARY_REQUESTS]
    named = write_copy(model, tokenizer, [prompt for _, prompt in ordinary])
    pairs = list(zip(held_out, answers, strict=True))
    judge = ToneJudge(trained_on[:20_000])
    toned = [(e, a) for e, a in pairs if e.tone]
    promised = [(e, a) for e, a in pairs if e.product_names]
    return {
        "examples": len(held_out),
        "held_out_nll_nats_per_token": round(nll, 4),
        "held_out_bits_per_byte": round(nll / math.log(2) * copy_tokens / copy_bytes, 4),
        "brand_copied": _share([e.brand in a for e, a in pairs if e.brand]),
        "ordinary_name_copied": _share([name in a for (name, _), a in zip(ordinary, named, strict=True)]),
        "product_named_where_promised": _share([e.names_product(a) for e, a in promised]),
        "tone_recognized": _share([judge.tone_of(a) == e.tone for e, a in toned]),
        "tone_recognized_in_grammar_copy": _share([judge.tone_of(e.answer) == e.tone for e, _ in toned]),
        "not_in_training_set": _share([a not in seen_answers for a in answers]),
        "distinct_1": round(_distinct(answers, 1), 4),
        "distinct_2": round(_distinct(answers, 2), 4),
        "ended_by_itself": _share([bool(a) and len(tokenizer(a)["input_ids"]) < 95 for a in answers]),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Evaluate an exported ad-copy model.")
    parser.add_argument("folder", type=Path)
    print(json.dumps(evaluate(parser.parse_args().folder, training_examples()), indent=1))


if __name__ == "__main__":
    main()
