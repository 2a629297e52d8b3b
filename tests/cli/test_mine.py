import errno
import gzip
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xling.cli.mine import run_mine
from xling.data.formats import read_pairs

KEYS = {
    *("model", "output", "from", "to", "retrieval", "sentences", "unknown", "mutual_pairs"),
    *("pairs", "threshold", "estimated", "comparisons", "comparisons_per_second", "seconds"),
    "peak_memory_mib",
}


@pytest.fixture
def files(toy: Path, tmp_path: Path) -> tuple[Path, Path, set[tuple[str, str]]]:
    """Write 80 sentences of either side, 50 of which have their partner on the other."""
    sides = [(toy / f"pairs.{name}").read_text("utf-8").splitlines() for name in ("en", "de")]
    pairs = list(zip(*sides, strict=True))[:110]
    made = []
    for side, rows in enumerate((pairs[:80], pairs[:50] + pairs[80:])):
        lines = [pair[side] for pair in rows]
        random.Random(side).shuffle(lines)
        made.append(tmp_path / f"side{side}.txt")
        made[-1].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return made[0], made[1], set(pairs[:50])


def mined(path: Path) -> list[tuple[str, str, float]]:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [(source, target, float(score)) for source, target, score in rows]


def test_json(toy_model: Path, files: Any, tmp_path: Path, call: Callable[..., Any]) -> None:
    output = tmp_path / "pairs.tsv"
    result = call("mine", toy_model, *files[:2], "--output", output, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert set(document) == KEYS
    assert (document["model"], document["output"]) == ("model", str(output))
    assert (document["from"], document["to"], document["retrieval"]) == ("en", "de", "margin")
    assert document["sentences"] == {"en": 80, "de": 80}
    assert document["unknown"] == {"en": 0, "de": 0}
    assert document["comparisons"] == 2 * 78 * 79  # some sentences are of the same words
    assert document["comparisons_per_second"] > 0
    assert set(document["seconds"]) == {"load", "read", "encode", "search", "write", "total"}
    assert set(document["estimated"]) == {"precision", "f1", "wrong_among_mutual"}
    rows = mined(output)
    assert len(rows) == document["pairs"] <= document["mutual_pairs"] <= 80
    scores = [score for _, _, score in rows]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] == pytest.approx(document["threshold"], abs=1e-4)
    assert len({source for source, _, _ in rows}) == len({t for _, t, _ in rows}) == len(rows)
    right = len({(source, target) for source, target, _ in rows} & files[2])
    assert right > 25
    assert right / len(rows) > 0.5
    corpus, report = read_pairs(output, ("en", "de"))
    assert len(corpus) == len(rows)
    assert not report.describe()


def test_a_threshold_is_kept_to(
    toy_model: Path, files: Any, tmp_path: Path, call: Callable[..., Any]
) -> None:
    everything, some = tmp_path / "all.tsv", tmp_path / "some.tsv"
    options = ("--threshold", "-99", "--json")
    first = call("mine", toy_model, *files[:2], "--output", everything, *options).json
    assert first["pairs"] == first["mutual_pairs"] == len(mined(everything))
    least = mined(everything)[9][2]
    call("mine", toy_model, *files[:2], "--output", some, "--threshold", least - 1e-3)
    assert mined(some) == [row for row in mined(everything) if row[2] >= least - 1e-3]


def test_more_precision_keeps_fewer(
    toy_model: Path, files: Any, tmp_path: Path, call: Callable[..., Any]
) -> None:
    counts = []
    for wanted in ("0.3", "0.6", "0.95"):
        options = ("--precision", wanted, "--output", tmp_path / f"{wanted}.tsv", "--json")
        document = call("mine", toy_model, *files[:2], *options).json
        counts.append(document["pairs"])
        assert document["estimated"]["precision"] is None or (
            document["estimated"]["precision"] >= float(wanted)
        )
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_the_other_direction_and_gzip(
    toy_model: Path, files: Any, tmp_path: Path, call: Callable[..., Any]
) -> None:
    forward, backward = tmp_path / "forward.tsv", tmp_path / "backward.tsv.gz"
    call("mine", toy_model, *files[:2], "--output", forward)
    turned = ("--from", "de", "--to", "en", "--output", backward)
    assert call("mine", toy_model, files[1], files[0], *turned).code == 0
    corpus, _ = read_pairs(backward, ("de", "en"))
    pairs = {(source, target) for source, target, _ in mined(forward)}
    assert {(e, d) for d, e in zip(corpus.source, corpus.target, strict=True)} == pairs


