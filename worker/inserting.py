"""The texts of other jobs in a prompt: as much of them as the model reads, and what that came to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.prompted import PromptedInput
from shared.errors import BeyondReading, InputRefused
from shared.jobs.claims import Claim
from worker.media.base import EncodedMedia, Media


def checked_with_inserts(job_input: JobInput, check: Callable[[JobInput], None]) -> JobInput:
    """The input as the model gets it. Raises what ``check`` raises.

    What a person wrote is never cut. Nobody could foresee how long a text of another job would be: where a model would
    cut the whole off, the inserts are shortened instead, all to one length, so that the words behind them are read.
    """
    if not isinstance(job_input, PromptedInput) or not job_input.inserts:
        check(job_input)
        return job_input
    whole = job_input.with_inserts()
    try:
        check(whole)
    except InputRefused as refused:
        if not _is_only_too_long(refused):
            raise
        return _shortened(job_input, check, refused)
    return whole


def with_prompt_read(claim: Claim, job_input: JobInput, media: Sequence[Media]) -> Sequence[Media]:
    """The outputs of a job into whose prompt texts were put, with the fact what its prompt was in the end."""
    if not claim.input.get("inserts") or not isinstance(job_input, PromptedInput):
        return media
    return [_Noted(each, job_input.prompt) for each in media]


@dataclass(frozen=True, slots=True)
class _Noted:
    media: Media
    prompt: str

    def encode(self) -> EncodedMedia:
        """The file, with the prompt among its facts."""
        encoded = self.media.encode()
        return replace(encoded, facts={**encoded.facts, "prompt": self.prompt})


def _shortened(job_input: PromptedInput, check: Callable[[JobInput], None], refused: InputRefused) -> PromptedInput:
    """The longest inserts that are read to their end. Raises ``refused`` where the prompt is too long without any."""
    fits, fails = 0, max(len(text) for text in job_input.insert_texts().values())
    found: PromptedInput | None = None
    while fits + 1 < fails:
        most = (fits + fails) // 2
        tried = job_input.with_inserts(most)
        try:
            check(tried)
        except InputRefused as still:
            if not _is_only_too_long(still):
                raise
            fails = most
        else:
            fits, found = most, tried
    if found is None:
        raise refused
    return found


def _is_only_too_long(refused: InputRefused) -> bool:
    return all(isinstance(each, BeyondReading) and each.path == "input.prompt" for each in refused.problems)
