import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

from xling.model.export_marks import model_readme, write_mark
from xling.model.model import Model
from xling.replacing import EXPORT_MARK, foreign_file


def test_the_card_holds_the_scores(random_model: Callable[..., Model]) -> None:
    score = {"precision": {"1": 0.4567, "5": 0.75}, "queries": 321}
    made = random_model(1)
    card = {**made.card, "scores": {"en-de": {"linked": score}}, "warnings": ["a|b"]}
    text = model_readme(dataclasses.replace(made, card=card), ["en", "de"], alone=True)
    lines = text.splitlines()
    assert lines[:4] == ["---", "language:", '- "en"', '- "de"']
    assert lines.count("---") == 2
    assert "| en-de | linked | 321 | 0.457 | 0.750 |" in lines
    assert "| warning | a\\|b |" in lines
    assert "| recipe | joint |" in lines
    assert 'model.encode(["..."], task="de")' in lines
    assert "trust_remote_code" not in text
    assert "## Scores" not in model_readme(made, ["en"], alone=False)


def test_the_mark_lists_all_files(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    assert write_mark(tmp_path, "spacy", ["en"]) == ["a/b/c"]
    assert json.loads((tmp_path / EXPORT_MARK).read_text("utf-8"))["files"] == ["a/b/c"]
    assert foreign_file(tmp_path) is None
    (tmp_path / "a" / "d").touch()
    assert foreign_file(tmp_path) == "a/d"
    (tmp_path / "a" / "d").unlink()
    (tmp_path / EXPORT_MARK).write_text('{"kind": "other", "files": ["a/b/c"]}')
    assert foreign_file(tmp_path) == "a/b/c"
