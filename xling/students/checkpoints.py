"""The folder of a student's checkpoints: of one run, and of nothing else."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xling.errors import ConflictError, FileAccessError
from xling.optional import require
from xling.students.settings import StudentSettings
from xling.training.checkpoints import check_resumable

__all__ = ["claim_checkpoints", "last_checkpoint"]

_STATE = "student-run.json"


def last_checkpoint(folder: Path) -> Path | None:
    """Find the last whole checkpoint of a folder.

    Parameters
    ----------
    folder : Path
        Of `claim_checkpoints`; need not exist.

    Returns
    -------
    Path or None
        ``checkpoint-STEP``.
    """
    found = [
        (int(place.name.rpartition("-")[2]), place)
        for place in folder.glob("checkpoint-*")
        if place.name.rpartition("-")[2].isdigit() and (place / "trainer_state.json").is_file()
    ]
    return max(found)[1] if found else None


def claim_checkpoints(
    folder: Path,
    settings: StudentSettings,
    *,
    run: Mapping[str, Any],
    resume: bool = False,
    seed: int = 0,
) -> Path | None:
    """Make a folder this run's, or see that it is: before anything long begins.

    Parameters
    ----------
    folder : Path
        For checkpoints; made where it is missing.
    settings : StudentSettings
        Objective and training.
    run : mapping
        What tells this run from others, beside the settings; JSON can hold it.
    resume : bool
        Whether to go on from the last checkpoint there.
    seed : int
        Of all that is random.

    Returns
    -------
    Path or None
        The last checkpoint; ``None`` where training begins.

    Raises
    ------
    ConflictError
        If the folder holds checkpoints of another run, or of any and ``resume`` is not set, or
        anything that is no run of a student.
    FileAccessError
        If it cannot be written to.
    MissingExtraError
        If the trainer's package is not installed.
    """
    require("accelerate", extra="students", purpose="training a student")
    place, begun = folder / _STATE, last_checkpoint(folder)
    others = [one.name for one in folder.glob("[!.]*")] if folder.is_dir() else []
    if others and _STATE not in others:
        raise ConflictError(
            f"{folder} holds {min(others)}, and no run of a student: no place for checkpoints",
            hint="give --checkpoint a new folder, or an empty one",
        )
    state = {"settings": {**asdict(settings), **run, "seed": seed}}
    if begun is not None:
        if not resume:
            raise ConflictError(
                f"{folder} holds checkpoints of an earlier run",
                hint="go on from them with --resume, or take them away",
            )
        try:
            stored = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            stored = {}
        check_resumable(stored, state["settings"], place)
        return begun
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(state, indent=1), encoding="utf-8")
    except OSError as error:
        raise FileAccessError(f"cannot write {place}: {error.strerror or error}") from error
    return None
