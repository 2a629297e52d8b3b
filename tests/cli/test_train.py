import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xling

KEYS = {
    "output",
    "recipe",
    "languages",
    "vocabulary",
    "sentence_pairs",
    "held_out",
    "seed_pairs",
    "seed",
    "seconds",
    "peak_memory_mib",
    "warnings",
    "dropped",
}
HELD_OUT = {"words", "pairs_removed", "source_halves_kept", "target_halves_kept", "halves_dropped"}
TRAIN = ("--languages", "en,de", "--dim", "12")


@pytest.fixture
def train(toy: Path, tmp_path: Path, call: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that trains on the toy pairs; the output is ``out``."""

    def run(*more: object) -> Any:
        output = ("--output", tmp_path / "out")
        return call("train", toy / "pairs.tsv", *TRAIN, *output, "--json", *more)

    return run


def test_json(train: Callable[..., Any], toy: Path, tmp_path: Path) -> None:
    result = train("--hold-out", toy / "held.tsv", "--no-calibrate")
    assert result.code == 0
    document = result.json
    assert set(document) == KEYS
    assert set(document["held_out"]) == HELD_OUT
    assert document["output"] == str(tmp_path / "out")
    assert (document["recipe"], document["languages"]) == ("joint", ["en", "de"])
    model = xling.load(tmp_path / "out")
    assert document["vocabulary"] == {
        "en": len(model.vocabulary("en")),
        "de": len(model.vocabulary("de")),
    }
    lines = (toy / "pairs.tsv").read_text("utf-8").splitlines()
    removed = sum(" tree " in line or " bird " in line for line in lines)
    held = document["held_out"]
    assert (held["words"], held["pairs_removed"]) == (2, removed)
    kept = held["source_halves_kept"] + held["target_halves_kept"]
    assert kept + held["halves_dropped"] == removed
    assert document["sentence_pairs"] == 400 - removed
    seconds = document["seconds"]
    assert next(iter(seconds)) == "load"
    assert list(seconds)[-2:] == ["save", "total"]
    assert sum(seconds.values()) - seconds["total"] <= seconds["total"] + 0.1
    assert 10 < document["peak_memory_mib"] < 100_000
    assert all(f"xling: warning: {line}" in result.lines for line in document["warnings"])


def test_shots_keep_a_few_pairs_of_each_word(train: Callable[..., Any], toy: Path) -> None:
    held = train("--hold-out", toy / "held.tsv", "--no-calibrate", "--shots", 2).json["held_out"]
    lines = (toy / "pairs.tsv").read_text("utf-8").splitlines()
    removed = sum(" tree " in line or " bird " in line for line in lines)
    assert set(held) == HELD_OUT | {"short"}
    assert held["short"] == {}
    assert removed - 4 <= held["pairs_removed"] <= removed - 2


def test_the_same_seed_gives_the_same_bytes(train: Callable[..., Any], tmp_path: Path) -> None:
    found = []
    for name in ("first", "second"):
        assert train("--seed", 1, "--threads", 1).code == 0
        (tmp_path / "out").rename(tmp_path / name)
        files = sorted(file for file in (tmp_path / name).rglob("*") if file.is_file())
        found.append({file.name: file.read_bytes() for file in files})
    assert found[0] == found[1]
    assert "manifest.json" in found[0]


def test_people_get_a_summary(toy: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    output = ("--output", tmp_path / "out", "--no-calibrate")
    result = call("train", toy / "pairs.tsv", *TRAIN, *output, "--hold-out", toy / "held.tsv")
    assert result.code == 0
    for text in (str(tmp_path / "out"), "joint", "linked", "pairs removed", "MiB"):
        assert text in result.out


def test_line_aligned_files_are_the_same_as_pairs(
    toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    common = (*TRAIN, "--no-calibrate", "--threads", 1, "--json")
    files = ("--source-file", toy / "pairs.en", "--target-file", toy / "pairs.de")
    one = call("train", *files, *common, "--output", tmp_path / "a")
    other = call("train", toy / "pairs.tsv", *common, "--output", tmp_path / "b")
    assert (one.code, other.code) == (0, 0)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_separate_with_an_encoder_and_a_seed_lexicon(
    train: Callable[..., Any], toy: Path, tmp_path: Path
) -> None:
    options = ("--recipe", "separate", "--encoder", "skipgram", "--no-calibrate")
    result = train(*options, "--lexicon", toy / "lexicon.tsv")
    assert result.code == 0
    assert (result.json["recipe"], result.json["seed_pairs"]) == ("separate", 19)


def test_monolingual_text_adds_sentences(
    train: Callable[..., Any], toy: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.en").write_bytes(b"the cat sees a zebra .\n\n\xff\n" + b"a zebra\n" * 2)
    more = (
        *("--monolingual-source", toy / "more.en", "--monolingual-source", tmp_path / "b.en"),
        *("--monolingual-target", toy / "more.de"),
    )
    result = train(*more, "--no-calibrate")
    assert result.code == 0
    model = xling.load(tmp_path / "out")
    assert model.card["unmatched_sentences"] == [60 + 3, 61]
    assert "zebra" in model.vocabulary("en")
    told = [line for line in result.json["warnings"] if "b.en" in line]
    assert [line.rpartition(" (")[0] for line in told] == [
        f"{tmp_path / 'b.en'}:2: empty line; skipped",
        f"{tmp_path / 'b.en'}:3: byte 0xff at position 1 of the line is not UTF-8; line skipped",
    ]
    strict = train(*more, "--strict", "--force")
    assert strict.code == 2
    assert "b.en:3: byte 0xff" in strict.lines[0]


def test_one_of_several_files_may_look_line_aligned(train: Callable[..., Any], toy: Path) -> None:
    more = ("--monolingual-source", toy / "more.en", "--monolingual-source", toy / "pairs.en")
    result = train(*more, "--monolingual-target", toy / "pairs.de")
    assert result.code == 2
    assert f"{toy / 'pairs.en'} and {toy / 'pairs.de'} both have 400 lines" in result.lines[0]


def test_probably_line_aligned_monolingual_text_is_refused(
    train: Callable[..., Any], toy: Path, tmp_path: Path
) -> None:
    more = ("--monolingual-source", toy / "pairs.en", "--monolingual-target", toy / "pairs.de")
    result = train(*more)
    assert result.code == 2
    assert len(result.lines) == 2
    for text in (str(toy / "pairs.en"), str(toy / "pairs.de"), "400 lines"):
        assert text in result.lines[0]
    assert "--accept-line-aligned" in result.lines[1]
    assert not (tmp_path / "out").exists()
    assert train(*more, "--accept-line-aligned", "--no-calibrate").code == 0


def test_blank_lines_do_not_hide_that_files_are_line_aligned(
    train: Callable[..., Any], toy: Path, tmp_path: Path
) -> None:
    lines = (toy / "pairs.de").read_text("utf-8").splitlines()
    (tmp_path / "holes.de").write_text("\n".join(["", *lines[1:]]) + "\n", encoding="utf-8")
    more = ("--monolingual-source", toy / "pairs.en", "--monolingual-target", tmp_path / "holes.de")
    assert "400 lines" in train(*more).err


def test_units_of_several_words(toy: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    lines = (toy / "pairs.tsv").read_text("utf-8").splitlines()
    for number in range(0, len(lines), 3):
        source, target = lines[number].split("\t")
        lines[number] = f"New York : {source}\t{target} Neu-Yorck"
    (tmp_path / "towns.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    common = ("train", tmp_path / "towns.tsv", *TRAIN, "--no-calibrate", "--json")
    assert call(*common, "--output", tmp_path / "plain").code == 0
    assert call(*common, "--phrases", "--output", tmp_path / "units").code == 0
    assert xling.load(tmp_path / "units").card["settings"]["phrases"] is True
    statuses = {}
    for name in ("plain", "units"):
        asked = ("translate", tmp_path / name, "new york", "--channels", "table", "--json")
        found = call(*asked).json["results"][0]
        statuses[name] = found["status"]
    assert statuses == {"plain": "out_of_vocabulary", "units": "ok"}
    assert found["translations"][0]["word"] == "Neu Yorck"
    (tmp_path / "gold.tsv").write_text("New York\tneu yorck\ncat\tKatze\n", encoding="utf-8")
    asked = ("evaluate", tmp_path / "units", tmp_path / "gold.tsv", "--channels", "table")
    score = call(*asked, "--json").json
    assert (score["queries_in_vocabulary"], score["overlap_with_training"]) == (2, 2)
    assert score["precision"]["1"] == 1
    assert call("export", tmp_path / "units", "--output", tmp_path / "vec").code == 0
    assert "\nNew_York " in (tmp_path / "vec" / "en.vec").read_text("utf-8")


def test_an_output_is_replaced_only_by_force(train: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    offered = train()
    assert "out exists already" in offered.lines[0]
    assert offered.lines[1] == "hint: choose another place, or replace it with --force"
    (tmp_path / "out" / "file").write_text("x")
    refused = train()
    assert refused.code == 2
    assert f"{tmp_path / 'out'} exists already" in refused.lines[0]
    assert refused.lines[1].startswith("hint: choose a new place; --force replaces an empty")
    assert train("--force").code == 2
    assert (tmp_path / "out" / "file").read_text() == "x"
    (tmp_path / "out" / "file").unlink()
    assert train("--force", "--no-calibrate").code == 0
    assert (tmp_path / "out" / "manifest.json").exists()


def test_bad_lines_are_warned_of_or_stop(
    toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    text = (toy / "pairs.tsv").read_bytes() + b"one column\n\xff\xfe bad\tx\n"
    (tmp_path / "bytes.tsv").write_bytes(text)
    arguments = ("train", tmp_path / "bytes.tsv", *TRAIN, "--output", tmp_path / "out")
    result = call(*arguments, "--no-calibrate", "--json")
    assert result.code == 0
    assert result.json["sentence_pairs"] == 400
    assert sum("bytes.tsv:40" in line for line in result.json["warnings"]) == 2
    assert sum(line.startswith("xling: warning: ") for line in result.lines) >= 2
    strict = call(*arguments, "--strict", "--force")
    assert strict.code == 2
    assert "bytes.tsv:401" in strict.lines[0]
    assert (tmp_path / "out").is_dir()


BAD = {
    "missing.tsv": ("missing.tsv", *TRAIN),
    "directory": (".", *TRAIN),
    "empty.tsv": ("empty.tsv", *TRAIN),
    "onecol.tsv": ("onecol.tsv", *TRAIN),
    "cut.tsv.gz": ("cut.tsv.gz", *TRAIN),
    "both are 'en'": ("ok.tsv", "--languages", "en,en"),
    "languages: 1 given": ("ok.tsv", "--languages", "en"),
    "unknown recipe 'nonsense'": ("ok.tsv", *TRAIN, "--recipe", "nonsense"),
    "unknown encoder 'x'": ("ok.tsv", *TRAIN, "--recipe", "separate", "--encoder", "x"),
    "--encoder fasttext needs --recipe separate": ("ok.tsv", *TRAIN, "--encoder", "fasttext"),
    "dim is -4": ("ok.tsv", "--languages", "en,de", "--dim", "-4"),
    "min_count is 0": ("ok.tsv", *TRAIN, "--min-count", "0"),
    "seed is -1": ("ok.tsv", *TRAIN, "--seed", "-1"),
    "threads is 0": ("ok.tsv", *TRAIN, "--threads", "0"),
    "hold-out side 'x'": ("ok.tsv", *TRAIN, "--hold-out-side", "x"),
    "hold-out match 'x'": ("ok.tsv", *TRAIN, "--hold-out-match", "x"),
    "shots is -1": ("ok.tsv", *TRAIN, "--hold-out", "held.tsv", "--shots", "-1"),
    "--shots 1 needs --hold-out": ("ok.tsv", *TRAIN, "--shots", "1"),
    "shots is 999, but all 2 held-out words": (
        *("ok.tsv", *TRAIN, "--hold-out", "held.tsv"),
        *("--shots", "999"),
    ),
    "none of the 1 held-out words occurs": ("ok.tsv", *TRAIN, "--hold-out", "foreign.tsv"),
    "no such file: gone.tsv": ("ok.tsv", *TRAIN, "--hold-out", "gone.tsv"),
    "no such file: away.tsv": ("ok.tsv", *TRAIN, "--lexicon", "away.tsv"),
    "no such file: far.en": ("ok.tsv", *TRAIN, "--monolingual-source", "far.en"),
    "missing PAIRS": TRAIN,
    "needed together": ("--source-file", "ok.tsv", *TRAIN),
    "too many sentence pairs": (
        *("ok.tsv", *TRAIN, "--source-file", "ok.tsv"),
        *("--target-file", "ok.tsv"),
    ),
    "foreign.tsv: no usable pair": ("ok.tsv", *TRAIN, "--lexicon", "foreign.tsv"),
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_call_is_code_2_and_leaves_nothing(
    message: str,
    toy: Path,
    tmp_path: Path,
    call: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(toy / "pairs.tsv", "ok.tsv")
    shutil.copy(toy / "held.tsv", "held.tsv")
    Path("onecol.tsv").write_text("the cat\nthe dog\n")
    Path("empty.tsv").touch()
    Path("foreign.tsv").write_text("zz\tyy\n")
    shutil.copy(toy / "pairs.tsv", "cut.tsv")
    Path("cut.tsv.gz").write_bytes(gzip.compress(Path("cut.tsv").read_bytes())[:900])
    result = call("train", *BAD[message], "--output", "out")
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert result.out == ""
    assert not Path("out").exists()
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


STEPS = ("--recipe", "joint-skipgram", "--no-calibrate", "--threads", 1)


def test_checkpoints_are_kept_and_gone_on_from(train: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    first = train(*STEPS, "--checkpoint", folder)
    assert first.code == 0
    assert first.json["recipe"] == "joint-skipgram"
    assert [path.name for path in folder.iterdir()] == ["outer.safetensors"]
    (tmp_path / "out").rename(tmp_path / "first")
    again = train(*STEPS, "--checkpoint", folder, "--resume", "--device", "cpu")
    assert again.code == 0
    for file in (tmp_path / "first").iterdir():
        assert file.read_bytes() == (tmp_path / "out" / file.name).read_bytes()
    shutil.rmtree(tmp_path / "out")
    refused = train(*STEPS, "--checkpoint", folder)
    assert refused.code == 2
    assert f"the folder of checkpoints {folder} is not empty" in refused.lines[0]
    other = train(*STEPS, "--checkpoint", folder, "--resume", "--seed", 5)
    assert other.code == 2
    assert "was made with seed 0, this run has 5" in other.lines[0]
    assert not (tmp_path / "out").exists()


def test_an_interrupted_run_leaves_its_checkpoint_and_no_output(
    train: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xling.training import joint_skipgram

    saved = joint_skipgram.save_checkpoint

    def interrupt(*given: Any) -> None:
        saved(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(joint_skipgram, "save_checkpoint", interrupt)
    folder = tmp_path / "checkpoints"
    assert train(*STEPS, "--checkpoint", folder).code == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoints"]
    monkeypatch.undo()
    assert train(*STEPS, "--checkpoint", folder, "--resume").code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--checkpoint", "c"), "--checkpoint is for recipes that are trained step by step"),
        (("--device", "cpu"), "--device cpu is for recipes that are trained step by step"),
        (("--resume",), "--resume needs --checkpoint DIR"),
        ((*STEPS, "--device", "tpu"), "device 'tpu'; auto, cpu, cuda or cuda:N is needed"),
    ],
)
def test_options_of_stepwise_recipes_elsewhere(
    train: Callable[..., Any], tmp_path: Path, options: tuple[object, ...], message: str
) -> None:
    result = train(*options)
    assert result.code == 2
    assert message in result.lines[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("recipe", ["joint", "separate"])
def test_text_without_blanks_is_said_where_learning_fails(
    tmp_path: Path, call: Callable[..., Any], recipe: str
) -> None:
    nouns, verbs = ("犬", "猫", "先生", "学生", "友達"), ("を見た", "が好きだ", "と話した")
    subjects = ("私は", "彼は", "彼女は", "母は", "父は", "兄は")
    lines = [f"see {a}\t{s}{n}{v}。" for a, s in enumerate(subjects) for n in nouns for v in verbs]
    (tmp_path / "ja.tsv").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    options = ("--languages", "en,ja", "--recipe", recipe, "--output", tmp_path / "m")
    result = call("train", tmp_path / "ja.tsv", *options)
    assert result.code == 2
    assert result.lines[-1].startswith("hint: the ja text looks unsegmented (hardly any blanks)")
    assert len(result.lines) == 2


def test_what_was_skipped_is_said_where_a_later_step_fails(
    toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    text = b"one column\n\xff\xfe bad\tx\n\n" + b"a cat\teine Katze\n"
    (tmp_path / "few.tsv").write_bytes(text)
    (tmp_path / "more.en").write_bytes(b"\xff\nmore text\n")
    (tmp_path / "more.de").write_bytes(b"mehr Text\n")
    arguments = ("train", tmp_path / "few.tsv", *TRAIN, "--output", tmp_path / "out")
    failed = call(*arguments)
    assert failed.code == 2
    warnings = [line for line in failed.lines if line.startswith("xling: warning: ")]
    assert failed.lines[: len(warnings)] == warnings
    assert len(warnings) == 2
    assert "few.tsv:1: " in warnings[0]
    assert warnings[1] == "xling: warning: 2 more kinds of problem in the files that were read"
    (tmp_path / "few.tsv").write_bytes(b"a cat\teine Katze\n")
    more = ("--monolingual-source", tmp_path / "more.en")
    failed = call(*arguments, *more, "--monolingual-target", tmp_path / "more.de")
    assert failed.code == 2
    assert "more.en:1: " in failed.lines[0]


def test_a_setting_of_the_recipe(toy: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    options = ("--languages", "en,de", "--dim", 8, "--no-calibrate", "--output", tmp_path / "m")
    bad = call("train", toy / "pairs.tsv", *options, "--set", "treshold=0.1")
    assert (bad.code, len(bad.lines)) == (2, 2)
    assert "settings of joint: unknown key 'treshold'" in bad.lines[0]
    assert call("train", toy / "pairs.tsv", *options, "--set", "threshold=0.2").code == 0
    card = call("info", tmp_path / "m", "--json").json
    assert card["settings"]["recipe"]["settings"]["threshold"] == 0.2
