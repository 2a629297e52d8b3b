from dataclasses import replace

from xling.data.lexicon import Lexicon
from xling.data.vocabulary import Vocabulary
from xling.evaluation.policies import POLICIES
from xling.evaluation.queries import candidate_rows, resolve_queries

LEXICON = Lexicon(
    source_language="en",
    target_language="de",
    pairs=(("Bank", "Bank"), ("bank", "Ufer"), ("BANK", "bank"), ("dog", "Dogge"), ("x", "Ufer")),
)
SOURCE = Vocabulary(words=("Bank", "bank", "dog"))
TARGET = Vocabulary(words=("bank", "Ufer", "Bank"))


def found(name: str) -> list[tuple[str, tuple[str, ...], int | None, list[int]]]:
    return [
        (query.word, query.gold, query.row, query.columns.tolist())
        for query in resolve_queries(LEXICON, SOURCE, TARGET, POLICIES[name])
    ]


def test_folded_queries_have_all_casings_of_their_gold_words() -> None:
    assert found("default") == [
        ("bank", ("bank", "ufer"), 1, [0, 2, 1]),  # the row that is spelled so
        ("dog", ("dogge",), 2, []),
        ("x", ("ufer",), None, [1]),
    ]


def test_lower_cased_queries_have_the_most_frequent_row() -> None:
    assert found("muse")[0] == ("bank", ("bank", "ufer"), 0, [0, 1])


def test_queries_as_written() -> None:
    assert found("vecmap")[:3] == [
        ("Bank", ("Bank",), 0, [2]),
        ("bank", ("Ufer",), 1, [1]),
        ("BANK", ("bank",), None, [0]),
    ]


def test_pairs_are_queries_once_each() -> None:
    assert [one[:2] for one in found("xling-eval")] == [
        ("bank", ("bank",)), ("bank", ("ufer",)), ("dog", ("dogge",)), ("x", ("ufer",)),
    ]  # fmt: skip


def test_what_is_written_is_kept_and_nothing_is_dropped() -> None:
    first, dog, unknown = resolve_queries(LEXICON, SOURCE, TARGET, POLICIES["default"])
    assert first.written == ("Bank", "bank", "BANK")
    assert first.gold_written == ("Bank", "Ufer", "bank")
    assert [query.in_vocabulary for query in (first, dog, unknown)] == [True, False, False]


def test_candidates() -> None:
    rows = {name: candidate_rows(TARGET, policy) for name, policy in POLICIES.items()}
    assert rows["default"] is rows["vecmap"] is None
    assert rows["muse"] is not None
    assert rows["muse"].tolist() == [0, 1]
    first = candidate_rows(TARGET, replace(POLICIES["vecmap"], limit=2))
    assert first is not None
    assert first.tolist() == [0, 1]
    assert candidate_rows(Vocabulary(words=("a", "b")), POLICIES["muse"]) is None
