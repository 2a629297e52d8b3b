"""``xling student``, called as a person calls it, and what retrieves with it."""

import pytest


@pytest.fixture
def files(tmp_path, monkeypatch, parallel_pairs):
    """Stand in a folder with sentence pairs, and both sides apart."""
    monkeypatch.chdir(tmp_path)
    lines = [f"{s}\t{t}\n" for s, t in parallel_pairs]
    (tmp_path / "pairs.tsv").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "test.tsv").write_text("".join(lines[:5]), encoding="utf-8")
    for side, tag in enumerate(("en", "de")):
        text = "".join(f"{pair[side]}\n" for pair in parallel_pairs[:40])
        (tmp_path / f"{tag}.txt").write_text(text, encoding="utf-8")
    return tmp_path


QUICK = ("--set", "vocabulary=200", "--set", "batch=32", "--set", "steps=4")


def test_a_student_is_trained_and_retrieves(files, call, tiny_bert):
    result = call(
        *("student", "pairs.tsv", "--languages", "en,de", "--teacher", tiny_bert, *QUICK),
        *("--exclude", "test.tsv", "--checkpoint", "c", "--output", "s", "--json"),
    )
    assert (result.code, result.err) == (0, "")
    found = result.json
    assert (found["test_pairs_removed"], found["steps"], found["device"]) == (5, 4, "cpu")
    assert set(found["accuracy"]) == {"en-de", "de-en"}
    there = call("retrieve", "s", "en.txt", "de.txt", "--json").json
    assert (there["from"], there["to"]) == ("en", "de")
    back = call("retrieve", "s", "de.txt", "en.txt", "--from", "de", "--json").json
    assert (back["from"], back["to"]) == ("de", "en")
    assert back["accuracy"]["de-en"] == there["accuracy"]["de-en"]
    twice = call(
        *("student", "pairs.tsv", "--languages", "en,de", "--teacher", tiny_bert, *QUICK),
        *("--checkpoint", "c", "--output", "s2"),
    )
    assert twice.code == 2
    assert "checkpoints of an earlier run" in twice.lines[0]


def test_an_encoder_for_each_language_from_aligned_files(files, call, tiny_bert):
    for name in ("en.txt", "de.txt"):
        text = (files / name).read_text("utf-8")
        (files / name).write_text(text.partition("\n")[0] + "\n" + text, encoding="utf-8")
    result = call(
        *("student", "--source-file", "en.txt", "--target-file", "de.txt", "--kind", "encoders"),
        *("--languages", "en,de", "--teacher", tiny_bert, "--target-base", tiny_bert, *QUICK),
        *("--deduplicate", "either", "--max-pairs", 30, "--output", "two", "--json"),
    )
    assert (result.code, result.err) == (0, "")
    assert result.json["kind"] == "encoders"
    assert result.json["pairs"] + result.json["held_out"] <= 30
    assert result.json["dropped"]["repeated"] >= 1
    found = call("retrieve", "two", "en.txt", "de.txt", "--json").json
    assert (found["from"], found["to"]) == ("en", "de")


def test_a_static_student(files, call, tiny_bert):
    result = call(
        *("student", "pairs.tsv", "--languages", "en,de", "--teacher", tiny_bert),
        *("--kind", "static", "--set", "vocabulary=200", "--output", "t"),
    )
    assert (result.code, result.err) == (0, "")
    assert "held-out sentences" in result.out
    found = call("retrieve", "t", "en.txt", "de.txt", "--json").json
    assert min(found["accuracy"].values()) > 0.8


CALL = ("student", "pairs.tsv", "--languages", "en,de", "--output", "s", "--teacher")
BAD = {
    "neither modules.json nor config.json": (*CALL, "."),
    "unknown kind of student 'x'": (*CALL, "TINY", "--kind", "x"),
    "unknown preset 'tpu'": (*CALL, "TINY", "--preset", "tpu"),
    "--resume goes on from a checkpoint": (*CALL, "TINY", "--resume"),
    "--output s is where checkpoints are kept": (*CALL, "TINY", "--checkpoint", "s/c"),
    "a static student is solved for": (*CALL, "TINY", "--kind", "static", "--base", "x"),
    "--target-base is of --kind encoders": (*CALL, "TINY", "--target-base", "x"),
    "either a file PAIRS is needed": ("student", *CALL[2:], "TINY"),
    "--source-file and --target-file are needed together": (
        *("student", *CALL[2:], "TINY", "--source-file", "pairs.tsv"),
    ),
    "precision is 'int8'; known: auto": (*CALL, "TINY", "--set", "precision=int8"),
    "transformer student: unknown key 'batches'": (*CALL, "TINY", "--set", "batches=3"),
    "batch is 1": (*CALL, "TINY", "--set", "batch=1"),
    "no such file: none.tsv": (*CALL, "TINY", "--exclude", "none.tsv"),
}  # fmt: skip


@pytest.mark.parametrize("said", BAD)
def test_bad_input_is_one_line(files, call, tiny_bert, said):
    result = call(*(tiny_bert if word == "TINY" else word for word in BAD[said]))
    assert result.code == 2
    assert said in result.lines[0]
    assert len(result.lines) <= 2
    assert not (files / "s").exists()
