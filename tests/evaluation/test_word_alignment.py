"""Alignments and their errors equal what loops from the definitions give."""

import numpy as np
import pytest
from scipy import sparse

from xling.data.formats.alignment_tsv import AlignedSentences
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, UnknownNameError
from xling.evaluation.word_alignment import (
    SYMMETRIZATIONS,
    TableAligner,
    alignment_scores,
    between_words,
    symmetrized,
)
from xling.evidence.table import TableEvidence


def table(forward: np.ndarray, backward: np.ndarray) -> TableEvidence:
    where = sparse.csr_array(forward > 0)
    parts = {}
    for name, values in (("forward", forward), ("backward", backward), ("links", forward)):
        data = values[forward > 0].astype(np.float32)
        parts[name] = sparse.csr_array((data, where.indices, where.indptr), shape=forward.shape)
    return TableEvidence(**parts)


def random_aligner(seed: int) -> tuple[TableAligner, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    there = random.random((7, 6)) * (random.random((7, 6)) < 0.6)
    back = random.random((7, 6)) * (there > 0)
    words = Vocabulary(words=tuple(f"w{i}" for i in range(7)))
    others = Vocabulary(words=tuple(f"v{i}" for i in range(6)))
    return TableAligner(table=table(there, back), words=words, others=others), there, back


@pytest.mark.parametrize("seed", range(5))
def test_each_word_goes_to_the_likeliest(seed: int) -> None:
    aligner, there, back = random_aligner(seed)
    random = np.random.default_rng(100 + seed)
    rows, columns = random.permutation(7)[:5].tolist(), random.permutation(6)[:4].tolist()
    source = [f"w{i}" for i in rows] + ["unknown"]
    target = [f"V{j}" for j in columns] + ["?"]  # found in any casing
    forward, backward = aligner.align(source, target)
    slow_forward, slow_backward = set(), set()
    for b, column in enumerate(columns):
        values = [np.float32(there[row, column]) for row in rows]
        if max(values) > 0:
            slow_forward.add((values.index(max(values)), b))
    for a, row in enumerate(rows):
        values = [np.float32(back[row, column]) for column in columns]
        if max(values) > 0:
            slow_backward.add((a, values.index(max(values))))
    assert forward == slow_forward
    assert backward == slow_backward


def test_of_a_word_that_stands_twice_the_nearer_one_is_taken() -> None:
    one = np.array([[0.5, 0.1], [0.1, 0.6]])
    aligner = TableAligner(
        table=table(one, one),
        words=Vocabulary(words=("the", "dog")),
        others=Vocabulary(words=("der", "Hund")),
    )
    forward, backward = aligner.align(["the", "dog", "the"], ["der", "Hund", "der"])
    assert forward == backward == {(0, 0), (1, 1), (2, 2)}
    assert aligner.align([], ["der"]) == (frozenset(), frozenset())


THERE = frozenset({(0, 0), (1, 1), (2, 1), (4, 4)})
BACK = frozenset({(0, 0), (1, 1), (1, 2), (3, 3)})


def test_ways_to_make_one_alignment() -> None:
    made = {name: symmetrized(name, THERE, BACK) for name in SYMMETRIZATIONS}
    assert (made["forward"], made["backward"]) == (THERE, BACK)
    assert made["intersection"] == {(0, 0), (1, 1)}
    assert made["union"] == THERE | BACK
    # (1, 2) and (2, 1) touch (1, 1) and free a word each; then (3, 3) touches nothing that is in.
    assert made["grow-diag"] == {(0, 0), (1, 1), (1, 2), (2, 1)}
    chain = frozenset({(0, 0), (1, 1)})
    assert symmetrized("grow-diag", chain, frozenset({(0, 0), (2, 2)})) == {(0, 0), (1, 1), (2, 2)}
    with pytest.raises(UnknownNameError, match="symmetrization 'all'"):
        symmetrized("all", THERE, BACK)


def gold(sure: set, possible: set) -> AlignedSentences:
    return AlignedSentences(
        source=("a", "b", "c", "."),
        target=("x", "y", "z", "!"),
        sure=frozenset(sure),
        possible=frozenset(sure | possible),
    )


def test_the_error_is_that_of_the_formula() -> None:
    links = [frozenset({(0, 0), (1, 1), (2, 0)}), frozenset({(0, 1)}), frozenset()]
    truth = [gold({(0, 0), (2, 2)}, {(1, 1)}), gold({(0, 1)}, set()), gold({(1, 1)}, set())]
    found = alignment_scores(links, truth)
    # 4 links, of which 3 are possible and 2 sure, of 4 sure ones.
    assert found.precision == 3 / 4
    assert found.recall == 2 / 4
    assert found.error == pytest.approx(1 - (2 + 3) / (4 + 4))
    low, high = found.interval
    assert 0 <= low < found.error < high <= 1
    assert found == alignment_scores(links, truth)
    assert found.to_json()["aer"] == found.error
    perfect = alignment_scores([one.sure for one in truth], truth)
    assert (perfect.precision, perfect.recall, perfect.error) == (1, 1, 0)
    nothing = alignment_scores([frozenset()] * 3, truth)
    assert (nothing.precision, nothing.recall, nothing.error) == (0, 0, 1)


def test_without_sure_links_there_is_no_error_rate() -> None:
    with pytest.raises(DegenerateInputError, match="no sure link"):
        alignment_scores([frozenset()], [gold(set(), {(0, 0)})])


def test_punctuation_is_left_out() -> None:
    sentences = gold({(0, 0), (3, 3), (2, 3)}, set())
    assert between_words(sentences.sure, sentences) == {(0, 0)}
