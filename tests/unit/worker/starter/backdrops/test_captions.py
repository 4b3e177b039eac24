import random

from worker.starter.backdrops.captions import MOOD_WORDS, SCENE_NAMES, TIME_PHRASES, caption
from worker.starter.backdrops.dataset import draw_any
from worker.starter.backdrops.scenes import SUBJECTS, Picture


def test_a_caption_names_the_scene_and_every_attribute() -> None:
    rng = random.Random(1)
    for _ in range(1500):
        picture = draw_any(rng)
        text = caption(picture, rng)
        assert any(name in text for name in SCENE_NAMES[picture.scene]), (picture, text)
        if picture.shade:
            assert picture.shade in text, (picture, text)
        if picture.tint:
            assert picture.tint in text, (picture, text)
        if picture.time:
            assert any(phrase in text for phrase in TIME_PHRASES[picture.time]), (picture, text)
        if picture.mood:
            assert any(word in text for word in MOOD_WORDS[picture.mood]), (picture, text)


def test_the_same_picture_is_worded_in_many_ways() -> None:
    rng = random.Random(2)
    picture = Picture("ocean", "blue", "dawn", "calm")
    assert len({caption(picture, rng) for _ in range(300)}) > 280


def test_a_subjects_own_colour_comes_before_it_and_the_grounds_behind() -> None:
    rng = random.Random(3)
    for _ in range(200):
        subject = rng.choice(SUBJECTS)
        words = caption(Picture(subject, "yellow", tint="blue"), rng)
        assert words.index("blue") < words.index("yellow"), words
