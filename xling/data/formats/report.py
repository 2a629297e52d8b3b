"""What a reader met in a file: how much it read, and every kind of problem with its count."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from xling.errors import FormatError
from xling.files import PathLike

__all__ = [
    "Problem",
    "ProblemLog",
    "ReadReport",
    "Unit",
]

Unit: TypeAlias = Literal["line", "word"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One kind of problem in one file.

    Parameters
    ----------
    kind : str
        Short name, for example ``"wrong width"``.
    path : str
        The file, as the caller named it.
    line : int or None
        Where the first one stands: line number, or number of the word in a binary file, from 1;
        ``None`` for what concerns the whole file.
    message : str
        What is wrong there, and what was done.
    count : int
        How many there are.
    unit : {"line", "word"}
        What is counted.
    """

    kind: str
    path: str
    line: int | None
    message: str
    count: int
    unit: Unit

    def describe(self) -> str:
        """Say in one sentence what was wrong, where, what was done, and how often.

        Returns
        -------
        str
            Without a full stop.

        Examples
        --------
        >>> Problem(kind="empty line", path="a.vec", line=3, message="empty line; skipped",
        ...         count=2, unit="line").describe()
        'a.vec:3: empty line; skipped (2 such lines)'
        """
        text = f"{_place(self.path, self.line, self.unit)}: {self.message}"
        if self.line is None:
            return text
        return f"{text} ({self.count} such {self.unit}{'s' if self.count != 1 else ''})"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadReport:
    """What was read from a file, and what was not.

    Parameters
    ----------
    path : str
        The file, as the caller named it.
    kind : str
        What was read, for example ``"word vectors"``.
    items : int
        How many of them are in the result.
    problems : tuple of Problem
        One for each kind of problem, in the order of the first of each kind.
    """

    path: str
    kind: str
    items: int
    problems: tuple[Problem, ...] = ()

    def count(self, kind: str) -> int:
        """Count the problems of one kind.

        Parameters
        ----------
        kind : str
            For example ``"wrong width"``.

        Returns
        -------
        int
            0 where there was none.
        """
        return sum(problem.count for problem in self.problems if problem.kind == kind)

    def describe(self) -> list[str]:
        """Give one plain sentence for each kind of problem.

        Returns
        -------
        list of str
            Empty for a file without problems.
        """
        return [problem.describe() for problem in self.problems]

    def to_json(self) -> dict[str, Any]:
        """Give the same as plain values.

        Returns
        -------
        dict
            Only strings, integers, lists and ``None``.
        """
        return {
            "path": self.path,
            "kind": self.kind,
            "items": self.items,
            "problems": [
                {
                    "kind": problem.kind,
                    "path": problem.path,
                    problem.unit: problem.line,
                    "message": problem.message,
                    "count": problem.count,
                }
                for problem in self.problems
            ],
        }


class ProblemLog:
    """Counts the problems met while a file is read, or stops at the first one.

    Parameters
    ----------
    path : path
        The file that is read.
    strict : bool
        Whether a problem stops the reading.
    unit : {"line", "word"}
        What numbers count: the lines of a text, or the words of a binary file.
    """

    def __init__(self, path: PathLike, strict: bool, *, unit: Unit = "line") -> None:
        self.path = str(path)
        self.strict = strict
        self.unit: Unit = unit
        self._first: dict[tuple[str, str], tuple[int | None, str]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def problem(
        self,
        kind: str,
        line: int | None,
        message: str,
        done: str,
        *,
        path: PathLike | None = None,
    ) -> None:
        """Count a problem, or stop.

        Parameters
        ----------
        kind : str
            Short name; problems of one kind are counted together.
        line : int or None
            Where it stands, from 1.
        message : str
            What is wrong.
        done : str
            What is done about it, if it does not stop.
        path : path, optional
            The file, where it is another one than the log's.

        Raises
        ------
        FormatError
            Under ``strict``.
        """
        if self.strict:
            raise self.error(message, line=line, path=path)
        self.note(kind, line, message, done, path=path)

    def note(
        self,
        kind: str,
        line: int | None,
        message: str,
        done: str,
        *,
        path: PathLike | None = None,
    ) -> None:
        """Count something worth knowing that never stops the reading.

        Parameters
        ----------
        kind, line, message, done, path
            As for `problem`.
        """
        key = (self.path if path is None else str(path), kind)
        self._first.setdefault(key, (line, f"{message}; {done}"))
        self._counts[key] = self._counts.get(key, 0) + 1

    def error(
        self,
        message: str,
        *,
        line: int | None = None,
        path: PathLike | None = None,
    ) -> FormatError:
        """Make the error that stops the reading.

        Parameters
        ----------
        message : str
            What is wrong, and what would be right.
        line : int, optional
            Where it stands, from 1.
        path : path, optional
            The file, where it is another one than the log's.

        Returns
        -------
        FormatError
            To be raised.
        """
        where = self.path if path is None else str(path)
        if line is not None and self.unit == "word":
            return FormatError(where, f"word {line}: {message}")
        return FormatError(where, message, line=line)

    def nothing_usable(self, wanted: str) -> FormatError:
        """Make the error for a file of which nothing could be used.

        Parameters
        ----------
        wanted : str
            What was looked for, and what it looks like.

        Returns
        -------
        FormatError
            Names the first problem, if there was one.
        """
        first = "; first problem: " + self._problems()[0].describe() if self._first else ""
        return self.error(f"{wanted}{first}")

    def report(self, kind: str, items: int) -> ReadReport:
        """Close the log.

        Parameters
        ----------
        kind : str
            What was read.
        items : int
            How many.

        Returns
        -------
        ReadReport
            With everything that was counted.
        """
        return ReadReport(path=self.path, kind=kind, items=items, problems=self._problems())

    def _problems(self) -> tuple[Problem, ...]:
        """Give the counted problems, first met first."""
        return tuple(
            Problem(
                kind=kind,
                path=path,
                line=line,
                message=message,
                count=self._counts[path, kind],
                unit=self.unit,
            )
            for (path, kind), (line, message) in self._first.items()
        )


def _place(path: str, line: int | None, unit: Unit) -> str:
    """Name a place in a file."""
    if line is None:
        return path
    return f"{path}:{line}" if unit == "line" else f"{path}: word {line}"
