import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xling
from xling.data.lexicon import Lexicon
from xling.data.vocabulary import Vocabulary
from xling.errors import (
    DegenerateInputError,
    InputError,
    LanguageMismatchError,
    NonFiniteError,
    ShapeError,
    UnknownNameError,
)
from xling.evaluation import judging
from xling.evaluation.bli import evaluate
from xling.evaluation.metrics import chance_reciprocal_rank
from xling.evaluation.policies import POLICIES
from xling.evaluation.results import CUTS, BliResult

CONTRACT = {
    "from",
    "to",
    "retrieval",
    "channels",
    "queries",
    "queries_in_vocabulary",
    "coverage",
    "precision",
    "precision_overall",
    "mrr",
    "confidence_interval",
    "identical_queries",
    "precision_non_identical",
    "overlap_with_training",
}


class World:
    """A model whose scores are written down."""

    def __init__(self, source, target, scores, trained=(), languages=("en", "de")):
        self.languages = languages
        self._words = dict(
            zip(languages, (Vocabulary(words=tuple(w)) for w in (source, target)), strict=True)
        )
        self._scores = np.array(scores, dtype=np.float32)
        self._trained = {languages[0]: frozenset(trained), languages[1]: frozenset({"hund"})}
        self.calls = []

    def vocabulary(self, language):
        return self._words[language]

    def scores(self, rows, *, source, target, retrieval, channels):
        self.calls.append((rows.tolist(), source, target, retrieval, channels))
        forward = (source, target) == self.languages
        return (self._scores if forward else self._scores.T)[rows]

    def trained_words(self, language, other):
        assert {language, other} == set(self.languages)
        return self._trained[language]


def lexicon(*pairs, languages=("en", "de")):
    return Lexicon(source_language=languages[0], target_language=languages[1], pairs=pairs)


SOURCE = ("cat", "dog", "house", "London", "tree", "old")
TARGET = ("Katze", "Hund", "Haus", "London", "Baum", "alt", "Gebäude")
SCORES = [
    # Katze Hund Haus London Baum alt Gebäude
    [0.9, 0.8, 0.1, 0.2, 0.3, 0.4, 0.5],  # cat: first
    [0.9, 0.8, 0.1, 0.2, 0.3, 0.4, 0.5],  # dog: second
    [0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.8],  # house: Haus fourth, Gebäude first
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],  # London: first, identical
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],  # tree: all tied, 4
    [0.9, 0.8, 0.7, 0.6, 0.5, 0.1, 0.4],  # old: seventh
]
PAIRS = (
    ("cat", "Katze"),
    ("DOG", "hund"),
    ("house", "Haus"),
    ("London", "London"),
    ("tree", "Baum"),
    ("dog", "Köter"),  # the same query as DOG; a gold word out of vocabulary
    ("old", "alt"),
    ("House", "Gebäude"),  # the same query as house
    ("zebra", "Katze"),  # source word out of vocabulary
    ("tree", "Gewächs"),
    ("cat", "KATZE"),  # the same gold word twice
    ("cold", "kalt"),
)


@pytest.fixture
def world():
    return World(SOURCE, TARGET, SCORES, trained=("cat", "zebra", "tree", "mouse"))


def test_known_answers(world):
    result = evaluate(world, lexicon(*PAIRS))
    assert dict(result.ranks) == {
        "cat": 1, "dog": 2, "house": 1, "london": 1, "tree": 4, "old": 7, "zebra": None,
        "cold": None,
    }  # fmt: skip
    assert (result.source_language, result.target_language) == ("en", "de")
    assert result.queries == 8
    assert result.queries_in_vocabulary == 6
    assert result.coverage == 6 / 8
    assert result.precision == {"1": 3 / 6, "5": 5 / 6, "10": 1.0}
    assert result.precision_overall == {"1": 3 / 8, "5": 5 / 8, "10": 6 / 8}
    assert result.mrr == pytest.approx((1 + 1 / 2 + 1 + 1 + 1 / 4 + 1 / 7) / 6, abs=1e-15)
    assert result.identical_queries == 1
    assert result.precision_non_identical == {"1": 2 / 5, "5": 4 / 5, "10": 1.0}
    assert result.overlap_with_training == 3  # cat, tree and zebra, which has no row
    assert result.candidates == 7
    assert result.chance_precision_at_1 == pytest.approx((5 * 1 / 7 + 2 / 7) / 6)
    low, high = result.confidence_interval
    assert 0 <= low < 0.5 < high <= 1


