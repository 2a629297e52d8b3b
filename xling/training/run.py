"""How a recipe is run: settings of its own, checkpoints, resuming, device."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from xling.errors import ConflictError, FileAccessError, UnknownKeyError
from xling.training.device import check_device_name
from xling.training.registry import STEPWISE, Recipe, recipe

__all__ = ["RUN_FIELDS", "RunOptions", "for_run"]

#: Fields of a recipe that say how it is run, not what it learns.
RUN_FIELDS = ("checkpoint", "resume", "device")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """Where checkpoints go, whether one is gone on from, and where it is computed.

    Parameters
    ----------
    checkpoint : Path, optional
        A folder; ``None`` writes no checkpoints.
    resume : bool
        Whether to go on from the checkpoints in it, where there are any.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.
    settings : mapping of str to object
        Of the recipe itself, where they differ from its own: a part of an objective that is
        switched off, for example.

    Raises
    ------
    ConfigError
        If the name of the device is none of these.
    ConflictError
        If there is nothing to resume from.
    """

    checkpoint: Path | None = None
    resume: bool = False
    device: str = "auto"
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_device_name(self.device)
        if self.resume and self.checkpoint is None:
            raise ConflictError("--resume needs --checkpoint DIR, the folder to resume from")

    def options(self, name: str) -> dict[str, Any]:
        """Give what a recipe's class takes of these, once they are checked.

        Parameters
        ----------
        name : str
            Of the recipe.

        Returns
        -------
        dict
            For a closed form settings alone, where there are any.

        Raises
        ------
        ConflictError
            If a closed form is given a checkpoint or a device, or the folder holds something
            and is not to be resumed from.
        UnknownKeyError, ConfigError
            If the recipe has no such setting, or a value cannot be used.
        FileAccessError
            If the place of the folder is taken by a file, or there is nothing to resume from.
        """
        if name not in STEPWISE:
            for option, given in (
                ("--checkpoint", self.checkpoint is not None),
                (f"--device {self.device}", self.device != "auto"),
            ):
                if given:
                    raise ConflictError(
                        f"{option} is for recipes that are trained step by step "
                        f"({', '.join(sorted(STEPWISE))}); {name!r} is a closed form"
                    )
            return self._own(name)
        if self.checkpoint is not None:
            _check_folder(self.checkpoint, self.resume)
        return {name: getattr(self, name) for name in RUN_FIELDS} | self._own(name)

    def _own(self, name: str) -> dict[str, Any]:
        """Give the recipe's settings with those that differ, if any do."""
        if not self.settings:
            return {}
        default = getattr(recipe(name), "settings", None)
        known = [] if default is None else [one.name for one in fields(default)]
        for key in self.settings:
            if key not in known:
                raise UnknownKeyError(f"settings of {name}", key, known or ["none"])
        made: Any = default  # a dataclass, since it has fields
        return {"settings": replace(made, **self.settings)}


def for_run(recipe: Recipe, name: str) -> Recipe:
    """Give a recipe the checkpoint of one of the runs of a training.

    Parameters
    ----------
    recipe : Recipe
        Its checkpoint, if any, is a folder.
    name : str
        ``"outer"`` for the model itself, ``"inner"`` for the one that the ranker is fitted with.

    Returns
    -------
    Recipe
        The same one, or one whose checkpoint is ``FOLDER/NAME.safetensors``.
    """
    folder: Path | None = getattr(recipe, "checkpoint", None)
    if folder is None:
        return recipe
    made: Any = recipe  # a dataclass, since it has that field
    return cast("Recipe", replace(made, checkpoint=Path(folder) / f"{name}.safetensors"))


def _check_folder(folder: Path, resume: bool) -> None:
    """Refuse a folder of checkpoints that would be mixed with others."""
    if not folder.exists():
        if resume:
            raise FileAccessError(
                f"no such folder of checkpoints to resume from: {folder}",
                hint="without --resume it is made, and training starts anew",
            )
        return
    if not folder.is_dir():
        raise FileAccessError(f"{folder} is a file; a folder for checkpoints is needed")
    if not resume and any(folder.iterdir()):
        raise ConflictError(
            f"the folder of checkpoints {folder} is not empty",
            hint="go on from what is in it with --resume, or choose an empty one",
        )
