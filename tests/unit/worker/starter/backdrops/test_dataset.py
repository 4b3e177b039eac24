import random
from itertools import islice

from worker.starter.backdrops.dataset import (
    HELD_OUT,
    draw_held_out,
    draw_reserved,
    stream,
    unseen,
)
from worker.starter.backdrops.evaluate import questions
from worker.starter.backdrops.scenes import BACKDROPS, SCENES, SUBJECTS


def test_held_out_combinations_never_appear_in_the_training_stream() -> None:
    trained = [picture for picture, _ in stream(31, 16_000)]
    assert not any((picture.scene, picture.colour) in HELD_OUT for picture in trained)
    asked = {question.picture for question in questions()}
    assert asked.isdisjoint(trained)


def test_the_evaluation_asks_enough_to_say_something_of_backdrops_and_of_subjects() -> None:
    asked = [question.picture.scene for question in questions()]
    subjects = sum(scene in SUBJECTS for scene in asked)
    assert len(asked) == 500
    assert subjects >= 100
    assert len(asked) - subjects >= 300


def test_each_backdrop_has_one_colour_held_out() -> None:
    assert sorted(scene for scene, _ in HELD_OUT) == sorted(BACKDROPS)


def test_the_evaluation_draws_only_what_is_kept_from_training() -> None:
    rng = random.Random(4)
    for _ in range(100):
        assert unseen(draw_held_out(rng))
        assert unseen(draw_reserved(rng, subject=False))
        assert unseen(draw_reserved(rng, subject=True))


def test_the_training_stream_is_decided_by_its_seed_and_covers_every_scene() -> None:
    assert list(stream(5, 50)) == list(islice(stream(5, 80), 50))
    assert {picture.scene for picture, _ in stream(5, 3000)} == set(SCENES)
