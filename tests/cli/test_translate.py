import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xling
from xling.retrieval.criteria import CRITERIA


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_json(toy_model: Path, call: Callable[..., Any]) -> None:
    result = call("translate", toy_model, "cat", "zzqq", "--top", 3, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    keys = {"model", "from", "to", "retrieval", "channels", "ranked_by", "results"}
    assert set(document) == keys
    assert document["model"] == "model"
    assert (document["from"], document["to"]) == ("en", "de")
    assert (document["retrieval"], document["channels"]) == ("csls", "all")
    known, unknown = document["results"]
    assert (known["word"], known["status"], len(known["translations"])) == ("cat", "ok", 3)
    assert known["translations"][0]["word"] == "Katze"
    scores = [one["score"] for one in known["translations"]]
    assert scores == sorted(scores, reverse=True)
    assert all(set(one) == {"word", "score", "confidence"} for one in known["translations"])
    assert unknown == {"word": "zzqq", "status": "out_of_vocabulary", "translations": []}


def test_the_answers_are_those_of_the_python_api(toy_model: Path, call: Callable[..., Any]) -> None:
    document = call("translate", toy_model, "Hund", "--from", "de", "--json").json
    expected = xling.load(toy_model).translate("Hund", source="de")
    found = document["results"][0]["translations"]
    assert [(one["word"], one["score"]) for one in found] == [(t.word, t.score) for t in expected]


@pytest.mark.parametrize("word", ["Katze", "katze", "KATZE"])
@pytest.mark.parametrize("direction", [("--from", "de"), ("--to", "en"), ("--from", "DE")])
def test_any_casing_and_the_other_direction(
    toy_model: Path, call: Callable[..., Any], word: str, direction: tuple[str, str]
) -> None:
    document = call("translate", toy_model, word, *direction, "--json").json
    assert (document["from"], document["to"]) == ("de", "en")
    assert document["results"][0]["word"] == word
    assert document["results"][0]["translations"][0]["word"] == "cat"


def test_people_get_a_table(toy_model: Path, call: Callable[..., Any]) -> None:
    result = call("translate", toy_model, "cat", "zzqq", "--top", 2)
    assert result.code == 0
    rows = [line.split() for line in result.out.splitlines()[2:]]
    assert rows[0][:3] == ["cat", "1", "Katze"]
    assert rows[1][0] == "2"
    assert rows[2] == ["zzqq", "out", "of", "vocabulary"]


@pytest.mark.parametrize("retrieval", ["csls", "nn"])
@pytest.mark.parametrize("channels", ["all", "contexts", "table", "table,contexts"])
def test_names_are_echoed(
    toy_model: Path, call: Callable[..., Any], retrieval: str, channels: str
) -> None:
    names = ("--retrieval", retrieval, "--channels", channels)
    result = call("translate", toy_model, "cat", *names, "--json")
    assert result.code == 0
    assert (result.json["retrieval"], result.json["channels"]) == (retrieval, channels)


@pytest.mark.parametrize("retrieval", CRITERIA)
def test_every_criterion_answers(toy_model: Path, call: Callable[..., Any], retrieval: str) -> None:
    options = ("--retrieval", retrieval, "--channels", "contexts", "--json")
    document = call("translate", toy_model, "cat", *options).json
    assert document["ranked_by"] == retrieval
    answers = document["results"][0]["translations"]
    assert answers[0]["word"] == "Katze"
    scores = [one["score"] for one in answers]
    assert scores == sorted(scores, reverse=True)
    for command in ("translate", "evaluate", "export", "retrieve"):
        assert retrieval in call(command, "--help").out.replace("\n", " ")


def test_words_from_stdin(
    toy_model: Path, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, "\ufeffdog\r\n\n  house \nkein Wort\n".encode())
    results = call("translate", toy_model, "-", "--json").json["results"]
    assert [one["word"] for one in results] == ["dog", "house", "kein Wort"]
    assert results[0]["translations"][0]["word"] == "Hund"


def test_empty_stdin(
    toy_model: Path, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"")
    result = call("translate", toy_model, "-")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_stdin_that_is_not_utf8(
    toy_model: Path, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"dog\n\xff\n")
    result = call("translate", toy_model, "-")
    assert (result.code, result.out) == (2, "")
    assert result.lines[0].startswith("xling: stdin:2: not UTF-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "fr"), "unknown language of this model 'fr'"),
        (("--from", "en", "--to", "en"), "from and to are both 'en'"),
        (("--top", "0"), "top is 0"),
        (("--retrieval", "cslss"), "unknown retrieval criterion 'cslss'"),
        (("--channels", "context"), "unknown channel of this model 'context'"),
    ],
)
def test_bad_options(
    toy_model: Path, call: Callable[..., Any], arguments: tuple[str, ...], message: str
) -> None:
    result = call("translate", toy_model, "zzqq", *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.lines[0]
    assert len(result.lines) <= 2


def test_bad_models(toy_model: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    assert "no such model: no-model" in call("translate", "no-model", "cat").lines[0]
    result = call("translate", tmp_path, "cat")
    assert result.code == 2
    assert "not an xling model" in result.err


def test_undecodable_words(toy_model: Path, call: Callable[..., Any]) -> None:
    result = call("translate", toy_model, "a\udcff")
    assert result.code == 2
    assert "word 1 is not UTF-8" in result.err


def test_a_criterion_that_orders_nothing_is_said(toy_model: Path, call: Callable[..., Any]) -> None:
    given = {"all": "ranker", "table": "table", "contexts": "nn"}
    for channels, ranked_by in given.items():
        options = ("--retrieval", "nn", "--channels", channels)
        result = call("translate", toy_model, "dog", *options, "--json")
        assert result.json["ranked_by"] == ranked_by
        said = [line for line in result.lines if "--retrieval nn is of the space alone" in line]
        assert len(said) == (channels != "contexts")
    assert not call("translate", toy_model, "dog").err
