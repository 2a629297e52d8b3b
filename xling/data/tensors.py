"""Tensors on the disk, with the system's own reason where it refuses them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xling.files import system_error

__all__ = ["map_tensors", "save_tensors"]

_TYPES = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "|u1", "BOOL": "|b1"}


def save_tensors(
    tensors: Mapping[str, NDArray[Any]], path: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Write tensors as safetensors.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        Of any shape and of a type that safetensors knows.
    path : Path
        The file to write.
    metadata : mapping of str to str, optional
        Stored with them.

    Raises
    ------
    OSError
        If the system refuses, for example because the disk is full: what the atomic writers of
        `xling.files` name the output in.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    path.touch()
    mode = path.stat().st_mode
    try:
        save_file(
            {name: np.ascontiguousarray(part) for name, part in tensors.items()},
            path,
            metadata=None if metadata is None else dict(metadata),
        )
        path.chmod(mode)  # safetensors lets nobody else read
    except SafetensorError as error:
        refused = system_error(error)
        if refused is None:
            raise
        raise OSError(refused.errno, refused.strerror, str(path)) from error


def map_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Map tensors that `save_tensors` wrote: read when used, and shared by all processes.

    Parameters
    ----------
    path : Path
        A file that nobody writes to; it may be removed or replaced by another one of its name.

    Returns
    -------
    dict of str to ndarray
        Read-only.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no safetensors file, or has a type that xling does not write; KeyError if its
        table of contents lacks something.
    """
    raw = np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    start = 8 + int.from_bytes(raw[:8].tobytes(), "little")
    if start > len(raw):
        raise ValueError(f"{path}: its table of contents is longer than the file")
    contents = json.loads(raw[8:start].tobytes())
    contents.pop("__metadata__", None)
    found: dict[str, NDArray[Any]] = {}
    for name, entry in contents.items():
        if entry["dtype"] not in _TYPES:
            raise ValueError(f"{path}: {name} is of type {entry['dtype']}")
        first, last = entry["data_offsets"]
        data = raw[start + first : start + last]
        found[name] = data.view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
    return found
