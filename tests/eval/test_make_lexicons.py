import gzip
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from xling.data.indexed import index_text
from xling.data.lexicon import Lexicon
from xling.training.split import split_off


@pytest.fixture(scope="module")
def script(repository: Path) -> ModuleType:
    place = repository / "eval" / "make_lexicons.py"
    spec = importlib.util.spec_from_file_location("make_lexicons", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a folder with pairs, dictionaries and two texts with ids."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows = [(f"cat w{i % 30}", f"Katze v{i % 30}") for i in range(120)]
    rows += [("the dog", "der Hund")] * 3 + [("Rare w1", "selten v1")] * 2
    text = "".join(f"{a}\t{b}\n" for a, b in rows)
    (folder / "pairs.tsv").write_text(text, encoding="utf-8")
    (folder / "one.tsv").write_text("W1\tV1\nw2\tV2\ncat\tKatze\ndog\tHund\n", encoding="utf-8")
    (folder / "other.tsv").write_text("w1\tv1\nw1\tx\nw3\ty\nw4\tz\n", encoding="utf-8")
    (folder / "test.tsv").write_text("W4\tanother\n", encoding="utf-8")
    verses = [(f"b.{i}", f"w{i % 20} and w{(i * 7 + 1) % 20}") for i in range(300)]
    for name, prefix, kept in (("a", "w", range(300)), ("b", "V", range(50, 300))):
        lines = [f"{verses[i][0]}\t{verses[i][1].replace('w', prefix)}\n" for i in kept]
        with gzip.open(folder / f"{name}.tsv.gz", "wt", encoding="utf-8") as handle:
            handle.write("".join([*lines, "b.empty\t\n"]))
    return folder


def corpus(**lexicon) -> dict:
    return {"name": "x", "languages": ["en", "de"], "pairs": "pairs.tsv", "lexicon": lexicon}


def test_dictionaries_are_put_together(script, data: Path, tmp_path: Path) -> None:
    wanted = corpus(**{"from": ["o*.tsv"], "without": ["test.tsv"], "least": 3, "most": 10})
    lexicon, count = script.make(wanted, data, tmp_path)
    # Not cat, 120 times; w4, kept back; dog, 3 times, is in. W1 is not there twice.
    assert lexicon.pairs == (("W1", "V1"), ("w2", "V2"), ("dog", "Hund"), ("w1", "x"), ("w3", "y"))
    text = (tmp_path / "x.lexicon.tsv").read_text("utf-8")
    assert text == "".join(f"{a}\t{b}\n" for a, b in lexicon.pairs)
    assert count == 2
    wanted["lexicon"]["words"] = 2
    some, _ = script.make(wanted, data, tmp_path)
    assert len(some.queries()) == 2
    assert all(pair in lexicon.pairs for pair in some.pairs)
    assert len(some) == sum(word.casefold() in some.queries() for word, _ in lexicon.pairs)
    assert script.make(corpus(**{"from": ["one.tsv"]}, least=4, most=4), data, tmp_path)[
        0
    ].pairs == (("w2", "V2"),)


def test_folds_take_no_more_than_their_share(script, monkeypatch) -> None:
    source = index_text([f"w{i % 40}" for i in range(200)], "en")
    target = index_text([f"v{i % 40}" for i in range(200)], "de")
    words = [f"w{i}" for i in range(12)]
    lexicon = Lexicon(
        source_language="en", target_language="de", pairs=tuple((word, "v") for word in words)
    )
    assert split_off(source, target, lexicon).pairs_removed == 60
    assert script.folds_needed(source, target, lexicon) == 3  # four words, 20 pairs, each
    # With w1 all of its family goes: "runs" through "running".
    source = index_text(["running a", "runs b", "tall c", "slow d"] * 50, "en")
    lexicon = Lexicon(
        source_language="en", target_language="de", pairs=(("running", "x"), ("tall", "y"))
    )
    assert split_off(source, target, lexicon, match="family").pairs_removed == 150
    monkeypatch.setattr(script, "SHARE", 0.5)
    assert script.folds_needed(source, target, lexicon) == 1
    assert script.folds_needed(source, target, lexicon, "family") == 2


def test_parts_of_words_with_an_apostrophe_are_no_rare_words(script) -> None:
    text = index_text(["it's a pupil's", "s it's don't", "a pupil is"] * 3, "en")
    assert script.frequent(text, 1, 3) == {"pupil's", "don't", "is"}
    assert script.frequent(text, 6, 9) == {"it's", "a", "pupil"}
    assert script.frequent(text, 10, 99) == {"s"}


def test_silver_gold_is_mined_from_all_pairs(script, data: Path, tmp_path: Path) -> None:
    wanted = {
        "name": "y", "languages": ["en", "de"], "joined": ["a.tsv.gz", "b.tsv.gz"],
        "lexicon": {"silver": 0.2},
    }  # fmt: skip
    lexicon, _ = script.make(wanted, data, tmp_path)
    gold = lexicon.queries()
    assert "and" not in gold  # far more often than 100 times
    assert len(gold) >= 18
    assert sum(f"v{word[1:]}" in answers for word, answers in gold.items()) >= 18
    pairs = (tmp_path / "y.pairs.tsv").read_text("utf-8").splitlines()
    assert len(pairs) == 250  # verses of both
    assert all(line.replace("w", "V").split("\t")[0] == line.split("\t")[1] for line in pairs)
    few = script.make({**wanted, "lexicon": {"silver": 0.2, "words": 5}}, data, tmp_path)[0]
    assert len(few.queries()) == 5
    assert set(few.pairs) < set(lexicon.pairs)


def test_line_aligned_files_become_pairs(script, data: Path, tmp_path: Path) -> None:
    for name, word in (("l.en", "cat"), ("l.de", "Katze")):
        (data / name).write_text("".join(f"{word} w{i}\n" for i in range(5)), encoding="utf-8")
    aligned = {"name": "z", "languages": ["en", "de"], "line_aligned": ["l.en", "l.de"]}
    read = script.read_corpus(aligned, data, tmp_path)
    assert read.source[0] == "cat w0"
    assert (tmp_path / "z.pairs.tsv").read_text("utf-8").startswith("cat w0\tKatze w0\n")


def test_the_folder_must_lie_outside_the_repository(repository: Path, data: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, str(repository / "eval" / "make_lexicons.py")),
            *(str(repository / "eval" / "runs" / "claim.toml"), "--data", str(data)),
            *("--output", str(repository / "eval" / "made")),
        ],
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "lies inside the repository" in done.stderr
    assert not (repository / "eval" / "made").exists()
