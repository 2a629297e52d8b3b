import dataclasses

import numpy as np
import pytest

from xling.errors import ShapeError
from xling.mapping.linear import LinearMap
from xling.model.hub_side import HubSide, link_side, two_sides
from xling.model.side import make_sides


def linked(hub_world) -> list[HubSide]:
    sides: list[HubSide] = []
    for space in hub_world.spaces.values():
        sides.append(link_side(space, LinearMap(dim_in=space.dim), sides))
    return sides


def test_each_later_language_holds_what_csls_needs(hub_world) -> None:
    sides = linked(hub_world)
    assert [list(side.means) for side in sides] == [[], ["en"], ["en", "de"]]
    own, theirs = sides[2].means["de"]
    products = sides[2].vectors @ sides[1].vectors.T
    np.testing.assert_allclose(own, np.sort(products, axis=1)[:, -10:].mean(axis=1), atol=1e-6)
    np.testing.assert_allclose(theirs, np.sort(products, axis=0)[-10:].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(sides[1].vectors, axis=1), 1, atol=1e-6)
    assert not sides[1].vectors.flags.writeable
    assert sides[0].fingerprint == hub_world.spaces["en"].fingerprint
    assert not any(side.added for side in sides)


@pytest.mark.parametrize("ends", [(1, 2), (2, 1), (0, 2)])
def test_two_sides_are_those_of_a_model(hub_world, ends) -> None:
    sides = linked(hub_world)
    first, second = (sides[i] for i in ends)
    words = frozenset({"a"}), frozenset({"b"})
    ours = two_sides(first, second, words)
    spaces = [list(hub_world.spaces.values())[i] for i in ends]
    theirs = make_sides((spaces[0], spaces[1]), (first.mapping, second.mapping), trained=words)
    for one, other in zip(ours, theirs, strict=True):
        assert one.language == other.language
        np.testing.assert_array_equal(one.index.rows, other.index.rows)
        assert one.trained == other.trained


def test_shapes_are_checked(hub_world) -> None:
    side = linked(hub_world)[1]
    with pytest.raises(ShapeError, match="79 rows for 80 words"):
        dataclasses.replace(side, vectors=side.vectors[1:])
    own, theirs = side.means["en"]
    with pytest.raises(ShapeError, match="79 mean similarities of de with en for 80 words"):
        dataclasses.replace(side, means={"en": (own[1:], theirs)})
