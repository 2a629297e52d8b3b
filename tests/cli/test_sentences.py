from pathlib import Path

import numpy as np
import pytest

import xling
from xling.cli.sentences import encoders, load_for, swapped
from xling.errors import FileAccessError, InputError


def test_encoders_come_in_the_order_that_was_asked_for(toy_model: Path) -> None:
    model = xling.load(toy_model)
    for asked, expected in (
        ((None, None), ["en", "de"]),
        (("de", None), ["de", "en"]),
        ((None, "en"), ["de", "en"]),
    ):
        pair = encoders(model, *asked)
        assert [one.language for one in pair] == expected
    german, english = encoders(model, "de", "en")
    rows = german.encode(["das alte Haus"]), english.encode(["the old house", "a bird"])
    assert float(rows[0][0] @ rows[1][0]) > 0.7
    np.testing.assert_allclose(np.linalg.norm(rows[0], axis=1), 1, atol=1e-5)
    with pytest.raises(InputError, match="from and to are both 'de'"):
        encoders(model, "de", "de")


def test_what_is_wrong_with_the_model_is_said_first(toy_model: Path, tmp_path: Path) -> None:
    missing = tmp_path / "none.txt"
    with pytest.raises(FileAccessError, match="no such model"):
        load_for(tmp_path / "no-model", missing, missing)
    with pytest.raises(FileAccessError, match=r"no such file: .*none.txt"):
        load_for(toy_model, missing, missing)


def test_files_in_each_others_place_are_noticed(toy: Path, toy_model: Path) -> None:
    texts = [(toy / f"pairs.{name}").read_text("utf-8").splitlines() for name in ("en", "de")]
    pair = encoders(xling.load(toy_model), "en", "de")
    assert swapped(pair, (texts[0], texts[1])) == []
    assert swapped(pair, (texts[0], texts[0])) == []
    (line,) = swapped(pair, (texts[1], texts[0]))
    assert "are they en and de, in this order?" in line
    assert swapped(pair[::-1], (texts[1], texts[0])) == []
    assert swapped(pair, (["?"], ["!"])) == []
