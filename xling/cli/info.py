"""``xling info``: what a model is, and how it was made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Json, ModelPath
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, size, table, write, write_json
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "info", "run_info"]

EXAMPLES = (
    "xling info models/en-de",
    "xling info models/en-de --json",
    "xling info models/en-de --hubness",
)

_HUBNESS_BY = ("nn", "csls")
_BY_LANGUAGE = ("vocabulary", "unmatched_sentences", "inputs")


def run_info(
    model_path: Path, *, hubness: bool = False, progress: Progress = silent
) -> dict[str, Any]:
    """Read how a model was made, and check that it is whole.

    Parameters
    ----------
    model_path : Path
        Folder of a model.
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
        If it is no model, or was changed.
    """
    from xling.model.model import CHANNELS
    from xling.model.open import load_card

    card = load_card(model_path)
    for name in _BY_LANGUAGE:
        if name in card:
            card[name] = dict(zip(card["languages"], card[name], strict=True))
    measured = {"hubness": _hubness(model_path, progress)} if hubness else {}
    return {
        "model": model_path.absolute().name,
        "path": str(model_path),
        "bytes": sum(file.stat().st_size for file in model_path.rglob("*") if file.is_file()),
        "channels": list(CHANNELS if "table" in card else CHANNELS[:1]),
        **card,
        **measured,
    }


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
    with progress_bars() as progress:
        document = run_info(model, hubness=hubness, progress=progress)
    if json:
        write_json(document)
        return
    write(facts(_summary(document)))
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


def _summary(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what a model is, for people; what a card does not hold is left out."""
    yield "model", document["path"]
    yield "size", size(document["bytes"])
    yield "languages", ", ".join(document["languages"][:-1]) + f" and {document['languages'][-1]}"
    for name in ("recipe", "method"):
        if name in document:
            yield name, document[name]
    yield "words", _by_language(document["vocabulary"])
    yield "channels", ", ".join(document["channels"])
    if "sentence_pairs" in document:
        yield "sentence pairs", f"{document['sentence_pairs']:,} linked"
        yield "unmatched", _by_language(document["unmatched_sentences"]) + " sentences"
    held = document.get("held_out", {})
    if held.get("words"):
        yield "held out", f"{held['words']:,} words, {held['pairs_removed']:,} pairs removed"
    coverage = document.get("seed_coverage")
    share = "" if coverage is None else f" ({per_cent(coverage)} of the lexicon)"
    yield "seed pairs", f"{document['seed_pairs']:,}{share}"
    if document.get("pairs_used", document["seed_pairs"]) != document["seed_pairs"]:
        yield "fitted on", f"{document['pairs_used']:,} pairs"
    for link in document.get("links", ()):
        yield (
            f"link {link['source']}-{link['target']}",
            f"{link['pairs']:,} pairs ({per_cent(link['coverage'])} of the lexicon), "
            f"mean cosine {link['cosine']:.3f}",
        )
    for line in document.get("warnings", ()):
        yield "warning", line
    if document.get("verdict") is not None:
        yield "verdict", document["verdict"]
    if "table" in document:
        rounds = len(document["table"]["perplexities"])
        state = "converged" if document["table"]["converged"] else "not converged"
        yield "table", f"{state}, {rounds} rounds"
    yield "seed", str(document["seed"])
    yield "settings", ", ".join(_settings(document["settings"]))
    for direction, kinds in document.get("scores", {}).items():
        if found := ", ".join(
            f"{kind} {per_cent(score['precision']['1'])} of {score['queries']}"
            for kind, score in kinds.items()
        ):
            yield f"inner {direction}", f"first answer right: {found}"
    if "demo" in document:
        yield "demo", "learned from synthetic text; its scores say nothing about real text"
    yield "made with", ", ".join(f"{name} {v}" for name, v in document["versions"].items())


def _by_language(counts: dict[str, int]) -> str:
    """Write a number for each language."""
    return ", ".join(f"{language} {count:,}" for language, count in counts.items())


def _settings(settings: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Write nested settings flat; those that were left open are not shown."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{prefix}{name}.")
        elif value is not None:
            shown = " ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"{prefix}{name} {shown}"
