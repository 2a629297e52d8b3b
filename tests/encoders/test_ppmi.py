from itertools import combinations

import numpy as np
import pytest

from xling.data.indexed import index_text, vocabulary
from xling.encoders.ppmi import PpmiEncoder, PpmiSettings
from xling.errors import ConfigError, DegenerateInputError


def sentences(seed: int = 0) -> list[str]:
    random = np.random.default_rng(seed)
    topics = random.integers(0, 40, (5, 12))
    return [" ".join(f"w{word}" for word in random.choice(topics[i % 5], 6)) for i in range(400)]


def dense_ppmi(rows: list[list[int]], size: int, window: int | None, smoothing: float):
    counts = np.zeros((size, size))
    for sentence in rows:
        for i, j in combinations(range(len(sentence)), 2):
            a, b = sentence[i], sentence[j]
            if a != b and (window is None or j - i <= window):
                counts[[a, b], [b, a]] += 1 if window is None else 1 / (j - i)
    contexts = counts.sum(axis=0) ** smoothing
    expected = np.outer(counts.sum(axis=1), contexts / contexts.sum())
    with np.errstate(divide="ignore"):
        return np.maximum(0, np.log(counts / expected))


@pytest.mark.parametrize(("window", "power"), [(None, 0.25), (2, 0.75), (10, 1.0)])
def test_is_the_truncated_svd_of_the_ppmi_matrix(window: int | None, power: float) -> None:
    text = index_text(sentences(), "en")
    words, rows = vocabulary(text, min_count=3)
    settings = PpmiSettings(window=window, power=power, passes=4)
    space = PpmiEncoder(settings=settings).fit(text, dim=8, seed=1)
    assert space.words == words.words
    read = [
        rows[text.ids[text.offsets[i] : text.offsets[i + 1]]].tolist() for i in range(len(text))
    ]
    u, s, _ = np.linalg.svd(dense_ppmi(read, len(words), window, settings.smoothing))
    expected = u[:, :8] * s[:8] ** power
    # Up to the signs of the columns: all products of two words.
    np.testing.assert_allclose(
        space.vectors @ space.vectors.T, expected @ expected.T, atol=2e-3 * s[0] ** (2 * power)
    )


def test_the_bytes_do_not_depend_on_the_threads() -> None:
    text = index_text(sentences(), "en")
    one, two = (PpmiEncoder().fit(text, dim=10, seed=2, threads=n) for n in (1, 2))
    assert one.fingerprint == two.fingerprint
    assert PpmiEncoder().fit(text, dim=10, seed=3).fingerprint != one.fingerprint


def test_a_word_seen_with_no_other_is_listed_as_empty() -> None:
    text = index_text(["a b", "b a", "a b c", "alone", "alone", "alone", "c a b"], "en")
    space = PpmiEncoder().fit(text, dim=3, min_count=2)
    assert space.empty_words == {"alone"}
    assert not space.vectors[space.vocabulary.find("alone")].any()
    with pytest.raises(DegenerateInputError, match="no two words were seen together"):
        PpmiEncoder().fit(index_text(["a a", "b b"], "en"), dim=1, min_count=2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window": 0}, "window is 0"),
        ({"smoothing": 0.0}, "smoothing is 0.0"),
        ({"smoothing": 1.1}, "smoothing is 1.1"),
        ({"power": -0.1}, "power is -0.1"),
        ({"power": 1.1}, "power is 1.1"),
        ({"passes": -1}, "passes is -1"),
    ],
)
def test_settings_outside_their_range_are_refused(settings, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PpmiSettings(**settings)
