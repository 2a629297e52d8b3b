import numpy as np
import pytest
from scipy import sparse

from xling.evidence.base import Asked, Candidates
from xling.evidence.channels import CHANNELS, FEATURES, GROUPS, Evidence, evidence, start_ranker
from xling.evidence.contexts import Contexts
from xling.evidence.table import TableEvidence
from xling.retrieval.index import ExactIndex

SIZES = (90, 80)


@pytest.fixture(scope="module")
def both(make_ground) -> tuple[Evidence, Asked]:
    """Give all channels of a random direction, and its first queries."""
    ground = make_ground(2, sizes=SIZES)
    random = np.random.default_rng(0)
    cells = ground.translations.astype(np.float32)
    made = evidence(
        ground,
        TableEvidence(forward=cells, backward=cells, links=sparse.csr_array(cells * 3)),
        *(
            ExactIndex(rows=random.standard_normal((size, 7)).astype(np.float32))
            for size in SIZES[::-1]
        ),
    )
    asked = Asked(
        rows=np.arange(40),
        vectors=random.standard_normal((40, 6)).astype(np.float32),
        means=random.random(40).astype(np.float32),
    )
    return made, asked


def test_features_are_named_by_their_channel_and_numbered() -> None:
    assert CHANNELS == (
        "contexts", "table", "inflections", "forms", "analogies", "spelling", "frequency",
        "rivals",
    )  # fmt: skip
    assert len(FEATURES) == len(GROUPS) == len(set(FEATURES))
    assert [CHANNELS[group] for group in GROUPS] == [name.split(".")[0] for name in FEATURES]
    assert FEATURES[:5] == (
        "contexts.csls", "contexts.gap", "contexts.query_mean", "contexts.answer_mean",
        "table.present",
    )  # fmt: skip


def test_channels_are_those_of_the_names_and_share_their_ground(both) -> None:
    made, _ = both
    assert tuple(made.channels) == CHANNELS
    assert made.channels["forms"].ground is made.channels["rivals"].ground
    assert isinstance(made.channels["contexts"], Contexts)


@pytest.mark.parametrize(
    "used", [CHANNELS, ("contexts",), ("forms", "rivals"), ("table", "spelling"), ("frequency",)]
)
def test_what_is_gathered_is_what_each_channel_says(both, used) -> None:
    made, asked = both
    candidates, features = made.gather(asked, used)
    found = {name: made.channels[name].look(asked) for name in used}
    expected = Candidates.united(one.proposed for one in found.values())
    assert candidates.ends.tolist() == expected.ends.tolist()
    assert candidates.columns.tolist() == expected.columns.tolist()
    assert features.shape == (len(candidates.columns), len(FEATURES))
    assert features.dtype == np.float32
    for number, name in enumerate(CHANNELS):
        own = features[:, np.array(GROUPS) == number]
        if name in used:
            np.testing.assert_array_equal(own, found[name].measure(candidates))
        else:
            assert not own.any()


def test_the_order_of_the_names_does_not_matter(both) -> None:
    made, asked = both
    one, other = made.gather(asked, ("table", "forms")), made.gather(asked, ("forms", "table"))
    assert one[0].columns.tolist() == other[0].columns.tolist()
    assert one[1].tobytes() == other[1].tobytes()


def test_channels_that_only_measure_bring_up_nothing(both) -> None:
    made, asked = both
    candidates, features = made.gather(asked, ("frequency", "rivals"))
    assert len(candidates.columns) == len(features) == 0
    assert candidates.ends.tolist() == [0] * 41


def test_the_start_trusts_contexts_the_table_and_word_forms() -> None:
    start = start_ranker()
    rows = np.zeros((3, len(FEATURES)), np.float32)
    rows[1, FEATURES.index("contexts.csls")] = 0.5
    rows[2, FEATURES.index("table.present")] = 1
    every = [True] * len(CHANNELS)
    for judge in (start.linked, start.unlinked):
        scores = judge.scores(rows, GROUPS, every)
        np.testing.assert_allclose(scores - scores[0], [0, 4, 2], atol=1e-4)
        assert judge.confidence is None
    without = [name != "contexts" for name in CHANNELS]
    scores = start.linked.scores(rows, GROUPS, without)
    np.testing.assert_allclose(scores - scores[0], [0, 0, 2], atol=1e-4)
