"""What the tests of channels share: queries and candidates written by hand."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy import sparse

from xling.evidence.base import Asked, Candidates, Ground


def asked_rows(rows: Sequence[int]) -> Asked:
    """Ask for some rows; of contexts nothing is known."""
    return Asked(
        rows=np.array(rows, np.int64),
        vectors=np.zeros((len(rows), 2), np.float32),
        means=np.zeros(len(rows), np.float32),
    )


def all_cells(queries: int, answers: int) -> Candidates:
    """Make every answer a candidate of every query."""
    return Candidates(
        ends=np.arange(queries + 1) * answers, columns=np.tile(np.arange(answers), queries)
    )


def small_ground(
    words: tuple[Sequence[str], Sequence[str]], cells: dict[tuple[int, int], float]
) -> Ground:
    """Link two short lists of words by the given cells."""
    table = np.zeros((len(words[0]), len(words[1])))
    for place, value in cells.items():
        table[place] = value
    return Ground(
        words=(tuple(words[0]), tuple(words[1])),
        counts=(np.arange(len(words[0]), 0, -1), np.arange(len(words[1]), 0, -1)),
        translations=sparse.csr_array(table),
        spellings=(
            np.zeros((len(words[0]), 2), np.float32),
            np.zeros((len(words[1]), 2), np.float32),
        ),
    )


@pytest.fixture(scope="session")
def asking() -> Callable[[Sequence[int]], Asked]:
    """Give the function that asks for rows."""
    return asked_rows


@pytest.fixture(scope="session")
def everything() -> Callable[[int, int], Candidates]:
    """Give the function that makes all answers candidates: ``queries, answers``."""
    return all_cells


@pytest.fixture(scope="session")
def ground_of() -> Callable[..., Ground]:
    """Give the function that links short lists of words: ``words, cells``."""
    return small_ground
