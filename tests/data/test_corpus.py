import pytest

from xling.data.corpus import ParallelCorpus
from xling.errors import DegenerateInputError, InputError, ShapeError


def make(source, target, languages=("en", "de")):
    return ParallelCorpus(
        source_language=languages[0], target_language=languages[1], source=source, target=target
    )


def test_length():
    assert len(make(("a", "b"), ("c", "d"))) == 2


@pytest.mark.parametrize(
    ("source", "target", "error", "message"),
    [
        (("a", "b"), ("c",), ShapeError, "2 source and 1 target sentences"),
        ((), (), DegenerateInputError, "the corpus holds no sentence pair"),
        (("a", "b"), ("c", " \u00a0"), DegenerateInputError, "pair 2 has a blank side"),
        (("",), ("c",), DegenerateInputError, "pair 1 has a blank side"),
    ],
)
def test_what_is_refused(source, target, error, message):
    with pytest.raises(error, match=message):
        make(source, target)


def test_languages_are_checked():
    with pytest.raises(InputError, match="both are 'en'"):
        make(("a",), ("b",), languages=("en", "en"))
