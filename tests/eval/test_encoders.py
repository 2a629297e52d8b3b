"""The measurements of trained encoders: entries beside each other, rows kept, topics judged."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from xling.data.corpus import ParallelCorpus


@pytest.fixture
def script(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Give a function that imports a script of ``eval``, which imports others beside it."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(repository / "eval"))
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(repository / "eval") in (getattr(sys.modules[name], "__file__", None) or ""):
            monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def setting(script: Callable[..., ModuleType], tmp_path: Path, tiny_bert: Path) -> Any:
    run = {"name": "x", "teacher": "numpy", "languages": ["en", "de"], "source": "s",
           "target": "t", "link": {"pairs": [3]}, "static": {"settings": []}}  # fmt: skip
    made = script("encoder_setting").Setting(run, tmp_path, tmp_path / "models")
    made.models.mkdir()
    made.teacher = tiny_bert
    return made


def test_parts_stand_beside_each_other_and_are_not_run_twice(
    script: Callable[..., ModuleType], setting: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    encoders = script("encoders")
    ran: list[str] = []

    def part(name: str) -> Callable[[Any], dict[str, Any]]:
        return lambda _: ran.append(name) or {"made": len(ran)}  # type: ignore[func-returns-value]

    monkeypatch.setattr(encoders, "PARTS", {name: part(name) for name in ("link", "static")})
    place = tmp_path / "x.json"
    for name in ("link", "static", "link"):
        encoders.run_part(name, setting, place, again=False)
    assert ran == ["link", "static"]
    assert "--again repeats it" in capsys.readouterr().out
    found = json.loads(place.read_text())["parts"]
    assert [found[name]["made"] for name in ("link", "static")] == [1, 2]
    assert found["link"]["run"]["link"] == {"pairs": [3]}
    encoders.run_part("link", setting, place, again=True)
    setting.run["static"] = {"settings": ["penalty=1"]}
    encoders.run_part("static", setting, place, again=False)
    assert ran == ["link", "static", "link", "static"]


def test_rows_are_kept_until_sentences_or_model_change(
    setting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["the cat", "a dog sees milk"]
    rows = setting.rows(setting.teacher, 0, texts)
    assert rows.shape == (2, 32)
    monkeypatch.setattr(setting, "opened", lambda *_: pytest.fail("encoded again"))
    assert np.array_equal(setting.rows(setting.teacher, 0, texts), rows)
    with pytest.raises(pytest.fail.Exception):
        setting.rows(setting.teacher, 0, texts[:1])


def test_a_part_that_has_not_run_is_named(setting: Any) -> None:
    with pytest.raises(SystemExit, match="run the part student first"):
        setting.made("student")


def test_topics_need_their_files_and_are_learned_from_english(
    script: Callable[..., ModuleType], tmp_path: Path
) -> None:
    topics = script("encoder_topics")
    with pytest.raises(SystemExit, match="SIB-200's files"):
        topics.read_topics(tmp_path / "train.tsv")
    (tmp_path / "train.tsv").write_text("index_id\tcategory\ttext\n4\tgeography\tA lake.\n")
    assert topics.read_topics(tmp_path / "train.tsv") == (["A lake."], ["geography"])
    random = np.random.default_rng(0)
    labels = {
        key: [str(one) for one in random.integers(0, 3, 90)]
        for key in ((0, "train"), (0, "dev"), (0, "test"), (1, "test"))
    }
    rows = {
        key: np.eye(4)[[int(one) for one in names]] + 0.3 * random.standard_normal((90, 4))
        for key, names in labels.items()
    }
    rows[1, "test"] = rows[1, "test"][:, [1, 2, 0, 3]]
    found = topics.judged(rows, labels, {"penalties": [0.1, 10.0]})
    assert found["english"]["accuracy"] > 0.9
    assert found["german"]["accuracy"] < 0.2
    assert found["german"]["confidence_interval"][1] >= found["german"]["accuracy"]


def test_tables_show_each_part_that_has_run(script: Callable[..., ModuleType]) -> None:
    ways = {"accuracy": [0.912, 0.9], "confidence_interval": [[0.9, 0.92], [0.88, 0.91]]}
    rows = [
        {"german": "untrained", "method": None, "pairs": 0, "accuracy": [0.1, 0.2]},
        {"german": "untrained", "method": "cca", "pairs": 1000, "accuracy": [0.5, 0.6]},
        {"german": "untrained", "method": "cca", "pairs": 100, "error": "too few"},
    ]
    fast = {"precision": "fp32", "per_second": 1234.0, "library_per_second": 1200.0, "ratio": 1.03}
    text = script("encoder_tables").encoder_tables(
        {"throughput": {"encoders": {"static": fast}}, "link": {"rows": rows},
         "retrieval": {"encoders": {"student": {"nn": ways}}}}
    )  # fmt: skip
    assert "| student | 91.2 (90.0-92.0) | 90.0 (88.0-91.0) |" in text
    assert "| encoder | nn, there | nn, back |" in text
    assert "| german | method | 0 | 100 | 1,000 |" in text
    assert "| untrained | cca |  | – | 50.0 / 60.0 |" in text
    assert "| untrained | none | 10.0 / 20.0 |  |  |" in text
    assert "| static | fp32 | 1,234 | 1,200 | 1.03 |" in text
    assert text.index("**retrieval**") < text.index("**link**") < text.index("**throughput**")


def test_links_are_fitted_on_the_first_pairs_alone(
    script: Callable[..., ModuleType], setting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    turn, _ = np.linalg.qr(random.standard_normal((8, 8)))
    rows = random.standard_normal((700, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    texts = tuple(f"sentence {n}" for n in range(700))
    whole = ParallelCorpus(source_language="en", target_language="de", source=texts, target=texts)
    encoders, first = script("encoders"), script("encoder_setting").first
    test = first(whole, 200, list(range(500, 700)))
    setting.run["link"] = {
        "pairs": [3, 400], "methods": ["procrustes", "contrastive"], "most": {"contrastive": 10},
    }  # fmt: skip
    asked: list[int] = []

    def encoded(folder: Path, side: int, wanted: tuple[str, ...]) -> np.ndarray:
        asked.append(len(wanted))
        part = rows[[int(text.split()[1]) for text in wanted]]
        return (part @ turn).astype(np.float32) if side else part

    monkeypatch.setattr(setting, "corpora", lambda: (first(whole, 500), test))
    monkeypatch.setattr(setting, "untrained", lambda: None)
    monkeypatch.setattr(setting, "words_alone", lambda: setting.models / "de.npz")
    monkeypatch.setattr(setting, "rows", encoded)
    found = encoders.link(setting)["rows"]
    shown = {(row["german"], row["method"], row["pairs"]): row for row in found}
    assert len(shown) == len(found) == 8
    assert ("untrained", "contrastive", 400) not in shown
    assert shown["words alone", "procrustes", 400]["accuracy"] == [1.0, 1.0]
    assert max(shown["words alone", "procrustes", 3]["accuracy"]) < 0.6
    assert max(shown["untrained", None, 0]["accuracy"]) < 0.1
    assert set(asked) == {400, 200}


def test_sentences_to_migrate_are_unseen(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ParallelCorpus(
        source_language="en", target_language="de", source=("A dog!",), target=("Ein Hund!",)
    )
    monkeypatch.setattr(setting, "corpora", lambda: (seen, seen))
    setting.run["migrate"] = {"sentences": "more.tsv"}
    (setting.data / "more.tsv").write_text(
        "a dog\tx\nA cat.\tx\nA cat!\ty\nThe bird\tx\n", encoding="utf-8"
    )
    assert sorted(setting.unseen(2)) == ["A cat.", "The bird"]


def test_encoding_is_raced_in_equal_batches_and_precision(
    script: Callable[..., ModuleType], setting: Any, tiny_bert: Path
) -> None:
    texts = [f"the old house {n}" for n in range(40)]
    found = script("encoders").raced(tiny_bert, "fp32", texts, setting, {"rounds": 2})
    assert (found["precision"], found["batch"]) == ("fp32", 32)
    share = found["per_second"] / found["library_per_second"]
    assert found["ratio"] == pytest.approx(share, rel=0.02)