def test_settings_reach_the_model_and_the_result(world):
    result = evaluate(world, lexicon(*PAIRS), retrieval="nn", channels="contexts", block=99)
    assert world.calls == [([0, 1, 2, 3, 4, 5], "en", "de", "nn", "contexts")]
    assert (result.retrieval, result.channels) == ("nn", "contexts")
    assert (evaluate(world, lexicon(*PAIRS)).retrieval, world.calls[-1][-1]) == ("csls", "all")


def test_the_other_direction(world):
    back = lexicon(("Katze", "cat"), ("Hund", "dog"), ("Haus", "house"), languages=("de", "en"))
    result = evaluate(world, back, source="de", target="en")
    # Katze: cat, dog and old tie at 0.9; Hund: the same at 0.8; Haus: below old.
    assert dict(result.ranks) == {"katze": 2.0, "hund": 2.0, "haus": 2.5}
    assert result.overlap_with_training == 1
    assert result.candidates == 6
    assert result.to_json()["from"] == "de"
    for one in ({"source": "de"}, {"target": "en"}, {"source": "DE"}):
        assert evaluate(world, back, **one) == result


@pytest.mark.parametrize("block", [1, 2, 4, 5, 6, 7])
def test_block_size_changes_calls_and_nothing_else(world, block):
    whole = evaluate(world, lexicon(*PAIRS))
    world.calls.clear()
    assert evaluate(world, lexicon(*PAIRS), block=block) == whole
    assert [len(rows) for rows, *_ in world.calls] == [
        min(block, 6 - start) for start in range(0, 6, block)
    ]


def test_default_block_bounds_memory(world, monkeypatch):
    assert judging._block_rows(200_000) * 200_000 * 4 < 256 << 20
    assert judging._block_rows(200_000) > 100
    assert judging._block_rows(10**9) == 1
    assert judging._block_rows(0) > 0
    monkeypatch.setattr(judging, "_BLOCK_BYTES", 2 * 4 * len(TARGET))
    evaluate(world, lexicon(*PAIRS))
    assert [len(rows) for rows, *_ in world.calls] == [2, 2, 2]


def test_progress_is_told_after_each_block(world):
    told = []
    evaluate(world, lexicon(*PAIRS), block=4, progress=lambda done, of: told.append((done, of)))
    assert told == [(4, 6), (6, 6)]


def test_all_tied_is_chance_and_no_hit():
    words = [f"w{i}" for i in range(21)]
    world = World(words, words, np.full((21, 21), -np.inf))
    result = evaluate(world, lexicon(*((w, w) for w in words)))
    assert {rank for _, rank in result.ranks} == {11.0}
    assert result.precision == {"1": 0.0, "5": 0.0, "10": 0.0}
    assert result.mrr == pytest.approx(1 / 11)
    assert result.confidence_interval == (0.0, 0.0)
    assert result.chance_precision_at_1 == pytest.approx(1 / 21)


def test_random_scores_reach_the_chance_values():
    rng = np.random.default_rng(3)
    words = [f"w{i}" for i in range(400)]
    result = evaluate(
        World(words, words[:20], rng.random((400, 20))),
        lexicon(*((w, f"w{i % 20}") for i, w in enumerate(words))),
    )
    low, high = result.confidence_interval
    assert low < result.chance_precision_at_1 < high
    assert result.chance_precision_at_1 == pytest.approx(1 / 20)
    assert result.precision["10"] == pytest.approx(0.5, abs=0.1)
    assert result.mrr == pytest.approx(chance_reciprocal_rank(20, 1), abs=0.05)


@pytest.mark.parametrize(
    ("rank", "hits"), [(1, "1 5 10"), (2, "5 10"), (5, "5 10"), (6, "10"), (10, "10"), (11, "")]
)
def test_boundaries_of_k(rank, hits):
    target = [f"t{i}" for i in range(1, 15)]
    world = World(["s"], target, [np.arange(14, 0, -1)])
    precision = evaluate(world, lexicon(("s", f"t{rank}"))).precision
    assert [k for k, share in precision.items() if share == 1] == hits.split()
    assert set(precision.values()) <= {0.0, 1.0}


def test_gold_outside_the_vocabulary_takes_the_query_out(world):
    result = evaluate(world, lexicon(("cat", "Mieze"), ("dog", "Hund")))
    assert result.ranks == (("cat", None), ("dog", 2.0))
    assert result.queries_in_vocabulary == 1
    assert result.coverage == 0.5


def test_identical_means_among_the_gold_and_in_vocabulary(world):
    # taxi has its own form among the gold but no row; London has another gold word too.
    result = evaluate(world, lexicon(("taxi", "taxi"), ("LONDON", "Hund"), ("london", "London")))
    assert result.identical_queries == 1
    assert result.precision_non_identical == {"1": 0.0, "5": 0.0, "10": 0.0}
    assert result.precision["1"] == 1


