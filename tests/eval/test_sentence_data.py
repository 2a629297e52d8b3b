import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from xling.data.corpus import ParallelCorpus


@pytest.fixture
def script(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Give a function that imports a script of ``eval``, which imports others beside it."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(repository / "eval"))
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(repository / "eval") in (getattr(sys.modules[name], "__file__", None) or ""):
            monkeypatch.delitem(sys.modules, name)


def corpus(*pairs: tuple[str, str]) -> ParallelCorpus:
    source, target = zip(*pairs, strict=True)
    return ParallelCorpus(source_language="en", target_language="de", source=source, target=target)


def test_no_sentence_of_the_test_or_of_development_stays_in_training(
    script: Callable[[str], ModuleType],
) -> None:
    # Each English sentence stands on two lines, as do some German ones.
    pairs = [(f"Number {i // 2}.", f"Nummer {i % 37} und {i // 2 % 5}!") for i in range(400)]
    tested = corpus(("number 3", "Unbekannt."), ("Unseen!", "NUMMER 4 und 2"))
    parts = script("sentence_data").part(corpus(*pairs), tested, development=20, seed=1)
    assert parts.test_seen == (1, 1)
    held = {"number 3"}, {"nummer 4 und 2"}
    plain = [(a.strip(".").casefold(), b.strip("!").casefold()) for a, b in pairs]
    gone = [pair for pair in plain if pair[0] in held[0] or pair[1] in held[1]]
    assert parts.removed == len(gone) > 2
    assert len(parts.development) == 20
    assert parts.removed + parts.set_aside + len(parts.training) == 400
    assert parts.set_aside > 20
    for side in ("source", "target"):
        training = {one.strip(".!").casefold() for one in getattr(parts.training, side)}
        development = [one.strip(".!").casefold() for one in getattr(parts.development, side)]
        assert len(set(development)) == 20
        assert not training & set(development)
        assert not (training | set(development)) & (held[0] | held[1])


def test_half_of_the_pairs_lose_a_partner(script: Callable[[str], ModuleType]) -> None:
    pairs = [(f"s{i}", f"t{i}") for i in range(100)]
    mining = script("mining")
    source, target, left = mining.planted(pairs, 0)
    assert len(source) == len(target) == 75
    assert len(left) == 50
    both = {one[1:] for one in source} & {one[1:] for one in target}
    assert both == {str(number) for number in left}
    assert source != sorted(source)


def test_scores_of_mined_pairs(script: Callable[[str], ModuleType]) -> None:
    mining = script("mining")
    gold = {("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")}
    mined = [("a", "A"), ("b", "B"), ("c", "D")]
    found = mining.judge(mined, gold)
    low, high = found.pop("confidence_interval")
    assert 0 <= low < found["f1"] < high <= 1
    assert found == {"pairs": 3, "precision": 2 / 3, "recall": 0.5, "f1": pytest.approx(4 / 7)}
    assert mining.best_in_hindsight(mined, gold) == pytest.approx(4 / 6)
    assert mining.judge([], gold)["f1"] == 0


def test_pairs_among_other_texts(script: Callable[[str], ModuleType], tmp_path: Path) -> None:
    mining = script("mining")
    pairs = [(f"s{i}", f"t{i}") for i in range(30)]
    source, target = mining.mixed(pairs, (["x", "y", "x"], ["z"]), 0)
    assert sorted(source) == sorted([*(a for a, _ in pairs), "x", "y"])
    assert sorted(target) == sorted([*(b for _, b in pairs), "z"])
    assert source != sorted(source)
    assert mining.mixed(pairs, (["x"], ["z"]), 0) == mining.mixed(pairs, (["x"], ["z"]), 0)
    (tmp_path / "table.tsv").write_text("head\ttext\n1\tfirst\n2\n3\tthird\n", "utf-8")
    assert mining.column(tmp_path, "table.tsv", 2) == ["first", "third"]
    (tmp_path / "plain.txt").write_text("one\ntwo", "utf-8")
    assert mining.column(tmp_path, "plain.txt", 1) == ["one", "two"]
