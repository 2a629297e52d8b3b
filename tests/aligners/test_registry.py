import pytest

from xling.aligners.base import Supervision
from xling.aligners.procrustes import ProcrustesAligner
from xling.aligners.registry import ALIGNERS, aligner, check_method
from xling.errors import ConflictError, UnknownNameError


def test_names_lead_to_classes() -> None:
    assert aligner("procrustes") is ProcrustesAligner
    assert list(ALIGNERS) == sorted(ALIGNERS)


def test_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="unknown method 'procrustean'") as caught:
        aligner("procrustean")
    assert caught.value.hint == "did you mean 'procrustes'?"


def test_the_table_of_methods_says_what_the_registry_does(repository) -> None:
    pages = repository / "docs" / "methods"
    lines = (pages / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines[: lines.index("## Figures")] if line.startswith("| [`")]
    assert len(rows) == len(ALIGNERS)
    for row, (name, method) in zip(rows, ALIGNERS.items(), strict=True):
        assert row.startswith(f"| [`{name}`]({name}.md) |")
        assert row.endswith(f"| {method.cost} |")
        assert ("judges itself" in row) == (method.supervision is not Supervision.LEXICON)
        assert (pages / f"{name}.md").is_file()


def test_methods_without_pairs() -> None:
    for sentences, what in ((True, "no sentence pairs"), (False, "no seed lexicon")):
        with pytest.raises(ConflictError, match=f"unsupervised uses {what}"):
            check_method("unsupervised", given=True, sentences=sentences)
    assert check_method("unsupervised", given=False) == "unsupervised"
