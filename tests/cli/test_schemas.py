"""The JSON documents of the commands, against the schemas in ``docs/schemas``.

The checker knows as much of JSON Schema as these schemas use, and refuses unknown keywords.
"""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xling.data.formats import write_lexicon, write_vectors
from xling.evaluation.first_answers import FirstAnswer, calibration

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    *("$schema", "$defs", "$ref", "title", "description", "type", "enum", "anyOf", "required"),
    *("properties", "additionalProperties", "items", "minItems", "maxItems", "minimum", "maximum"),
}


def problems(
    value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, at: str = "$"
) -> list[str]:
    """Say where a value breaks a schema."""
    return list(_problems(value, schema, root or schema, at))


def _problems(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str) -> Iterator[str]:
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"{at}: keywords that are not checked: {sorted(unknown)}")
    if "$ref" in schema:
        _, defs, name = schema["$ref"].split("/")
        yield from _problems(value, root[defs][name], root, at)
    if "type" in schema and not _has_type(value, schema["type"]):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if "anyOf" in schema and all(problems(value, one, root, at) for one in schema["anyOf"]):
        yield f"{at}: {value!r} fits none of anyOf"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < schema.get("minimum", value):
            yield f"{at}: {value} is below {schema['minimum']}"
        if value > schema.get("maximum", value):
            yield f"{at}: {value} is above {schema['maximum']}"
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at}: {len(value)} items"
        for number, item in enumerate(value):
            yield from _problems(item, schema.get("items", {}), root, f"{at}[{number}]")
    if isinstance(value, dict):
        yield from (f"{at}: no {key}" for key in schema.get("required", ()) if key not in value)
        inside, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        for key, item in value.items():
            if key in inside:
                yield from _problems(item, inside[key], root, f"{at}.{key}")
            elif others is False:
                yield f"{at}: {key} is not allowed"
            else:
                yield from _problems(item, others, root, f"{at}.{key}")


def _has_type(value: Any, types: str | list[str]) -> bool:
    names = [types] if isinstance(types, str) else types
    return any(
        isinstance(value, _TYPES[name]) and (isinstance(value, bool) <= (name == "boolean"))
        for name in names
    )


def test_the_checker_finds_what_is_wrong() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "additionalProperties": False,
        "properties": {
            "a": {"type": "integer", "minimum": 1, "maximum": 2},
            "b": {"type": ["array", "null"], "items": {"enum": ["x"]}, "minItems": 1},
            "c": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/word"}]},
        },
        "$defs": {"word": {"type": "string"}},
    }
    assert problems({"a": 1, "b": ["x"], "c": "y"}, schema) == []
    assert problems({"a": 2, "b": None, "c": None}, schema) == []
    for value in (
        {"a": 1}, {"a": 0, "b": None}, {"a": 3, "b": None}, {"a": True, "b": None},
        {"a": 1.5, "b": None}, {"a": 1, "b": ["y"]}, {"a": 1, "b": []},
        {"a": 1, "b": None, "c": 1}, {"a": 1, "b": None, "d": 1}, [],
    ):  # fmt: skip
        assert problems(value, schema), value
    with pytest.raises(ValueError, match="not checked: \\['pattern'\\]"):
        problems("a", {"pattern": "b"})


CONTRACT = {
    *("from", "to", "retrieval", "channels", "queries", "queries_in_vocabulary", "coverage"),
    *("precision", "precision_overall", "mrr", "confidence_interval", "identical_queries"),
    *("precision_non_identical", "overlap_with_training"),
}


@pytest.fixture
def evaluation(repository: Path) -> dict[str, Any]:
    path = repository / "docs" / "schemas" / "evaluate.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--per-query", "--two-way", "--calibration"),
        ("--policy", "xling-eval", "--per-query"),
        ("--from", "de", "--channels", "contexts"),
    ],
)
def test_evaluations_keep_to_the_schema(
    toy_model: Path,
    toy: Path,
    tmp_path: Path,
    call: Callable[..., Any],
    evaluation: dict[str, Any],
    options: tuple[str, ...],
) -> None:
    pairs = [line.split("\t") for line in (toy / "lexicon.tsv").read_text("utf-8").splitlines()]
    turned = "--from" in options
    lines = (f"{b}\t{a}" if turned else f"{a}\t{b}" for a, b in pairs)
    lexicon = tmp_path / "test.tsv"
    lexicon.write_text("\n".join([*lines, "yak\tJak"]) + "\n", encoding="utf-8")
    document = call("evaluate", toy_model, lexicon, *options, "--json").json
    assert problems(document, evaluation) == []
    assert set(document) <= set(evaluation["properties"])  # nothing is left undescribed
    for path, broken in _broken(document):
        assert problems(broken, evaluation), path


