"""A stranger's file is what its bytes say, and what is broken, hostile or too much is refused with the reason."""

from __future__ import annotations

import io
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageCms

from shared.artifacts import inspector
from shared.artifacts.inspector import Inspected, inspected
from shared.errors import InputRefused
from tests.unit.shared.artifacts import samples


@pytest.fixture
def look() -> Callable[[bytes], tuple[Inspected, bytes]]:
    """What is found of some bytes, and what would be stored."""

    def look_into(body: bytes) -> tuple[Inspected, bytes]:
        with tempfile.TemporaryFile() as file:
            file.write(body)
            with inspected(file) as found:
                found.body.seek(0)
                return found, found.body.read()

    return look_into


Look = Callable[[bytes], tuple[Inspected, bytes]]


def refusal(look: Look, body: bytes) -> str:
    with pytest.raises(InputRefused) as caught:
        look(body)
    (problem,) = caught.value.problems
    assert problem.path == "file"
    return problem.message


@pytest.mark.parametrize(
    ("body", "media_type", "facts"),
    [
        (samples.wav(0.5), "audio/wav", {"seconds": 0.5}),
        (samples.flac(2), "audio/flac", {"seconds": 2.0}),
        (samples.opus(3), "audio/ogg", {"seconds": 3.0}),
        (samples.vorbis(), "audio/ogg", {"seconds": 1.0}),
        (samples.mp3(), "audio/mpeg", {}),
        (samples.mp3(tag=samples.id3()), "audio/mpeg", {}),
        (samples.midi(2), "audio/midi", {"tracks": 2}),
        (samples.mp4(b"vide", b"soun"), "video/mp4", {"seconds": 4.0}),
        (samples.mp4(b"soun"), "audio/mp4", {"seconds": 4.0}),
        (samples.webm(), "video/webm", {}),
        ("Grüße, 世界\r\n\ttabbed".encode(), "text/plain; charset=utf-8", {"characters": 18}),
    ],
)
def test_a_file_is_known_by_its_bytes_and_stored_as_it_came(
    look: Look, body: bytes, media_type: str, facts: dict[str, Any]
) -> None:
    found, stored = look(body)

    assert (found.format.media_type, found.facts) == (media_type, facts)
    assert stored == body
    assert found.size == len(body)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_written_anew_as_png(look: Look, name: str) -> None:
    found, stored = look(samples.picture(name, (40, 20)))

    assert found.format.media_type == "image/png"
    assert found.facts == {"width": 40, "height": 20}
    with Image.open(io.BytesIO(stored)) as picture:
        red, _, blue = picture.getpixel((5, 10))  # type: ignore[misc]
        assert (red > 200, blue < 50) == (True, True)


def test_a_picture_loses_what_it_carried_beside_its_pixels(look: Look) -> None:
    exif = Image.Exif()
    exif[0x010E] = "the photographer's home"
    exif[0x0112] = 6  # Turned by a quarter.
    hidden = samples.picture("JPEG", (40, 20), exif=exif, comment=b"a comment") + b"PK\x03\x04 a ZIP behind it"

    found, stored = look(hidden)

    assert found.facts == {"width": 20, "height": 40}
    assert b"home" not in stored
    assert b"comment" not in stored
    assert b"PK" not in stored[-40:]
    with Image.open(io.BytesIO(stored)) as picture:
        assert (dict(picture.getexif()), picture.info) == ({}, {})


def test_a_picture_in_another_colour_space_comes_out_in_srgb(look: Look) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with_profile, _ = look(samples.picture("PNG", icc_profile=profile))
    without, _ = look(samples.picture("PNG"))
    assert with_profile.sha256 == without.sha256


@pytest.mark.parametrize(("mode", "expected"), [("RGBA", "RGBA"), ("LA", "RGBA"), ("L", "RGB"), ("P", "RGB")])
def test_transparency_stays_and_everything_else_becomes_rgb(look: Look, mode: str, expected: str) -> None:
    made = io.BytesIO()
    Image.new(mode, (8, 8)).save(made, "PNG")
    _, stored = look(made.getvalue())
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.mode == expected


def test_sixteen_bits_keep_their_upper_eight(look: Look) -> None:
    made = io.BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(made, "PNG")
    _, stored = look(made.getvalue())
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.getpixel((4, 4)) == (128, 128, 128)