def test_every_casing_of_a_gold_word_is_right():
    # The rare verb-like form "haus" must not stand in for the noun that people look for.
    world = World(["house"], ["Haus", "die", "haus"], [[0.9, 0.5, 0.1]])
    assert evaluate(world, lexicon(("house", "Haus"))).ranks == (("house", 1.0),)


def test_nothing_in_vocabulary_is_zero_and_no_error(world):
    result = evaluate(world, lexicon(("zebra", "Zebra"), ("cat", "Mieze")))
    zeros = {"1": 0.0, "5": 0.0, "10": 0.0}
    assert (result.queries, result.queries_in_vocabulary, result.coverage) == (2, 0, 0.0)
    assert result.precision == result.precision_overall == result.precision_non_identical == zeros
    assert (result.mrr, result.confidence_interval) == (0.0, (0.0, 0.0))
    assert result.overlap_with_training == 2
    assert [len(rows) for rows, *_ in world.calls] == [0]  # only to have the names checked


def test_empty_target_vocabulary():
    result = evaluate(World(["cat"], [], np.empty((1, 0))), lexicon(("cat", "Katze")))
    assert (result.candidates, result.coverage, result.chance_precision_at_1) == (0, 0.0, 0.0)


def test_seed_and_samples_decide_the_interval():
    words = [f"w{i}" for i in range(101)]
    scores = np.random.default_rng(0).random((101, 101)) + np.eye(101) / 2
    world, pairs = World(words, words, scores), lexicon(*((w, w) for w in words))
    first = evaluate(world, pairs, samples=50, seed=1)
    assert first == evaluate(world, pairs, samples=50, seed=1)
    others = {evaluate(world, pairs, samples=50, seed=s).confidence_interval for s in range(6)}
    assert len(others) > 1
    assert (first.samples, first.seed) == (50, 1)


@settings(max_examples=40)
@given(st.data())
def test_against_a_loop(data):
    """Ranks without ties, counted by sorting."""
    n, v = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 12))
    scores = np.array([data.draw(st.permutations(range(v))) for _ in range(n)], dtype=float)
    pairs = data.draw(
        st.lists(
            st.tuples(st.integers(0, n), st.integers(0, v)), min_size=1, max_size=12, unique=True
        )
    )
    world = World([f"s{i}" for i in range(n)], [f"t{j}" for j in range(v)], scores)
    result = evaluate(world, lexicon(*((f"s{i}", f"t{j}") for i, j in pairs)), samples=20)
    ranks = {}
    for i in {i for i, _ in pairs}:
        right = {j for a, j in pairs if a == i and j < v}
        order = sorted(range(v), key=lambda j: -scores[i, j]) if i < n else []
        ranks[f"s{i}"] = next((p for p, j in enumerate(order, 1) if j in right), None)
    assert dict(result.ranks) == ranks
    found = [rank for rank in ranks.values() if rank is not None]
    for k in CUTS:
        hits = sum(rank <= k for rank in found)
        assert result.precision_overall[str(k)] == hits / len(ranks)
        assert result.precision[str(k)] == (hits / len(found) if found else 0)
    low, high = result.confidence_interval
    assert 0 <= low <= high <= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"source": "fr"}, "no language 'fr'; it has en and de"),
        ({"target": "nl"}, "no language 'nl'; it has en and de"),
        ({"source": "en", "target": "en"}, "both 'en'; the model links en and de"),
        ({"source": "de", "target": "DE"}, "both 'de'; the model links en and de"),
        ({"block": 0}, "block is 0; at least 1"),
        ({"samples": 0}, "samples is 0; at least 1"),
        ({"top": -1}, "top is -1; at least 0"),
    ],
)
def test_wrong_calls(world, options, message):
    with pytest.raises(InputError, match=message):
        evaluate(world, lexicon(*PAIRS), **options)


def test_lexicon_of_the_other_direction_is_refused(world):
    with pytest.raises(LanguageMismatchError, match="a en-de lexicon cannot judge de to en") as e:
        evaluate(world, lexicon(*PAIRS), source="de")
    assert e.value.hint == "evaluate from en to de"


def test_lexicon_of_other_languages_is_refused(world):
    with pytest.raises(LanguageMismatchError, match="its first column must hold en words") as e:
        evaluate(world, lexicon(("cat", "chat"), languages=("en", "fr")))
    assert e.value.hint is None


