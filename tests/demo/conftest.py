"""What the tests of the demo grammar share: a corpus of each language pair."""

from collections.abc import Callable
from functools import cache

import pytest

from xling.demo import DemoPair, generate_pairs


@cache
def make_corpus(source: str, target: str) -> list[DemoPair]:
    """Draw 4000 pairs, the same derivations for all languages."""
    return generate_pairs(source, target, count=4_000, seed=5)


@pytest.fixture(scope="session")
def corpus() -> Callable[[str, str], list[DemoPair]]:
    """Give the function that draws pairs of two languages."""
    return make_corpus


@pytest.fixture(scope="session")
def text() -> Callable[[str], list[str]]:
    """Give the function that reads the sentences of one language."""

    def read(language: str) -> list[str]:
        if language == "en":
            return [pair.source for pair in make_corpus("en", "de")]
        return [pair.target for pair in make_corpus("en", language)]

    return read
