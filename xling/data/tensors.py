"""Tensors on the disk, with the system's own reason where it refuses them."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["save_tensors"]

_NUMBER = re.compile(r"\(os error (\d+)\)")


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

    try:
        save_file(
            {name: np.ascontiguousarray(part) for name, part in tensors.items()},
            path,
            metadata=None if metadata is None else dict(metadata),
        )
    except SafetensorError as error:
        found = _NUMBER.search(str(error))
        if found is None:
            raise
        number = int(found[1])
        raise OSError(number, os.strerror(number), str(path)) from error
