"""The aligners by name."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from xling.aligners.base import Aligner
from xling.errors import UnknownNameError

__all__ = ["ALIGNERS", "aligner"]

#: Where each aligner is, imported when it is asked for.
ALIGNERS: dict[str, str] = {
    "procrustes": "xling.aligners.procrustes:ProcrustesAligner",
}


def aligner(name: str) -> Callable[..., Aligner]:
    """Find an aligner's class.

    Parameters
    ----------
    name : str
        One of `ALIGNERS`.

    Returns
    -------
    type
        Call it, with ``settings=...`` or with nothing, for an aligner.

    Raises
    ------
    UnknownNameError
        If there is no such aligner; says which are near.

    Examples
    --------
    >>> aligner("procrustes")().settings.normalization
    ('unit', 'centre', 'unit')
    """
    if name not in ALIGNERS:
        raise UnknownNameError("method", name, ALIGNERS)
    module, _, member = ALIGNERS[name].partition(":")
    return cast("Callable[..., Aligner]", getattr(import_module(module), member))
