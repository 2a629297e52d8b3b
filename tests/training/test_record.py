import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xling.data.lexicon import Lexicon
from xling.errors import ConflictError
from xling.training.joint_skipgram import JointSkipgramSettings
from xling.training.learn import TrainSettings, learn
from xling.training.record import made_from
from xling.training.registry import recipe


def lexicon(*numbers: int) -> Lexicon:
    pairs = tuple((f"w{i}", f"V{i}") for i in numbers)
    return Lexicon(source_language="en", target_language="de", pairs=pairs)


def recorded(**changes: Any) -> dict[str, Any]:
    names = ("pairs", "further", "held_out", "lexicon")
    given = {name: changes.pop(name) for name in names if name in changes}
    return made_from(
        TrainSettings(**changes), **({"pairs": 600, "further": {"en": 0, "de": 0}} | given)
    )


def test_what_was_given_is_named() -> None:
    found = recorded(
        further={"en": 3, "de": 0}, held_out=lexicon(0, 1), lexicon=lexicon(2), shots=2,
        hold_out_match="family", phrases=True, min_count=4,
    )  # fmt: skip
    assert json.loads(json.dumps(found)) == found
    sums = {name: found.pop(name) for name in ("hold_out_words_sha256", "seed_lexicon_sha256")}
    assert {len(value) for value in sums.values()} == {12}
    assert found == {
        "sentence_pairs": 600,
        "monolingual_sentences": {"en": 3, "de": 0},
        "hold_out_words": 2,
        "hold_out_side": "source",
        "hold_out_match": "family",
        "shots": 2,
        "seed_lexicon_pairs": 1,
        "min_count": 4,
        "phrases": True,
    }
    assert recorded()["hold_out_words"] == recorded()["seed_lexicon_pairs"] == 0


def test_the_order_of_held_out_words_is_none_of_its_business() -> None:
    one, turned, other = (recorded(held_out=lexicon(*words)) for words in ((0, 1), (1, 0), (0, 2)))
    assert one == turned
    assert one["hold_out_words_sha256"] != other["hold_out_words_sha256"]
    both = recorded(held_out=lexicon(0, 1), hold_out_side="both")
    assert both["hold_out_words"] == 4
    # The same number of seed pairs, but others.
    seeds = [recorded(lexicon=lexicon(i))["seed_lexicon_sha256"] for i in (0, 1)]
    assert seeds[0] != seeds[1]


CALL: dict[str, Any] = {
    "held_out": lexicon(0, 1),
    "lexicon": lexicon(*range(2, 30)),
    "further": (("w2 w3",) * 3, ("V2 V4",) * 4),
    "shots": 1,
}
QUICK = JointSkipgramSettings(epochs=1, subsample=0, tokens=512, draws=4, width=4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shots": 2}, "shots 1, this run has 2"),
        ({"hold_out_side": "both"}, 'hold_out_side "source", this run has "both"'),
        ({"hold_out_match": "family"}, 'hold_out_match "form", this run has "family"'),
        ({"held_out": lexicon(0, 1, 5)}, "hold_out_words 2, this run has 3"),
        ({"held_out": lexicon(0, 5)}, r'hold_out_words_sha256 "\w{12}", this run has "\w{12}"'),
        ({"held_out": None, "shots": 0}, "hold_out_words 2, this run has 0"),
        ({"phrases": True}, "phrases false, this run has true"),
        ({"further": (("w2 w3",) * 3, ())}, r"monolingual_sentences\.de 4, this run has 0"),
        ({"lexicon": lexicon(*range(2, 29))}, "seed_lexicon_pairs 28, this run has 27"),
        ({"lexicon": None}, "seed_lexicon_pairs 28, this run has 0"),
        ({"min_count": 2}, "min_count 3, this run has 2"),
        # The same in number: only the text tells.
        ({"further": (("w2 w4",) * 3, ("V2 V4",) * 4)}, "sentence pairs and vocabularies"),
    ],
)
def test_a_run_with_another_text_is_told_what_differs(
    toy_corpus: Callable[..., Any], tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    def run(*, resume: bool, **given: Any) -> None:
        texts = {name: given.pop(name) for name in ("held_out", "lexicon", "further")}
        settings = TrainSettings(dim=4, threads=1, calibrate=False, **given)
        again = recipe("joint-skipgram", settings=QUICK, checkpoint=tmp_path, resume=resume)
        learn(toy_corpus(pairs=300), again, settings, name="joint-skipgram", **texts)

    run(resume=False, **CALL)
    run(resume=True, **CALL)
    with pytest.raises(ConflictError, match=f"was made with {message}"):
        run(resume=True, **(CALL | changes))
