from pathlib import Path

import pytest

from xling.errors import ConfigError, ConflictError, FileAccessError, UnknownKeyError
from xling.training.joint import JointRecipe
from xling.training.joint_skipgram import JointSkipgramRecipe
from xling.training.run import RunOptions, for_run


def test_a_stepwise_recipe_is_given_all_options(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    options = RunOptions(checkpoint=folder, device="cpu").options("joint-skipgram")
    assert options == {"checkpoint": folder, "resume": False, "device": "cpu"}


def test_a_closed_form_takes_none(tmp_path: Path) -> None:
    assert RunOptions().options("joint") == {}
    with pytest.raises(ConflictError, match=r"--checkpoint is for recipes .*; 'joint' is a closed"):
        RunOptions(checkpoint=tmp_path).options("joint")
    with pytest.raises(ConflictError, match=r"--device cpu .* \(.*joint-skipgram.*\); 'separate'"):
        RunOptions(device="cpu").options("separate")


def test_a_folder_in_use_is_refused_unless_resumed(tmp_path: Path) -> None:
    RunOptions(checkpoint=tmp_path).options("joint-skipgram")  # empty
    (tmp_path / "outer.safetensors").touch()
    with pytest.raises(ConflictError, match="is not empty") as caught:
        RunOptions(checkpoint=tmp_path).options("joint-skipgram")
    assert "--resume" in str(caught.value.hint)
    assert RunOptions(checkpoint=tmp_path, resume=True).options("joint-skipgram")["resume"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileAccessError, match="is a file; a folder for checkpoints is needed"):
        RunOptions(checkpoint=tmp_path / "file", resume=True).options("joint-skipgram")


def test_a_folder_that_is_not_there_is_not_resumed_from(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert RunOptions(checkpoint=missing).options("joint-skipgram")["checkpoint"] == missing
    with pytest.raises(FileAccessError, match="no such folder of checkpoints") as caught:
        RunOptions(checkpoint=missing, resume=True).options("joint-skipgram")
    assert "without --resume" in str(caught.value.hint)


def test_options_that_cannot_be_used() -> None:
    with pytest.raises(ConflictError, match="--resume needs --checkpoint DIR"):
        RunOptions(resume=True)
    with pytest.raises(ConfigError, match="device 'tpu'"):
        RunOptions(device="tpu")


def test_each_run_of_a_training_has_a_checkpoint_of_its_own(tmp_path: Path) -> None:
    recipe = JointSkipgramRecipe(checkpoint=tmp_path, resume=True)
    made = for_run(recipe, "inner")
    assert made == JointSkipgramRecipe(checkpoint=tmp_path / "inner.safetensors", resume=True)
    for same in (JointSkipgramRecipe(), JointRecipe()):
        assert for_run(same, "outer") is same


def test_settings_of_a_recipe_that_differ_from_its_own() -> None:
    made = RunOptions(settings={"layers": 0, "cycle_weight": 0.3}).options("joint-layers")
    assert (made["settings"].layers, made["settings"].cycle_weight) == (0, 0.3)
    assert made["device"] == "auto"
    assert RunOptions().options("joint") == {}
    with pytest.raises(UnknownKeyError, match="settings of joint-layers: unknown key 'layer'"):
        RunOptions(settings={"layer": 0}).options("joint-layers")
    with pytest.raises(UnknownKeyError, match="settings of separate"):
        RunOptions(settings={"power": 1}).options("separate")
    with pytest.raises(ConfigError, match="layers is -1"):
        RunOptions(settings={"layers": -1}).options("joint-layers")
