import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from xling.linalg.sparse_product import multiply


def random_sparse(random: np.random.Generator, rows: int, columns: int) -> sparse.csr_array:
    dense = random.standard_normal((rows, columns)) * (random.random((rows, columns)) < 0.2)
    return sparse.csr_array(dense.astype(np.float32))


@given(st.integers(0, 1000), st.sampled_from([1, 63, 64, 65, 130]), st.integers(1, 3))
def test_equals_the_dense_product(seed: int, width: int, factors: int) -> None:
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 30, factors + 1).tolist()
    chain = [random_sparse(random, sizes[i], sizes[i + 1]) for i in range(factors)]
    block = random.standard_normal((sizes[-1], width)).astype(np.float32)
    expected = block.astype(np.float64)
    for matrix in reversed(chain):
        expected = matrix.toarray().astype(np.float64) @ expected
    found = multiply(chain, block, threads=2)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("width", [1, 64, 150])
def test_the_bytes_do_not_depend_on_the_threads(width: int) -> None:
    random = np.random.default_rng(1)
    matrix = random_sparse(random, 400, 300)
    block = random.standard_normal((300, width)).astype(np.float32)
    before = block.tobytes()
    one, two, all_of_them = (multiply([matrix], block, threads=n) for n in (1, 2, None))
    assert one.tobytes() == two.tobytes() == all_of_them.tobytes()
    assert block.tobytes() == before


def test_each_column_is_multiplied_by_itself() -> None:
    random = np.random.default_rng(2)
    matrix = random_sparse(random, 50, 40)
    block = random.standard_normal((40, 100)).astype(np.float32)
    whole = multiply([matrix], block)
    some = multiply([matrix], np.ascontiguousarray(block[:, 60:90]))
    assert np.array_equal(whole[:, 60:90], some)
