import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.data.text import tokenize
from xling.data.vocabulary import Vocabulary
from xling.encoders import sentence_means
from xling.encoders.sentence_means import SMOOTHING, SentenceEncoder, SentenceMeans
from xling.errors import InputError, ShapeError

WORDS = ("the", "cat", "Dog", "sees", "empty", "bird", "hour")
COUNTS = np.array([500, 60, 40, 30, 20, 3, 1])
VECTORS = np.random.default_rng(0).standard_normal((len(WORDS), 5)).astype(np.float32)
VECTORS[4] = 0  # nothing is known about it
SENTENCES = [
    "The cat sees the dog.",
    "Birds: unknown words!",
    "",
    "empty",
    "the the the bird empty zzz",
    "hour",
]


def encoder(**given: object) -> SentenceMeans:
    made = {"language": "en", "vocabulary": Vocabulary(words=WORDS, counts=COUNTS)}
    return SentenceMeans(**{**made, "vectors": VECTORS, **given})  # type: ignore[arg-type]


def shares(counts: np.ndarray | None) -> list[float]:
    if counts is None:
        ranked = [1 / (rank + 2.7) for rank in range(1, len(WORDS) + 1)]
        return [one / sum(ranked) for one in ranked]
    return [count / sum(counts) for count in counts.tolist()]


def reference(
    sentence: str,
    counts: np.ndarray | None,
    a: float,
    *,
    centred: bool,
    made: dict[str, np.ndarray],
) -> np.ndarray:
    """Follow the formula, word by word."""
    folded = [word.casefold() for word in WORDS]
    p = shares(counts)
    found = []
    for word in tokenize([sentence], "en")[0]:
        if word.casefold() in folded:
            row = folded.index(word.casefold())
            if VECTORS[row].any():
                found.append(a / (a + p[row]) * VECTORS[row].astype(float))
        elif word in made:
            found.append(made[word].astype(float))
    if not found:
        return np.zeros(5)
    mean = sum(found) / len(found)
    if centred:
        known = [row for row in range(len(WORDS)) if VECTORS[row].any()]
        total = sum(p[row] for row in known)
        mean = mean - sum(p[row] * a / (a + p[row]) * VECTORS[row] for row in known) / total
    return mean / np.linalg.norm(mean)


def compose(words: list[str]) -> tuple[np.ndarray, list[int]]:
    which = [place for place, word in enumerate(words) if word == "zzz"]
    return np.full((len(which), 5), 0.4, np.float32), which


@pytest.mark.parametrize("counts", [COUNTS, None, np.zeros(len(WORDS), int)])
@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("composing", [True, False])
def test_equals_the_formula(counts: np.ndarray | None, centred: bool, composing: bool) -> None:
    made = encoder(
        vocabulary=Vocabulary(words=WORDS, counts=counts),
        centred=centred,
        compose=compose if composing else None,
        smoothing=0.05,
    )
    found = made.encode(SENTENCES)
    known = counts if counts is not None and counts.any() else None
    extra = {"zzz": np.full(5, 0.4)} if composing else {}
    expected = [
        reference(sentence, known, 0.05, centred=centred, made=extra) for sentence in SENTENCES
    ]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert [i for i, row in enumerate(found) if not row.any()] == [1, 2, 3]


@given(st.lists(st.sampled_from(SENTENCES), max_size=9), st.integers(1, 4))
def test_a_row_does_not_depend_on_the_others(sentences: list[str], block: int) -> None:
    made = encoder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentence_means, "_BLOCK", block)
        found = made.encode(sentences)
    assert found.shape == (len(sentences), 5)
    for sentence, row in zip(sentences, found, strict=True):
        np.testing.assert_allclose(row, made.encode([sentence])[0], atol=1e-6)


def test_frequent_words_weigh_least() -> None:
    made = encoder()
    assert (np.diff(made.weights) > 0).all()
    assert SMOOTHING == made.smoothing == 0.03
    assert made.weights[0] == pytest.approx(0.03 / (0.03 + 500 / 654))
    assert made.frequencies.sum() == pytest.approx(1)
    flat = encoder(smoothing=1e6)
    np.testing.assert_allclose(flat.weights, 1, atol=1e-5)


def test_what_all_sentences_share_is_taken_away() -> None:
    # All words have a large common part; without it, different words are orthogonal.
    vectors = (np.eye(7) * 0.3 + np.array([1, 0, 0, 0, 0, 0, 0])).astype(np.float32)
    one, other = "cat sees", "bird hour"
    plain, centred = (
        encoder(
            vocabulary=Vocabulary(words=WORDS, counts=np.full(7, 5)), vectors=vectors, centred=which
        ).encode([one, other])
        for which in (False, True)
    )
    assert plain[0] @ plain[1] > 0.9
    assert centred[0] @ centred[1] < 0


def test_it_is_a_sentence_encoder() -> None:
    assert isinstance(encoder(), SentenceEncoder)
    assert encoder().encode([]).shape == (0, 5)


def test_bad_settings() -> None:
    with pytest.raises(InputError, match=r"smoothing is 0; a number above 0"):
        encoder(smoothing=0)
    with pytest.raises(ShapeError, match="6 vectors for 7 words"):
        encoder(vectors=VECTORS[:6])
