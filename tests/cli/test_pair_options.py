import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest

from xling.cli.pair_options import check_sources, local_sources, pair_options
from xling.errors import FileAccessError, InputError

TRAIN = ("--languages", "en,de", "--dim", "12", "--no-calibrate")


@pytest.fixture
def other_files(toy: Path, tmp_path: Path) -> Path:
    pairs = [line.split("\t") for line in (toy / "pairs.tsv").read_text("utf-8").splitlines()]
    with (tmp_path / "half.jsonl").open("w", encoding="utf-8") as stream:
        for source, target in [*pairs[:200], *pairs[:50]]:
            stream.write(json.dumps({"x": target, "y": source}) + "\n")
        stream.write(json.dumps({"x": "ein sehr langer Satz " * 20, "y": "short"}) + "\n")
    with (tmp_path / "half.csv").open("w", encoding="utf-8") as stream:
        stream.write("x,y\n")
        stream.writelines(f'"{target}","{source}"\n' for source, target in pairs[200:])
    return tmp_path


def test_training_on_several_files(other_files: Path, toy: Path, call: Callable[..., Any]) -> None:
    result = call(
        *("train", other_files / "half.jsonl", other_files / "half.csv", *TRAIN, "--json"),
        *("--columns", "y,x", "--deduplicate", "pair", "--length-ratio", "3"),
        *("--output", other_files / "m"),
    )
    assert (result.code, result.err) == (0, "")
    assert result.json["sentence_pairs"] == 400
    assert result.json["dropped"] == {"repeated": 50, "unequal lengths": 1}
    whole = call("train", toy / "pairs.tsv", *TRAIN, "--json", "--output", other_files / "n")
    assert whole.json["dropped"] == {}
    assert whole.json["vocabulary"] == result.json["vocabulary"]


def test_people_are_told_what_was_left_out(other_files: Path, call: Callable[..., Any]) -> None:
    options = ("--columns", "y,x", "--deduplicate", "pair", "--max-pairs", "150")
    result = call(
        "train", other_files / "half.jsonl", *TRAIN, *options, "--output", other_files / "m"
    )
    assert result.code == 0
    assert "150 linked" in result.out
    assert not call("train", other_files / "half.jsonl", *TRAIN, "--output", other_files / "x").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("half.jsonl",), "half.jsonl: no columns for en and de among x, y"),
        (("half.jsonl", "--columns", "y,z"), "no column 'z'; there are: x, y"),
        (("half.jsonl", "--columns", "y"), "columns 'y'; two different names"),
        (("half.jsonl", "--where", "x"), "COLUMN=VALUE is needed"),
        (("half.jsonl", "--max-pairs", "0"), "0 pairs at most"),
        (("half.jsonl", "--deduplicate", "all"), "unknown kind of deduplication 'all'"),
        (("half.jsonl", "--length-ratio", "1"), "length ratio is 1"),
        (("none.parquet",), "no such file: none.parquet"),
        (("bad.parquet",), "bad.parquet: no Parquet file that can be read"),
        (("half.jsonl", "none.csv"), "no such file: none.csv"),
        (
            ("--source-file", "half.csv", "--target-file", "half.csv", "--where", "a=b"),
            "--columns and --where are of PAIRS",
        ),
        (("hub:",), "hub:OWNER/NAME is needed"),
        (("hub:a/b",), "hub:a/b: cannot reach http://127.0.0.1:9"),
    ],
)
def test_bad_calls(
    other_files: Path,
    call: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(other_files)
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", other_files / "cache")
    Path("bad.parquet").write_text("x")
    result = call("train", *arguments, *TRAIN, "--output", "out")
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert not Path("out").exists()


def test_sources_are_checked_beforehand(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").touch()
    check_sources([str(tmp_path / "a.tsv"), "hub:a/b", str(tmp_path)])
    assert local_sources(["x.tsv", "hub:a/b?split=test"]) == [Path("x.tsv")]
    with pytest.raises(FileAccessError, match="no such file"):
        check_sources([str(tmp_path / "b.tsv")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileAccessError, match="is a directory"):
        check_sources([str(tmp_path / "empty")])
    with pytest.raises(InputError, match="columns"):
        pair_options(
            columns="a", where=None, limit=None, deduplicate=None, length_ratio=None, language=False
        )
