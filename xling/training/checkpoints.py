"""Checkpoints of a training run: one safetensors file, whole or not there, never a pickle."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xling.data.tensors import save_tensors
from xling.errors import ConflictError, FormatError
from xling.files import atomic_file
from xling.training.material import Material

__all__ = [
    "check_resumable",
    "load_checkpoint",
    "material_fingerprint",
    "material_settings",
    "save_checkpoint",
]

_STATE = "state"
_FINGERPRINT = "sentence pairs and vocabularies"


def save_checkpoint(
    path: Path, tensors: Mapping[str, np.ndarray], state: Mapping[str, Any]
) -> None:
    """Write a checkpoint; what stands under the name is replaced only by a whole file.

    Parameters
    ----------
    path : Path
        The file; its folder is made where it is missing.
    tensors : mapping of str to ndarray, any shape
        All arrays that training needs to go on.
    state : mapping
        What else it needs, as JSON can hold it. Under ``"settings"``: what the run was made
        with, to be compared by `check_resumable`.

    Raises
    ------
    FileAccessError
        If the disk refuses.
    """
    whole = {name: np.array(part, order="C") for name, part in sorted(tensors.items())}
    with atomic_file(path, force=True) as place:
        save_tensors(whole, place, {_STATE: json.dumps(state, sort_keys=True)})


def load_checkpoint(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]] | None:
    """Read a checkpoint.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of dict and dict, or None
        Tensors and state as they were saved; ``None`` if there is no such file.

    Raises
    ------
    FormatError
        If the file is no checkpoint, or was cut short.
    """
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            state = json.loads((file.metadata() or {})[_STATE])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise FormatError(
            path,
            f"this is no whole checkpoint: {error!r}",
            hint="take the folder of checkpoints away, and train without --resume",
        ) from error
    return tensors, state


def check_resumable(state: Mapping[str, Any], settings: Mapping[str, Any], path: Path) -> None:
    """Refuse to go on from a checkpoint that was made with anything else.

    Parameters
    ----------
    state : mapping
        Of the checkpoint.
    settings : mapping
        What this run is made with, as JSON can hold it, nested or not: settings, seed, ``dim``,
        the material's fingerprint.
    path : Path
        The checkpoint, for the message.

    Raises
    ------
    ConflictError
        Names the first setting that differs, with both values; the material's fingerprint only
        where nothing else does.
    """
    stored = dict(_flat(state.get("settings", {})))
    asked = dict(_flat(json.loads(json.dumps(settings))))
    for name in sorted(stored.keys() | asked.keys(), key=lambda name: (name == _FINGERPRINT, name)):
        if name not in stored or name not in asked or stored[name] != asked[name]:
            raise ConflictError(
                f"{path} was made with {name} {_shown(stored, name)}, this run has "
                f"{_shown(asked, name)}",
                hint="resume with the same settings, seed and sentence pairs, or train anew "
                "with an empty folder of checkpoints",
            )


def material_settings(material: Material) -> dict[str, Any]:
    """Give what a checkpoint keeps of the text that it was trained on.

    Parameters
    ----------
    material : Material
        Counted.

    Returns
    -------
    dict
        What decided on the text, by name, and the fingerprint of what came of it.
    """
    return {**material.made_from, _FINGERPRINT: material_fingerprint(material)}


def material_fingerprint(material: Material) -> str:
    """Give the SHA-256 of all that a recipe learns from.

    Parameters
    ----------
    material : Material
        Counted.

    Returns
    -------
    str
        64 hexadecimal digits; another one if a word, a sentence, a link or a seed pair differs.
    """
    digest = hashlib.sha256()
    for words, linked, sentences in zip(
        material.vocabularies, material.linked, material.sentences, strict=True
    ):
        digest.update("\n".join(words.words).encode())
        for part in (linked, sentences):
            digest.update(part.offsets.tobytes())
            digest.update(part.rows.tobytes())
    digest.update(json.dumps(material.seeds.pairs).encode())
    if material.seeds.confidences is not None:
        digest.update(material.seeds.confidences.tobytes())
    return digest.hexdigest()


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Give nested settings their names with dots."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _shown(settings: Mapping[str, Any], name: str) -> str:
    """Write a value for a message; a fingerprint is cut."""
    if name not in settings:
        return "(not set)"
    text = json.dumps(settings[name])
    return text if len(text) <= 40 else f"{text[:12]}...{text[-1]}"
