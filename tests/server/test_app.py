"""Every address of the server: its answers, its refusals, and that nothing makes it fail."""

import json
import urllib.parse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xling.cli.translate import run_translate

KEYS = {"model", "from", "to", "retrieval", "channels", "ranked_by", "results"}


def refused(answer, status, code):
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["code"] == code
    assert error["hint"]
    assert "\n" not in error["message"] + error["hint"]
    assert "Traceback" not in answer.text
    return error["message"]


@pytest.mark.parametrize("way", [("en", "de", "cat"), ("de", "en", "KATZE"), ("en", "de", "bird")])
def test_an_answer_is_the_document_of_the_command_line(client, model_path, way):
    source, target, word = way
    found = client.get(
        "/v1/translate",
        params={"model": "en-de", "from": source, "to": target, "word": word, "top": 3},
    )
    expected = run_translate(model_path, [word], source=source, target=target, top=3)
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert set(found.json()) == KEYS
    assert _rounded(found.json()) == _rounded(expected)


def _rounded(document):
    """Leave out what differs when other words are computed in the same batch."""

    def near(value):
        return round(value, 5) if isinstance(value, float) else value

    return json.loads(
        json.dumps(document), object_hook=lambda d: {k: near(v) for k, v in d.items()}
    )


def test_many_words_in_their_order(client, model_path):
    words = ["cat", "nothing at all", "Dog", "cat"]
    body = {"model": "en-de", "words": words, "from": "en", "top": 2}
    found = client.post("/v1/translate", json=body).json()
    assert [one["word"] for one in found["results"]] == words
    assert [one["status"] for one in found["results"]] == ["ok", "out_of_vocabulary", "ok", "ok"]
    best = [one["translations"][0]["word"] for one in found["results"] if one["translations"]]
    assert best == ["Katze", "Hund", "Katze"]
    assert _rounded(found) == _rounded(run_translate(model_path, words, top=2))


@pytest.mark.parametrize("top", [1, 10, 11, 30])
def test_any_number_of_answers(client, model_path, top):
    found = client.get("/v1/translate", params={"model": "en-de", "word": "dog", "top": top}).json()
    assert _rounded(found) == _rounded(run_translate(model_path, ["dog"], top=top))


@pytest.mark.parametrize("channels", ["contexts", "table", "table,contexts"])
@pytest.mark.parametrize("retrieval", ["csls", "nn"])
def test_channels_and_criteria(client, model_path, channels, retrieval):
    given = {"retrieval": retrieval, "channels": channels}
    found = client.get("/v1/translate", params={"model": "en-de", "word": "dog", **given}).json()
    assert _rounded(found) == _rounded(run_translate(model_path, ["dog"], **given))


def test_any_pair_of_a_hub(client):
    params = {"model": "hub", "from": "de", "to": "es", "word": "de7", "top": 1}
    found = client.get("/v1/translate", params=params).json()
    assert (found["from"], found["to"], found["ranked_by"]) == ("de", "es", "csls")
    assert found["results"][0]["translations"][0]["word"] == "es7"
    turned = client.get("/v1/translate", params={**params, "from": "es", "to": "de", "word": "es7"})
    assert turned.json()["results"][0]["translations"][0]["word"] == "de7"


def test_what_speaks_for_an_answer(client):
    params = {"model": "en-de", "evidence": "true", "top": 3}
    linked = client.get("/v1/translate", params={**params, "word": "cat"}).json()["results"][0]
    assert (linked["trained"], linked["held_out"]) == (True, False)
    assert linked["translations"][0]["evidence"] == "linked"
    held = client.get("/v1/translate", params={**params, "word": "tree"}).json()["results"][0]
    assert (held["trained"], held["held_out"]) == (False, True)
    assert {one["evidence"] for one in held["translations"]} == {"guessed"}
    asked = {"model": "hub", "word": "en3", "to": "de", "from": "en", "evidence": "1"}
    space = client.get("/v1/translate", params=asked).json()["results"][0]
    assert {one["evidence"] for one in space["translations"]} == {"space"}


def test_unsure_answers_are_left_out(client):
    params = {"model": "hub", "word": "en3", "from": "en", "to": "de", "min_confidence": 0.2}
    result = client.get("/v1/translate", params=params).json()["results"][0]
    assert (result["translations"], result["abstained"]) == ([], True)  # nothing was calibrated
    del params["min_confidence"]
    plain = client.get("/v1/translate", params=params).json()
    assert "abstained" not in plain["results"][0]


