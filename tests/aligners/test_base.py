import dataclasses

import numpy as np
import pytest

from xling.aligners.base import (
    Aligner,
    Alignment,
    StopReason,
    Supervision,
    check_spaces,
    few_pairs,
    flat_spaces,
    spanned,
)
from xling.aligners.procrustes import ProcrustesAligner
from xling.errors import DegenerateInputError, LanguageMismatchError, ShapeError
from xling.mapping.linear import LinearMap


def alignment(dim: int = 3) -> Alignment:
    return Alignment(
        source_mapping=LinearMap(dim_in=3),
        target_mapping=LinearMap(dim_in=dim),
        method="none",
        pairs_used=0,
        coverage=None,
        settings={"rounds": 3},
        seed=0,
        source_fingerprint="a",
        target_fingerprint="b",
        history=(0.5,),
        converged=False,
        stop_reason=StopReason.MAX_ROUNDS,
    )


def test_an_alignment_cannot_be_edited() -> None:
    made = alignment()
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.seed = 1  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        made.settings["rounds"] = 4  # type: ignore[index]


def test_both_maps_lead_into_one_space() -> None:
    with pytest.raises(ShapeError, match="lead to 3 and 2 columns"):
        alignment(2)


def test_spaces_and_lexicon_belong_together(rotated_world) -> None:
    source, target, lexicon = rotated_world.source, rotated_world.target, rotated_world.lexicon
    check_spaces(source, target, lexicon)
    check_spaces(source, target, None)
    check_spaces(dataclasses.replace(source, language="EN"), target, lexicon)
    with pytest.raises(LanguageMismatchError, match="both spaces are in en"):
        check_spaces(source, source, None)
    with pytest.raises(LanguageMismatchError, match="lexicon is de-en, the spaces are en-de") as e:
        check_spaces(source, target, lexicon.inverted())
    assert e.value.hint == "swap its sides with Lexicon.inverted()"
    with pytest.raises(LanguageMismatchError, match="lexicon is en-de, the spaces are en-fr") as e:
        check_spaces(source, dataclasses.replace(target, language="fr"), lexicon)
    assert e.value.hint is None


def test_spaces_that_do_not_fill_their_dimensions(rotated_world) -> None:
    source, target = rotated_world.source, rotated_world.target
    assert (spanned(source), flat_spaces(source, target)) == (source.dim, ())
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((source.dim, source.dim)))[0]

    def cut(rank: int):
        rows = (source.vectors * (np.arange(source.dim) < rank)) @ turn  # rounded to float32
        return dataclasses.replace(source, vectors=rows.astype(np.float32))

    assert spanned(cut(3)) == 3
    (warning,) = flat_spaces(cut(3), target)
    assert f"the en space is singular: it spans 3 of its {source.dim} dimensions" in warning
    with pytest.raises(DegenerateInputError, match="vectors of the en space lie on one line"):
        check_spaces(cut(1), target, None)


def test_the_advice_beside_few_pairs() -> None:
    (said,) = few_pairs(1, 20)
    assert said.startswith("1 seed pair for the 20 dimensions: ")
    assert said.endswith(
        "more pairs are needed, or the method self-learning, which starts from few"
    )
    (said,) = few_pairs(19, 20, of=" of de", other="")
    assert said.startswith("19 seed pairs for the 20 dimensions of de: ")
    assert said.endswith("more pairs are needed")


def test_enums_are_their_names() -> None:
    assert StopReason("closed-form") is StopReason.CLOSED_FORM
    assert str(Supervision.LEXICON) == "lexicon"


def test_protocol_tells_aligners_from_others() -> None:
    assert isinstance(ProcrustesAligner(), Aligner)
    assert not isinstance(object(), Aligner)
