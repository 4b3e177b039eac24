"""The fonts that come with the project, and nothing of what else a machine has.

Pango finds fonts through fontconfig, which reads its configuration once a process: with its first text.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"

_FALLBACKS = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans CJK JP",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Sans Math",
    "Noto Color Emoji",
)
PROBE = "Bottega Probe"
PROBED = "League Spartan"
"""What the made-up name stands for."""
# What could lead fontconfig to other files.
_VARIABLES = ("FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT")
# Bitmaps of pictographs are scaled to the text's size, as fontconfig's own `10-scale-bitmap-fonts.conf` has it.
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>emoji</family><prefer><family>Noto Color Emoji</family></prefer></alias>
  <alias binding="same"><family>Bottega Probe</family><prefer><family>League Spartan</family></prefer></alias>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
  <match target="font">
    <test name="outline" compare="eq"><bool>false</bool></test>
    <edit name="pixelsizefixupfactor" mode="assign">
      <divide><name target="pattern">pixelsize</name><name target="font">pixelsize</name></divide>
    </edit>
    <edit name="matrix" mode="assign">
      <times>
        <name>matrix</name>
        <matrix>
          <name>pixelsizefixupfactor</name><double>0</double>
          <double>0</double><name>pixelsizefixupfactor</name>
        </matrix>
      </times>
    </edit>
    <edit name="size" mode="assign"><divide><name>size</name><name>pixelsizefixupfactor</name></divide></edit>
    <edit name="scalable" mode="assign"><bool>true</bool></edit>
  </match>
</fontconfig>
"""


def files() -> list[Path]:
    """The fonts, in order."""
    return sorted(path for path in FOLDER.iterdir() if path.suffix in {".otf", ".ttf"})


@contextmanager
def configured() -> Iterator[None]:
    """Whoever asks fontconfig for the first time in here knows the pack's fonts alone, for as long as it lives.

    Child processes learn nothing of it. fontconfig's cache is this process's own: one that others may write to could
    name other fonts.
    """
    folder = Path(tempfile.mkdtemp(prefix="bottega-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    configuration = folder / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(fonts=FOLDER, cache=folder / "cache"), "utf-8")
    before = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    try:
        yield
    finally:
        del os.environ["FONTCONFIG_FILE"]
        os.environ.update({name: value for name, value in before.items() if value is not None})


@cache
def content_hash() -> str:
    """SHA-256, in hex, of every font and of how they are looked for."""
    digest = hashlib.sha256(_CONFIGURATION.encode())
    for path in files():
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def description(family: str, size: float) -> str:
    """A font as Pango reads it: the family, then whatever else has the character; ``size`` in pixels at 72 dpi."""
    families = [family, *(each for each in _FALLBACKS if each != family)]
    return f"{','.join(families)} {size:g}"
