"""``xling info``: what a model is, and how it was made."""

import json as json_library
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Json, ModelPath
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, size, table, write, write_json
from xling.errors import ConflictError
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "info", "run_info"]

EXAMPLES = (
    "xling info models/en-de",
    "xling info models/en-de --json",
    "xling info models/en-de --hubness",
)

_HUBNESS_BY = ("nn", "csls")
# Where sentence encoders keep their card, by what their folder says it is.
_CARDS = {"xling-encoders": "model.json", "xling-student": "student.json"}


def run_info(
    model_path: Path, *, hubness: bool = False, progress: Progress = silent
) -> dict[str, Any]:
    """Read how a model was made, and check that it is whole.

    Parameters
    ----------
    model_path : Path
        Folder of a model, of linked encoders or of a student.
    hubness : bool
        Whether the hubness of its space is measured too, which takes a search with each word.
    progress : callable
        Called as that goes on.

    Returns
    -------
    dict
        The document of ``info --json``: the model's card, its evidence and its size.

    Raises
    ------
    XlingError
        If it is none of them, or was changed; if encoders are asked for their words' hubness.
    """
    encoders = _encoders(model_path)
    if encoders is not None:
        if hubness:
            raise ConflictError(
                "--hubness is about a model's words; encoders of sentences have none"
            )
        return {**_place(model_path), **encoders}
    from xling.model.card import by_language
    from xling.model.model import CHANNELS
    from xling.model.open import load_card

    card = by_language(load_card(model_path))
    measured = {"hubness": _hubness(model_path, progress)} if hubness else {}
    return {
        **_place(model_path),
        "channels": list(CHANNELS if "table" in card else CHANNELS[:1]),
        **card,
        **measured,
    }


def _place(path: Path) -> dict[str, Any]:
    """Say where a model is, and how large."""
    return {
        "model": path.absolute().name,
        "path": str(path),
        "bytes": sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
    }


def _encoders(path: Path) -> dict[str, Any] | None:
    """Read the card of sentence encoders, without the encoders; ``None`` of anything else."""
    from xling.model.manifest import MANIFEST_NAME, verify_manifest

    try:
        kind = json_library.loads((path / MANIFEST_NAME).read_bytes())["kind"]
        name = _CARDS[kind]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    verify_manifest(path, kind=kind)
    document = json_library.loads((path / name).read_bytes())
    return {"kind": "linked", **document.get("card", document)}


def _hubness(model_path: Path, progress: Progress) -> dict[str, Any]:
    """Measure the hubness of a model's space: by criterion, then by direction."""
    from xling.model.hubness import model_hubness
    from xling.model.open import load_pair

    model = load_pair(model_path)
    return {name: model_hubness(model, name, progress=progress) for name in _HUBNESS_BY}


def info(
    model: ModelPath,
    hubness: Annotated[
        bool,
        typer.Option("--hubness", help="Also measure how unevenly words are retrieved: nn, csls."),
    ] = False,
    json: Json = False,
) -> None:
    """Show what a model is, and how it was made."""
    from xling.model.card import card_facts, encoder_facts

    with progress_bars() as progress:
        document = run_info(model, hubness=hubness, progress=progress)
    if json:
        write_json(document)
        return
    told = card_facts if "channels" in document else encoder_facts
    place = [("model", document["path"]), ("size", size(document["bytes"]))]
    write(facts([*place, *told(document)]))
    if hubness:
        headers = ("hubness", "", "skewness", "never retrieved", "biggest hubs")
        write("", table(headers, _hubs(document["hubness"]), right=(2, 3)))


def _hubs(measured: dict[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    """Give a line for each criterion and direction."""
    for name, directions in measured.items():
        for direction, one in directions.items():
            hubs = ", ".join(f"{hub['word']} {hub['count']}" for hub in one["hubs"][:5])
            never = per_cent(one["never_retrieved"])
            yield name, direction, f"{one['skewness']:.1f}", never, hubs