def test_models_and_their_cards(client):
    models = client.get("/v1/models").json()["models"]
    assert [(one["name"], one["languages"]) for one in models] == [
        ("en-de", ["en", "de"]),
        ("hub", ["en", "de", "es"]),
    ]
    card = client.get("/v1/card", params={"model": "en-de"}).json()
    assert (card["recipe"], card["held_out"]["words"]) == ("joint", 2)
    assert set(card["vocabulary"]) == {"en", "de"}
    assert client.get("/v1/card", params={"model": "hub"}).json()["languages"] == ["en", "de", "es"]


def test_neighbors(client, model):
    params = {"model": "en-de", "language": "DE", "word": "katze", "top": 3}
    found = client.get("/v1/neighbors", params=params).json()
    assert (found["status"], len(found["neighbors"])) == ("ok", 3)
    side = model.side("de")
    cosines = side.vectors @ side.vectors[side.vocabulary.find("Katze")]
    cosines[side.vocabulary.find("Katze")] = -9
    assert found["neighbors"][0]["word"] == side.vocabulary.words[cosines.argmax()]
    assert found["neighbors"][0]["score"] == pytest.approx(float(cosines.max()), abs=1e-5)
    unknown = client.get("/v1/neighbors", params={**params, "word": "zzz"}).json()
    assert (unknown["status"], unknown["neighbors"]) == ("out_of_vocabulary", [])


def test_vectors(client, model):
    params = {"model": "en-de", "language": "en", "word": "Dog"}
    found = client.get("/v1/vector", params=params).json()
    side = model.side("en")
    assert found["vector"] == pytest.approx(side.vectors[side.vocabulary.find("dog")].tolist())
    assert client.get("/v1/vector", params={**params, "word": "zzz"}).json()["vector"] is None


def test_suggestions(client):
    params = {"model": "en-de", "language": "de", "prefix": "GRU"}
    assert client.get("/v1/suggest", params=params).json()["words"] == ["grüne"]


def test_a_map(client):
    params = {"model": "en-de", "word": "dog", "top": 4}
    found = client.get("/v1/map", params=params).json()
    kinds = [point["kind"] for point in found["points"]]
    assert kinds.count("word") == 1
    assert {"word", "neighbor", "translation"} == set(kinds)
    assert {point["language"] for point in found["points"]} == {"en", "de"}
    assert all(-1 <= point["x"] <= 1 and -1 <= point["y"] <= 1 for point in found["points"])
    assert client.get("/v1/map", params={**params, "word": "zzz"}).json()["points"] == []


def test_the_state_of_the_server(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'xling_requests_total{method="GET",route="/healthz",status="200"}' in metrics.text


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 400, "missing_parameter"),
        ({"word": "a"}, 400, "missing_model"),
        ({"word": "a", "model": "../en-de"}, 404, "unknown_model"),
        ({"word": "a", "model": "en-de", "tpo": 3}, 400, "unknown_parameter"),
        ({"word": "a", "model": "en-de", "top": 0}, 400, "invalid_parameter"),
        ({"word": "a", "model": "en-de", "top": 101}, 400, "invalid_parameter"),
        ({"word": "a", "model": "en-de", "top": "many"}, 400, "invalid_parameter"),
        ({"word": "a", "model": "en-de", "min_confidence": "nan"}, 400, "invalid_parameter"),
        ({"word": "a", "model": "en-de", "from": "fr"}, 400, "unknown_language"),
        ({"word": "a", "model": "en-de", "from": "en", "to": "en"}, 400, "invalid_direction"),
        ({"word": "a", "model": "hub", "to": "es"}, 400, "invalid_direction"),
        ({"word": "a", "model": "en-de", "retrieval": "x"}, 400, "unknown_retrieval"),
        ({"word": "a", "model": "en-de", "channels": "tabel"}, 400, "unknown_channel"),
        ({"word": "a", "model": "en-de", "channels": "all,table"}, 400, "unknown_channel"),
        ({"word": "a", "model": "hub", "channels": "table"}, 400, "unknown_channel"),
        ({"word": " ", "model": "en-de"}, 400, "invalid_word"),
        ({"word": "a" * 101, "model": "en-de"}, 400, "invalid_word"),
    ],
)
def test_bad_calls(client, params, status, code):
    assert refused(client.get("/v1/translate", params=params), status, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "invalid_json"),
        ("[1]", 400, "invalid_json"),
        ("", 400, "invalid_json"),
        ("[" * 100_000, 400, "invalid_json"),
        ("{}", 400, "missing_parameter"),
        ('{"words": "cat"}', 400, "invalid_parameter"),
        ('{"words": [1]}', 400, "invalid_parameter"),
        ('{"words": ["a"], "top": true}', 400, "invalid_parameter"),
        ('{"words": ["a"], "word": "a"}', 400, "unknown_parameter"),
        ('{"words": [], "model": "en-de"}', 400, "no_words"),
        ('{"words": ["\\ud800"], "model": "en-de"}', 400, "invalid_word"),
        ('{"words": ["a"], "model": "\\ud800"}', 404, "unknown_model"),
        (json.dumps({"words": ["a"] * 51, "model": "en-de"}), 413, "too_many_words"),
    ],
)
def test_bad_bodies(client, body, status, code):
    headers = {"Content-Type": "application/json"}
    refused(client.post("/v1/translate", content=body, headers=headers), status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
        ("GET", "/static/%2e%2e/app.py", 404, "not_found"),
        ("DELETE", "/v1/models", 405, "method_not_allowed"),
        ("GET", "/v1/neighbors?word=a&language=fr&model=en-de", 400, "unknown_language"),
        ("GET", "/v1/suggest?prefix=&language=en&model=en-de", 400, "invalid_word"),
    ],
)
def test_bad_addresses(client, method, path, status, code):
    refused(client.request(method, path), status, code)


