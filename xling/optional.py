"""Packages that are extras: import them, or say how to install them."""

from importlib import import_module
from types import ModuleType

from xling.errors import MissingExtraError

__all__ = ["require"]


def require(package: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional package.

    Parameters
    ----------
    package : str
        Module to import.
    extra : str
        Extra of xling that installs it.
    purpose : str
        What needs it, for the message.

    Returns
    -------
    module
        The imported package.

    Raises
    ------
    MissingExtraError
        If it is not installed; the hint holds the line that installs it.
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtraError(package, extra, purpose) from error
