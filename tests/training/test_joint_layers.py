from pathlib import Path

import numpy as np
import pytest
import torch

from xling.errors import ConfigError, ConflictError
from xling.training.joint_layers import JointLayersRecipe
from xling.training.layers_settings import LayersSettings
from xling.training.material import LinkedSpaces, Material

FAST = {
    "hidden": 16, "width": 8, "batch_sentences": 64, "batch_words": 48, "steps": 40,
    "check_every": 20,
}  # fmt: skip


def linked(material: Material, **changes) -> LinkedSpaces:
    given = {"dim": 20, "threads": 1} | {
        key: changes.pop(key) for key in ("dim", "seed", "progress") if key in changes
    }
    own = {key: changes.pop(key) for key in ("checkpoint", "resume", "device") if key in changes}
    return JointLayersRecipe(settings=LayersSettings(**(FAST | changes)), **own).link(
        material, **given
    )


def precision(made: LinkedSpaces, material: Material) -> float:
    """Share of words whose nearest neighbour is their translation."""
    rows = [mapping.apply(space.vectors) for space, mapping in zip(
        made.spaces, made.mappings, strict=True
    )]  # fmt: skip
    answers = (rows[0] @ rows[1].T).argmax(axis=1)
    words = material.vocabularies
    return float(
        np.mean([words[0].words[i][1:] == words[1].words[j][1:] for i, j in enumerate(answers)])
    )


def test_spaces_are_over_the_material_s_words_and_of_length_one(toy_material) -> None:
    material = toy_material()
    made = linked(material)
    for space, words in zip(made.spaces, material.vocabularies, strict=True):
        assert space.vocabulary is words
        assert space.vectors.shape == (len(words), 20)
        np.testing.assert_allclose(np.linalg.norm(space.vectors, axis=1), 1, atol=1e-5)
        assert not space.empty_words


@pytest.mark.parametrize("crossing", [False, True])
def test_learns_from_a_cold_start(toy_material, crossing: bool) -> None:
    material = toy_material()
    cold = {"crossing": crossing, "warm_start": False, "learning_rate": 1e-2}
    before = precision(linked(material, **(cold | {"learning_rate": 1e-9})), material)
    after = precision(linked(material, **cold, steps=200), material)
    assert before < 0.2
    assert after > 0.9


def test_words_that_no_pair_holds_find_their_translation(toy_material) -> None:
    material = toy_material(pairs=4000)
    made = linked(material, ngrams=False, steps=100)
    rows = [space.vectors for space in made.spaces]
    for word in ("w0", "w1"):
        at = material.vocabularies[0].find_all([word])[0]
        right = material.vocabularies[1].find_all([f"V{word[1:]}"])[0]
        scores = rows[1] @ rows[0][at]
        assert (scores > scores[right]).sum() < 10  # of 60: within its topic


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(toy_material) -> None:
    material = toy_material()
    first, again, other = linked(material), linked(material), linked(material, seed=1)
    for side in (0, 1):
        assert first.spaces[side].fingerprint == again.spaces[side].fingerprint
        assert first.spaces[side].fingerprint != other.spaces[side].fingerprint


def test_neither_torch_s_threads_nor_its_random_state_are_changed(toy_material) -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    linked(toy_material(), steps=2)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


def test_resumes_where_it_stopped_and_only_on_the_same_text(toy_material, tmp_path: Path) -> None:
    material = toy_material()
    path = tmp_path / "layers.safetensors"

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "layers" and done == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        linked(material, checkpoint=path, progress=interrupt)
    resumed = linked(material, checkpoint=path, resume=True)
    whole = linked(material)
    for side in (0, 1):
        assert resumed.spaces[side].fingerprint == whole.spaces[side].fingerprint
    with pytest.raises(ConflictError, match="made with sentence pairs"):
        linked(toy_material(1), checkpoint=path, resume=True)
    with pytest.raises(ConflictError, match=r"recipe\.temperature 0\.1, this run has 0\.2"):
        linked(material, checkpoint=path, resume=True, temperature=0.2)


def test_dimensions_and_device_are_checked(toy_material) -> None:
    with pytest.raises(ConfigError, match="dim is 0; at least 1"):
        linked(toy_material(), dim=0)
    with pytest.raises(ConfigError, match="device 'tpu'"):
        linked(toy_material(), device="tpu")
    made = linked(toy_material(), dim=5000, steps=2)
    assert made.spaces[0].vectors.shape[1] == min(
        len(words) for words in toy_material().vocabularies
    )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_comes_to_nearly_the_same(toy_material) -> None:
    material = toy_material()
    here, there = linked(material, device="cpu"), linked(material, device="cuda")
    for side in (0, 1):
        alike = (here.spaces[side].vectors * there.spaces[side].vectors).sum(axis=1)
        assert alike.min() > 0.99
