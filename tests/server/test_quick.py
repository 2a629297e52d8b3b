import json
import shutil

import pytest

from xling.model.indexing import with_answers
from xling.model.open import load_model


@pytest.fixture(scope="module")
def indexed(model_path, tmp_path_factory):
    path = tmp_path_factory.mktemp("indexed") / "en-de"
    with_answers(load_model(model_path)).save(path)
    return path


@pytest.fixture(scope="module")
def pair(serve, indexed):
    """Give a server that reads its answers, and one that hands every call to the routes."""
    with (
        serve(indexed, max_words=20) as quick,
        serve(indexed, max_words=20, log_queries=True) as slow,
    ):
        for client in (quick, slow):
            assert client.get("/v1/card").status_code == 200  # loads the model
        yield quick, slow


def computed(client):
    return client.app.state.service.batcher.computed


@pytest.mark.parametrize(
    "params",
    [
        {"word": "cat"},
        {"word": "KATZE", "from": "de", "to": "en", "top": 10},
        {"word": "bird", "model": "en-de", "evidence": "true", "top": 1},
        {"word": "tree", "to": "DE", "evidence": "false", "retrieval": "csls", "channels": "all"},
    ],
)
def test_plain_look_ups_are_read_and_told_as_the_routes_tell_them(pair, params):
    quick, slow = (client.get("/v1/translate", params=params) for client in pair)
    assert quick.status_code == 200
    assert quick.json() == slow.json()
    assert list(quick.json()) == list(slow.json())
    for name in ("content-type", "cache-control", "x-content-type-options"):
        assert quick.headers[name] == slow.headers[name]
    body = {
        **{key: value for key, value in params.items() if key != "word"},
        "words": [params["word"], params["word"].upper()],
    }
    if "evidence" in body:
        body["evidence"] = body["evidence"] == "true"
    quick, slow = (client.post("/v1/translate", json=body) for client in pair)
    assert quick.status_code == 200
    assert quick.json() == slow.json()
    assert computed(pair[0]) == 0


@pytest.mark.parametrize(
    "query",
    [
        "word=zzqq", "word=", "word=%20", "", "word=cat&word=dog", "word=cat&top=0",
        "word=cat&top=11", "word=cat&top=1000", "word=cat&top=x", "word=cat&top=%C2%B2",
        "word=cat&evidence=maybe",
        "word=cat&evidence=1", "word=cat&min_confidence=0.1", "word=cat&min_confidence=x",
        "word=cat&model=other", "word=cat&model=", "word=cat&from=xx", "word=cat&from=de&to=de",
        "word=cat&foo=1", "word=cat&retrieval=nn", "word=cat&channels=contexts", "word=cat&top=",
        "word=%ff%fe", "word=%ed%a0%80", "word=" + "cat" * 50, "word=cat&from=", "word=cat;top=3",
        "word=cat&top=05", "word=a+b", "word=cat%00",
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_routes(pair, query):
    quick, slow = (client.get(f"/v1/translate?{query}") for client in pair)
    assert quick.status_code == slow.status_code
    assert quick.json() == slow.json()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"cat"', b'{"words": []}', b'{"words": "cat"}', b"\xff",
        b'{"words": ["cat", 1]}', b'{"words": ["cat", null]}', b'{"words": ["cat"], "top": "3"}',
        b'{"words": ["cat"], "top": true}', b'{"words": ["cat"], "top": 1.0}',
        b'{"words": ["cat"], "top": 1e999}', b'{"words": ["cat"], "evidence": 1}',
        b'{"words": ["cat"], "model": 3}', b'{"words": ["cat"], "from": null}',
        b'{"words": ["cat"], "from": ["en"]}', b'{"words": ["cat"], "foo": 1}',
        b'{"words": ["\\ud800"]}', b'{"words": ["cat"], "words": ["dog"]}', b'{"top": 3}',
        b'{"words": [" "]}', b'{"words": ["cat", "zzqq"]}', b'{"words": ["cat"], "top": -1}',
        b'{"words": ["cat"], "min_confidence": 0.2}', b'{"words": [["cat"]]}',
        b'{"words": ["cat"]}', json.dumps({"words": ["cat"] * 21}).encode(),
        json.dumps({"words": ["cat"] * 20}).encode(),
        b'{"words": ["cat"], "top": 99999999999999999999999}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_bodies_are_taken_as_the_routes_take_them(pair, body):
    for kind in ("application/json", "application/json; charset=utf-8", "text/plain", None):
        headers = {} if kind is None else {"Content-Type": kind}
        quick, slow = (
            client.post("/v1/translate", content=body, headers=headers) for client in pair
        )
        assert quick.status_code == slow.status_code, (body, kind)
        assert quick.json() == slow.json()


def test_other_methods_and_a_body_in_parts(pair):
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS"):
        quick, slow = (client.request(method, "/v1/translate?word=cat") for client in pair)
        assert (quick.status_code, quick.content) == (slow.status_code, slow.content)
    parts = (part for part in (b'{"words"', b': ["cat"]}'))
    found = pair[0].post(
        "/v1/translate", content=parts, headers={"Content-Type": "application/json"}
    )
    assert found.json()["results"][0]["translations"][0]["word"] == "Katze"


def test_words_are_counted(pair):
    def total():
        line = [x for x in pair[0].get("/metrics").text.splitlines() if "words_total " in x][-1]
        return int(line.split()[-1])

    before = total()
    pair[0].post("/v1/translate", json={"words": ["cat", "dog", "house"]})
    pair[0].get("/v1/translate?word=cat")
    assert total() == before + 4


def test_a_model_that_is_not_loaded_or_not_indexed(serve, model_path, indexed, tmp_path):
    plain = shutil.copytree(model_path, tmp_path / "plain")
    with serve(indexed, plain) as client:
        for name in ("en-de", "plain"):
            for _ in range(2):  # the second time it is there
                found = client.get("/v1/translate", params={"word": "cat", "model": name})
                assert found.json()["results"][0]["translations"][0]["word"] == "Katze"
        assert client.get("/v1/translate?word=cat").json()["error"]["code"] == "missing_model"
        assert computed(client) == 1
