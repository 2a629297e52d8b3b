from collections.abc import Callable

import numpy as np
import pytest

from xling.errors import InputError
from xling.model.answering import Answering
from xling.model.hub import Hub
from xling.model.model import Model
from xling.model.way import Way


class Counted(Answering):
    """Asks another one, and remembers what for."""

    def __init__(self, answers: Answering) -> None:
        self.answers = answers
        self.calls: list[tuple[object, ...]] = []

    def way(
        self,
        source: str | None = None,
        target: str | None = None,
        *,
        retrieval: str = "csls",
        channels: str = "all",
    ) -> Way:
        self.calls.append((source, target, retrieval, channels))
        return self.answers.way(source, target, retrieval=retrieval, channels=channels)


@pytest.fixture(scope="module")
def model(make_hub_world: Callable[..., object]) -> Model:
    import xling

    world = make_hub_world(words=60)
    return xling.align(world.spaces["en"], world.spaces["de"], world.lexicon("en", "de", range(60)))


def test_everything_is_asked_of_the_way(model) -> None:
    one = Counted(model)
    words = one.translate("de3", source="de", to="en", top=2, retrieval="nn", channels="contexts")
    found = one.look_up(["de3", "?"], source="de", target="en", top=2, retrieval="nn")
    row = model.vocabulary("de").words.index("de3")
    dense = one.scores(np.array([row]), source="de", target="en", retrieval="nn")
    assert one.calls == [
        ("de", "en", "nn", "contexts"), ("de", "en", "nn", "all"), ("de", "en", "nn", "all"),
    ]  # fmt: skip
    assert words == list(found[0].translations)
    assert words[0].word == "en3"
    assert found[1].translations == ()
    best = model.vocabulary("en").words[int(dense[0].argmax())]
    assert best == words[0].word
    assert dense[0].max() == pytest.approx(words[0].score)


def test_at_least_one_answer_is_wanted(model) -> None:
    for call in (model.translate, Counted(model).translate):
        with pytest.raises(InputError, match="top is 0; at least 1 is needed"):
            call("en3", top=0)


def test_models_and_hubs_are_asked_alike() -> None:
    assert issubclass(Model, Answering)
    assert issubclass(Hub, Answering)
    for name in ("translate", "look_up", "scores"):
        assert name not in vars(Model) | vars(Hub)
    with pytest.raises(TypeError, match="abstract"):
        Answering()
