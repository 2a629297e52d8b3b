"""What is taken out of the vectors of an encoder, and what stays."""

import numpy as np
import pytest

from xling.errors import ConfigError, DegenerateInputError, InputError, ShapeError
from xling.linalg.anisotropy import Isotropy, check_isotropy, fit_isotropy


def cone(rows: int = 400, dim: int = 8) -> np.ndarray:
    """Make rows around one far point, widest along the second axis."""
    random = np.random.default_rng(0)
    made = random.standard_normal((rows, dim)) * np.linspace(1, 0.2, dim)
    made[:, 1] *= 5
    return made + 4


def mean_cosine(rows: np.ndarray) -> float:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return float((unit @ unit.T).mean())


@pytest.mark.parametrize("kind", ["centre", "all-but-the-top", "whiten"])
def test_vectors_no_longer_point_one_way(kind):
    rows = cone()
    assert mean_cosine(rows) > 0.7
    assert abs(mean_cosine(fit_isotropy(rows, kind).apply(rows))) < 0.05


def test_none_changes_nothing():
    rows = cone().astype(np.float32)
    assert np.array_equal(fit_isotropy(rows, "none").apply(rows), rows)


def test_whitened_rows_vary_alike():
    made = fit_isotropy(cone(), "whiten").apply(cone())
    assert np.allclose(np.cov(made.T), np.eye(8), atol=0.1)


def test_the_top_component_is_gone_and_no_other():
    rows = cone()
    fitted = fit_isotropy(rows, "all-but-the-top")
    spread = np.linalg.svd(fitted.apply(rows), compute_uv=False)
    before = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False)
    assert spread[-1] < 1e-4
    assert np.allclose(spread[:-1], before[1:], rtol=1e-4)
    assert np.linalg.matrix_rank(fit_isotropy(rows, "all-but-the-top", components=3).matrix) == 5


def test_zero_rows_stay_and_do_not_count():
    rows = np.vstack([cone(), np.zeros((50, 8))])
    fitted = fit_isotropy(rows, "centre")
    assert np.allclose(fitted.mean, cone().mean(axis=0))
    assert not fitted.apply(rows)[-50:].any()


def test_it_survives_storage(tmp_path):
    fitted = fit_isotropy(cone(), "whiten")
    np.savez(tmp_path / "it.npz", **fitted.to_arrays())
    with np.load(tmp_path / "it.npz") as arrays:
        again = Isotropy.from_arrays(dict(arrays))
    assert np.array_equal(again.apply(cone()), fitted.apply(cone()))


def test_bad_input_is_refused():
    with pytest.raises(ConfigError, match="isotropy 'white'; known: none, centre"):
        check_isotropy("white")
    with pytest.raises(ConfigError, match="components is 8; a number from 1 to 7"):
        fit_isotropy(cone(), "all-but-the-top", components=8)
    with pytest.raises(DegenerateInputError, match="1 rows that are not zero"):
        fit_isotropy(np.eye(3)[:1], "centre")
    with pytest.raises(ShapeError, match="3 is needed"):
        fit_isotropy(np.eye(3), "centre").apply(np.eye(4))
    with pytest.raises(ShapeError, match="does not fit"):
        Isotropy(kind="centre", mean=np.zeros(3), matrix=np.eye(2))
    with pytest.raises(InputError, match="not complete"):
        Isotropy.from_arrays({"kind": np.array("centre")})
