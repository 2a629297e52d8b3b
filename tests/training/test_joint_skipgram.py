from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xling.errors import ConfigError, ConflictError
from xling.training.checkpoints import load_checkpoint, save_checkpoint
from xling.training.joint_skipgram import JointSkipgramRecipe, JointSkipgramSettings
from xling.training.material import LinkedSpaces, Material

QUICK = JointSkipgramSettings(epochs=4, subsample=0, tokens=64, draws=8)
PLAIN = replace(QUICK, epochs=12, predicted=0.0, composed=0.0)  # input vectors only
Toy = Callable[..., Material]


def trained(material: Material, recipe: JointSkipgramRecipe | None = None, **changes):
    given = {"dim": 12, "threads": 1} | changes
    return (recipe or JointSkipgramRecipe(settings=QUICK)).link(material, **given)


def vectors(spaces: LinkedSpaces) -> np.ndarray:
    return np.vstack([space.vectors for space in spaces.spaces])


def hits(spaces: LinkedSpaces) -> float:
    """Give the share of linked words whose nearest word is their translation."""
    first, second = (
        mapping.apply(space.vectors)
        for mapping, space in zip(spaces.mappings, spaces.spaces, strict=True)
    )
    nearest = (first @ second.T).argmax(axis=1)
    names = [space.vocabulary.words for space in spaces.spaces]
    right = [
        names[1][nearest[i]][1:] == name[1:]
        for i, name in enumerate(names[0])
        if name not in ("w0", "w1")
    ]
    return float(np.mean(right))


def test_translations_end_up_nearest(toy_material: Toy) -> None:
    found = trained(toy_material(), JointSkipgramRecipe(settings=replace(QUICK, epochs=12)))
    assert hits(found) > 0.9
    assert [space.vectors.shape[1] for space in found.spaces] == [12, 12]
    assert [space.language for space in found.spaces] == ["en", "de"]
    lengths = np.linalg.norm(found.mappings[1].apply(found.spaces[1].vectors), axis=1)
    np.testing.assert_allclose(lengths, 1, rtol=1e-5)


def test_one_language_alone_links_nothing(toy_material: Toy) -> None:
    alone = replace(QUICK, epochs=12, matched=0.0, partner=0.0)
    assert hits(trained(toy_material(), JointSkipgramRecipe(settings=alone))) < 0.3


@pytest.mark.parametrize("part", ["matched", "partner"])
def test_each_crossing_objective_links_beside_its_own_language(
    toy_material: Toy, part: str
) -> None:
    other = {"matched": "partner", "partner": "matched"}[part]
    settings = replace(PLAIN, **{other: 0.0})
    assert hits(trained(toy_material(), JointSkipgramRecipe(settings=settings))) > 0.5


@pytest.mark.parametrize("part", ["predicted", "composed"])
def test_each_part_of_a_word_s_vector_can_be_left_out(toy_material: Toy, part: str) -> None:
    without = replace(QUICK, **{part: 0.0})
    found = [
        trained(toy_material(), JointSkipgramRecipe(settings=settings), dim=100).spaces[0]
        for settings in (replace(QUICK, width=10), replace(without, width=10))
    ]
    assert [space.vectors.shape[1] for space in found] == [30, 20]


def test_the_seed_decides_and_the_threads_do_not(toy_material: Toy) -> None:
    material = toy_material()
    first = vectors(trained(material))
    assert vectors(trained(material, threads=2)).tobytes() == first.tobytes()
    assert not np.allclose(vectors(trained(material, seed=1)), first)


def test_an_interrupted_run_goes_on_to_the_same_bytes(toy_material: Toy, tmp_path: Path) -> None:
    material, path = toy_material(), tmp_path / "outer.safetensors"
    expected = vectors(trained(material))
    recipe = JointSkipgramRecipe(settings=QUICK, checkpoint=path)
    stop = 2 * 1000 + 500  # in the middle of the third epoch

    def interrupt(stage: str, done: int, total: int) -> None:
        if done >= stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(material, recipe, progress=interrupt)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    loaded = load_checkpoint(path)
    assert loaded is not None
    assert loaded[1]["epochs"] == 2
    calls: list[int] = []
    found = trained(
        material, replace(recipe, resume=True), progress=lambda _, done, __: calls.append(done)
    )
    assert vectors(found).tobytes() == expected.tobytes()
    assert calls[0] > 2000  # the first two epochs were not run again
    again = trained(material, replace(recipe, resume=True))
    assert vectors(again).tobytes() == expected.tobytes()


