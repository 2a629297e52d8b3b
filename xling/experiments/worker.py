"""A run in a process of its own, so that its time and peak memory are those of a user.

The process reads the run as JSON from its standard input and writes JSON lines to its standard
output: progress, and at last the result or the error. It is started in a session of its own, so
that Ctrl-C reaches only the process that waits for it, which then ends it.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, Any

from xling import errors
from xling.errors import FitError, XlingError
from xling.experiments.runs import Run, RunResult, run_here
from xling.progress import Progress, silent

__all__ = ["run_apart"]


def run_apart(run: Run, progress: Progress = silent) -> RunResult:
    """Carry out a run in a process of its own.

    Parameters
    ----------
    run : Run
        What to do.
    progress : callable
        Called as the work goes on; what it raises ends the process.

    Returns
    -------
    RunResult
        As of `xling.experiments.runs.run_here`.

    Raises
    ------
    XlingError
        If an input cannot be used.
    FitError
        If the process ended without a result, for example because memory ran out.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            encoding="utf-8",
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(BrokenPipeError), process.stdin as asking:
                json.dump(run.to_json(), asking)
            for line in process.stdout:
                message = json.loads(line)
                if "progress" in message:
                    progress(*message["progress"])
                elif "result" in message:
                    return RunResult.from_json(message["result"])
                else:
                    raise _error(**message["error"])
            log.seek(0)
            last = (log.read().strip().splitlines() or ["it said nothing"])[-1]
            raise FitError(
                f"the training of {run.recipe!r} ended with code {process.wait()}: {last}",
                hint="code -9 mostly means that memory ran out",
            )
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _error(kind: str, message: str, hint: str | None) -> Exception:
    """Make an error again that the other process raised."""
    found = getattr(errors, kind, None)
    for base in getattr(found, "__mro__", ()):
        if base.__init__ is XlingError.__init__:
            made: Exception = base(message, hint=hint)
            return made
    return RuntimeError(f"{kind}: {message}")


def _serve(asked: IO[str], answers: IO[str]) -> None:
    """Carry out the run that is asked for, and answer in JSON lines."""

    def say(**message: Any) -> None:
        answers.write(json.dumps(message, allow_nan=False) + "\n")
        answers.flush()

    def tell(stage: str, done: int, total: int) -> None:
        say(progress=[stage, done, total])

    try:
        say(result=run_here(Run.from_json(json.load(asked)), tell).to_json())
    except BrokenPipeError:
        raise
    except Exception as error:
        hint = getattr(error, "hint", None)
        say(error={"kind": type(error).__name__, "message": str(error), "hint": hint})


def _main() -> None:
    """Keep the standard output for answers: what libraries print goes to the standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with answers:
        _serve(sys.stdin, answers)


if __name__ == "__main__":
    _main()
