"""What the tests of counting share: sentences as lists of rows."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from xling.counting.sentences import RowSentences


def make(sentences: Sequence[Sequence[int]], size: int) -> RowSentences:
    rows = [row for sentence in sentences for row in sentence]
    offsets = np.cumsum([0, *map(len, sentences)])
    return RowSentences(rows=np.array(rows, np.int32), offsets=offsets, size=size)


@pytest.fixture(scope="session")
def as_rows() -> Callable[..., RowSentences]:
    """Give the function that makes RowSentences of lists of rows and the vocabulary's size."""
    return make