def test_case_of_a_language_tag_does_not_matter(world):
    assert evaluate(world, lexicon(*PAIRS, languages=("EN", "De"))).source_language == "en"


def test_empty_lexicon_is_refused(world):
    with pytest.raises(DegenerateInputError, match="the lexicon holds no pair"):
        evaluate(world, lexicon())


def test_broken_models_are_refused(world):
    world._scores[0, 0] = np.nan
    with pytest.raises(NonFiniteError, match="row 0 hold NaN"):
        evaluate(world, lexicon(*PAIRS))
    world._scores = np.zeros((6, 3), dtype=np.float32)
    with pytest.raises(ShapeError, match="rows of width 3; 7 is needed"):
        evaluate(world, lexicon(*PAIRS))


def test_lexicon_as_a_path(world, tmp_path):
    path = tmp_path / "test.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in PAIRS), encoding="utf-8")
    expected = evaluate(world, lexicon(*PAIRS))
    assert evaluate(world, path) == expected
    assert evaluate(world, str(path)) == expected


def without_intervals(value):
    """Take out what NumPy draws, which may change between releases, and round."""
    if isinstance(value, dict):
        return {
            key: [] if key in ("confidence_interval", "intervals") else without_intervals(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [without_intervals(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


def test_json_is_the_contract_and_golden(world):
    result = evaluate(world, lexicon(*PAIRS), samples=200, seed=4, top=3)
    document = result.to_json(per_query=True)
    assert set(document) >= CONTRACT
    assert document["versions"] == {"xling": xling.__version__, "numpy": np.__version__}
    document["versions"] = {}
    low, high = document["confidence_interval"]
    assert 0 < low < 0.5 < high < 1
    golden = Path(__file__).with_name("bli_result.json").read_text(encoding="utf-8")
    assert without_intervals(document) == json.loads(golden)
    assert BliResult.from_json(json.loads(json.dumps(result.to_json(per_query=True)))) == result


def test_map_counts_every_gold_word_in_vocabulary(world):
    result = evaluate(world, lexicon(("house", "Haus"), ("house", "Gebäude"), ("house", "Heim")))
    # Gebäude first, Haus fourth; Heim has no row.
    assert result.map == pytest.approx((1 + 2 / 4) / 2)
    assert result.mrr == 1.0
    one = evaluate(world, lexicon(("house", "Haus"), ("dog", "Hund")))
    assert one.map == one.mrr


def test_answers_are_kept_where_asked_for(world):
    plain = evaluate(world, lexicon(("house", "Haus"), ("zebra", "Zebra")))
    assert [detail.answers for detail in plain.details] == [(), ()]
    house, zebra = evaluate(world, lexicon(("house", "Haus"), ("zebra", "Zebra")), top=4).details
    assert [(one.word, one.right) for one in house.answers] == [
        ("Gebäude", False), ("Katze", False), ("Hund", False), ("Haus", True),
    ]  # fmt: skip
    assert (house.best_wrong.word, house.best_wrong.rank, house.gold) == ("Gebäude", 1, ("haus",))
    assert (zebra.rank, zebra.answers, zebra.best_wrong) == (None, (), None)


def test_the_clean_part_holds_nothing_that_was_fitted_on(world):
    clean = evaluate(world, lexicon(*PAIRS)).clean
    # cat and tree were trained on; Hund on the other side; house, London and old are left.
    assert (clean["count"], clean["precision"]["1"]) == (3, 2 / 3)
    assert clean["source_side"]["count"] == 4
    assert clean["source_side"]["precision"] == {"1": 2 / 4, "5": 3 / 4, "10": 1.0}


def test_identical_strings_are_not_clean_where_they_were_fitted_on(world):
    world.card = {"settings": {"init": "identical"}}
    clean = evaluate(world, lexicon(*PAIRS)).clean
    assert (clean["count"], clean["precision"]["1"]) == (2, 1 / 2)  # London is gone


def test_a_clean_part_without_a_query_has_no_score():
    world = World(["cat"], ["Katze"], [[1.0]], trained=("cat",))
    assert evaluate(world, lexicon(("cat", "Katze"))).clean["count"] == 0
    assert evaluate(world, lexicon(("cat", "Katze"))).clean["precision"] is None


def test_every_group_adds_up_to_all_queries(world):
    result = evaluate(world, lexicon(*PAIRS))
    assert set(result.groups) == {
        "frequency_rank", "identical", "edit_distance", "translations", "capitals", "training",
    }  # fmt: skip
    for rows in result.groups.values():
        assert sum(row["queries"] for row in rows) == result.queries_in_vocabulary
        hits = sum(row["queries"] * row["precision"]["1"] for row in rows)
        assert hits == pytest.approx(result.queries_in_vocabulary * result.precision["1"])


def test_inflected_forms_count_in_a_score_of_their_own():
    pytest.importorskip("simplemma")
    world = World(
        ["house", "dog"], ["Häuser", "Haus", "Hund", "Katze"], [[4, 3, 2, 1], [1, 2, 3, 4]]
    )
    result = evaluate(world, lexicon(("house", "Haus"), ("dog", "Hund")), lemmas=True, top=1)
    assert result.precision["1"] == 0.0
    assert result.inflection_tolerant["precision"]["1"] == 0.5
    assert result.inflection_tolerant["queries"] == 2
    assert result.inflection_tolerant["lemmas"].startswith("simplemma ")
    assert [detail.tolerant_rank for detail in result.details] == [1.0, 2.0]
    assert evaluate(world, lexicon(("house", "Haus"))).inflection_tolerant is None


CASED = World(
    ["us", "US", "Paris", "the", "rare"],
    ["usa", "Haus", "uns", "haus", "Paris", "der", "Hauses"],
    [
        # usa Haus uns haus Paris der Hauses
        [0.9, 0.1, 0.8, 0.0, 0.0, 0.0, 0.0],  # us
        [0.9, 0.1, 0.2, 0.0, 0.0, 0.0, 0.0],  # US
        [0.0, 0.0, 0.0, 0.0, 0.9, 0.1, 0.0],  # Paris
        [0.1, 0.8, 0.0, 0.9, 0.0, 0.7, 0.0],  # the
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9],  # rare
    ],
)
CASED_PAIRS = (
    ("US", "usa"), ("us", "uns"), ("paris", "paris"), ("the", "der"), ("the", "die"),
    ("none", "keiner"), ("rare", "Hauses"), ("rare", "selten"),
)  # fmt: skip


def test_policies_differ_as_the_tools_do():
    found = {
        name: evaluate(CASED, lexicon(*CASED_PAIRS), policy=name)
        for name in ("default", "muse", "vecmap", "xling-eval")
    }
    ranks = {name: list(result.ranks) for name, result in found.items()}
    # Folding makes US and us one query, whose answers are those of the more frequent word.
    assert ranks["default"] == [
        ("us", 1.0), ("paris", 1.0), ("the", 3.0), ("none", None), ("rare", 1.0),
    ]  # fmt: skip
    # Lower-casing does so too, and leaves one row of Haus and haus, the more frequent one.
    assert ranks["muse"] == [
        ("us", 1.0), ("paris", 1.0), ("the", 2.0), ("none", None), ("rare", 1.0),
    ]  # fmt: skip
    # As written, US and us are two queries, and paris is not Paris.
    assert ranks["vecmap"] == [
        ("US", 1.0), ("us", 2.0), ("paris", None), ("the", 3.0), ("none", None), ("rare", 1.0),
    ]  # fmt: skip
    # Pair by pair, the other translation of a word stands in the way; unknown pairs are dropped.
    assert ranks["xling-eval"] == [
        ("us", 1.0), ("us", 2.0), ("paris", 1.0), ("the", 2.0), ("the", None), ("none", None),
        ("rare", 1.0), ("rare", None),
    ]  # fmt: skip
    assert [found[name].precision["1"] for name in found] == [3 / 4, 3 / 4, 2 / 4, 3 / 5]
    assert [found[name].coverage for name in found] == [4 / 5, 4 / 5, 4 / 6, 5 / 8]
    assert found["xling-eval"].map == pytest.approx((1 + 1 / 2 + 1 + 1 / 2 + 1) / 5)
    assert [found[name].candidates for name in found] == [7, 6, 7, 6]
    assert {result.policy_name for result in found.values()} == set(found)
    assert len({result.policy for result in found.values()}) == 4


def test_policies_of_the_field_know_the_most_frequent_words_only(monkeypatch):
    for name in ("muse", "xling-eval"):
        monkeypatch.setitem(POLICIES, name, replace(POLICIES[name], limit=4))
        result = evaluate(CASED, lexicon(*CASED_PAIRS), policy=name)
        known = {word for word, rank in result.ranks if rank is not None}
        assert (known, result.candidates) == ({"us"}, 3)
    assert evaluate(CASED, lexicon(*CASED_PAIRS), policy="vecmap").candidates == 7


def test_an_unknown_policy_is_refused(world):
    with pytest.raises(UnknownNameError, match="unknown policy 'mouse'; known: default, muse"):
        evaluate(world, lexicon(*PAIRS), policy="mouse")
