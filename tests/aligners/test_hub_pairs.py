import dataclasses

import numpy as np
import pytest

from xling.aligners.hub_pairs import HubSpace, check_connected, hub_pairs, languages_of, places
from xling.data.lexicon import Lexicon
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, DegenerateInputError
from xling.mapping.linear import fit_normalization


def space(language: str, rows: list[list[float]], *, centred: bool = True) -> HubSpace:
    vectors = np.array(rows, np.float32)
    made = HubSpace(
        language=language,
        vocabulary=Vocabulary(words=tuple(f"{language}{i}" for i in range(len(rows)))),
        vectors=vectors,
    )
    if not centred:
        return made
    return dataclasses.replace(made, normalization=fit_normalization(vectors))


def seeds(*pairs: tuple[str, str], confidences=None) -> Lexicon:
    return Lexicon(source_language="en", target_language="de", pairs=pairs, confidences=confidences)


def test_rows_are_normalised_and_zero_rows_left_out() -> None:
    first = space("en", [[3.0, 4.0], [0.0, 2.0], [0.0, 0.0], [1.0, 0.0]])
    second = space("de", [[0.0, 1.0], [1.0, 0.0]], centred=False)
    sure = np.array([0.5, 1.0, 0.25])
    lexicon = seeds(("en0", "de1"), ("en2", "de0"), ("en1", "de0"), confidences=sure)
    pairs = hub_pairs(lexicon, first, second)
    np.testing.assert_allclose(np.linalg.norm(pairs.x, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(pairs.y, [[1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_array_equal(pairs.weights, [0.5, 0.25])
    assert (pairs.coverage.pairs, pairs.coverage.covered) == (3, 3)
    expected = pairs.x.T @ np.diag(pairs.weights) @ pairs.y
    np.testing.assert_allclose(pairs.cross, expected)
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    cosines = np.sum((pairs.x @ turn) * pairs.y, axis=1)
    assert pairs.cosine(turn, np.eye(2)) == pytest.approx(np.average(cosines, weights=[2, 1]))


def test_nothing_known() -> None:
    first = space("en", [[0.0, 0.0], [1.0, 2.0]])
    second = space("de", [[1.0, 0.0]], centred=False)
    with pytest.raises(DegenerateInputError, match="1 covered pairs of the en-de lexicon"):
        hub_pairs(seeds(("en0", "de0")), first, second)
    with pytest.raises(CoverageError, match="no usable pair"):
        hub_pairs(seeds(("x", "y")), first, second)


def test_languages() -> None:
    assert languages_of(seeds(("a", "b"))) == ("en", "de")
    assert places(["en", "PT-br"]) == {"en": 0, "pt-br": 1}
    check_connected(["en", "de", "es"], [("DE", "en"), ("es", "de")])
    with pytest.raises(CoverageError, match=r"en, es \| de \| fr"):
        check_connected(["en", "de", "es", "fr"], [("en", "es")])
