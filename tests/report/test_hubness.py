import numpy as np
import pytest

from xling.report import hubness
from xling.report.hubness import occurrences


@pytest.mark.parametrize("criterion", ["nn", "csls"])
def test_counts_equal_those_of_a_loop(small, criterion: str, monkeypatch) -> None:
    monkeypatch.setattr(hubness, "QUERIES", 40)
    monkeypatch.setattr(hubness, "_BLOCK", 7)
    asked, answers = small.sides
    found = occurrences(asked, answers, criterion)
    counts = [0] * len(answers.vocabulary)
    near: dict[int, list[int]] = {}
    for query in range(40):
        cosines = [
            float(np.dot(asked.vectors[query].astype(float), row)) for row in answers.vectors
        ]
        if criterion == "csls":
            cosines = [2 * c - float(m) for c, m in zip(cosines, answers.means, strict=True)]
        for row in sorted(range(len(cosines)), key=lambda i: -cosines[i])[:10]:
            counts[row] += 1
            near.setdefault(row, []).append(query)
    assert found.counts.tolist() == counts
    assert (found.k, found.queries, found.expected) == (10, 40, 400 / 60)
    document = found.to_json(asked, answers)
    deviations = [count - 400 / 60 for count in counts]
    spread = sum(d * d for d in deviations) / 60
    skewness = sum(d**3 for d in deviations) / 60 / spread**1.5
    assert document["skewness"] == pytest.approx(skewness)
    assert document["never"] == counts.count(0) / 60
    assert sum(number for _, number in document["classes"]) == 60
    assert dict(document["classes"])["3–5"] == sum(3 <= count <= 5 for count in counts)
    assert [hub["count"] for hub in document["hubs"]] == sorted(counts, reverse=True)[:10]
    first = document["hubs"][0]
    row = answers.vocabulary.find(first["word"])
    assert first["near"] == [asked.vocabulary.words[i] for i in near[row][:4]]


def test_a_tiny_vocabulary_has_no_spread(small) -> None:
    found = hubness.Occurrences(
        criterion="nn", k=1, queries=3, counts=np.array([1, 1, 1]), first={}
    )
    document = found.to_json(*small.sides)
    assert (document["skewness"], document["hubs"]) == (0.0, [])
    assert document["classes"] == [("0", 0), ("1–2", 3)]
