"""Captions: what somebody might type to ask for a picture, in many wordings.

A caption names the scene and whichever attributes the picture has, in varying order, among the filler
that real briefs are full of (products, occasions, praise), so that the model learns which words count.
"""

import random

from worker.starter.backdrops.scenes import SUBJECTS, Picture

SCENE_NAMES: dict[str, tuple[str, ...]] = {
    "beach": ("beach", "beach", "sandy beach", "tropical beach", "seaside", "shore", "coast"),
    "ocean": ("ocean", "ocean", "sea", "open sea", "ocean waves", "seascape"),
    "desert": ("desert", "desert", "desert dunes", "sand dunes", "dunes"),
    "clouds": ("sky with clouds", "cloudy sky", "clouds", "sky", "soft clouds"),
    "stars": ("starry sky", "stars", "galaxy", "milky way", "night sky full of stars", "starry space"),
    "mountains": ("mountains", "mountains", "mountain landscape", "mountain range", "misty mountains", "peaks"),
    "forest": ("forest", "forest", "pine forest", "woods", "misty forest", "woodland", "trees"),
    "meadow": ("meadow", "meadow", "field", "flower meadow", "grassy hills", "spring field", "flower field"),
    "snow": ("snow", "snowy landscape", "winter landscape", "snowy hills", "snow scene", "winter scene", "snowfall"),
    "city": ("city skyline", "city", "skyline", "cityscape", "downtown skyline", "urban skyline"),
    "studio": ("studio sweep", "studio backdrop", "studio", "seamless studio", "empty studio", "studio wall"),
    "podium": ("podium", "product podium", "display podium", "pedestal", "round podium", "podium stage"),
    "table": ("wooden table", "table", "table top", "wooden tabletop", "wood table", "wooden desk"),
    "spotlight": ("spotlight", "stage spotlight", "spotlight stage", "stage lights", "stage", "spotlights"),
    "gradient": ("gradient", "gradient", "smooth gradient", "soft gradient", "colour gradient", "color gradient"),
    "bokeh": ("bokeh", "bokeh lights", "blurred lights", "soft bokeh", "out of focus lights"),
    "confetti": ("confetti", "confetti", "falling confetti", "party confetti"),
    "waves": ("waves", "abstract waves", "paper waves", "flowing waves", "wavy layers", "paper cut waves"),
    "bubbles": ("bubbles", "soap bubbles", "floating bubbles", "clear bubbles"),
    "marble": ("marble", "marble texture", "marble stone", "polished marble", "marble surface"),
    "silk": ("silk", "silk fabric", "satin", "draped silk", "satin fabric", "flowing fabric"),
    "rays": ("sunburst", "rays", "light rays", "sunburst rays", "radiating rays", "sun rays"),
    "star": ("star",),
    "heart": ("heart", "love heart"),
    "gift": ("gift", "gift box", "present", "wrapped gift"),
    "bottle": ("bottle", "product bottle"),
    "cup": ("cup", "mug", "coffee cup"),
    "leaf": ("leaf",),
    "balloon": ("balloon", "party balloon"),
    "moon": ("moon", "crescent moon"),
}
TIME_PHRASES: dict[str, tuple[str, ...]] = {
    "day": ("by day", "in daylight", "on a sunny day", "during the day", "at noon", "in the afternoon", "daytime"),
    "sunset": ("at sunset", "at sunset", "at dusk", "in the evening", "at golden hour", "sunset"),
    "night": ("at night", "at night", "by night", "at midnight", "under the moon", "night"),
    "dawn": ("at dawn", "at dawn", "at sunrise", "in the early morning", "at daybreak", "sunrise"),
}
MOOD_WORDS: dict[str, tuple[str, ...]] = {
    "calm": ("calm", "peaceful", "serene", "quiet", "relaxing"),
    "bright": ("bright", "sunny", "cheerful", "radiant"),
    "dark": ("dark", "moody", "dramatic", "mysterious"),
    "warm": ("warm", "cozy", "cosy"),
    "cool": ("cool", "cold", "fresh"),
    "pastel": ("pastel", "delicate", "baby-soft"),
    "vivid": ("vivid", "vibrant", "bold", "colourful", "colorful"),
    "dreamy": ("dreamy", "ethereal", "hazy", "magical"),
}
_OPENERS = (
    "a photo of", "an image of", "a picture of", "backdrop with", "a backdrop of", "background with",
    "a background of", "create", "design", "we need", "please make", "i want", "wallpaper of", "banner with",
    "hero image with", "an advert with", "poster with", "a scene with", "marketing image of", "a beautiful",
    "an elegant", "a stunning", "a simple", "a modern",
)  # fmt: skip
_ADJECTIVES = frozenset(opener for opener in _OPENERS if opener.startswith(("a ", "an ")) and len(opener.split()) == 2)
_PRODUCTS = (
    "skincare", "coffee", "perfume", "shoe", "sneaker", "watch", "jewelry", "travel", "hotel", "car", "phone",
    "app", "software", "fitness", "yoga", "tea", "juice", "wine", "beer", "sweets", "bakery", "restaurant",
    "furniture", "fashion", "cosmetics", "shampoo", "candle", "toy", "book", "music", "headphone", "laptop",
    "camera", "bank", "insurance", "airline", "summer sale", "holiday", "birthday", "wedding", "christmas",
    "valentine", "product", "brand", "startup", "organic food", "sunscreen", "soap", "vitamin", "water",
    "soda", "ice cream", "clothing", "handbag", "lipstick", "spa", "festival",
)  # fmt: skip
_USES = (
    "for a {} ad", "for an advert about {}", "for a {} campaign", "for {}", "for our {} launch",
    "for a {} poster", "for a {} banner", "for the new {} collection", "as a {} backdrop",
    "for a {} product shot", "to promote {}", "for social media posts about {}", "for the {} landing page",
    "for a {} newsletter",
)  # fmt: skip
_PRAISE = (
    "high quality", "professional", "minimal", "elegant", "luxury", "clean", "copy space", "with copy space",
    "4k", "beautiful", "soft light", "soft lighting", "studio lighting", "detailed", "modern", "stylish",
    "premium", "photorealistic", "wide shot", "depth of field", "nobody", "no people", "no text", "cinematic",
    "advertising", "commercial", "trendy", "natural light", "lots of empty space", "sharp", "smooth",
    "aesthetic", "playful", "simple background", "marketing",
)  # fmt: skip
_COLOUR_PHRASES = (
    "in {} tones", "in {}", "in shades of {}", "with a {} palette", "{} tones", "{} colours", "{} colors",
    "{} palette", "dyed {}", "in {} light", "all in {}", "mostly {}", "{} color scheme", "with {} colours",
    "with a {} tint", "{}",
)  # fmt: skip
_GROUNDS = (
    "on a {} background", "on {}", "on a {} backdrop", "against {}", "in front of a {} wall",
    "over a {} background",
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def article(phrase: str) -> str:
    """``phrase`` behind "a" or "an", judged by its first letter."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def caption(picture: Picture, rng: random.Random) -> str:
    """One wording of the picture's attributes, in lower case."""
    core = _subject_core(picture, rng) if picture.scene in SUBJECTS else _backdrop_core(picture, rng)
    if rng.random() < 0.30:
        opener = rng.choice(_OPENERS)
        if opener in _ADJECTIVES:
            core = core.removeprefix("a ").removeprefix("an ")
        core = f"{opener} {core}"
    extras = []
    if rng.random() < 0.35:
        extras.append(rng.choice(_USES).format(rng.choice(_PRODUCTS)))
    extras += rng.sample(_PRAISE, rng.choice((0, 0, 0, 1, 1, 2, 3)))
    if rng.random() < 0.12:
        extras.append("".join(rng.choice(_LETTERS) for _ in range(rng.randint(3, 8))))
    for extra in extras:
        core += (", " if rng.random() < 0.7 else " ") + extra
    return core


def _subject_core(picture: Picture, rng: random.Random) -> str:
    name = rng.choice(SCENE_NAMES[picture.scene])
    thing = f"{picture.tint} {name}"
    thing = article(thing) if rng.random() < 0.8 else thing
    if picture.shade is None:
        return rng.choice(("{}", "{}, icon", "{} on a plain background", "one {}")).format(thing)
    return f"{thing} {rng.choice(_GROUNDS).format(picture.shade)}"


def _backdrop_core(picture: Picture, rng: random.Random) -> str:
    """Adjectives before the scene's name, the rest behind it (now and then in front), in any order."""
    name = rng.choice(SCENE_NAMES[picture.scene])
    placed = [_place_colour(picture, rng), _place_mood(picture, rng), _place_time(picture, rng)]
    rng.shuffle(placed)
    before = [words for words, in_front in placed if words and in_front]
    after = [words for words, in_front in placed if words and not in_front]
    text = " ".join([*before, name])
    if rng.random() < 0.55:
        text = article(text)
    elif rng.random() < 0.15:
        text = f"{text} {rng.choice(('background', 'backdrop', 'wallpaper', 'scene'))}"
    if after and rng.random() < 0.10:
        return ", ".join([after[-1], text, *after[:-1]])
    for phrase in after:
        text += (" " if rng.random() < 0.65 else ", ") + phrase
    return text


def _place_colour(picture: Picture, rng: random.Random) -> tuple[str, bool]:
    """Wording of the colour and whether it stands before the scene's name; empty without a colour."""
    if picture.shade is None:
        return "", True
    if rng.random() < 0.5:
        return rng.choice(("{}", "{}", "{}", "{}-toned", "{}-coloured")).format(picture.shade), True
    if picture.scene == "confetti" and rng.random() < 0.7:
        return f"on {article(picture.shade)} background", False
    return rng.choice(_COLOUR_PHRASES).format(picture.shade), False


def _place_mood(picture: Picture, rng: random.Random) -> tuple[str, bool]:
    if picture.mood is None:
        return "", True
    word = rng.choice(MOOD_WORDS[picture.mood])
    if rng.random() < 0.55:
        return word, True
    return rng.choice(("{} mood", "{}", "with a {} feeling", "{} atmosphere", "{} look")).format(word), False


def _place_time(picture: Picture, rng: random.Random) -> tuple[str, bool]:
    if picture.time is None:
        return "", True
    phrase = rng.choice(TIME_PHRASES[picture.time])
    return phrase, " " not in phrase
