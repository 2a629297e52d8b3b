import numpy as np
import pytest

from xling.report import hubness
from xling.report.hubness import described, measured
from xling.retrieval.hubness import spread


@pytest.mark.parametrize("criterion", ["nn", "csls"])
def test_counts_equal_those_of_a_loop(small, criterion: str, monkeypatch) -> None:
    monkeypatch.setattr(hubness, "QUERIES", 40)
    way = small.way(retrieval=criterion)
    asked, answers = small.sides
    found = measured(way)
    counts = [0] * len(answers.vocabulary)
    near: dict[int, list[int]] = {}
    for query in spread(60, 40).tolist():
        cosines = [
            float(np.dot(asked.vectors[query].astype(float), row)) for row in answers.vectors
        ]
        if criterion == "csls":
            cosines = [2 * c - float(m) for c, m in zip(cosines, answers.means, strict=True)]
        for row in sorted(range(len(cosines)), key=lambda i: -cosines[i])[:10]:
            counts[row] += 1
            near.setdefault(row, []).append(query)
    assert found.counts.tolist() == counts
    document = described(found, way)
    assert (document["k"], document["queries"], document["mean"]) == (10, 40, 400 / 60)
    deviations = [count - 400 / 60 for count in counts]
    squares = sum(d * d for d in deviations) / 60
    skewness = sum(d**3 for d in deviations) / 60 / squares**1.5
    assert document["skewness"] == pytest.approx(skewness)
    assert document["never_retrieved"] == counts.count(0) / 60
    assert sum(number for _, number in document["classes"]) == 60
    assert dict(document["classes"])["3–5"] == sum(3 <= count <= 5 for count in counts)
    assert [hub["count"] for hub in document["hubs"]] == sorted(counts, reverse=True)[:10]
    for hub in document["hubs"]:
        row = answers.vocabulary.find(hub["word"])
        assert hub["near"] == [asked.vocabulary.words[i] for i in near[row][:4]]


def test_it_is_that_of_info(small) -> None:
    from xling.model.hubness import model_hubness

    way = small.way(retrieval="csls")
    own, whole = described(measured(way), way), model_hubness(small)["en-de"]
    assert {name: own[name] for name in whole if name != "hubs"} == {
        name: value for name, value in whole.items() if name != "hubs"
    }
    assert [(hub["word"], hub["count"]) for hub in own["hubs"]] == [
        (hub["word"], hub["count"]) for hub in whole["hubs"]
    ]
