import builtins
import sys

import numpy as np
import pytest

from xling.data.lexicon import Lexicon
from xling.data.vocabulary import Vocabulary
from xling.errors import InputError, MissingExtraError
from xling.evaluation.lemmas import Lemmas, tolerant_columns
from xling.evaluation.policies import POLICIES
from xling.evaluation.queries import resolve_queries

pytest.importorskip("simplemma")


def test_lemmas_do_not_mind_casing() -> None:
    german = Lemmas("de-AT")
    assert german.of("Häuser") == german.of("häuser") == german.of("HÄUSER") == {"haus"}
    assert german.of("ging") & german.of("gegangen")
    assert german.of("xyzzy") == {"xyzzy"}
    assert german.of("Haus").isdisjoint(german.of("Hund"))
    assert german.version


def test_other_forms_of_a_gold_word_are_right() -> None:
    lexicon = Lexicon(
        source_language="en",
        target_language="de",
        pairs=(("house", "Haus"), ("dogs", "Hunde"), ("house", "Gebäude"), ("go", "xyzzy")),
    )
    target = Vocabulary(words=("Haus", "Hund", "Häuser", "Hunde", "Katze", "xyzzy", "Hauses"))
    queries = resolve_queries(
        lexicon, Vocabulary(words=("house", "dogs", "go")), target, POLICIES["default"]
    )
    found = tolerant_columns(queries, target, Lemmas("de"))
    assert [columns.tolist() for columns in found] == [[0, 2, 6], [1, 3], [5]]
    assert all(
        np.isin(query.columns, columns).all() for query, columns in zip(queries, found, strict=True)
    )


def test_a_language_without_data_is_refused() -> None:
    with pytest.raises(InputError, match="no lemmas are known of the language 'zz'"):
        Lemmas("zz")


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *arguments: object, **more: object) -> object:
        if name == "simplemma":
            raise ImportError(name)
        return whole(name, *arguments, **more)

    monkeypatch.delitem(sys.modules, "simplemma", raising=False)
    monkeypatch.setattr("xling.optional.import_module", lambda name: without(name))
    with pytest.raises(MissingExtraError, match="needs the package 'simplemma'") as caught:
        Lemmas("de")
    assert caught.value.hint == "install it with: pip install 'xling[lemmas]'"
