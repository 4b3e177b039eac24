"""An independent judge of tone: naive Bayes on word pairs, fitted to grammar copy that was asked for in a tone."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from worker.starter.adcopy.grammar import Example

_SMOOTHING = 0.5


def _features(text: str) -> Iterator[str]:
    words = re.findall(r"\w+|[^\w\s]", text.lower())
    yield from words
    yield from (f"{first} {second}" for first, second in itertools.pairwise(words))


class ToneJudge:
    """Says which tone a text was most likely written in."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        for example in examples:
            if example.tone:
                self._counts[example.tone].update(_features(example.answer))
        vocabulary = len(set().union(*self._counts.values()))
        self._totals = {tone: sum(counts.values()) + _SMOOTHING * vocabulary for tone, counts in self._counts.items()}

    def tone_of(self, text: str) -> str:
        """The name of the most likely tone."""
        features = list(_features(text))
        scores = {
            tone: sum(math.log((counts[feature] + _SMOOTHING) / self._totals[tone]) for feature in features)
            for tone, counts in self._counts.items()
        }
        return max(scores, key=scores.__getitem__)
