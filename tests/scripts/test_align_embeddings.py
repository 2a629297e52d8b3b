import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xling.data.formats import read_vectors, write_lexicon, write_vectors


@pytest.fixture
def script(repository: Path, tmp_path: Path) -> Callable[..., Any]:
    """Give a function that runs the script in an empty folder."""

    def run(*arguments: str) -> Any:
        return subprocess.run(
            [sys.executable, str(repository / "scripts" / "align_embeddings.py"), *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(repository)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_an_exact_rotation_is_undone(
    script: Callable[..., Any], tmp_path: Path, make_rotated_world: Callable[..., Any]
) -> None:
    world = make_rotated_world(noise=0.0)
    write_vectors(tmp_path / "a.vec", world.source)
    write_vectors(tmp_path / "b.vec", world.target)
    write_lexicon(tmp_path / "seed.tsv", world.lexicon.split(0.5, seed=0)[0])
    done = script("a.vec", "b.vec", "seed.tsv", "a.out.vec", "b.out.vec")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    source, _ = read_vectors(tmp_path / "a.out.vec", "en")
    target, _ = read_vectors(tmp_path / "b.out.vec", "de")
    nearest = (source.vectors @ target.vectors.T).argmax(axis=1)
    gold = dict(world.lexicon.pairs)
    assert [gold[word] for word in source.words] == [target.words[row] for row in nearest]
    assert np.allclose(source.vectors, target.vectors[nearest], atol=1e-5)
    again = script("a.vec", "b.vec", "seed.tsv", "a.out.vec", "b.out.vec")
    assert again.returncode == 2
    assert "a.out.vec exists already" in again.stderr


def test_help_has_an_example(script: Callable[..., Any]) -> None:
    done = script("--help")
    assert done.returncode == 0
    assert "example: align_embeddings.py en.vec de.vec" in done.stdout


def test_a_missing_file_is_named(script: Callable[..., Any]) -> None:
    done = script("a.vec", "b.vec", "seed.tsv", "c.vec", "d.vec")
    assert done.returncode == 2
    assert "no such file: a.vec" in done.stderr
    assert "Traceback" not in done.stderr
