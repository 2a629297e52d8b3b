import json

from xling.data.lexicon import Lexicon
from xling.model.document import lookup_document, lookup_result
from xling.model.model import Lookup, Translation
from xling.recipes import align


def test_a_result_holds_what_was_found():
    one = Translation(word="Katze", score=1.5, confidence=None)
    found = Lookup(word="cat", status="ok", translations=(one,))
    assert lookup_result(found) == {
        "word": "cat",
        "status": "ok",
        "translations": [{"word": "Katze", "score": 1.5, "confidence": None}],
    }


def test_a_document_says_which_way_it_went(rotated_world):
    lexicon: Lexicon = rotated_world.lexicon
    model = align(rotated_world.source, rotated_world.target, lexicon)
    way = model.way("de", channels="contexts")
    found = model.look_up(["wort3", "nothing"], source="de", top=2)
    document = lookup_document("mine", way, found, retrieval="csls", channels="contexts")
    assert [document[key] for key in ("model", "from", "to", "ranked_by")] == [
        *("mine", "de", "en", "csls")
    ]
    assert document["results"] == [lookup_result(one) for one in found]
    assert document["results"][0]["translations"][0]["word"] == "word3"
    assert json.loads(json.dumps(document)) == document
