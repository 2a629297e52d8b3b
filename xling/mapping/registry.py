"""The kinds of map by name, for maps that are read from a file."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from xling.errors import InputError
from xling.mapping.base import SpaceMap

__all__ = ["MAPS", "map_from_tensors"]

#: Where each kind of map is, imported when one is read.
MAPS: dict[str, str] = {
    "kernel": "xling.mapping.kernel:KernelMap",
    "linear": "xling.mapping.linear:LinearMap",
    "mlp": "xling.mapping.mlp:MlpMap",
}


def map_from_tensors(tensors: Mapping[str, Any], meta: Mapping[str, Any]) -> SpaceMap:
    """Put a map of any kind together.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        As `SpaceMap.to_tensors` gave them.
    meta : mapping
        As it gave it; ``kind`` says which class.

    Returns
    -------
    SpaceMap
        The same map, bit for bit.

    Raises
    ------
    InputError
        If there is no such kind, or something does not fit together.
    """
    kind = meta.get("kind")
    if kind not in MAPS:
        raise InputError(f"a map of kind {kind!r}; known: {', '.join(sorted(MAPS))}")
    module, _, member = MAPS[kind].partition(":")
    made: SpaceMap = getattr(import_module(module), member).from_tensors(tensors, meta)
    return made
