"""In which numbers a network computes: half precision where the machine is faster with it."""

import contextlib
from typing import Literal, get_args

from xling.errors import UnknownNameError

__all__ = ["Precision", "check_precision", "choose_precision", "computing"]

#: "auto" is half precision where the machine has instructions for it, else "fp32".
Precision = Literal["auto", "fp32", "bf16", "fp16"]


def check_precision(name: str) -> Precision:
    """Refuse a name that stands for no numbers; loads no torch.

    Parameters
    ----------
    name : str
        One of `Precision`.

    Returns
    -------
    str
        The same.

    Raises
    ------
    UnknownNameError
        If it is anything else.

    Examples
    --------
    >>> check_precision("bf16")
    'bf16'
    """
    if name not in get_args(Precision):
        raise UnknownNameError("precision", name, get_args(Precision))
    return name  # type: ignore[return-value]


def choose_precision(name: str, device: str) -> Precision:
    """Say what a machine computes in.

    Parameters
    ----------
    name : str
        One of `Precision`.
    device : str
        As torch names it.

    Returns
    -------
    {"fp32", "bf16", "fp16"}
        The name itself but for ``"auto"``.
    """
    import torch

    found = check_precision(name)
    if found != "auto":
        return found
    if not device.startswith("cuda"):
        return "bf16" if _processor_has_bf16() else "fp32"
    return "bf16" if torch.cuda.is_bf16_supported() else "fp16"


def computing(precision: str, device: str) -> contextlib.AbstractContextManager[object]:
    """Let products within be of these numbers; weights stay as they are.

    Parameters
    ----------
    precision : {"fp32", "bf16", "fp16"}
        From `choose_precision`.
    device : str
        As torch names it.

    Returns
    -------
    context manager
        For a ``with``.
    """
    import torch

    kind = "cuda" if device.startswith("cuda") else "cpu"
    half = torch.float16 if precision == "fp16" else torch.bfloat16
    return torch.autocast(kind, dtype=half, enabled=precision != "fp32")


def _processor_has_bf16() -> bool:
    """Tell whether the processor multiplies bfloat16 by instructions of its own."""
    import torch

    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")  # not in every torch
    return any(getattr(torch.cpu, name, bool)() for name in names)
