"""A folder of checkpoints is of one run."""

import sys
from dataclasses import replace

import pytest

from xling.errors import ConflictError, FileAccessError, MissingExtraError
from xling.students.checkpoints import claim_checkpoints, last_checkpoint
from xling.students.settings import StudentSettings

SETTINGS = StudentSettings()


def checkpoint(folder, step: int, *, whole: bool = True):
    place = folder / f"checkpoint-{step}"
    place.mkdir()
    if whole:
        (place / "trainer_state.json").write_text("{}")
    return place


def test_a_run_goes_on_with_what_it_was_made_with(tmp_path):
    folder = tmp_path / "new" / "c"
    assert claim_checkpoints(folder, SETTINGS, run={"pairs": "x"}) is None
    assert claim_checkpoints(folder, SETTINGS, run={"pairs": "y"}) is None  # nothing was made yet
    last = checkpoint(folder, 12)
    checkpoint(folder, 8)
    checkpoint(folder, 16, whole=False)
    assert last_checkpoint(folder) == last
    with pytest.raises(ConflictError, match="holds checkpoints of an earlier run"):
        claim_checkpoints(folder, SETTINGS, run={"pairs": "y"})
    assert claim_checkpoints(folder, SETTINGS, run={"pairs": "y"}, resume=True) == last
    with pytest.raises(ConflictError, match='made with pairs "y", this run has "x"'):
        claim_checkpoints(folder, SETTINGS, run={"pairs": "x"}, resume=True)
    with pytest.raises(ConflictError, match="made with batch 64, this run has 8"):
        claim_checkpoints(folder, replace(SETTINGS, batch=8), run={"pairs": "y"}, resume=True)
    with pytest.raises(ConflictError, match="made with seed 0, this run has 1"):
        claim_checkpoints(folder, SETTINGS, run={"pairs": "y"}, resume=True, seed=1)


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_of_anything_else_is_left_alone(tmp_path, resume):
    (tmp_path / "student.json").write_text("{}")
    with pytest.raises(ConflictError, match=r"holds student\.json, and no run of a student"):
        claim_checkpoints(tmp_path, SETTINGS, run={}, resume=resume)
    assert [place.name for place in tmp_path.iterdir()] == ["student.json"]
    with pytest.raises(FileAccessError, match="cannot write"):
        claim_checkpoints(tmp_path / "student.json", SETTINGS, run={}, resume=resume)


def test_the_trainer_is_an_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(MissingExtraError, match="training a student needs the package") as caught:
        claim_checkpoints(tmp_path / "c", SETTINGS, run={})
    assert "xling[students]" in caught.value.hint
    assert not (tmp_path / "c").exists()
