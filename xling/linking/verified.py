"""Trained encoders, opened after their checksums were looked at where xling wrote their folder."""

import json
from pathlib import Path

from xling.encoders.pretrained.checkpoint import Checkpoint, open_checkpoint
from xling.files import PathLike
from xling.model.manifest import KIND, MANIFEST_NAME, verify_manifest

__all__ = ["open_verified"]


def open_verified(name: PathLike, *, device: str | None = None) -> Checkpoint:
    """Open a trained encoder; of a folder that xling wrote, a student say, check every byte.

    Parameters
    ----------
    name : path
        A folder of sentence-transformers or transformers, or a name that a hub knows.
    device : str, optional
        As torch names it; ``None`` for a GPU where there is one.

    Returns
    -------
    Checkpoint
        As `xling.encoders.pretrained.checkpoint.open_checkpoint` gives it.

    Raises
    ------
    ChecksumError
        If the folder has a manifest of xling's, and is not what was written.
    FileAccessError, FormatError, StorageVersionError
        If there is no such encoder, or it cannot be read.
    """
    folder = Path(name)
    try:
        kind = dict(json.loads((folder / MANIFEST_NAME).read_bytes())).get("kind")
    except OSError:
        kind = None
    except (TypeError, ValueError):
        kind = KIND  # damaged, which is said below
    if str(kind).startswith("xling-"):
        verify_manifest(folder, kind=str(kind))
    return open_checkpoint(name, device=device)
