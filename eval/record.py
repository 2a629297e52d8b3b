"""What every result of ``eval`` records of how it was made."""

import os
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
from run import commit

import xling

_THREADS = "OMP_NUM_THREADS"


def record() -> dict[str, Any]:
    """Give the state of the code, the command, the threads it may use, and versions.

    Of files that lie elsewhere, the command holds the names alone.
    """
    place = Path(sys.argv[0]).resolve()
    root = Path(__file__).resolve().parent.parent
    program = place.relative_to(root) if place.is_relative_to(root) else Path(place.name)
    given = [Path(one).name if Path(one).is_absolute() else one for one in sys.argv[1:]]
    return {
        "commit": commit(),
        "command": " ".join(["python", program.as_posix(), *given]),
        "threads": os.environ.get(_THREADS, "all"),
        "cpus": os.cpu_count(),
        "versions": {
            "xling": xling.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
    }


def one_thread() -> None:
    """Let this process's children compute on one thread."""
    os.environ[_THREADS] = "1"
