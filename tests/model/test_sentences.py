import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.model.sentences import sentence_encoders


def test_words_move_towards_their_translations(random_model) -> None:
    model = random_model(3, sizes=(14, 11))
    first, second = sentence_encoders(model)
    assert (first.language, second.language) == ("en", "de")
    forward, backward = (getattr(model.table, name).toarray() for name in ("forward", "backward"))
    links = np.sqrt(forward.astype(float) * backward)
    for made, rows, others, cells in (
        (first, model.sides[0].vectors, model.sides[1].vectors, links),
        (second, model.sides[1].vectors, model.sides[0].vectors, links.T),
    ):
        moved = 0
        for i, row in enumerate(rows.astype(float)):
            expected = row
            if cells[i].any():
                expected = row + sum(
                    share / cells[i].sum() * other
                    for share, other in zip(cells[i], others.astype(float), strict=True)
                )
                moved += 1
            np.testing.assert_allclose(made.vectors[i], unit_rows(expected[None])[0], atol=1e-5)
        assert moved > 0


def test_a_space_alone_gives_its_own_vectors(random_model) -> None:
    model = random_model(4, table=False)
    for made, side in zip(sentence_encoders(model), model.sides, strict=True):
        np.testing.assert_array_equal(made.vectors, side.vectors)
        assert made.compose is None


@pytest.mark.parametrize("subwords", [True, False])
def test_unknown_words_are_composed_where_the_model_can(random_model, subwords: bool) -> None:
    model = random_model(5, subwords=subwords)
    first, _ = sentence_encoders(model)
    known, unknown = first.encode(["word3 word4", "Unseenword"])
    assert known.any()
    assert unknown.any() == subwords
