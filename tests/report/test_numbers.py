"""Every number of a report equals an independent slow computation from its definition."""

import math
import random
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest

from xling.report.write import report_html

CUTS = (1, 5, 10)


@pytest.fixture(scope="module")
def slow(small: Any, lexicon: Any) -> dict[str, Any]:
    """Rank and look everything up by loops over cosines, in plain Python."""
    asked, answers = small.sides
    first = [row.astype(float).tolist() for row in asked.vectors]
    second = [row.astype(float).tolist() for row in answers.vectors]
    cosines = [[math.fsum(map(float.__mul__, x, y)) for y in second] for x in first]
    turned = list(zip(*cosines, strict=True))
    mean_of = [math.fsum(sorted(row, reverse=True)[:10]) / 10 for row in cosines]
    mean_to = [math.fsum(sorted(row, reverse=True)[:10]) / 10 for row in turned]
    csls = [
        [2 * cosine - mean_of[i] - mean_to[j] for j, cosine in enumerate(row)]
        for i, row in enumerate(cosines)
    ]
    gold: dict[str, list[str]] = {}
    for word, right in lexicon.pairs:
        gold.setdefault(word.casefold(), []).append(right.casefold())
    names = {word.casefold(): i for i, word in enumerate(asked.vocabulary)}
    foreign = {word.casefold(): i for i, word in enumerate(answers.vocabulary)}
    ranks: dict[str, float] = {}
    for word, wanted in gold.items():
        columns = {foreign[one] for one in wanted if one in foreign}
        if word in names and columns:
            scores = csls[names[word]]
            best = max(scores[j] for j in columns)
            ranks[word] = 1 + sum(scores[j] > best for j in range(60) if j not in columns)
    return {
        "cosines": cosines, "csls": csls, "gold": gold, "ranks": ranks,
        "names": names, "foreign": foreign,
    }  # fmt: skip


