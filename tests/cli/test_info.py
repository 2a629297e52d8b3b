import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xling.linking.linked import LinkedEncoders, unlinked
from xling.linking.sources import open_source
from xling.model.manifest import write_manifest
from xling.students.learn import STUDENT_KIND


def test_json(toy_model: Path, call: Callable[..., Any]) -> None:
    result = call("info", toy_model, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert set(document) == {
        *("model", "path", "bytes", "channels", "recipe", "languages", "settings", "seed"),
        *("sentence_pairs", "unmatched_sentences", "seed_pairs", "vocabulary", "held_out"),
        *("table", "inputs", "versions", "scores"),
    }
    assert document["model"] == "model"
    channels = "contexts table inflections forms analogies spelling frequency rivals"
    assert document["channels"] == channels.split()
    assert set(document["vocabulary"]) == set(document["inputs"]) == {"en", "de"}
    assert document["held_out"]["words"] == 2
    assert document["bytes"] == sum(file.stat().st_size for file in toy_model.iterdir())


def test_people_get_a_summary(toy_model: Path, call: Callable[..., Any]) -> None:
    out = call("info", toy_model).out
    for text in (
        "joint",
        "en and de",
        "2 words",
        "contexts, table, inflections, forms",
        "rounds",
        "numpy",
        "dim 12",
    ):
        assert text in out


def test_hubness(toy_model: Path, call: Callable[..., Any]) -> None:
    measured = call("info", toy_model, "--hubness", "--json").json["hubness"]
    assert set(measured) == {"nn", "csls"}
    for directions in measured.values():
        assert set(directions) == {"en-de", "de-en"}
        for one in directions.values():
            assert set(one) == {"k", "queries", "skewness", "never_retrieved", "hubs"}
            assert one["k"] == 10
            assert 0 <= one["never_retrieved"] < 1
            assert one["hubs"][0]["count"] >= one["hubs"][-1]["count"]
    assert measured["nn"] != measured["csls"]
    out = call("info", toy_model, "--hubness").out
    for text in ("never retrieved", "csls", "en-de", measured["nn"]["de-en"]["hubs"][0]["word"]):
        assert text in out
    assert "never retrieved" not in call("info", toy_model).out


def test_a_damaged_model_is_refused(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(toy_model, copy)
    file = copy / "tensors.safetensors"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    for command in (("info", copy), ("translate", copy, "cat")):
        result = call(*command)
        assert (result.code, len(result.lines)) == (2, 2)
        assert "tensors.safetensors" in result.lines[0]


def test_no_model(call: Callable[..., Any]) -> None:
    result = call("info", "missing")
    assert (result.code, result.lines) == (2, ["xling: no such model: missing"])


def test_linked_encoders(tiny_bert: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    sources = [open_source(tiny_bert, tag, device="cpu") for tag in ("en", "de")]
    sides = [unlinked(source, 32) for source in sources]
    card = {
        "method": "procrustes",
        "languages": ["en", "de"],
        "encoders": ["minilm", "gbert"],
        "settings": {"normalization": ["unit"], "rank": None},
        "seed": 4,
        "pairs": 1234,
        "held_out": 60,
        "accuracy": {"en-de": 0.5, "de-en": 0.25},
        "versions": {"xling": "1"},
    }
    encoders = LinkedEncoders(sides=(sides[0], sides[1]), card=card)
    encoders.save(tmp_path / "linked")
    document = call("info", tmp_path / "linked", "--json").json
    assert {name: document[name] for name in card} == card
    assert (document["model"], document["kind"]) == ("linked", "linked")
    assert document["bytes"] > 10_000
    out = call("info", tmp_path / "linked").out
    for text in (
        "en and de",
        "procrustes",
        "minilm and gbert",
        "1,234 sentence pairs",
        "25.0 % of 60 held-out sentences",
        "normalization unit",
    ):
        assert text in out
    refused = call("info", tmp_path / "linked", "--hubness")
    assert (refused.code, len(refused.lines)) == (2, 1)


def test_a_student(tmp_path: Path, call: Callable[..., Any]) -> None:
    card = {
        "kind": "transformer",
        "languages": ["en", "de"],
        "teacher": "minilm",
        "base": "minilm",
        "pairs": 50,
        "held_out": 10,
        "settings": {"batch": 8},
        "seed": 0,
        "steps": 7,
        "accuracy_before": {"en-de": 0.1},
        "accuracy": {"en-de": 0.9},
        "versions": {"xling": "1"},
    }
    (tmp_path / "student.json").write_text(json.dumps(card), encoding="utf-8")
    write_manifest(tmp_path, kind=STUDENT_KIND)
    document = call("info", tmp_path, "--json").json
    assert {name: document[name] for name in card} == card
    out = call("info", tmp_path).out
    for text in ("one network for both", "minilm", "90.0 % of 10 held-out", "10.0 % before"):
        assert text in out
    (tmp_path / "student.json").write_text(json.dumps(card).replace("0.9", "0.8"), "utf-8")
    damaged = call("info", tmp_path)
    assert damaged.code == 2
    assert "student.json: bytes 0 to" in damaged.lines[0]
