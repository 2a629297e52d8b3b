from pathlib import Path

import pytest

from xling.cli.experiment import make_folder, parse_numbers, plan_of
from xling.errors import FileAccessError, InputError, UnknownNameError
from xling.progress import silent


def plan(toy: Path, **changes):
    given = {"recipes": "joint, separate", "channels": None, "seeds": 2, "settings": {"dim": 9}}
    return plan_of(toy / "pairs.tsv", ("en", "de"), toy / "held.tsv", **(given | changes))


def test_options_become_a_plan(toy: Path) -> None:
    made = plan(toy, folds=2, channels=["contexts,table"], recipes="separate")
    assert (made.recipes, made.channels, made.folds) == (("separate",), ("contexts,table",), 2)
    assert plan(toy).channels == ("contexts", "all")
    assert plan(toy).recipes == ("joint", "separate")
    assert plan(toy).settings.dim == 9
    more = plan(
        toy, recipe_settings=["threshold=0.1"], monolingual=([toy / "more.en"], None),
        seed_lexicon=toy / "lexicon.tsv",
    )  # fmt: skip
    assert more.recipe_settings == {"joint": {"threshold": 0.1}}
    assert more.monolingual == ((toy / "more.en",), ())
    assert more.files[2:] == (toy / "lexicon.tsv", toy / "more.en")
    with pytest.raises(UnknownNameError, match="unknown recipe 'seperate'"):
        plan(toy, recipes="joint,seperate")


def test_a_folder_is_made_whole_or_not_at_all(toy: Path, tmp_path: Path) -> None:
    def fill(document, folder: Path) -> None:
        (folder / "ablation.json").write_text(document["text"])
        if document["text"] == "bad":
            raise InputError("no")

    def make(text: str, *, force: bool):
        def document(_, progress):
            progress("link", 1, 1)
            return {"text": text}

        output = tmp_path / "out"
        return make_folder(plan(toy), output, document, fill, force=force, progress=silent)

    with pytest.raises(InputError):
        make("bad", force=False)
    assert list(tmp_path.iterdir()) == []
    assert make("good", force=False) == {"output": str(tmp_path / "out"), "text": "good"}
    with pytest.raises(FileAccessError, match="exists already"):
        make("other", force=False)
    assert (tmp_path / "out" / "ablation.json").read_text() == "good"
    make("other", force=True)
    assert (tmp_path / "out" / "ablation.json").read_text() == "other"


def test_what_is_taken_or_missing_is_said_before_any_work(toy: Path, tmp_path: Path) -> None:
    def never(_, progress):
        raise AssertionError

    (tmp_path / "out").mkdir()
    with pytest.raises(FileAccessError, match="exists already"):
        make_folder(plan(toy), tmp_path / "out", never, never, force=False, progress=silent)
    gone = plan_of(
        tmp_path / "gone.tsv", ("en", "de"), toy / "held.tsv", recipes="joint", channels=None,
        seeds=1, settings={},
    )  # fmt: skip
    with pytest.raises(FileAccessError, match="no such file"):
        make_folder(gone, tmp_path / "new", never, never, force=False, progress=silent)


def test_numbers() -> None:
    assert parse_numbers("0, 1,10", "--shots") == (0, 1, 10)
    for text in ("", "1,", "a", "1.5"):
        with pytest.raises(InputError, match="--shots is"):
            parse_numbers(text, "--shots")