def test_without_resume_a_checkpoint_is_written_anew(toy_material: Toy, tmp_path: Path) -> None:
    material, path = toy_material(), tmp_path / "outer.safetensors"
    recipe = JointSkipgramRecipe(settings=QUICK, checkpoint=path)
    trained(material, recipe, seed=5)
    assert vectors(trained(material, recipe)).tobytes() == vectors(trained(material)).tobytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 1}, "was made with seed 0, this run has 1$"),
        ({"dim": 13}, "was made with dim 12, this run has 13$"),
        ({"window": 3}, r"was made with recipe\.window 10, this run has 3$"),
        ({"material": 1}, "was made with sentence pairs and vocabularies"),
    ],
)
def test_other_settings_are_not_gone_on_with(
    toy_material: Toy, tmp_path: Path, changes: dict[str, int], message: str
) -> None:
    recipe = JointSkipgramRecipe(settings=QUICK, checkpoint=tmp_path / "c.safetensors")
    trained(toy_material(), recipe)
    settings = replace(QUICK, window=changes.pop("window", QUICK.window))
    material = toy_material(changes.pop("material", 0))
    with pytest.raises(ConflictError, match=message):
        trained(material, replace(recipe, settings=settings, resume=True), **changes)


def test_stops_early_and_keeps_the_best_vectors(toy_material: Toy, tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    # On few sentences and at a high rate, the held-out pairs soon get worse.
    settings = replace(QUICK, epochs=40, learning_rate=1.0, held_out=0.3, patience=1)
    material = toy_material(pairs=120, words=40)
    recipe = JointSkipgramRecipe(settings=settings, checkpoint=path)
    calls: list[tuple[int, int]] = []
    found = trained(material, recipe, progress=lambda _, done, total: calls.append((done, total)))
    loaded = load_checkpoint(path)
    assert loaded is not None
    tensors, state = loaded
    losses = state["losses"]
    assert len(losses) == state["epochs"] < 40
    assert losses[-1] >= min(losses) == losses[-2]
    assert tensors["best_input"].tobytes() != tensors["input"].tobytes()
    assert calls[-1] == (40_000, 40_000)
    # The vectors are the best ones: the last ones can be anything.
    tensors["input"][:] = 0
    save_checkpoint(path, tensors, state)
    again = trained(material, replace(recipe, resume=True))
    assert vectors(again).tobytes() == vectors(found).tobytes()


def test_the_held_out_pairs_are_not_learned_from(toy_material: Toy) -> None:
    material = toy_material()
    none, most = (
        hits(trained(material, JointSkipgramRecipe(settings=replace(PLAIN, held_out=share))))
        for share in (0.0, 0.99)
    )
    assert none > 0.9
    assert most < 0.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window": 0}, "window is 0; at least 1"),
        ({"epochs": 0}, "epochs is 0; at least 1"),
        ({"held_out": 1.0}, r"held_out is 1.0; \[0, 1\)"),
        ({"threshold": -0.1}, r"threshold is -0.1; \[0, 1\)"),
        ({"smoothing": 1.5}, r"smoothing is 1.5; \[0, 1\]"),
        ({"learning_rate": 0.0}, r"learning_rate is 0.0; \(0, 1\]"),
        ({"composed": -1.0}, "composed is -1.0; at least 0"),
        ({"own": -1.0}, "at least one above 0"),
        ({"own": 0.0, "matched": 0.0, "partner": 0.0}, "at least one above 0"),
    ],
)
def test_settings_outside_their_range_are_refused(changes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        JointSkipgramSettings(**changes)


def test_bad_calls_are_refused(toy_material: Toy) -> None:
    with pytest.raises(ConfigError, match="dim is 0; at least 1"):
        trained(toy_material(), dim=0)
    with pytest.raises(ConfigError, match="device 'gpu'"):
        JointSkipgramRecipe(device="gpu")
