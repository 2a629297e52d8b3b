"""Where torch computes."""

import re
from typing import TYPE_CHECKING

from xling.errors import ConfigError

if TYPE_CHECKING:
    import torch

__all__ = ["check_device_name", "choose_device"]


def check_device_name(name: str) -> None:
    """Refuse a name that stands for no device; loads no torch.

    Parameters
    ----------
    name : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.

    Raises
    ------
    ConfigError
        If it is anything else.
    """
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", name):
        raise ConfigError(f"device {name!r}; auto, cpu, cuda or cuda:N is needed")


def choose_device(name: str = "auto") -> "torch.device":
    """Find the device of a name.

    Parameters
    ----------
    name : str
        ``"auto"`` (a GPU where there is one), ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.

    Returns
    -------
    torch.device
        That is there.

    Raises
    ------
    ConfigError
        If the name is none of these, or the GPU is not there.
    """
    import torch

    check_device_name(name)
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name == "auto":
        return torch.device("cuda" if found else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= found:
        raise ConfigError(
            f"device {name!r} is not there: torch finds {found} CUDA devices",
            hint="use --device cpu, or auto for whatever there is",
        )
    return device