def test_the_description_matches_the_routes(client):
    api = client.get("/openapi.json").json()
    assert set(api["paths"]) == {
        *("/v1/translate", "/v1/map", "/v1/neighbors", "/v1/vector", "/v1/suggest"),
        *("/v1/models", "/v1/card", "/v1/sentences", "/v1/collections"),
        *("/healthz", "/readyz", "/metrics"),
    }
    body = api["paths"]["/v1/translate"]["post"]["requestBody"]["content"]["application/json"]
    names = {one["name"] for one in api["paths"]["/v1/translate"]["get"]["parameters"]}
    assert {"model", "from", "to", "word", "top"} <= names
    assert body["schema"]["$ref"].endswith("TranslateBody")


def test_pages_come_from_the_package_alone(client):
    for path in ("/", "/docs"):
        page = client.get(path)
        assert page.headers["content-type"].startswith("text/html")
        links = [part.split('"')[0] for part in page.text.split('="')[1:]]
        assert not [link for link in links if link.startswith(("http:", "https:", "//"))]
        for link in links:
            if link.startswith("/static/"):
                assert client.get(link).status_code == 200
    tag = client.get("/").headers["etag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


NAMES = st.sampled_from(["model", "from", "to", "word", "top", "retrieval", "channels", "x"])
VALUES = st.one_of(
    st.sampled_from(["en-de", "hub", "en", "de", "5", "csls", "all", "contexts", "cat", "true"]),
    st.text(max_size=20),
    st.integers().map(str),
)
PATHS = st.sampled_from(["translate", "neighbors", "vector", "suggest", "map", "card"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, params=st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_no_parameters_make_it_fail(client, path, params):
    query = urllib.parse.urlencode(params, errors="surrogatepass")
    answer = client.get(f"/v1/{path}?{query}")
    assert answer.status_code < 500, answer.text
    assert ("error" in answer.json()) == (answer.status_code >= 400)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
BODIES = JSON | st.fixed_dictionaries(
    {"words": st.lists(st.text(max_size=9), max_size=4) | JSON},
    optional={"model": st.just("en-de") | JSON, "top": st.integers(0, 200) | JSON, "from": JSON},
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_no_body_makes_it_fail(client, body):
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/translate", content=json.dumps(body), headers=headers)
    assert answer.status_code < 500, answer.text
    assert ("error" in answer.json()) == (answer.status_code >= 400)


@pytest.mark.parametrize("path", ["/", "/static/page.css", "/healthz", "/readyz"])
def test_a_head_is_answered_without_its_body(client, path):
    found, whole = client.head(path), client.get(path)
    assert found.status_code == 200
    assert found.headers["content-type"] == whole.headers["content-type"]