def test_a_calibration_keeps_to_the_schema(evaluation: dict[str, Any]) -> None:
    answers = [
        FirstAnswer(query=f"q{i}", word="w", right=i % 3 > 0, confidence=0.3 + i / 40)
        for i in range(20)
    ]
    found = calibration(answers[:15], answers[15:], samples=5)
    schema = evaluation["properties"]["calibration"]
    assert found is not None
    assert problems(found, schema, evaluation) == []
    for way in ("counted_wrong", "not_answered"):
        for spoiled in ({"coverage_at_risk_0.2": 2}, {"risk_coverage": [[0.5]]}):
            worse = copy.deepcopy(found)
            worse["all_queries"][way] |= spoiled
            assert problems(worse, schema, evaluation), (way, spoiled)
    for key in ("all_queries", "risk_coverage"):
        assert problems({k: v for k, v in found.items() if k != key}, schema, evaluation)


def test_an_inflection_tolerant_score_keeps_to_the_schema(
    toy_model: Path, toy: Path, call: Callable[..., Any], evaluation: dict[str, Any]
) -> None:
    pytest.importorskip("simplemma")
    options = ("--lemmas", "--per-query", "--json")
    document = call("evaluate", toy_model, toy / "lexicon.tsv", *options).json
    assert problems(document, evaluation) == []
    assert document["per_query"][0]["tolerant_rank"] >= 1


def test_the_contract_is_required(evaluation: dict[str, Any]) -> None:
    assert set(evaluation["required"]) >= CONTRACT


def _broken(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Spoil a document in several ways."""
    for key in CONTRACT:
        yield key, {name: value for name, value in document.items() if name != key}
    for key in ("coverage", "mrr", "map", "precision", "groups", "clean", "policy_name"):
        yield key, document | {key: -1}
    worse = copy.deepcopy(document)
    worse["precision"]["3"] = 0.5
    yield "precision.3", worse
    worse = copy.deepcopy(document)
    worse["groups"]["identical"][0]["mrr"] = 2
    yield "groups.mrr", worse


@pytest.fixture
def schema_of(repository: Path) -> Callable[[str], dict[str, Any]]:
    """Give the reader of a command's schema."""

    def read(command: str) -> dict[str, Any]:
        path = repository / "docs" / "schemas" / f"{command}.json"
        schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return schema

    return read


def check(document: dict[str, Any], schema: dict[str, Any], contract: set[str]) -> None:
    """A document keeps to its schema, which requires the contract's keys and knows wrong types."""
    assert problems(document, schema) == []
    assert contract <= set(schema["required"])
    for key in contract:
        assert problems({k: v for k, v in document.items() if k != key}, schema), key
        assert problems(document | {key: {"no": "such thing"} if key == "from" else -1.5}, schema)


def test_translations_keep_to_the_schema(
    toy_model: Path, call: Callable[..., Any], schema_of: Callable[[str], dict[str, Any]]
) -> None:
    document = call("translate", toy_model, "cat", "tree", "xyzzy", "--json").json
    assert {one["status"] for one in document["results"]} == {"ok", "out_of_vocabulary"}
    keys = {"model", "from", "to", "retrieval", "channels", "results"}
    check(document, schema_of("translate"), keys)


def test_retrieval_keeps_to_the_schema(
    toy_model: Path, toy: Path, call: Callable[..., Any], schema_of: Callable[[str], dict[str, Any]]
) -> None:
    document = call("retrieve", toy_model, toy / "pairs.en", toy / "pairs.de", "--json").json
    check(document, schema_of("retrieve"), {"from", "to", "sentences", "accuracy", "error_rate"})


MADE = {
    *("output", "languages", "vocabulary", "sentence_pairs", "held_out", "seed_pairs", "seconds"),
    "peak_memory_mib",
}


def test_training_and_alignment_keep_to_their_schemas(
    toy: Path,
    tmp_path: Path,
    call: Callable[..., Any],
    schema_of: Callable[[str], dict[str, Any]],
    rotated_world: Any,
) -> None:
    options = ("--languages", "en,de", "--json")
    train = ("train", toy / "pairs.tsv", "--hold-out", toy / "held.tsv", "--dim", 8)
    document = call(*train, "--no-calibrate", "--output", tmp_path / "trained", *options).json
    check(document, schema_of("train"), MADE | {"recipe"})
    for name in ("source", "target"):
        write_vectors(tmp_path / f"{name}.vec", getattr(rotated_world, name))
    write_lexicon(tmp_path / "seed.tsv", rotated_world.lexicon)
    align = ("align", tmp_path / "source.vec", tmp_path / "target.vec")
    seed = ("--lexicon", tmp_path / "seed.tsv", "--output", tmp_path / "aligned")
    document = call(*align, *seed, *options).json
    check(document, schema_of("align"), MADE | {"method"})


def test_word_alignment_keeps_to_the_schema(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any],
    schema_of: Callable[[str], dict[str, Any]],
) -> None:  # fmt: skip
    (tmp_path / "gold.tsv").write_text("the cat\tdas Katze\t0-0 1-1\n", encoding="utf-8")
    document = call("aer", toy_model, tmp_path / "gold.tsv", "--json").json
    assert set(document) == set(schema_of("aer")["properties"])
    check(document, schema_of("aer"), {"from", "to", "aer", "symmetrizations"})


