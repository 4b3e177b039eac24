"""The starter models' catalog entries, registered by the workers that carry the weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from shared.catalog import repository
from shared.catalog.families import FamilyName
from shared.catalog.inspection.reading import reading_limits
from shared.catalog.revision import folder_revision
from worker.starter import adcopy, backdrops, notes, shapes

STARTER_WEIGHTS: dict[str, Path] = {
    "backdrops": backdrops.WEIGHTS,
    "adcopy": adcopy.WEIGHTS,
    "notes": notes.WEIGHTS,
    "shapes-vae": shapes.VAE_WEIGHTS,
    "shapes-gan": shapes.GAN_WEIGHTS,
}

STARTER_MODELS: tuple[dict[str, Any], ...] = (
    {
        "name": "starter/backdrops",
        "family": FamilyName.TEXT_TO_IMAGE,
        "source": "starter:backdrops",
        "title": "Backdrops",
        "description": "Backdrops for marketing assets: scene, colour, time of day and mood from the prompt.",
        "defaults": {
            "width": backdrops.WIDTH,
            "height": backdrops.HEIGHT,
            "num_inference_steps": backdrops.NUM_INFERENCE_STEPS,
            "guidance_scale": backdrops.GUIDANCE_SCALE,
            "max_sequence_length": backdrops.MAX_SEQUENCE_LENGTH,
        },
        "limits": {
            "width": {"one_of": [backdrops.WIDTH]},
            "height": {"one_of": [backdrops.HEIGHT]},
            "num_inference_steps": {"maximum": 100},
            "max_sequence_length": {"one_of": [backdrops.MAX_SEQUENCE_LENGTH]},
        },
        "licence": "Apache-2.0",
    },
    {
        "name": "starter/adcopy",
        "family": FamilyName.TEXT,
        "source": "starter:adcopy",
        "title": "Ad copy",
        "description": "Slogans, headlines and short descriptions for a product, a brand and an audience.",
        "defaults": {"max_new_tokens": 96, "temperature": 0.7, "top_p": 0.9},
        "limits": {},
        "licence": "Apache-2.0",
    },
    {
        "name": "starter/notes",
        "family": FamilyName.NOTES,
        "source": "starter:notes",
        "title": "Notes",
        "description": "Short pieces for four voices by mood, key, tempo and lead; melodies continued and interpolated.",
        "defaults": {"temperature": 0.6, "top_p": 0.92},
        "limits": {},
        "licence": "Apache-2.0",
    },
    {
        "name": "starter/shapes-vae",
        "family": FamilyName.VAE,
        "source": "starter:shapes-vae",
        "title": "Shapes, by autoencoder",
        "description": "Small pictures of single subjects: new ones, one restored, or a walk between two.",
        "defaults": {},
        "limits": {},
        "licence": "Apache-2.0",
    },
    {
        "name": "starter/shapes-gan",
        "family": FamilyName.GAN,
        "source": "starter:shapes-gan",
        "title": "Shapes, by adversarial network",
        "description": "Small pictures of single subjects, a new one for every seed.",
        "defaults": {},
        "limits": {},
        "licence": "Apache-2.0",
    },
)


def register_starter_models(session: Session) -> None:
    """Put the starter models whose weights are installed into the catalog, or bring their entries up to date."""
    for entry in STARTER_MODELS:
        folder = STARTER_WEIGHTS[entry["source"].partition(":")[2]]
        if folder.is_dir():
            limits = {**reading_limits(folder, entry["family"]), **entry["limits"]}
            repository.register(session, revision=folder_revision(folder), **{**entry, "limits": limits})
