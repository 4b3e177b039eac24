"""The words of the ad-copy grammar."""

from __future__ import annotations

from worker.starter.adcopy.vocabulary.category import Category
from worker.starter.adcopy.vocabulary.home import HOME
from worker.starter.adcopy.vocabulary.services import SERVICES
from worker.starter.adcopy.vocabulary.style import STYLE
from worker.starter.adcopy.vocabulary.taste import TASTE
from worker.starter.adcopy.vocabulary.technology import TECHNOLOGY

CATEGORIES: tuple[Category, ...] = (*TASTE, *STYLE, *TECHNOLOGY, *HOME, *SERVICES)

__all__ = ["CATEGORIES"]