def test_a_repeated_run_keeps_to_the_schema(
    tmp_path: Path, call: Callable[..., Any], schema_of: Callable[[str], dict[str, Any]]
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "try.toml").write_text('name = "try"\n')
    (tmp_path / "run.py").write_text("")
    for name, value in (("old", 0.5), ("new", 0.9)):
        row = {"accuracy": value, "confidence_interval": [0.4, 0.6]}
        (tmp_path / f"{name}.json").write_text(json.dumps(row))
    options = ("--result", tmp_path / "new.json", "--against", tmp_path / "old.json", "--json")
    document = call("run", tmp_path / "runs" / "try.toml", *options).json
    assert len(document["comparison"]["beyond"]) == 1
    check(document, schema_of("run"), {"run", "result", "comparison"})


@pytest.mark.parametrize("kind", ["sentences", "words"])
def test_encoding_keeps_to_the_schema(
    tiny_bert: Path, tmp_path: Path, call: Callable[..., Any],
    schema_of: Callable[[str], dict[str, Any]], kind: str,
) -> None:  # fmt: skip
    (tmp_path / "a.txt").write_text("cat\ndog\n", encoding="utf-8")
    words = kind == "words"
    output = tmp_path / ("a.vec" if words else "a.npy")
    options = ("--words",) if words else ("--isotropy", "centre")
    result = call("encode", tiny_bert, tmp_path / "a.txt", "--output", output, *options, "--json")
    assert result.code == 0, result.err
    schema = schema_of("encode")
    check(result.json, schema, {"model", "output", "unit", "rows", "dimensions", "per_second"})
    assert set(result.json) <= set(schema["properties"])


@pytest.mark.parametrize("kind", ["static", "encoders"])
def test_a_student_keeps_to_the_schema(
    tiny_bert: Path, toy: Path, tmp_path: Path, call: Callable[..., Any],
    schema_of: Callable[[str], dict[str, Any]], kind: str,
) -> None:  # fmt: skip
    steps = () if kind == "static" else ("--set", "steps=2", "--set", "batch=8")
    document = call(
        *("student", toy / "pairs.tsv", "--languages", "en,de", "--teacher", tiny_bert),
        *("--kind", kind, "--set", "vocabulary=100", *steps, "--max-pairs", 100),
        *("--output", tmp_path / "s", "--json"),
    ).json
    schema = schema_of("student")
    keys = {"output", "kind", "languages", "teacher", "pairs", "accuracy", "settings", "seconds"}
    check(document, schema, keys)
    assert set(document) <= set(schema["properties"])


def test_a_migration_and_its_drift_keep_to_their_schemas(
    tmp_path: Path, call: Callable[..., Any], schema_of: Callable[[str], dict[str, Any]]
) -> None:
    random = np.random.default_rng(0)
    rows = random.standard_normal((200, 6)).astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((6, 6)))[0].astype(np.float32)
    np.save(tmp_path / "old.npy", rows)
    np.save(tmp_path / "new.npy", rows @ turn)
    sample = ("--old", tmp_path / "old.npy", "--new", tmp_path / "new.npy")
    output = ("--output", tmp_path / "x.npy", "--save-map", tmp_path / "map")
    document = call("migrate", tmp_path / "old.npy", *sample, *output, "--json").json
    check(document, schema_of("migrate"), {"output", "map", "recall_kept", "cosine", "method"})
    assert set(document) == set(schema_of("migrate")["properties"])
    document = call("drift", tmp_path / "map", *sample, "--json").json
    check(document, schema_of("drift"), {"map", "rows", "recall_kept", "verdict"})
    assert set(document) == set(schema_of("drift")["properties"])


def test_downloads_keep_to_the_schema(
    mirror: str, call: Callable[..., Any], schema_of: Callable[[str], dict[str, Any]]
) -> None:
    schema = schema_of("download")
    options = ("--languages", "en,de", "--mirror", mirror)
    document = call("download", "muse", *options, "--json").json
    listed = call("download", "--list", "--json").json
    assert set(document) | set(listed) == set(schema["properties"])
    for one in (document, listed):
        assert problems(one, schema) == []
        for key in one:
            assert problems({k: v for k, v in one.items() if k != key}, schema), key
            assert problems(one | {key: -1.5}, schema), key
