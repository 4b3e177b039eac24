"""What is said of a model's folder, and what is refused: nothing of it is run, and no model library is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.catalog.families import FamilyName
from shared.catalog.inspection.folder import inspect_folder
from shared.catalog.inspection.problems import ModelRefused
from tests.unit.shared.catalog.inspection.folders import (
    causal_lm,
    pipeline,
    raw_safetensors,
    safetensors,
    write_json,
)

WEIGHTS = "model.safetensors"
UNET = "unet/diffusion_pytorch_model.safetensors"


def refusals(folder: Path) -> dict[str, str]:
    """File → why."""
    with pytest.raises(ModelRefused) as refused:
        inspect_folder(folder)
    return {problem.file: problem.message for problem in refused.value.problems}


def test_a_language_model_is_told_by_its_files(tmp_path: Path) -> None:
    report = inspect_folder(causal_lm(tmp_path))

    assert (report.architecture, report.family) == ("GPT2LMHeadModel", FamilyName.TEXT)
    assert (report.tensors.size, report.tensors.parameters, report.dtype) == (88, 44, "F16")
    assert report.licence == "apache-2.0"
    assert report.size == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_a_pipeline_is_the_sum_of_its_components(tmp_path: Path) -> None:
    report = inspect_folder(pipeline(tmp_path))

    assert (report.architecture, report.family) == ("StableDiffusionPipeline", FamilyName.TEXT_TO_IMAGE)
    assert report.tensors.size == (6 + 16) * 4
    assert "StableDiffusionPipeline" in report.why


def test_shards_that_an_index_names_count_together(tmp_path: Path) -> None:
    causal_lm(tmp_path)
    (tmp_path / WEIGHTS).unlink()
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    for name in names:
        safetensors(tmp_path / name, {name: (5,)})
    write_json(tmp_path / f"{WEIGHTS}.index.json", {"weight_map": {"a": names[0], "b": names[1], "c": names[0]}})
    assert inspect_folder(tmp_path).tensors.parameters == 10

    (tmp_path / names[1]).unlink()
    assert "is missing" in refusals(tmp_path)[names[1]]


@pytest.mark.parametrize("outside", ["../elsewhere.safetensors", "/etc/passwd", "weights.bin", 7])
def test_an_index_names_safetensors_beside_it_and_nothing_else(tmp_path: Path, outside: object) -> None:
    causal_lm(tmp_path)
    (tmp_path / WEIGHTS).unlink()
    write_json(tmp_path / f"{WEIGHTS}.index.json", {"weight_map": {"a": outside}})

    assert "no safetensors file beside it" in refusals(tmp_path)[f"{WEIGHTS}.index.json"]


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.ckpt", "model.pth", "model.pkl"])
def test_weights_that_are_pickles_alone_are_refused(tmp_path: Path, name: str) -> None:
    causal_lm(tmp_path)
    (tmp_path / WEIGHTS).unlink()
    (tmp_path / name).write_bytes(b"\x80\x04.")

    assert "is a pickle" in refusals(tmp_path)[name]


def test_a_pickle_beside_safetensors_is_not_needed_and_not_opened(tmp_path: Path) -> None:
    causal_lm(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")

    assert inspect_folder(tmp_path).tensors.parameters == 44


def test_one_component_without_safetensors_refuses_the_pipeline(tmp_path: Path) -> None:
    pipeline(tmp_path)
    (tmp_path / UNET).rename(tmp_path / "unet" / "diffusion_pytorch_model.bin")

    assert list(refusals(tmp_path)) == ["unet/diffusion_pytorch_model.bin"]


def test_a_variant_s_name_that_no_loader_looks_for_is_told(tmp_path: Path) -> None:
    pipeline(tmp_path)
    (tmp_path / UNET).rename(tmp_path / "unet" / "diffusion_pytorch_model.fp16.safetensors")

    assert "call it" in refusals(tmp_path)["unet/diffusion_pytorch_model.fp16.safetensors"]


def test_a_component_that_is_missing_is_named(tmp_path: Path) -> None:
    pipeline(tmp_path)
    (tmp_path / "scheduler" / "scheduler_config.json").unlink()

    assert "model_index.json names it" in refusals(tmp_path)["scheduler"]


def test_code_in_the_folder_is_refused(tmp_path: Path) -> None:
    causal_lm(tmp_path)
    (tmp_path / "modeling_own.py").write_text("raise SystemExit")

    assert "is code" in refusals(tmp_path)["modeling_own.py"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", {"architectures": ["X"], "auto_map": {"AutoModel": "modeling.X"}}),
        ("config.json", {"architectures": ["X"], "text_config": {"auto_map": {"AutoModel": "modeling.X"}}}),
        ("config.json", {"architectures": ["X"], "custom_pipelines": {"x": {"impl": "a.B"}}}),
        ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["tok.T", None]}}),
    ],
)
def test_a_configuration_that_asks_for_code_is_refused(tmp_path: Path, file: str, content: object) -> None:
    causal_lm(tmp_path)
    write_json(tmp_path / file, content)

    assert "asks for code of the model's own" in refusals(tmp_path)[file]


def test_a_pipeline_of_the_model_s_own_is_refused(tmp_path: Path) -> None:
    pipeline(tmp_path, class_name=["my_pipeline", "MyPipeline"])

    assert "of the model's own" in refusals(tmp_path)["model_index.json"]


def test_a_component_from_any_other_library_is_refused(tmp_path: Path) -> None:
    pipeline(tmp_path)
    index = json.loads((tmp_path / "model_index.json").read_text())
    write_json(tmp_path / "model_index.json", {**index, "unet": ["subprocess", "Popen"]})

    assert "takes unet from 'subprocess'" in refusals(tmp_path)["model_index.json"]


def test_a_link_out_of_the_folder_is_refused_and_one_within_it_is_not(tmp_path: Path) -> None:
    folder = causal_lm(tmp_path / "model")
    blobs = folder / "blobs"
    blobs.mkdir()
    (folder / WEIGHTS).rename(blobs / "weights")
    (folder / WEIGHTS).symlink_to(blobs / "weights")
    assert inspect_folder(folder).tensors.parameters == 44

    (blobs / "weights").rename(tmp_path / "weights")
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).symlink_to(tmp_path / "weights")
    assert "is a link out of the folder" in refusals(folder)[WEIGHTS]


def test_a_folder_that_is_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = pipeline(tmp_path / "model")
    (folder / "unet").rename(tmp_path / "unet")
    (folder / "unet").symlink_to(tmp_path / "unet")

    assert list(refusals(folder)) == ["unet"]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(causal_lm(tmp_path) / "vocab.txt")

    assert "neither a file nor a folder" in refusals(tmp_path)["vocab.txt"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _claim(length: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(length.to_bytes(8, "little") + b"{}")

    return write


def _header(header: object, size: int = 0) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        raw_safetensors(path, header, size)

    return write


def _tensor(**changed: object) -> dict[str, object]:
    return {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changed}}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_cut, "1 bytes are missing"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\0"), "belong to no tensor"),
        (lambda path: path.write_bytes(b"abc"), "shorter than"),
        (_claim(2**63), "its header claims"),
        (_claim(1000), "cut off within its header"),
        (lambda path: path.write_bytes((5).to_bytes(8, "little") + b"\x80\x04.xx"), "no JSON"),
        (lambda path: path.write_bytes((17).to_bytes(8, "little") + b'{"a": 1, "a": 2} '), "a name occurs twice"),
        (_header([]), "no JSON object"),
        (_header({"a": 1}), "does not say what its tensor 'a' is"),
        (_header(_tensor(dtype="PICKLE"), 8), "does not say"),
        (_header(_tensor(shape=[-2]), 8), "does not say"),
        (_header(_tensor(shape=[2.0]), 8), "does not say"),
        (_header(_tensor(shape=[3]), 8), "another size"),
        (_header({**_tensor(), "b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, 8), "overlap"),
        (_header(_tensor(data_offsets=[4, 12]), 12), "belong to none"),
    ],
)
def test_safetensors_that_are_not_whole_are_refused(
    tmp_path: Path, damage: Callable[[Path], object], said: str
) -> None:
    causal_lm(tmp_path)
    damage(tmp_path / WEIGHTS)

    assert said in refusals(tmp_path)[WEIGHTS]


def test_json_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    causal_lm(tmp_path)
    (tmp_path / "generation_config.json").write_text("[" * 100_000)

    assert "cannot be read as JSON" in refusals(tmp_path)["generation_config.json"]


def test_a_checkpoint_by_itself_is_told_how_it_becomes_a_folder(tmp_path: Path) -> None:
    safetensors(tmp_path / "sd_xl_base.safetensors")
    assert "from_single_file" in refusals(tmp_path)["sd_xl_base.safetensors"]


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    assert "this is no model" in refusals(tmp_path)["model_index.json"]


@pytest.mark.parametrize(
    ("architecture", "value"),
    [
        ("LlamaForCausalLM", "text"),
        ("GPT2LMHeadModel", "text"),
        ("GitForCausalLM", "image-to-text"),
        ("BlipForConditionalGeneration", "image-to-text"),
        ("WhisperForConditionalGeneration", "speech-to-text"),
        ("MusicgenForConditionalGeneration", "text-to-audio"),
        ("VitsModel", "text-to-speech"),
        ("BertForMaskedLM", None),
    ],
)
def test_the_family_of_a_transformers_model_follows_from_its_architecture(
    tmp_path: Path, architecture: str, value: str | None
) -> None:
    report = inspect_folder(causal_lm(tmp_path, architectures=[architecture]))

    assert report.family == next((family for family in FamilyName if family.value == value), None)
    assert architecture in report.why


@pytest.mark.parametrize(
    ("class_name", "value"),
    [
        ("StableDiffusionXLPipeline", "text-to-image"),
        ("FluxPipeline", "text-to-image"),
        ("WanPipeline", "text-to-video"),
        ("LTXPipeline", "text-to-video"),
        ("AnimateDiffPipeline", "text-to-video"),
        ("StableVideoDiffusionPipeline", "text-to-video"),
        ("StableAudioPipeline", "text-to-audio"),
        ("UnCLIPPipeline", "unclip"),
        ("KandinskyV22CombinedPipeline", "unclip"),
        ("Kandinsky5T2VPipeline", "text-to-video"),
        ("Kandinsky3Pipeline", "text-to-image"),
        ("SomeNewPipeline", None),
    ],
)
def test_the_family_of_a_pipeline_follows_from_its_class(tmp_path: Path, class_name: str, value: str | None) -> None:
    report = inspect_folder(pipeline(tmp_path, class_name))

    assert report.family == next((family for family in FamilyName if family.value == value), None)


def test_looking_loads_no_model_library(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from shared.catalog.inspection.folder import inspect_folder;"
        f"inspect_folder(Path({str(pipeline(tmp_path))!r}));"
        "print(sorted({'torch', 'diffusers', 'transformers', 'safetensors', 'numpy'} & set(sys.modules)))"
    )
    assert _output(program) == "[]"


def _output(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def test_the_project_s_own_networks_are_recognised(tmp_path: Path) -> None:
    for class_name, value in (("ConvolutionalVae", "vae"), ("DcganGenerator", "gan"), ("AutoencoderKL", "vae")):
        folder = tmp_path / class_name
        write_json(folder / "config.json", {"_class_name": class_name})
        safetensors(folder / "diffusion_pytorch_model.safetensors")
        assert value in inspect_folder(folder).why


def test_a_language_model_whose_words_are_notes_is_of_the_family_of_notes(tmp_path: Path) -> None:
    causal_lm(tmp_path, architectures=["LlamaForCausalLM"])
    write_json(tmp_path / "vocabulary.json", {"format": "bar-voices-1", "tokens": []})

    assert inspect_folder(tmp_path).family is FamilyName.NOTES
