import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from xling.encoders.ppmi import PpmiSettings, associations
from xling.errors import ConfigError
from xling.training.joint import JointRecipe, JointSettings
from xling.training.material import Material


def formed(material: Material, settings: JointSettings) -> np.ndarray:
    """Form the matrix [Ga, Ga T; Gb Tb, Gb] of the method, cell by cell."""
    ga, gb = (associations(read, settings.ppmi).toarray() for read in material.sentences)
    table = material.table.symmetric(settings.threshold).toarray()

    def stochastic(rows: np.ndarray) -> np.ndarray:
        sums = rows.sum(axis=1, keepdims=True)
        return np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0)

    return np.block([[ga, ga @ stochastic(table)], [gb @ stochastic(table.T), gb]])


@pytest.mark.parametrize("power", [0.25, 0.75, 1.0])
def test_is_the_svd_of_the_formed_matrix(toy_material, power: float) -> None:
    settings = JointSettings(ppmi=PpmiSettings(passes=4, power=power))
    material = toy_material()
    matrix = formed(material, settings)
    u, s, _ = np.linalg.svd(matrix)
    made = JointRecipe(settings=settings).link(material, dim=12)
    found = np.vstack([space.vectors for space in made.spaces])
    assert found.shape == (len(matrix), 12)
    # The lengths of the columns are the singular values, their directions the vectors.
    np.testing.assert_allclose(np.linalg.norm(found, axis=0), s[:12] ** power, rtol=1e-2)
    expected = u[:, :12] * s[:12] ** power
    np.testing.assert_allclose(
        found[:, :6] @ found[:, :6].T, expected[:, :6] @ expected[:, :6].T,
        atol=0.03 * s[0] ** (2 * power),
    )  # fmt: skip


def test_all_dimensions_give_back_the_products_of_the_formed_matrix(toy_material) -> None:
    settings = JointSettings(ppmi=PpmiSettings(power=1.0))
    material = toy_material()
    matrix = formed(material, settings)
    made = JointRecipe(settings=settings).link(material, dim=9999)
    found = np.vstack([space.vectors for space in made.spaces])
    assert found.shape[1] == len(matrix)
    np.testing.assert_allclose(found @ found.T, matrix @ matrix.T, atol=1e-2)


def test_spaces_are_over_the_material_s_words_and_maps_only_scale(toy_material) -> None:
    material = toy_material()
    made = JointRecipe().link(material, dim=10)
    for space, mapping, words in zip(
        made.spaces, made.mappings, material.vocabularies, strict=True
    ):
        assert space.vocabulary is words
        mapped = mapping.apply(space.vectors)
        lengths = np.linalg.norm(space.vectors, axis=1, keepdims=True)
        np.testing.assert_allclose(mapped, space.vectors / lengths, atol=1e-5)


def test_a_higher_threshold_carries_less_over(toy_material) -> None:
    material = toy_material(pairs=100)  # too few for a table without doubt
    low, high = (
        JointRecipe(settings=JointSettings(threshold=threshold)).link(material, dim=10)
        for threshold in (0.0, 0.9)
    )
    assert low.spaces[0].fingerprint != high.spaces[0].fingerprint
    with pytest.raises(ConfigError, match=r"threshold is 1; a number in \[0, 1\)"):
        JointSettings(threshold=1)


def test_the_bytes_do_not_depend_on_the_threads(toy_material) -> None:
    # Large enough that a BLAS with two threads would sum in another order.
    material = toy_material(pairs=6000, words=1500)
    made = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            linked = JointRecipe().link(material, dim=150, threads=threads)
        made.append([space.fingerprint for space in linked.spaces])
    assert made[0] == made[1]
