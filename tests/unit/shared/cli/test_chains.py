"""``bottega chains``: what the command makes of its options."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.scripted_server import ScriptedServer
from tests.unit.shared.client.test_chains import Platform, submitted


def test_the_chains_are_listed_with_what_they_need(run: Run) -> None:
    result = run("chains", "list", env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert "spoken-advertisement" in result.stdout
    assert "caption → copy → speech → clip" in result.stdout


def test_a_chain_is_submitted_with_its_words_models_and_settings(
    run: Run, server: ScriptedServer, at: list[str]
) -> None:
    server.respond = Platform()
    picture = str(uuid4())
    result = run(
        *("chains", "run", "spoken-advertisement", "--image", f"artifact:{picture}", "-w", "brand=Zorvi"),
        *("-m", "clip=tiny/text-to-video-b", "-s", "clip.num_frames=9", "-s", "clip.video_codec=av1"),
        *("--seed", "3", "--no-wait", "--json", *at),
    )
    assert result.exit_code == 0, result.stderr
    assert list(json.loads(result.stdout)) == ["caption", "copy", "speech", "clip"]
    sent = submitted(server)
    assert sent["tiny/image-to-text-a"] == {"image": {"artifact": picture}, "seed": 3}
    assert sent["tiny/text-a"]["prompt"].endswith("by Zorvi")
    clip = sent["tiny/text-to-video-b"]
    assert (clip["num_frames"], clip["video_codec"]) == (9, "av1")


def test_a_chain_or_a_file_that_is_not_there_is_a_usage_error(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    server.respond = Platform()
    for arguments, said in (
        (("poster", "--image", "x"), "There is no chain poster; there are spoken-advertisement"),
        (("spoken-advertisement", "--image", tmp_path / "x.png"), "There is no file"),
        (("spoken-advertisement", "-s", "num_frames=9"), "STEP.FIELD=VALUE"),
    ):
        result = run("chains", "run", *arguments, *at)
        assert result.exit_code == 2
        assert said in result.stderr.replace("\n", " ")
    assert submitted(server) == {}
