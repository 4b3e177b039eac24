"""The chains that ship with the platform."""

from __future__ import annotations

from shared.client.chains import Chain, Given, Output, Step
from shared.storage.formats import FileKind

SPOKEN_ADVERTISEMENT = Chain(
    name="spoken-advertisement",
    title="From a picture to a spoken advertisement",
    summary="A picture is put into words; of these, a slogan is written; it is spoken; and the picture moves.",
    files={"image": FileKind.IMAGE},
    words={"tone": "playful", "brand": "Bottega", "motion": "slow camera pan, soft light"},
    steps=(
        Step("caption", "image-to-text", {"image": Given("image")}),
        Step(
            "copy",
            "text",
            {"prompt": "Write a <tone> slogan for {caption} by <brand>", "inserts": {"caption": Output("caption")}},
        ),
        Step("speech", "text-to-speech", {"prompt": "{copy}", "inserts": {"copy": Output("copy")}}),
        Step(
            "clip",
            "text-to-video",
            {"prompt": "{caption}, <motion>", "inserts": {"caption": Output("caption")}, "image": Given("image")},
        ),
    ),
)

MOVING_IDEA = Chain(
    name="moving-idea",
    title="From a spoken idea to a clip",
    summary="A recording is written down; a picture is drawn of it; and the picture moves.",
    files={"audio": FileKind.SOUND},
    words={"style": "soft morning light", "motion": "slow camera pan"},
    steps=(
        Step("idea", "speech-to-text", {"audio": Given("audio")}),
        Step("picture", "text-to-image", {"prompt": "{idea}, <style>", "inserts": {"idea": Output("idea")}}),
        Step(
            "clip",
            "text-to-video",
            {"prompt": "{idea}, <motion>", "inserts": {"idea": Output("idea")}, "image": Output("picture")},
        ),
    ),
)

CHAINS = {chain.name: chain for chain in (SPOKEN_ADVERTISEMENT, MOVING_IDEA)}
