"""An alignment without a dictionary, through the command line: trusted or refused."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xling.data.formats import write_lexicon, write_vectors

ALIGN = ("align", "en.vec", "de.vec", "--languages", "en,de", "--output", "out", "--threads", "1")


@pytest.fixture
def world(tmp_path: Path, make_rotated_world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stand in a folder with two linked spaces, one without a link, and a small lexicon."""
    monkeypatch.chdir(tmp_path)
    made = make_rotated_world(words=200, dim=12, noise=0.002)
    write_vectors("en.vec", made.source)
    write_vectors("de.vec", made.target)
    random = np.random.default_rng(0)
    columns = [random.permutation(column) for column in made.target.vectors.T]
    apart = dataclasses.replace(made.target, vectors=np.stack(columns, axis=1))
    write_vectors("apart.vec", apart)
    few = dataclasses.replace(made.lexicon, pairs=made.lexicon.pairs[:15])
    write_lexicon("seed.tsv", few)
    return made


@pytest.mark.parametrize("more", [(), ("--method", "self-learning", "--lexicon", "seed.tsv")])
def test_a_trusted_one_is_written(world: Any, call: Callable[..., Any], more: Any) -> None:
    result = call(*ALIGN, *more, "--json")
    assert result.code == 0
    assert result.json["verdict"] == "trusted"
    assert result.json["method"] == (more[1] if more else "unsupervised")
    card = json.loads(call("info", "out", "--json").out)
    assert card["verdict"] == "trusted"
    assert card["checks"] == result.json["checks"]
    answer = call("translate", "out", "word3", "--json").json
    assert answer["results"][0]["translations"][0]["word"] == "wort3"


@pytest.mark.parametrize("more", [(), ("--method", "self-learning", "--lexicon", "seed.tsv")])
def test_a_failed_one_only_where_it_is_accepted(
    world: Any, call: Callable[..., Any], more: Any
) -> None:
    given = ("align", "en.vec", "apart.vec", *ALIGN[3:], *more)
    result = call(*given, "--json")
    assert result.code == 3
    assert result.json["verdict"] == "failed"
    assert result.json["output"] is None
    assert "failed its own check: neighbours are" in result.err
    assert "; nothing was written" in result.err
    assert not Path("out").exists()
    accepted = call(*given, "--accept-untrusted", "--json")
    assert accepted.code == 0
    assert json.loads(call("info", "out", "--json").out)["verdict"] == "failed"
