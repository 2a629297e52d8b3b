import shutil

import pytest

from xling.cli.collect import run_collect
from xling.errors import FileAccessError, InputError
from xling.server.library import Library
from xling.server.problems import CallError

TEXT = [
    "das alte Haus sieht ein kleine Baum",
    "das grüne Tisch mag ein neue Buch",
    "das kleine Katze findet ein alte Hund",
]


@pytest.fixture(scope="module")
def collection(model_path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("collections")
    (folder / "text").write_text("\n".join(TEXT), encoding="utf-8")
    run_collect(model_path, folder / "text", "de", folder / "texts")
    return folder / "texts"


def refused(answer, status, code):
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["hint"]


def test_sentences_are_found_in_either_language(serve, model_path, hub_path, collection):
    with serve(model_path, hub_path, collections=[collection]) as client:
        known = client.get("/v1/collections").json()["collections"]
        assert known == [{"name": "texts", "language": "de", "sentences": 3}]
        params = {"model": "en-de", "language": "en", "text": "the small cat finds the old dog"}
        found = client.get("/v1/sentences", params={**params, "top": 2}).json()
        assert (found["collection"], found["to"], len(found["sentences"])) == ("texts", "de", 2)
        best, second = found["sentences"]
        assert (best["line"], best["text"]) == (3, TEXT[2])
        assert 1 >= best["score"] > second["score"]
        own = client.get("/v1/sentences", params={**params, "language": "DE", "text": TEXT[1]})
        assert own.json()["sentences"][0]["score"] == pytest.approx(1, abs=1e-5)
        none = client.get("/v1/sentences", params={**params, "text": "zzz qqq"})
        assert none.json()["sentences"] == []
        for given, status, code in (
            ({"model": "hub"}, 409, "other_model"),
            ({"model": "x"}, 404, "unknown_model"),
            ({"collection": "x"}, 404, "unknown_collection"),
            ({"language": "xx"}, 400, "unknown_language"),
            ({"text": " "}, 400, "invalid_word"),
            ({"text": "a" * 1001}, 400, "invalid_word"),
            ({"top": 0}, 400, "invalid_parameter"),
            ({"top": 101}, 400, "invalid_parameter"),
            ({"foo": 1}, 400, "unknown_parameter"),
        ):
            refused(client.get("/v1/sentences", params={**params, **given}), status, code)


def test_names(collection, tmp_path):
    shutil.copytree(collection, tmp_path / "more")
    library = Library([collection, tmp_path / "more"])
    assert library.choose("more").name == "more"
    for name, code in ((None, "missing_collection"), ("x", "unknown_collection")):
        with pytest.raises(CallError, match="there are texts, more") as caught:
            library.choose(name)
        assert caught.value.code == code
    with pytest.raises(CallError, match="there are none"):
        Library().choose(None)
    with pytest.raises(InputError, match="two collections of the name 'texts'"):
        Library([collection, collection])
    with pytest.raises(FileAccessError):
        Library([tmp_path / "nothing"])
