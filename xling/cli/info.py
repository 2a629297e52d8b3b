"""``xling info``: what a model is, and how it was made."""

from pathlib import Path
from typing import Any

from xling.cli.options import Json, ModelPath
from xling.cli.render import facts, size, write, write_json

__all__ = ["EXAMPLES", "info", "run_info"]

EXAMPLES = ("xling info models/en-de", "xling info models/en-de --json")


def run_info(model_path: Path) -> dict[str, Any]:
    """Read how a model was made, and check that it is whole.

    Parameters
    ----------
    model_path : Path
        Folder of a model.

    Returns
    -------
    dict
        The document of ``info --json``: the model's card, its evidence and its size.

    Raises
    ------
    XlingError
        If it is no model, or was changed.
    """
    from xling.model.card import by_language
    from xling.model.model import CHANNELS
    from xling.model.open import load_card

    card = by_language(load_card(model_path))
    return {
        "model": model_path.absolute().name,
        "path": str(model_path),
        "bytes": sum(file.stat().st_size for file in model_path.rglob("*") if file.is_file()),
        "channels": list(CHANNELS if "table" in card else CHANNELS[:1]),
        **card,
    }


def info(model: ModelPath, json: Json = False) -> None:
    """Show what a model is, and how it was made."""
    from xling.model.card import card_facts

    document = run_info(model)
    if json:
        write_json(document)
        return
    write(
        facts(
            [
                ("model", document["path"]),
                ("size", size(document["bytes"])),
                *card_facts(document),
            ]
        )
    )
