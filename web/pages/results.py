"""What a job made, as people look at it: the files that belong together are one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.artifacts.models import Artifact
from shared.catalog.families import FAMILIES, FamilyName
from shared.storage.formats import FORMATS, WRITTEN, FileKind, essence
from web.pages.kept_files import facts_in_words, kind_of

_LEADING = (FileKind.VIDEO, FileKind.SOUND, FileKind.MIDI, FileKind.IMAGE, FileKind.TEXT)
"""What a result is, if it has files of several kinds: a film with a poster is a film."""
_FORMAT_NAMES = {essence(each.media_type): each.name for each in (*FORMATS, *WRITTEN)}


@dataclass(frozen=True, slots=True)
class Result:
    """The files of one result, in their order; at least one."""

    files: Sequence[Artifact]

    @property
    def kind(self) -> FileKind:
        """What it is."""
        kinds = {kind_of(each.media_type) for each in self.files}
        return next(kind for kind in _LEADING if kind in kinds)

    @property
    def lead(self) -> Artifact:
        """The file that is looked at, listened to or read first."""
        return self._of(self.kind)[0]

    @property
    def picture(self) -> Artifact | None:
        """A picture that stands still: itself, or a poster, or what its sound looks like."""
        return next((each for each in self._of(FileKind.IMAGE) if not is_animation(each)), None)

    @property
    def animation(self) -> Artifact | None:
        """A picture that moves."""
        return next((each for each in self._of(FileKind.IMAGE) if is_animation(each)), None)

    @property
    def others(self) -> list[Artifact]:
        """Every file but the leading one."""
        return [each for each in self.files if each.id != self.lead.id]

    def _of(self, kind: FileKind) -> list[Artifact]:
        return [each for each in self.files if kind_of(each.media_type) is kind]


def results_of(family: FamilyName, artifacts: Sequence[Artifact]) -> list[Result]:
    """The results of a job, as far as the workspace keeps their files."""
    size = len(FAMILIES[family].output_kinds)
    found: dict[int, list[Artifact]] = {}
    for artifact in artifacts:
        if artifact.removed_at is None:
            found.setdefault(artifact.index // size, []).append(artifact)
    return [Result(files) for _, files in sorted(found.items())]


def kind_made_by(family: FamilyName) -> FileKind:
    """What a family's results are."""
    return next(kind for kind in _LEADING if kind in FAMILIES[family].output_kinds)


def format_name(artifact: Artifact) -> str:
    """``MIDI``, ``WebVTT``: the format as people call it."""
    return _FORMAT_NAMES.get(essence(artifact.media_type), essence(artifact.media_type))


def is_animation(artifact: Artifact) -> bool:
    """Whether it is a picture that moves."""
    return kind_of(artifact.media_type) is FileKind.IMAGE and "fps" in artifact.facts


def is_read(artifact: Artifact) -> bool:
    """Whether it is a text."""
    return kind_of(artifact.media_type) is FileKind.TEXT


def in_words(artifact: Artifact) -> str:
    """``1024 × 768 · 3.2 s · 240 kB``."""
    return facts_in_words(artifact.facts, artifact.size)
