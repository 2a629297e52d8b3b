import json
from dataclasses import fields, replace

import pytest

from xling.errors import InputError
from xling.evaluation.results import BliResult

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
    confidence_interval=(0.0, 1.0),
    identical_queries=1,
    precision_non_identical={"1": 0.0, "5": 0.5, "10": 1.0},
    overlap_with_training=2,
    candidates=9,
    chance_precision_at_1=1 / 9,
    samples=100,
    seed=7,
    policy="as agreed",
    versions={"xling": "1"},
    ranks=(("cat", 1.0), ("dog", 5.5), ("ox", 2.0), ("yak", None)),
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
    "confidence_interval": [0.0, 1.0],
    "identical_queries": 1,
    "precision_non_identical": {"1": 0.0, "5": 0.5, "10": 1.0},
    "overlap_with_training": 2,
    "candidates": 9,
    "chance_precision_at_1": 1 / 9,
    "policy": "as agreed",
    "versions": {"xling": "1"},
    "bootstrap": {"samples": 100, "seed": 7},
}
PER_QUERY = [
    {"query": "cat", "rank": 1.0},
    {"query": "dog", "rank": 5.5},
    {"query": "ox", "rank": 2.0},
    {"query": "yak", "rank": None},
]


def test_document():
    assert RESULT.to_json() == DOCUMENT
    assert list(RESULT.to_json()) == list(DOCUMENT)
    assert RESULT.to_json(per_query=True) == {**DOCUMENT, "per_query": PER_QUERY}


def test_round_trip():
    text = json.dumps(RESULT.to_json(per_query=True), allow_nan=False)
    assert BliResult.from_json(json.loads(text)) == RESULT
    assert BliResult.from_json(DOCUMENT) == replace(RESULT, ranks=())
    assert BliResult.from_json({**DOCUMENT, "report": "later"}) == replace(RESULT, ranks=())


def test_every_field_is_in_the_document():
    other = {"source_language": "from", "target_language": "to", "ranks": "per_query"}
    held = {**RESULT.to_json(per_query=True), **DOCUMENT["bootstrap"]}
    assert {other.get(f.name, f.name) for f in fields(BliResult)} == set(held) - {"bootstrap"}


@pytest.mark.parametrize("key", sorted(set(DOCUMENT) - {"bootstrap"}))
def test_keys_are_attributes(key):
    value = DOCUMENT[key]
    assert getattr(RESULT, key) == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize("key", sorted(DOCUMENT))
def test_document_without_a_key_is_refused(key):
    with pytest.raises(InputError, match=f"no key '{key}' in the result"):
        BliResult.from_json({k: v for k, v in DOCUMENT.items() if k != key})


def test_result_shares_nothing_with_its_documents():
    RESULT.to_json()["precision"]["1"] = 9.0
    shares = {"1": 0.0}
    copy = replace(RESULT, precision=shares)
    shares["1"] = 9.0
    assert (RESULT.precision["1"], copy.precision["1"]) == (1 / 3, 0.0)


@pytest.mark.parametrize("name", ["mrr", "source_language", "ranks"])
def test_result_cannot_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(RESULT, name, 1.0)
