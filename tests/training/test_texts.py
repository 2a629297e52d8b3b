from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.counting.hold_out import hold_out
from xling.data.indexed import IndexedText, index_text
from xling.training.texts import kept_text

SENTENCE = st.lists(st.sampled_from(["a", "B", "b", "c", "x"]), max_size=3).map(" ".join)


def words(text: IndexedText) -> list[str]:
    return [
        " ".join(text.types[i] for i in text.ids[start:stop])
        for start, stop in pairwise(text.offsets.tolist())
    ]


@given(st.lists(SENTENCE, min_size=1, max_size=8), st.lists(SENTENCE, max_size=8))
def test_what_is_kept_and_in_which_order(pairs: list[str], further: list[str]) -> None:
    side = index_text(pairs, "en")
    held = hold_out(side, index_text([f"t{i}" for i in range(len(pairs))], "de"), source_words="x")
    found = kept_text(side, held.linked, held.source_halves, iter(further))
    kept = found.text
    removed = {sentence.casefold() for sentence in pairs if "x" in sentence.split()}
    assert found.further == len(further)  # also those that are left out
    assert words(kept) == [
        *(sentence.casefold() for sentence in pairs if "x" not in sentence.split()),
        *(pairs[i].casefold() for i in held.source_halves),
        *(sentence.casefold() for sentence in further if sentence.casefold() not in removed),
    ]


def test_the_fingerprint_is_of_all_that_was_given() -> None:
    def fingerprint(pairs: list[str], further: list[str], linked: list[int]) -> str:
        none = np.zeros(0, np.int64)
        return kept_text(index_text(pairs, "en"), np.array(linked), none, further).fingerprint

    pairs = ["a b", "c", "d"]
    assert fingerprint(pairs, ["a", "b"], [0, 1]) == fingerprint(pairs, ["a", "b"], [0, 1])
    assert fingerprint(pairs, [], [0, 1]) == fingerprint(pairs, [], [0])
    changed = [
        fingerprint(["a b", "c", "c"], [], [0, 1]),  # a pair that is not kept
        fingerprint(pairs, [], [0, 1]),
        fingerprint(pairs, ["a", "b"], [0, 1]),
        fingerprint(pairs, ["a b"], [0, 1]),
        fingerprint(pairs, ["b", "a"], [0, 1]),
        fingerprint(pairs, ["b", "a", "c"], [0, 1]),
    ]
    assert len(set(changed)) == len(changed)


def test_a_stream_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a stream no more than a chunk is held at once."""
    monkeypatch.setattr("xling.data.indexed._CHUNK", 4)
    alive, most = 0, 0

    class Sentence(str):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def stream():
        nonlocal alive, most
        for number in range(100):
            alive += 1
            most = max(most, alive)
            yield Sentence(f"word{number} again")

    pairs = index_text(["a b"], "en")
    made = kept_text(pairs, np.arange(1), np.zeros(0, np.int64), stream()).text
    assert len(made) == 101
    assert most <= 10
