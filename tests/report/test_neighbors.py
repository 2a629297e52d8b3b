import numpy as np
import pytest

from xling.report.neighbors import cosine, nearest


@pytest.mark.parametrize("other", [0, 1])
def test_neighbours_equal_those_of_a_loop(small, other: int) -> None:
    side, among = small.sides[0], small.sides[other]
    found = nearest(side, [5, 0], among, 4)
    for row, near in zip([5, 0], found, strict=True):
        cosines = {
            i: float(np.dot(side.vectors[row].astype(float), vector))
            for i, vector in enumerate(among.vectors)
            if not (among is side and i == row)
        }
        best = sorted(cosines, key=lambda i: -cosines[i])[:4]
        assert [word for word, _ in near] == [among.vocabulary.words[i] for i in best]
        assert [cos for _, cos in near] == pytest.approx([cosines[i] for i in best], abs=1e-5)
        assert cosine(side, row, among, best[0]) == pytest.approx(cosines[best[0]], abs=1e-6)


def test_nothing_asked_nothing_found(small) -> None:
    assert nearest(small.sides[0], [], small.sides[1], 3) == []
