"""Run the commands that README.md tells a user to run.

A block counts if it is fenced as ``sh`` and the line before the fence is ``<!-- runs -->``. All
such blocks run in their order as one shell script, in an empty temporary folder, with the
programs of this Python's environment first on ``PATH``. The exit code is that of the first
command that fails, or 1 if there is no such block.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["main", "runnable_blocks"]

_BLOCK = re.compile(r"^<!-- runs -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def runnable_blocks(text: str) -> list[str]:
    """Find the marked blocks of a Markdown text.

    Parameters
    ----------
    text : str
        Markdown.

    Returns
    -------
    list of str
        What stands between the fences, in order.

    Raises
    ------
    ValueError
        If a mark is not followed by a closed ``sh`` block.
    """
    blocks = _BLOCK.findall(text)
    marks = sum(line.strip() == "<!-- runs -->" for line in text.splitlines())
    if len(blocks) != marks:
        raise ValueError(f"{marks} marks, but {len(blocks)} blocks fenced as sh right after one")
    return blocks


def main(arguments: list[str] | None = None) -> int:
    """Run the marked blocks of one file.

    Parameters
    ----------
    arguments : list of str, optional
        Command line; ``None`` takes the program's own.

    Returns
    -------
    int
        Exit code.
    """
    parser = argparse.ArgumentParser(description="Run the marked sh blocks of a Markdown file.")
    default = Path(__file__).resolve().parent.parent / "README.md"
    parser.add_argument("file", nargs="?", type=Path, default=default)
    file: Path = parser.parse_args(arguments).file
    try:
        blocks = runnable_blocks(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 1
    if not blocks:
        print(f"{file}: no block is marked with <!-- runs -->", file=sys.stderr)
        return 1
    environment = dict(os.environ)
    programs = str(Path(sys.executable).parent)
    environment["PATH"] = os.pathsep.join([programs, environment.get("PATH", os.defpath)])
    with tempfile.TemporaryDirectory() as folder:
        script = "set -ex\n" + "\n".join(blocks)
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if done.returncode:
        print(f"{file}: a command failed with exit code {done.returncode}", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
