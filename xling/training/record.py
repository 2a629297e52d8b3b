"""What is kept of how a model was made: its card, and what a run that goes on must agree in."""

import hashlib
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from importlib.metadata import version
from typing import Any

from xling import __version__
from xling.counting.hold_out import HeldOut
from xling.data.lexicon import Lexicon
from xling.training.material import Material
from xling.training.registry import STEPWISE, Recipe
from xling.training.run import RUN_FIELDS
from xling.training.settings import TrainSettings

__all__ = ["card", "made_from"]

_PACKAGES = ("numpy", "scipy", "faiss-cpu", "snowballstemmer")
_OF_STEPS: dict[bool, tuple[str, ...]] = {False: (), True: ("torch",)}
_SHORT = 12  # digits of a checksum that tells lists of words apart


def made_from(
    settings: TrainSettings,
    *,
    pairs: int,
    further: Mapping[str, int],
    held_out: Lexicon | None = None,
    lexicon: Lexicon | None = None,
) -> dict[str, Any]:
    """Name what decides on the text that a recipe is given.

    A checkpoint holds it (`xling.training.checkpoints.material_settings`), so that a run with
    anything else can be told what differs.

    Parameters
    ----------
    settings : TrainSettings
        What is the same for every recipe.
    pairs : int
        Sentence pairs, before any is held out.
    further : mapping of str to int
        For each language, sentences of further text that were given.
    held_out, lexicon : Lexicon, optional
        As they were given: test words, and seed pairs.

    Returns
    -------
    dict
        Plain values by name; word lists as their number and the start of a checksum.
    """
    both = held_out is not None and settings.hold_out_side == "both"
    words = () if held_out is None else sorted(held_out.queries())
    others = sorted(held_out.inverted().queries()) if both and held_out is not None else ()
    seeds = () if lexicon is None else ("\t".join(pair) for pair in lexicon.pairs)
    return {
        "sentence_pairs": pairs,
        "monolingual_sentences": dict(further),
        "hold_out_match": settings.hold_out_match,
        "hold_out_side": settings.hold_out_side,
        "hold_out_words": len(words) + len(others),
        "hold_out_words_sha256": _checksum((*words, "", *others)),
        "shots": settings.shots,
        "seed_lexicon_pairs": 0 if lexicon is None else len(lexicon),
        "seed_lexicon_sha256": _checksum(seeds),
        "min_count": settings.min_count,
        "phrases": settings.phrases,
    }


def card(
    name: str,
    recipe: Recipe,
    settings: TrainSettings,
    material: Material,
    held: HeldOut,
    inputs: list[str],
) -> dict[str, Any]:
    """Record how a model was made.

    Parameters
    ----------
    name : str
        Of the recipe.
    recipe : Recipe
        With its settings.
    settings : TrainSettings
        What is the same for every recipe.
    material : Material
        What the model was learned from.
    held : HeldOut
        What was held out.
    inputs : list of str
        Fingerprint of each language's text.

    Returns
    -------
    dict
        Plain values, for the model's card.
    """
    return {
        "recipe": name,
        "languages": [text.language for text in material.texts],
        "settings": {**asdict(settings), "threads": None, "recipe": _settings_of(recipe)},
        "seed": settings.seed,
        "sentence_pairs": len(held.linked),
        "unmatched_sentences": [len(text) - len(held.linked) for text in material.texts],
        "seed_pairs": len(material.seeds),
        "vocabulary": [len(words) for words in material.vocabularies],
        "held_out": held.counts(),
        "table": {
            "perplexities": [list(pair) for pair in material.table.perplexities],
            "converged": material.table.converged,
        },
        "inputs": inputs,
        "versions": {
            "xling": __version__,
            "python": platform.python_version(),
            **{package: version(package) for package in (*_PACKAGES, *_OF_STEPS[name in STEPWISE])},
        },
    }


def _settings_of(part: Any) -> Any:
    """Give the settings of a recipe, and of the encoder and aligner in it, as plain values."""
    if not is_dataclass(part):
        return list(part) if isinstance(part, tuple) else part
    names = [one.name for one in fields(part) if one.name not in RUN_FIELDS]
    values = {name: _settings_of(getattr(part, name)) for name in names}
    return {"class": type(part).__name__, **values}


def _checksum(lines: Iterable[str]) -> str:
    """Give the start of the SHA-256 of some lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_SHORT]
