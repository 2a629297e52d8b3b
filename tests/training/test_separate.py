import numpy as np
import pytest

from xling.aligners.procrustes import ProcrustesAligner
from xling.encoders.ppmi import PpmiEncoder, PpmiSettings
from xling.errors import ConfigError
from xling.training.joint import JointSettings
from xling.training.separate import SeparateRecipe


def test_counts_and_weighs_as_the_joint_recipe_does() -> None:
    assert SeparateRecipe().encoder == PpmiEncoder()
    assert PpmiEncoder().settings == JointSettings().ppmi


def test_is_one_encoder_on_each_text_then_procrustes_on_the_seeds(toy_material) -> None:
    material = toy_material()
    made = SeparateRecipe().link(material, dim=15, seed=3)
    spaces = [PpmiEncoder().fit(text, dim=15, seed=3) for text in material.texts]
    for found, expected, words in zip(made.spaces, spaces, material.vocabularies, strict=True):
        assert found.fingerprint == expected.fingerprint
        assert found.words == words.words
        assert found.dim == 15
    alignment = ProcrustesAligner().fit(spaces[0], spaces[1], material.seeds)
    for found, expected, space in zip(
        made.mappings, (alignment.source_mapping, alignment.target_mapping), spaces, strict=True
    ):
        np.testing.assert_allclose(
            found.apply(space.vectors), expected.apply(space.vectors), atol=1e-5
        )


def test_dimensions_are_at_most_those_that_both_languages_fill(toy_material) -> None:
    material = toy_material()
    made = SeparateRecipe(encoder=PpmiEncoder(settings=PpmiSettings(power=0))).link(
        material, dim=9999
    )
    smaller = min(len(words) for words in material.vocabularies)
    assert [space.dim for space in made.spaces] == [smaller, smaller]
    with pytest.raises(ConfigError, match="dim is 0; at least 1"):
        SeparateRecipe().link(material, dim=0)
