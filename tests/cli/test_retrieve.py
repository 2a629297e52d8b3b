from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEYS = {
    *("model", "from", "to", "retrieval", "sentences", "unknown"),
    *("accuracy", "error_rate", "confidence_interval"),
}


@pytest.fixture
def files(toy: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Write the first sentences of both sides, one pair of which nothing is known about."""
    made = []
    for name, unknown in (("en", "Qwertz zuiop!"), ("de", "Qwertz zuiop!")):
        lines = (toy / f"pairs.{name}").read_text("utf-8").splitlines()[:40]
        made.append(tmp_path / f"test.{name}")
        made[-1].write_text("\n".join([*lines, unknown]) + "\n", encoding="utf-8")
    return made[0], made[1]


def test_json(toy_model: Path, files: tuple[Path, Path], call: Callable[..., Any]) -> None:
    result = call("retrieve", toy_model, *files, "--json")
    assert result.code == 0
    document = result.json
    assert set(document) == KEYS
    assert (document["model"], document["from"], document["to"]) == ("model", "en", "de")
    assert (document["retrieval"], document["sentences"]) == ("mutual", 41)
    assert document["unknown"] == {"en": 1, "de": 1}
    assert set(document["accuracy"]) == {"en-de", "de-en"}
    for direction, accuracy in document["accuracy"].items():
        assert 0.5 < accuracy <= 40 / 41
        assert document["error_rate"][direction] == pytest.approx(1 - accuracy)
        low, high = document["confidence_interval"][direction]
        assert low <= accuracy <= high
    assert result.lines == [
        f"xling: warning: nothing is known about 1 of 41 {tag} sentences: they count as wrong"
        for tag in ("en", "de")
    ]


def test_the_other_direction(
    toy_model: Path, files: tuple[Path, Path], call: Callable[..., Any]
) -> None:
    forward = call("retrieve", toy_model, *files, "--json").json
    options = ("--from", "de", "--to", "en")
    backward = call("retrieve", toy_model, *files[::-1], *options, "--json").json
    assert (backward["from"], backward["to"]) == ("de", "en")
    assert list(backward["accuracy"]) == ["de-en", "en-de"]
    assert backward["accuracy"] == forward["accuracy"]
    warned = call("retrieve", toy_model, *files[::-1], "--json")
    assert warned.code == 0
    assert any("are they en and de, in this order?" in line for line in warned.lines)


def test_lines_that_are_not_aligned_are_not_found(
    toy_model: Path, files: tuple[Path, Path], tmp_path: Path, call: Callable[..., Any]
) -> None:
    lines = files[1].read_text("utf-8").splitlines(keepends=True)
    moved = tmp_path / "moved.de"
    moved.write_text("".join(lines[1:] + lines[:1]), encoding="utf-8")
    document = call("retrieve", toy_model, files[0], moved, "--json").json
    assert max(document["accuracy"].values()) < 0.2


@pytest.mark.parametrize("name", ["nn", "csls", "margin", "margin-distance", "inverted-softmax"])
def test_criteria(
    toy_model: Path, files: tuple[Path, Path], call: Callable[..., Any], name: str
) -> None:
    document = call("retrieve", toy_model, *files, "--retrieval", name, "--json").json
    assert document["retrieval"] == name
    assert min(document["accuracy"].values()) > 0.5


def test_people_get_a_table(
    toy_model: Path, files: tuple[Path, Path], call: Callable[..., Any]
) -> None:
    out = call("retrieve", toy_model, *files).out
    for text in ("model: 41 sentences, mutual", "en to de", "de to en", "error rate", "unknown"):
        assert text in out


def test_bad_input(
    toy_model: Path, files: tuple[Path, Path], tmp_path: Path, call: Callable[..., Any]
) -> None:
    short, empty = tmp_path / "short.de", tmp_path / "empty.de"
    short.write_text("eins\nzwei\n", encoding="utf-8")
    empty.write_bytes(b"")
    for arguments, message in (
        ((files[0], short), f"{files[0]}: 41 lines, but {short} has 2"),
        ((files[0], empty), f"{empty}: the file is empty"),
        ((files[0], tmp_path / "none"), f"no such file: {tmp_path / 'none'}"),
        ((files[0], tmp_path), f"{tmp_path} is a directory; a file is needed"),
        ((*files, "--retrieval", "cosine"), "unknown retrieval criterion 'cosine'"),
        ((*files, "--from", "fr"), "unknown language of this model 'fr'"),
        ((*files, "--from", "de", "--to", "de"), "from and to are both 'de'"),
    ):
        result = call("retrieve", toy_model, *arguments)
        assert (result.code, result.out) == (2, "")
        assert message in result.lines[0]
        assert len(result.lines) <= 2
    result = call("retrieve", tmp_path / "no-model", *files)
    assert (result.code, "no such model" in result.lines[0]) == (2, True)
