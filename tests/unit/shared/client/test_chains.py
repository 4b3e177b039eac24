"""Chains: what is submitted for each step, and what a refusal leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.files import file_fields
from shared.client import Client, RequestRefused
from shared.client.chain_book import CHAINS, SPOKEN_ADVERTISEMENT
from shared.client.chains import Chain, ChainRefused, Given, Order, Output, Step, submit_chain
from shared.identifiers import new_id
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer, job_document

FAMILIES_HERE = ("text", "image-to-text", "text-to-speech", "text-to-video")
PICTURE = {"upload": "0193-upload"}


class Platform:
    """Accepts every job but those of one model, each with an id that names its model."""

    def __init__(self, refused: str = "", families: tuple[str, ...] = FAMILIES_HERE) -> None:
        self._refused = refused
        self._families = families

    def __call__(self, request: Received) -> Answer:
        if request.path.startswith("/api/v1/models"):
            named = [(family, name) for family in self._families for name in ("a", "b")]
            items = [{"name": f"tiny/{family}-{name}", "family": family, **WORDS} for family, name in named]
            return Answer(200, {"items": items})
        if request.path.endswith("/cancel"):
            return Answer(200, job_document(id=request.path.split("/")[-2], state="canceled"))
        if request.body["model"] == self._refused:
            return Answer(422, {"status": 422, "code": "invalid_input", "detail": "no"})
        return Answer(202, job_document(id=f"id-of-{request.body['model']}", model=request.body["model"]))


WORDS = {"title": "A model", "description": ""}


def submitted(server: ScriptedServer) -> dict[str, dict[str, Any]]:
    """The inputs that were sent, by their models."""
    return {each.body["model"]: each.body["input"] for each in server.received if each.path == "/api/v1/jobs"}


def test_each_step_reads_what_the_steps_before_it_make(server: ScriptedServer, client: Client) -> None:
    server.respond = Platform()

    jobs = submit_chain(client, SPOKEN_ADVERTISEMENT, Order(files={"image": PICTURE}, words={"brand": "Zorvi"}))

    assert list(jobs) == ["caption", "copy", "speech", "clip"]
    sent = submitted(server)
    caption = {"job": "id-of-tiny/image-to-text-a", "output": 0}
    assert sent["tiny/image-to-text-a"] == {"image": PICTURE}
    assert sent["tiny/text-a"] == {
        "prompt": "Write a playful slogan for {caption} by Zorvi",
        "inserts": {"caption": caption},
    }
    assert sent["tiny/text-to-speech-a"]["inserts"] == {"copy": {"job": "id-of-tiny/text-a", "output": 0}}
    assert sent["tiny/text-to-video-a"]["image"] == PICTURE
    assert sent["tiny/text-to-video-a"]["inserts"] == {"caption": caption}


def test_a_steps_model_and_fields_are_the_callers_choice(server: ScriptedServer, client: Client) -> None:
    server.respond = Platform()
    settings: dict[str, dict[str, Any]] = {"clip": {"num_frames": 9, "image": None}, "copy": {"seed": 3}}
    order = Order({"image": PICTURE}, models={"clip": "tiny/text-to-video-b"}, settings=settings, seed=7)

    submit_chain(client, SPOKEN_ADVERTISEMENT, order)

    sent = submitted(server)
    assert sent["tiny/text-to-video-b"]["num_frames"] == 9
    assert "image" not in sent["tiny/text-to-video-b"]
    assert [sent[f"tiny/{family}"]["seed"] for family in ("image-to-text-a", "text-a", "text-to-video-b")] == [7, 3, 7]


def test_the_same_key_is_the_same_chain(server: ScriptedServer, client: Client) -> None:
    server.respond = Platform()
    for _ in range(2):
        submit_chain(client, SPOKEN_ADVERTISEMENT, Order({"image": PICTURE}), idempotency_key="order-7")

    keys = [each.headers["idempotency-key"] for each in server.received if each.path == "/api/v1/jobs"]
    assert keys == [f"order-7-{step.name}" for step in SPOKEN_ADVERTISEMENT.steps] * 2


def test_a_refused_step_takes_those_before_it_along(server: ScriptedServer, client: Client) -> None:
    server.respond = Platform(refused="tiny/text-to-speech-a")

    with pytest.raises(RequestRefused):
        submit_chain(client, SPOKEN_ADVERTISEMENT, Order({"image": PICTURE}))

    canceled = [each.path.split("/")[-2] for each in server.received if each.path.endswith("/cancel")]
    assert len(canceled) == 2
    assert "tiny/text-to-video-a" not in submitted(server)


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (Order(), "needs image"),
        (Order({"image": PICTURE, "sound": PICTURE}), "no file 'sound'; it has image"),
        (Order({"image": PICTURE}, words={"brnad": "x"}), "no words 'brnad'"),
        (Order({"image": PICTURE}, models={"film": "tiny/x"}), "no step 'film'"),
        (Order({"image": PICTURE}, settings={"film": {}}), "no step 'film'"),
    ],
)
def test_what_a_chain_does_not_have_is_refused_before_anything_is_sent(
    server: ScriptedServer, client: Client, order: Order, reason: str
) -> None:
    with pytest.raises(ChainRefused, match=reason):
        submit_chain(client, SPOKEN_ADVERTISEMENT, order)
    assert server.received == []


def test_a_kind_of_model_that_is_missing_is_named(server: ScriptedServer, client: Client) -> None:
    server.respond = Platform(families=("text", "image-to-text", "text-to-video"))

    with pytest.raises(ChainRefused, match="speech needs a model of the family text-to-speech"):
        submit_chain(client, SPOKEN_ADVERTISEMENT, Order({"image": PICTURE}))
    assert submitted(server) == {}


@pytest.mark.parametrize("chain", CHAINS.values(), ids=list(CHAINS))
def test_a_chain_that_ships_reads_only_what_is_there_by_then(chain: Chain) -> None:
    made: dict[str, Step] = {}
    for step in chain.steps:
        for read in _read_in(step.input):
            assert read.name in chain.files if isinstance(read, Given) else read.step in made
        made[step.name] = step
    assert CHAINS[chain.name] is chain


@pytest.mark.parametrize("chain", CHAINS.values(), ids=list(CHAINS))
def test_a_chain_that_ships_gives_each_family_what_it_takes(chain: Chain) -> None:
    outputs: dict[str, FamilyName] = {}
    for step in chain.steps:
        family = FamilyName(step.family)
        job_input = FAMILIES[family].input_type.model_validate(_with_ids(step.input))
        for place, field in file_fields(job_input).items():
            read = _at(step.input, place)
            kind = chain.files[read.name] if isinstance(read, Given) else _kind(outputs, read)
            assert kind in field.accepts.kinds, f"{step.name}.{place}"
        outputs[step.name] = family


def _kind(outputs: Mapping[str, FamilyName], read: Output) -> Any:
    return FAMILIES[outputs[read.step]].output_kind(read.index)


def _read_in(value: Any) -> Iterator[Given | Output]:
    if isinstance(value, Given | Output):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _read_in(inner)


def _with_ids(value: Any) -> Any:
    if isinstance(value, Given | Output):
        return {"upload": str(new_id())}
    return {name: _with_ids(inner) for name, inner in value.items()} if isinstance(value, Mapping) else value


def _at(value: Any, place: str) -> Any:
    for part in place.split("."):
        value = value[part]
    return value