def distance(a: str, b: str) -> float:
    """Count the edits from one word to another, over the length of the longer one."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        last, row[0] = row[0], i
        for j, other in enumerate(b, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (letter != other))
    return row[-1] / max(len(a), len(b))


def bootstrap(values: list[float]) -> tuple[float, float]:
    """Draw means with replacement, many times."""
    drawn = random.Random(5)
    means = sorted(
        math.fsum(drawn.choices(values, k=len(values))) / len(values) for _ in range(2000)
    )
    return means[50], means[1950]


def check(row: Mapping[str, Any], ranks: list[float]) -> None:
    """Compare a row of scores with those of some ranks."""
    count = len(ranks)
    assert row["queries"] == count
    values = {str(k): [float(rank <= k) for rank in ranks] for k in CUTS}
    values["mrr"] = [1 / rank for rank in ranks]
    for name, each in values.items():
        given = row["mrr"] if name == "mrr" else row["precision"][name]
        assert given == pytest.approx(math.fsum(each) / count, abs=1e-12)
        # The ends are drawn, 200 times here: one step of the mean is noise, and so is a bit more.
        for end, expected in zip(row["intervals"][name], bootstrap(each), strict=True):
            assert end == pytest.approx(expected, abs=1 / count + 0.05)
        low, high = row["intervals"][name]
        assert low - 1e-12 <= given <= high + 1e-12
    assert row["confidence_interval"] == row["intervals"]["1"]


def test_scores_and_intervals(slow: dict[str, Any], document: dict[str, Any]) -> None:
    known = list(slow["ranks"].values())
    inside, overall, different = document["scores"]
    check(inside, known)
    check(different, [slow["ranks"][w] for w in slow["ranks"] if w not in slow["gold"][w]])
    assert overall["queries"] == len(slow["gold"])
    for k in CUTS:
        expected = sum(rank <= k for rank in known) / len(slow["gold"])
        assert overall["precision"][str(k)] == pytest.approx(expected)
    expected = math.fsum(1 / rank for rank in known) / len(slow["gold"])
    assert overall["mrr"] == pytest.approx(expected)
    found = document["evaluation"]
    assert found["coverage"] == len(known) / len(slow["gold"])
    assert found["candidates"] == 60
    chances = [
        len({one for one in slow["gold"][word] if one in slow["foreign"]}) / 60
        for word in slow["ranks"]
    ]
    assert found["chance_precision_at_1"] == pytest.approx(math.fsum(chances) / len(chances))
    assert found["overlap_with_training"] == 2
    assert found["identical_queries"] == 0


def test_groups(small: Any, slow: dict[str, Any], document: dict[str, Any]) -> None:
    counts = {word.casefold(): 60 - i for i, word in enumerate(small.sides[0].vocabulary)}
    ends = (0, 5, 10, 20, 50, 100)

    def frequency(word: str) -> str:
        low, high = next(pair for pair in pairwise(ends) if pair[0] < counts[word] <= pair[1])
        return f"{low + 1} to {high}"

    def apart(word: str) -> str:
        least = min(distance(word, one) for one in slow["gold"][word])
        for low, high in pairwise((0, 0.25, 0.5, 0.75, 1.0)):
            if least <= high:
                return "0" if least == 0 else f"{low:g} to {high:g}"
        raise AssertionError(least)

    def many(word: str) -> str:
        number = len(set(slow["gold"][word]))
        return str(number) if number < 4 else "4 or more"

    ways: dict[str, Callable[[str], str]] = {
        "frequency": frequency,
        "identical": lambda w: "identical" if w in slow["gold"][w] else "not identical",
        "edit_distance": apart,
        "translations": many,
        "capitals": lambda _: "none",
        "training": lambda w: "seen" if w in ("word3", "word4") else "never seen",
    }
    assert set(document["groups"]) == set(ways)
    for kind, name_of in ways.items():
        members: dict[str, list[float]] = {}
        for word, rank in slow["ranks"].items():
            members.setdefault(name_of(word), []).append(rank)
        assert {row["group"] for row in document["groups"][kind]} == set(members)
        for row in document["groups"][kind]:
            check(row, members[row["group"]])


def test_the_clean_part(slow: dict[str, Any], document: dict[str, Any]) -> None:
    clean = document["evaluation"]["clean"]
    ranks = [rank for word, rank in slow["ranks"].items() if word not in ("word3", "word4")]
    for row in (clean, clean["source_side"]):  # no target word was fitted on
        check({**row, "queries": row["count"]}, ranks)


def test_queries_and_mistakes(slow: dict[str, Any], document: dict[str, Any]) -> None:
    backward = {i: word for word, i in slow["foreign"].items()}
    for word, gold, answer, rank, confidence, right in document["queries"]:
        scores = slow["csls"][slow["names"][word]]
        best = backward[max(range(60), key=scores.__getitem__)]
        assert (answer.casefold(), rank, confidence) == (best, slow["ranks"][word], None)
        assert set(gold) == set(slow["gold"][word])
        assert right == (best in gold)
    assert len(document["queries"]) == len(slow["ranks"])
    for one in document["mistakes"]:
        own = slow["names"][one["query"].casefold()]
        given, gold = (slow["foreign"][one[key].casefold()] for key in ("answer", "gold"))
        cosines = one["cosines"]
        assert cosines["query and answer"] == pytest.approx(slow["cosines"][own][given], abs=1e-6)
        assert cosines["query and right word"] == pytest.approx(
            slow["cosines"][own][gold], abs=1e-6
        )
        assert one["score"] == pytest.approx(slow["csls"][own][given], abs=1e-6)
        near = one["words"]["query"]["near"]["de"]
        expected = sorted(slow["cosines"][own], reverse=True)[: len(near)]
        assert [cosine for _, cosine in near] == pytest.approx(expected, abs=1e-6)


def numbers(node: Any) -> Iterator[float]:
    """Give all numbers of a document."""
    if isinstance(node, Mapping):
        for child in node.values():
            yield from numbers(child)
    elif isinstance(node, list | tuple):
        for child in node:
            yield from numbers(child)
    elif isinstance(node, int | float):
        yield float(node)


def test_the_page_shows_these_numbers_and_no_others(
    document: dict[str, Any], read_page: Callable[[str], Any]
) -> None:
    page = read_page(report_html(document))
    assert len(page.values) > 300
    assert set(page.values) <= set(numbers(document))