@pytest.mark.parametrize("block", [1, 7, None])
def test_blocks_change_nothing(
    toy_model: Path, files: Any, tmp_path: Path, block: int | None
) -> None:
    again = tmp_path / "again.txt.gz"  # packed, and every third line stands there twice
    lines = files[0].read_bytes().splitlines(keepends=True)
    again.write_bytes(gzip.compress(b"\n".join([*lines, *lines[::3]])))
    outputs, documents = [], []
    for source, size in ((files[0], 80), (again, 107)):
        outputs.append(tmp_path / f"{size}.tsv")
        found = run_mine(toy_model, source, files[1], outputs[-1], threshold=0.5, block=block)
        documents.append(found.document)
        assert found.document["sentences"] == {"en": size, "de": 80}
    whole = tmp_path / "whole.tsv"
    run_mine(toy_model, *files[:2], whole, threshold=0.5, block=1000)
    assert outputs[0].read_bytes() == outputs[1].read_bytes() == whole.read_bytes()
    assert len(mined(whole)) > 30
    assert documents[0]["comparisons"] == documents[1]["comparisons"]
    assert documents[0]["estimated"] == documents[1]["estimated"]


def test_what_is_kept_on_the_disk_is_gone_when_it_stops(
    toy_model: Path, files: Any, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    seen = []

    def stop(stage: str, _: int, __: int) -> None:
        seen.append((stage, sorted(place.iterdir())))
        if stage == "mine backward":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_mine(toy_model, *files[:2], place / "pairs.tsv", progress=stop)
    assert {stage for stage, _ in seen} >= {"mine forward", "mine backward"}
    assert all(names == [] for _, names in seen)
    assert sorted(place.iterdir()) == []


def test_a_disk_that_is_full(
    toy_model: Path,
    files: Any,
    tmp_path: Path,
    call: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_: int, __: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("xling.data.scratch.os.write", full)
    output = tmp_path / "pairs.tsv"
    result = call("mine", toy_model, *files[:2], "--output", output)
    assert (result.code, result.out) == (2, "")
    assert result.lines == [
        f"xling: cannot write a temporary file beside {output}: No space left on device"
    ]
    assert not output.exists()


def test_unknown_sentences_and_tabs(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    source, target, output = tmp_path / "s", tmp_path / "t", tmp_path / "o.tsv"
    source.write_text("the old cat\tsees the new dog\n\nQwertz\n", encoding="utf-8")
    target.write_text("das alte Katze\tsieht ein neue Hund\nZuiop\n", encoding="utf-8")
    options = ("--output", output, "--threshold", "0", "--json")
    result = call("mine", toy_model, source, target, *options)
    assert result.json["unknown"] == {"en": 1, "de": 1}
    assert result.json["sentences"] == {"en": 2, "de": 2}
    ((one, other, _),) = mined(output)
    assert (one, other) == ("the old cat sees the new dog", "das alte Katze sieht ein neue Hund")
    source.write_text("Qwertz\n", encoding="utf-8")
    result = call("mine", toy_model, source, target, "--output", output, "--force", "--json")
    assert (result.json["pairs"], result.json["threshold"]) == (0, None)
    assert result.json["estimated"]["precision"] is None
    assert result.lines[-1] == f"xling: warning: no pair is good enough: {output} is empty"


def test_people_get_a_summary(
    toy_model: Path, files: Any, tmp_path: Path, call: Callable[..., Any]
) -> None:
    out = call("mine", toy_model, *files[:2], "--output", tmp_path / "p.tsv").out
    for text in (
        "sentences",
        "en 80, de 80",
        "mutual ones",
        "without gold",
        "comparisons a second",
    ):
        assert text in out


def test_bad_input(toy_model: Path, files: Any, tmp_path: Path, call: Callable[..., Any]) -> None:
    empty, output = tmp_path / "empty", tmp_path / "out.tsv"
    empty.write_bytes(b"")
    good = files[:2]
    for arguments, message in (
        ((files[0], empty), f"{empty}: the file is empty"),
        ((tmp_path / "none", files[1]), f"no such file: {tmp_path / 'none'}"),
        ((*good, "--retrieval", "mutual"), "unknown criterion of mining 'mutual'"),
        ((*good, "--precision", "0"), "precision is 0.0; a number above 0"),
        ((*good, "--precision", "nan"), "precision is nan; a number above 0"),
        ((*good, "--threshold", "nan"), "threshold is nan; a finite number"),
        ((*good, "--precision", "0.9", "--threshold", "1"), "--threshold and --precision both"),
        ((*good, "--from", "fr"), "unknown language of this model 'fr'"),
    ):
        result = call("mine", toy_model, *arguments, "--output", output)
        assert (result.code, result.out) == (2, "")
        assert message in result.lines[0]
        assert len(result.lines) <= 2
        assert not output.exists()


def test_an_output_is_replaced_only_by_force(
    toy_model: Path, files: Any, tmp_path: Path, call: Callable[..., Any]
) -> None:
    output = tmp_path / "pairs.tsv"
    output.write_text("mine\n", encoding="utf-8")
    refused = call("mine", toy_model, *files[:2], "--output", output)
    assert (refused.code, output.read_text("utf-8")) == (2, "mine\n")
    assert f"{output} exists already" in refused.lines[0]
    own = call("mine", toy_model, *files[:2], "--output", files[0], "--force")
    assert (own.code, "is the input" in own.lines[0]) == (2, True)
    assert call("mine", toy_model, *files[:2], "--output", output, "--force").code == 0
    assert len(mined(output)) > 10
