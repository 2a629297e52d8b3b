import pytest

from xling.encoders.fasttext import FastTextEncoder
from xling.encoders.registry import ENCODERS, encoder
from xling.encoders.skipgram import SkipgramEncoder
from xling.errors import UnknownNameError


def test_names_lead_to_classes() -> None:
    assert encoder("skipgram") is SkipgramEncoder
    assert encoder("fasttext") is FastTextEncoder
    assert list(ENCODERS) == sorted(ENCODERS)


def test_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="unknown encoder 'glove'; known: fasttext, ppmi"):
        encoder("glove")
