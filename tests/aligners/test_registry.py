import pytest

from xling.aligners.procrustes import ProcrustesAligner
from xling.aligners.registry import ALIGNERS, aligner
from xling.errors import UnknownNameError


def test_names_lead_to_classes() -> None:
    assert aligner("procrustes") is ProcrustesAligner
    assert list(ALIGNERS) == sorted(ALIGNERS)


def test_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="unknown method 'procrustean'") as caught:
        aligner("procrustean")
    assert caught.value.hint == "did you mean 'procrustes'?"