def test_equal_pictures_are_stored_equal_whatever_they_carried(look: Look) -> None:
    plain, _ = look(samples.picture("PNG"))
    described, _ = look(samples.picture("PNG", dpi=(300, 300)))
    assert plain.sha256 == described.sha256


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises any size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8001, 8000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(look: Look, size: tuple[int, int]) -> None:
    assert "64 megapixels" in refusal(look, png_that_claims(*size))


def test_an_animation_is_refused(look: Look) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:])
    assert refusal(look, made.getvalue()) == "is an animation; a single picture is taken"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (samples.picture("PNG")[:60], "is a damaged PNG"),
        (samples.picture("JPEG")[:300], "is a damaged JPEG"),
        (png_that_claims(5000, 5000), "is a damaged PNG"),
        (samples.wav()[:200], "is cut off"),
        (samples.wav()[:30], "is cut off"),
        (samples.flac().replace(b"\xff\xf8", b"\0\0"), "has no FLAC frame after its header"),
        (samples.opus().replace(b"OpusHead", b"\x80theora "), "is an Ogg file without Vorbis, Opus or FLAC sound"),
        (samples.mp3(tag=samples.id3())[:330], "is cut off"),
        (samples.id3() + bytes(300) + b"noise", "has no MP3 frame where one must begin"),
        (b"\xff\xfb\x90\x00" + bytes(800), "has no MP3 frame where one must begin"),
        (samples.midi()[:30], "is cut off"),
        (samples.mp4(b"vide")[:-10], "is cut off, or has an MP4 box of a wrong size"),
        (samples.box(b"ftyp", bytes(8)), "has no MP4 index (`moov`): it is cut off"),
        (samples.mp4(), "has neither a picture nor a sound track"),
        (samples.webm(b"matroska"), "is a Matroska file of another type than WebM"),
        (samples.webm()[:12], "is cut off"),
        (b"\x1aE\xdf\xa3\x10\x00\x40\x00" + bytes(20_000), "has a WebM header that makes no sense"),
    ],
)
def test_what_is_broken_is_refused_with_the_reason(look: Look, body: bytes, reason: str) -> None:
    assert refusal(look, body) == reason


@pytest.mark.parametrize("body", [b"GIF89a" + bytes(50), b"%PDF-1.7\n\xe2\xe3", b"\x7fELF\x02", b"II*\0" + bytes(9)])
def test_a_file_of_no_known_format_is_told_which_there_are(look: Look, body: bytes) -> None:
    assert refusal(look, body).startswith("is neither PNG, JPEG, WebP, WAV, FLAC, Ogg, MP3, M4A, MIDI, MP4, WebM")


@pytest.mark.parametrize("body", [b"<script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_a_browser_might_run_is_plain_text_here(look: Look, body: bytes) -> None:
    assert look(body)[0].format.media_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"a" * 2_000_001, "is UTF-8 text of 2.0 MB; 2 MB at most are taken of text"),
        (samples.midi() + bytes(1_000_000), "is MIDI of 1.0 MB; 1 MB at most are taken of midi"),
        (samples.picture("PNG") + bytes(32_000_000), "is PNG of 32.0 MB; 32 MB at most are taken of image"),
    ],
)
def test_each_kind_of_file_has_its_own_cap(look: Look, body: bytes, reason: str) -> None:
    assert refusal(look, body) == reason


def test_the_process_that_handles_strangers_files_is_told_no_secret(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTTEGA_SECRET_KEY", "not for strangers")
    run, told = subprocess.run, {}

    def watched(arguments: list[str], **options: Any) -> Any:
        told.update(options["env"])
        return run(arguments, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    look(samples.wav())
    assert "PATH" in told
    assert not [name for name in told if name.startswith("BOTTEGA_")]


def test_a_decoder_that_hangs_is_ended(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspector, "_SECONDS", 0.0)
    assert refusal(look, samples.wav()) == "takes too long to read"


def test_a_decoder_that_dies_takes_nobody_with_it(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    run = subprocess.run

    def killed(arguments: list[str], **options: Any) -> Any:
        return run(["sh", "-c", "kill -SEGV $$"], **options)

    monkeypatch.setattr(subprocess, "run", killed)
    assert refusal(look, samples.picture("PNG")) == "takes too much time or memory to read"
