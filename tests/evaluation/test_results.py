import json
from dataclasses import fields, replace

import pytest

from xling.errors import InputError
from xling.evaluation.results import BliResult, QueryDetail
from xling.evaluation.top_answers import Answer

WRONG = Answer(word="Kater", score=0.25, rank=1, right=False)
RIGHT = Answer(word="Hund", score=0.125, rank=2, right=True)
CLEAN = {"count": 1, "precision": {"1": 1.0}, "source_side": {"count": 2}}
SCORES = ({"over": "in vocabulary", "queries": 3, "intervals": {"1": [0.0, 1.0]}},)
GROUPS = {"identical": [{"group": "identical", "queries": 1, "precision": {"1": 1.0}}]}

RESULT = BliResult(
    source_language="en",
    target_language="de",
    retrieval="csls",
    channels="contexts",
    queries=4,
    queries_in_vocabulary=3,
    coverage=0.75,
    precision={"1": 1 / 3, "5": 2 / 3, "10": 1.0},
    precision_overall={"1": 0.25, "5": 0.5, "10": 0.75},
    mrr=0.5,
    map=0.375,
    confidence_interval=(0.0, 1.0),
    identical_queries=1,
    precision_non_identical={"1": 0.0, "5": 0.5, "10": 1.0},
    overlap_with_training=2,
    clean=CLEAN,
    groups=GROUPS,
    inflection_tolerant={"queries": 3, "lemmas": "some"},
    candidates=9,
    chance_precision_at_1=1 / 9,
    samples=100,
    seed=7,
    policy_name="ours",
    policy="as agreed",
    versions={"xling": "1"},
    scores=SCORES,
    details=(
        QueryDetail(query="cat", gold=("katze",), rank=1.0, average_precision=1.0),
        QueryDetail(
            query="dog",
            gold=("hund", "köter"),
            rank=2.0,
            average_precision=0.5,
            tolerant_rank=1.0,
            answers=(WRONG, RIGHT),
            best_wrong=WRONG,
        ),
        QueryDetail(query="ox", gold=("ochse",), rank=2.0, average_precision=0.5),
        QueryDetail(query="yak", gold=("jak",)),
    ),
)
DOCUMENT = {
    "from": "en",
    "to": "de",
    "retrieval": "csls",
    "channels": "contexts",
    "queries": 4,
    "queries_in_vocabulary": 3,
    "coverage": 0.75,
    "precision": {"1": 1 / 3, "5": 2 / 3, "10": 1.0},
    "precision_overall": {"1": 0.25, "5": 0.5, "10": 0.75},
    "mrr": 0.5,
    "map": 0.375,
    "confidence_interval": [0.0, 1.0],
    "identical_queries": 1,
    "precision_non_identical": {"1": 0.0, "5": 0.5, "10": 1.0},
    "overlap_with_training": 2,
    "clean": CLEAN,
    "groups": GROUPS,
    "inflection_tolerant": {"queries": 3, "lemmas": "some"},
    "candidates": 9,
    "chance_precision_at_1": 1 / 9,
    "policy_name": "ours",
    "policy": "as agreed",
    "versions": {"xling": "1"},
    "scores": list(SCORES),
    "bootstrap": {"samples": 100, "seed": 7},
}


def row(query, rank, gold, precision, **more):
    plain = {"answers": [], "best_wrong": None}
    return {
        "query": query, "rank": rank, "average_precision": precision, "gold": gold, **plain, **more
    }  # fmt: skip


WRONG_ROW = {"word": "Kater", "score": 0.25, "rank": 1, "right": False}
PER_QUERY = [
    row("cat", 1.0, ["katze"], 1.0),
    row(
        "dog", 2.0, ["hund", "köter"], 0.5,
        answers=[WRONG_ROW, {"word": "Hund", "score": 0.125, "rank": 2, "right": True}],
        best_wrong=WRONG_ROW, tolerant_rank=1.0,
    ),
    row("ox", 2.0, ["ochse"], 0.5),
    row("yak", None, ["jak"], None),
]  # fmt: skip


def test_document():
    assert RESULT.to_json() == DOCUMENT
    assert list(RESULT.to_json()) == list(DOCUMENT)
    assert RESULT.to_json(per_query=True) == {**DOCUMENT, "per_query": PER_QUERY}


def test_ranks_are_those_of_the_queries():
    assert RESULT.ranks == (("cat", 1.0), ("dog", 2.0), ("ox", 2.0), ("yak", None))


def test_round_trip():
    text = json.dumps(RESULT.to_json(per_query=True), allow_nan=False)
    assert BliResult.from_json(json.loads(text)) == RESULT
    assert BliResult.from_json(DOCUMENT) == replace(RESULT, details=())
    assert BliResult.from_json({**DOCUMENT, "report": "later"}) == replace(RESULT, details=())


def test_every_field_is_in_the_document():
    other = {"source_language": "from", "target_language": "to", "details": "per_query"}
    held = {**RESULT.to_json(per_query=True), **DOCUMENT["bootstrap"]}
    assert {other.get(f.name, f.name) for f in fields(BliResult)} == set(held) - {"bootstrap"}


@pytest.mark.parametrize("key", sorted(set(DOCUMENT) - {"bootstrap"}))
def test_keys_are_attributes(key):
    value = DOCUMENT[key]
    assert getattr(RESULT, key) == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize("key", sorted(set(DOCUMENT) - {"scores"}))
def test_document_without_a_key_is_refused(key):
    with pytest.raises(InputError, match=f"no key '{key}' in the result"):
        BliResult.from_json({k: v for k, v in DOCUMENT.items() if k != key})


def test_a_document_from_before_the_scores_is_read():
    older = {key: value for key, value in DOCUMENT.items() if key != "scores"}
    assert BliResult.from_json(older) == replace(RESULT, scores=(), details=())


def test_result_shares_nothing_with_its_documents():
    document = RESULT.to_json()
    document["precision"]["1"] = document["groups"]["identical"][0]["precision"]["1"] = 9.0
    shares = {"1": 0.0}
    copy = replace(RESULT, precision=shares)
    shares["1"] = 9.0
    assert (RESULT.precision["1"], copy.precision["1"]) == (1 / 3, 0.0)
    assert RESULT.groups["identical"][0]["precision"]["1"] == 1.0


@pytest.mark.parametrize("name", ["mrr", "source_language", "details"])
def test_result_cannot_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(RESULT, name, 1.0)
