import numpy as np
import pytest

from xling.errors import UnknownNameError
from xling.model.hubness import model_hubness


@pytest.mark.parametrize("retrieval", ["nn", "csls", "margin"])
def test_counts_are_those_of_look_ups(random_model, retrieval: str) -> None:
    model = random_model(6, sizes=(40, 35))
    found = model_hubness(model, retrieval, k=3)
    assert set(found) == {"en-de", "de-en"}
    for direction, one in found.items():
        source, target = direction.split("-")
        counts = dict.fromkeys(model.vocabulary(target).words, 0)
        for word in model.vocabulary(source).words:
            for answer in model.translate(
                word, source=source, to=target, top=3, retrieval=retrieval, channels="contexts"
            ):
                counts[answer.word] += 1
        values = np.array(list(counts.values()))
        assert one["queries"] == len(model.vocabulary(source))
        assert one["never_retrieved"] == pytest.approx((values == 0).mean())
        assert 0 < one["never_retrieved"] < 1
        assert [hub["count"] for hub in one["hubs"]] == sorted(values.tolist(), reverse=True)[:10]
        assert all(counts[hub["word"]] == hub["count"] for hub in one["hubs"])


def test_unknown_criterion(random_model) -> None:
    with pytest.raises(UnknownNameError, match="unknown retrieval criterion 'csl'"):
        model_hubness(random_model(6, sizes=(40, 35)), "csl")
