"""Runs that TOML files describe: read, carried out by the program that each names, repeated."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xling.errors import FileAccessError, FormatError, InputError
from xling.files import open_binary

__all__ = ["Repeated", "RunFile", "read_result", "read_run", "repeat"]

_PROGRAM = "run.py"  # where a run file names none
_RESULTS = "results"
_PATIENCE = 5  # seconds that a program has to end


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFile:
    """A run as its file describes it.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Of the run; its result is ``NAME.json``.
    program : Path
        What carries it out: the file ``program`` in the folder above, ``run.py`` by default.
    """

    path: Path
    name: str
    program: Path

    @property
    def result(self) -> Path:
        """Where its result is kept: ``../results/NAME.json``."""
        return self.path.absolute().parent.parent / _RESULTS / f"{self.name}.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeated:
    """What a repeated run gave.

    Parameters
    ----------
    document : mapping
        Its result.
    printed : str
        What the program printed: its tables.
    seconds : float
        Wall time.
    """

    document: Mapping[str, Any] = field(repr=False)
    printed: str
    seconds: float


def read_run(path: Path) -> RunFile:
    """Read the description of a run.

    Parameters
    ----------
    path : Path
        A TOML file with a ``name`` and, where it is not ``run.py``, a ``program``.

    Returns
    -------
    RunFile
        Its program exists.

    Raises
    ------
    FormatError
        If it is no TOML, has no name, or a name or program with a folder in it.
    FileAccessError
        If it, or its program, cannot be read.
    """
    with open_binary(path) as stream:
        text = stream.read()
    try:
        described = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormatError(path, f"no TOML: {error}") from error
    name, program = described.get("name"), described.get("program", _PROGRAM)
    for key, value in (("name", name), ("program", program)):
        if not isinstance(value, str) or not value or Path(value).name != value:
            raise FormatError(
                path,
                f"{key} is {value!r}",
                hint=f'a run file says {key} = "..." without a folder, as those of eval/runs do',
            )
    place = path.absolute().parent.parent / str(program)
    open_binary(place).close()
    return RunFile(path=path, name=str(name), program=place)


def read_result(path: Path) -> dict[str, Any]:
    """Read a result.

    Parameters
    ----------
    path : Path
        A JSON document.

    Returns
    -------
    dict
        As it stands there.

    Raises
    ------
    FormatError
        If it is no JSON object.
    FileAccessError
        If it cannot be read.
    """
    with open_binary(path) as stream:
        text = stream.read()
    try:
        document = json.loads(text)
    except ValueError as error:
        raise FormatError(path, f"no JSON: {error}") from error
    if not isinstance(document, dict):
        raise FormatError(path, f"a JSON {type(document).__name__}; a result is an object")
    return document


def repeat(
    run: RunFile,
    arguments: Sequence[str] = (),
    *,
    data: Path | None = None,
    tell: Callable[[str], None] | None = None,
) -> Repeated:
    """Carry out a run with its program, in a process of its own.

    Parameters
    ----------
    run : RunFile
        What to do.
    arguments : sequence of str
        Further ones for the program.
    data : Path, optional
        Folder of the corpora; by default the program's own.
    tell : callable, optional
        Gets each line that the program says on the way.

    Returns
    -------
    Repeated
        Nothing but a temporary folder was written to.

    Raises
    ------
    InputError
        If the program fails, with the last thing it said.
    FileAccessError
        If it made no result.
    """
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(run.program), str(run.path.absolute()), *arguments]
        command += ["--output", folder, *(() if data is None else ("--data", str(data.absolute())))]
        printed = _carried_out(command, run.program.name, tell)
        result = Path(folder) / f"{run.name}.json"
        if not result.exists():
            raise FileAccessError(f"{run.program.name} ended without making {result.name}")
        document = read_result(result)
    return Repeated(document=document, printed=printed, seconds=time.perf_counter() - start)


def _carried_out(command: list[str], name: str, tell: Callable[[str], None] | None) -> str:
    """Run a program to its end, and give what it printed."""
    last = "it said nothing"
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C comes here alone; the program is ended below
            encoding="utf-8",
            errors="replace",
        )
        try:
            assert process.stderr is not None
            for line in process.stderr:
                last = line.strip() or last
                if tell is not None:
                    tell(line.rstrip("\n"))
            code = process.wait()
        finally:
            _end(process)
        if code:
            raise InputError(f"{name} ended with code {code}: {last}")
        printed.seek(0)
        return printed.read()


def _end(process: "subprocess.Popen[str]") -> None:
    """End a program that still runs, with all that it started."""
    if process.poll() is None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_PATIENCE)
    if process.stderr is not None:
        process.stderr.close()
