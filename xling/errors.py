"""All errors that xling raises on purpose.

::

    XlingError
    ├─ InputError (also ValueError)
    │   ├─ ShapeError            an array of the wrong shape
    │   ├─ DTypeError            an array of the wrong type
    │   ├─ DegenerateInputError  nothing to learn from: no pair, no word, only zeros
    │   ├─ UnknownNameError      a name that is not registered; says which are near
    │   └─ NotInvertibleError    a map that cannot be undone
    ├─ DataError
    │   ├─ FormatError           a file that breaks its format: path, line, what is wrong
    │   ├─ FileAccessError       a file or folder that cannot be read or written
    │   ├─ ChecksumError         a stored file that is not what was written
    │   ├─ LanguageMismatchError languages that do not belong together
    │   ├─ CoverageError         a lexicon that no vocabulary covers
    │   └─ LeakageError          test data that would reach training
    ├─ ConfigError (also ValueError)
    │   ├─ UnknownKeyError       a setting that does not exist
    │   └─ ConflictError         settings that exclude each other
    ├─ FitError
    │   ├─ NonFiniteError        a result with NaN or infinity
    │   └─ UntrustedError        a result that failed its own check
    ├─ RemoteError               an answer of a server that is no result, or none at all
    ├─ MissingExtraError (also ImportError)  an optional package that is not installed
    └─ StorageVersionError       a model written by a newer xling

Every message says what was wrong, where, and what would be right; ``hint`` holds the next
step where there is one, so that the command line can print it on a line of its own.
"""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "ChecksumError",
    "ConfigError",
    "ConflictError",
    "CoverageError",
    "DTypeError",
    "DataError",
    "DegenerateInputError",
    "FileAccessError",
    "FitError",
    "FormatError",
    "InputError",
    "LanguageMismatchError",
    "LeakageError",
    "MissingExtraError",
    "NonFiniteError",
    "NotInvertibleError",
    "RemoteError",
    "ShapeError",
    "StorageVersionError",
    "UnknownKeyError",
    "UnknownNameError",
    "UntrustedError",
    "XlingError",
]


class XlingError(Exception):
    """Base of all errors that xling raises on purpose.

    Parameters
    ----------
    message : str
        What was wrong, where, and what would be right.
    hint : str, optional
        The next step, one line.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class InputError(XlingError, ValueError):
    """An argument that cannot be used."""


class ShapeError(InputError):
    """An array of the wrong shape."""


class DTypeError(InputError):
    """An array of the wrong type."""


class DegenerateInputError(InputError):
    """Nothing to learn from: no pair, no word, only zeros."""


class UnknownNameError(InputError):
    """A name that is not registered.

    Parameters
    ----------
    kind : str
        What the name stands for, for example ``"recipe"``.
    name : str
        The name that was asked for.
    known : iterable of str
        All names that exist.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else None
        super().__init__(f"unknown {kind} {name!r}; known: {', '.join(names)}", hint=hint)


class NotInvertibleError(InputError):
    """A map that cannot be undone."""


class DataError(XlingError):
    """Data that cannot be used."""


class FormatError(DataError):
    """A file that breaks its format.

    Parameters
    ----------
    path : str
        The file, as the caller named it.
    problem : str
        What is wrong, and what would be right.
    line : int, optional
        Line number, from 1.
    hint : str, optional
        The next step, one line.
    """

    def __init__(
        self, path: object, problem: str, *, line: int | None = None, hint: str | None = None
    ) -> None:
        self.path = str(path)
        self.line = line
        where = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{where}: {problem}", hint=hint)


class FileAccessError(DataError):
    """A file or folder that cannot be read or written."""


class ChecksumError(DataError):
    """A stored file that is not what was written."""


class LanguageMismatchError(DataError):
    """Languages that do not belong together."""


class CoverageError(DataError):
    """A lexicon that no vocabulary covers."""


class LeakageError(DataError):
    """Test data that would reach training."""


class ConfigError(XlingError, ValueError):
    """Settings that cannot be used."""


class UnknownKeyError(ConfigError):
    """A setting that does not exist.

    Parameters
    ----------
    where : str
        The table or file that holds the key.
    key : str
        The key that was found.
    known : iterable of str
        All keys that exist there.
    """

    def __init__(self, where: str, key: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(key, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else None
        super().__init__(f"{where}: unknown key {key!r}; known: {', '.join(names)}", hint=hint)


class ConflictError(ConfigError):
    """Settings that exclude each other."""


class FitError(XlingError):
    """A fit that gave nothing usable."""


class NonFiniteError(FitError):
    """A result with NaN or infinity."""


class UntrustedError(FitError):
    """A result that failed its own check; see `xling.aligners.base.Verdict`."""


class RemoteError(XlingError):
    """An answer of a server that is no result, or none at all: of look-ups, downloads, a hub.

    Parameters
    ----------
    message : str
        What the server says, or why it could not be asked.
    status : int
        Of HTTP; 0 where no answer came.
    code : str
        The server's own name of what was wrong, for example ``"unknown_model"``.
    hint : str, optional
        The next step, one line.
    """

    def __init__(
        self, message: str, *, status: int = 0, code: str = "", hint: str | None = None
    ) -> None:
        self.status = status
        self.code = code
        super().__init__(message, hint=hint)


class MissingExtraError(XlingError, ImportError):
    """An optional package that is not installed.

    Parameters
    ----------
    package : str
        The package that was needed.
    extra : str
        The extra of xling that brings it.
    purpose : str
        What it is needed for.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package!r}, which is not installed",
            hint=f"install it with: pip install 'xling[{extra}]'",
        )


class StorageVersionError(XlingError):
    """A model written by a newer xling, or by one so old that its format is not read any more."""
