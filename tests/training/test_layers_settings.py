import dataclasses

import pytest

from xling.errors import ConfigError
from xling.training.layers_settings import LayersSettings


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("hidden", 0, "at least 1"), ("steps", 0, "at least 1"), ("patience", 0, "at least 1"),
        ("sentence_weight", -0.5, "at least 0"), ("cycle_weight", -1.0, "at least 0"),
        ("layers", -1, "at least 0"), ("temperature", 0.0, "a number above 0"),
        ("learning_rate", -1.0, "a number above 0"), ("halves", 1.5, r"a number in \[0, 1\]"),
        ("drop_ngrams", -0.1, r"a number in \[0, 1\]"), ("threshold", 1.0, r"a number in \[0, 1\)"),
        ("held_out_pairs", 1.0, r"a number in \[0, 1\)"), ("batch_contexts", 0, "at least 1"),
        ("warm_up", 1.0, r"a number in \[0, 1\)"),
    ],
)  # fmt: skip
def test_values_outside_their_range_are_refused(name: str, value: float, wanted: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is {value}; {wanted} is needed"):
        LayersSettings(**{name: value})


def test_what_must_fit_together_is_checked() -> None:
    with pytest.raises(ConfigError, match=r"drop_contexts 0.6 and drop_ngrams 0.5 are more"):
        LayersSettings(drop_contexts=0.6, drop_ngrams=0.5)
    with pytest.raises(ConfigError, match="word_pairs 'all'; seeds or table is needed"):
        LayersSettings(word_pairs="all")
    for lengths in ((0, 3), (4, 3)):
        with pytest.raises(ConfigError, match="1 <= shortest <= longest"):
            LayersSettings(ngram_lengths=lengths)


def test_limits_are_allowed_and_settings_are_frozen() -> None:
    made = LayersSettings(
        sentence_weight=0, layers=0, halves=1, drop_contexts=0.5, drop_ngrams=0.5, held_out_pairs=0
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.steps = 3
