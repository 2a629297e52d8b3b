"""The encoders by name."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from xling.encoders.base import Encoder
from xling.errors import UnknownNameError

__all__ = ["ENCODERS", "encoder"]

#: Where each encoder is, imported when it is asked for.
ENCODERS: dict[str, str] = {
    "fasttext": "xling.encoders.fasttext:FastTextEncoder",
    "ppmi": "xling.encoders.ppmi:PpmiEncoder",
    "skipgram": "xling.encoders.skipgram:SkipgramEncoder",
}


def encoder(name: str) -> Callable[..., Encoder]:
    """Find an encoder's class.

    Parameters
    ----------
    name : str
        One of `ENCODERS`.

    Returns
    -------
    type
        Call it, with ``settings=...`` or with nothing, for an encoder.

    Raises
    ------
    UnknownNameError
        If there is no such encoder; says which are near.

    Examples
    --------
    >>> encoder("ppmi")().settings.smoothing
    0.75
    """
    if name not in ENCODERS:
        raise UnknownNameError("encoder", name, ENCODERS)
    module, _, member = ENCODERS[name].partition(":")
    return cast("Callable[..., Encoder]", getattr(import_module(module), member))
