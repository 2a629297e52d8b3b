import numpy as np
import pytest
from scipy import sparse

from xling.training.skipgram_pairs import Stream
from xling.training.skipgram_words import context_counts, word_vectors

CUT, SIZE, DIM = 30, 70, 6


def made(seed: int = 0, **changes):
    random = np.random.default_rng(seed)
    inputs, outputs = random.standard_normal((2, SIZE, DIM)).astype(np.float32)
    contexts = sparse.csr_array(np.where(random.random((SIZE, SIZE)) < 0.1, 1.0, 0))
    given = {
        "contexts": contexts, "partnered": np.ones(SIZE, bool), "cut": CUT,
        "weights": (0.0, 0.0), "dim": 3 * DIM,
    }  # fmt: skip
    return inputs, outputs, given | changes


def cosines(rows: np.ndarray) -> np.ndarray:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit @ unit.T


def centered(rows: np.ndarray) -> np.ndarray:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.vstack([part - part.mean(axis=0) for part in (unit[:CUT], unit[CUT:])])


def test_input_vectors_alone_are_centred_and_turned() -> None:
    inputs, outputs, given = made()
    found = word_vectors(inputs, outputs, **given)
    assert (found.shape, found.dtype) == ((SIZE, DIM), np.float32)
    np.testing.assert_allclose(cosines(found), cosines(centered(inputs)), atol=1e-5)
    spread = (found**2).sum(axis=0)
    assert (np.diff(spread) <= 1e-4).all()  # principal axes first
    np.testing.assert_allclose(found.T @ found, np.diag(spread), atol=1e-4)


def test_output_vectors_of_partners_stand_beside_them() -> None:
    partnered = np.arange(SIZE) % 2 == 0
    inputs, outputs, given = made(weights=(0.5, 0.0), partnered=partnered)
    found = word_vectors(inputs, outputs, **given)
    assert found.shape == (SIZE, 2 * DIM)
    lengths = np.linalg.norm(found, axis=1)
    np.testing.assert_allclose(lengths, np.where(partnered, 1.25**0.5, 1), rtol=1e-5)


def test_a_composed_vector_is_that_of_its_contexts() -> None:
    # Words 0 and 1 have the same contexts and nothing else in common; word 2 has others.
    inputs, outputs, given = made(weights=(0.0, 5.0))
    dense = given["contexts"].toarray()
    dense[1] = dense[0]
    given["contexts"] = sparse.csr_array(dense)
    found = cosines(word_vectors(inputs, outputs, **given))
    assert found[0, 1] > 0.9
    assert found[0, 2] < 0.7
    without = cosines(word_vectors(inputs, outputs, **given | {"weights": (0.0, 0.0)}))
    assert without[0, 1] < 0.9


def test_fewer_dimensions_are_the_first_ones() -> None:
    inputs, outputs, given = made(weights=(1.0, 1.0))
    whole = word_vectors(inputs, outputs, **given)
    assert whole.shape[1] == 3 * DIM
    few = word_vectors(inputs, outputs, **given | {"dim": 4})
    np.testing.assert_allclose(few, whole[:, :4], atol=1e-5)


def test_without_any_context_nothing_is_composed() -> None:
    inputs, outputs, given = made(
        weights=(0.0, 1.0), contexts=sparse.csr_array((SIZE, SIZE), dtype=np.float64)
    )
    assert word_vectors(inputs, outputs, **given).shape == (SIZE, DIM)


def test_arguments_are_left_as_they_are() -> None:
    inputs, outputs, given = made(weights=(1.0, 1.0))
    for part in (inputs, outputs, given["partnered"]):
        part.flags.writeable = False
    before = given["contexts"].toarray()
    word_vectors(inputs, outputs, **given)
    np.testing.assert_array_equal(given["contexts"].toarray(), before)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ((True, False), {(0, 1): 2, (1, 0): 2, (2, 3): 1, (3, 2): 1}),
        ((False, True), {(0, 3): 1, (2, 1): 1}),
    ],
)
def test_contexts_are_counted(wanted: tuple[bool, bool], expected: dict) -> None:
    # 0 1 matches 2 3, 0 with 2; then 0 1 alone, its words without translations.
    text = Stream(
        rows=np.array([0, 1, 2, 3, 0, 1], np.int32),
        partner=np.array([2, 0, -2, 0, 0, 0], np.int32),
        crossing=np.full(6, -1, np.int32),
        sentences=np.array([0, 2, 4, 6]),
        units=np.array([0, 2, 3]),
    )
    found = context_counts(text, 4, window=2, wanted=wanted).todok()
    assert dict(found.items()) == expected
