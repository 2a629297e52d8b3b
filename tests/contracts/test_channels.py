"""What every channel of evidence does; a new one is picked up by its name among all."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from xling.evidence.base import Asked, Candidates, Channel, Ground
from xling.evidence.channels import CHANNELS, EXTRA, Evidence, evidence
from xling.evidence.channels import features_of as named_features
from xling.evidence.spelling import spelling_space
from xling.evidence.table import TableEvidence
from xling.retrieval.index import ExactIndex

DIM = 6


def read_only(*arrays: np.ndarray) -> None:
    for array in arrays:
        array.flags.writeable = False


def channels_of(ground: Ground, seed: int = 0) -> Evidence:
    """Put all channels on a ground, with a random space; every array is read-only."""
    random = np.random.default_rng(seed)
    parts = []
    for _ in range(3):
        part = ground.translations.astype(np.float32)
        part.data = random.uniform(0.05, 1, part.nnz).astype(np.float32)
        read_only(part.data, part.indices, part.indptr)
        parts.append(part)
    rows = random.standard_normal((ground.translations.shape[1], DIM + 1)).astype(np.float32)
    back = random.standard_normal((ground.translations.shape[0], DIM + 1)).astype(np.float32)
    read_only(rows, back)
    table = TableEvidence(forward=parts[0], backward=parts[1], links=parts[2])
    indexes = ExactIndex(rows=rows), ExactIndex(rows=back)
    return evidence(ground, table, *indexes, extra=EXTRA)


def ask(rows: list[int], seed: int = 1) -> Asked:
    """Ask for some rows: the same row has the same vector."""
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((200, DIM)).astype(np.float32)[rows]
    means = random.random(200).astype(np.float32)[rows]
    numbers = np.array(rows, np.int64)
    read_only(vectors, means, numbers)
    return Asked(rows=numbers, vectors=vectors, means=means)


def everything(queries: int, answers: int) -> Candidates:
    made = Candidates(
        ends=np.arange(queries + 1) * answers, columns=np.tile(np.arange(answers), queries)
    )
    read_only(made.ends, made.columns)
    return made


def features_of(name: str) -> list[str]:
    return list(named_features([name])[0])


@pytest.fixture(params=(*CHANNELS, *EXTRA))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def channel(name: str, make_ground) -> Channel:
    return channels_of(make_ground(6, sizes=(70, 60))).channels[name]


def test_one_row_for_each_candidate_and_one_column_for_each_feature(
    name: str, channel: Channel
) -> None:
    asked = ask(list(range(70)))
    found = channel.look(asked)
    assert found.proposed.shape == (70, 60)
    own = Candidates.united([found.proposed])
    for candidates in (own, everything(70, 60)):
        measured = found.measure(candidates)
        assert measured.dtype == np.float32
        assert measured.shape == (len(candidates.columns), len(features_of(name)))
        assert np.isfinite(measured).all()
    # Each feature says something.
    assert (np.ptp(measured, axis=0) > 0).all()


def test_many_queries_at_once_are_answered_like_each_alone(name: str, channel: Channel) -> None:
    rows = [5, 69, 0, 31, 5, 12, *range(20, 50)]
    together = channel.look(ask(rows))
    measured = together.measure(everything(len(rows), 60)).reshape(len(rows), 60, -1)
    for i, row in enumerate(rows):
        alone = channel.look(ask([row]))
        one, other = alone.proposed.toarray()[0] != 0, together.proposed.toarray()[i] != 0
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(alone.measure(everything(1, 60)), measured[i])


def test_candidates_change_nothing_but_the_gaps(name: str, channel: Channel) -> None:
    found = channel.look(ask([3, 40]))
    whole = found.measure(everything(2, 60)).reshape(2, 60, -1)
    few = Candidates(ends=np.array([0, 2, 3]), columns=np.array([7, 50, 9]))
    part = found.measure(few)
    for column, feature in enumerate(features_of(name)):
        if not feature.endswith(("gap", "query_best")):
            expected = [whole[0, 7, column], whole[0, 50, column], whole[1, 9, column]]
            assert part[:, column].tolist() == expected


def test_a_second_look_says_the_same(make_ground, name: str, channel: Channel) -> None:
    asked = ask([1, 2, 3])
    again = channels_of(make_ground(6, sizes=(70, 60))).channels[name]
    one, other = channel.look(asked), again.look(asked)
    for part in ("data", "indices", "indptr"):
        assert getattr(one.proposed, part).tobytes() == getattr(other.proposed, part).tobytes()
    candidates = everything(3, 60)
    assert one.measure(candidates).tobytes() == other.measure(candidates).tobytes()


def test_no_query(name: str, channel: Channel) -> None:
    found = channel.look(ask([]))
    assert found.proposed.shape == (0, 60)
    measured = found.measure(Candidates.united([found.proposed]))
    assert measured.shape == (0, len(features_of(name)))
    assert measured.dtype == np.float32


def test_a_query_without_a_candidate(name: str, channel: Channel) -> None:
    found = channel.look(ask([0, 1, 2]))
    measured = found.measure(Candidates(ends=np.array([0, 0, 1, 1]), columns=np.array([4])))
    assert measured.shape == (1, len(features_of(name)))
    assert np.isfinite(measured).all()


@pytest.mark.parametrize(
    ("words", "linked"),
    [
        ((("ab", "cd"), ("ef", "gh")), True),
        ((("walk", "walks"), ("walk", "walks")), True),
        ((("walk", "walks"), ("geh", "gehs")), False),  # nothing is linked
        ((("I", "a"), ("я", "и", "в")), True),  # shorter than any n-gram
        ((("one",), ("ein",)), True),
        ((("我", "他们", "new york"), ("i", "they")), True),
    ],
)
def test_small_vocabularies_and_short_words(name: str, words, linked: bool) -> None:
    sizes = len(words[0]), len(words[1])
    links = sparse.csr_array(np.eye(*sizes) if linked else np.zeros(sizes))
    ground = Ground(
        words=words,
        counts=(np.ones(sizes[0], np.int64), np.ones(sizes[1], np.int64)),
        translations=links,
        spellings=spelling_space(words, links),
    )
    for one in (ground, ground.turned()):
        count, answers = one.translations.shape
        channel = channels_of(one).channels[name]
        for rows in (list(range(count)), [count - 1]):
            found = channel.look(ask(rows))
            assert found.proposed.shape == (len(rows), answers)
            measured = found.measure(everything(len(rows), answers))
            assert measured.shape == (len(rows) * answers, len(features_of(name)))
            assert np.isfinite(measured).all()


def test_rare_and_unknown_counts_are_finite(name: str, make_ground) -> None:
    ground = make_ground(1)
    none = tuple(np.zeros(size, np.int64) for size in ground.translations.shape)
    channel = channels_of(replace(ground, counts=none)).channels[name]
    assert np.isfinite(channel.look(ask([0, 1])).measure(everything(2, 30))).all()
