import http.server
import threading

import pytest

import xling
from xling.client import Client, ServedModel
from xling.errors import InputError, RemoteError
from xling.recipes import align


@pytest.fixture(scope="module")
def model(rotated_world, tmp_path_factory):
    path = tmp_path_factory.mktemp("client") / "rotated"
    align(rotated_world.source, rotated_world.target, rotated_world.lexicon).save(path)
    return xling.load(path), path


@pytest.fixture(scope="module")
def client(model, start_server, tmp_path_factory):
    with start_server(tmp_path_factory.mktemp("log") / "log", model[1]) as server:
        yield Client(url=server.url)


def test_answers_are_those_of_the_model(client, model):
    assert client.healthy()
    assert client.models() == [ServedModel(name="rotated", languages=("en", "de"))]
    found = client.translate("word3", to="de", top=3)
    expected = model[0].translate("word3", to="de", top=3)
    assert [one.word for one in found] == [one.word for one in expected]
    assert [one.score for one in found] == pytest.approx([one.score for one in expected], abs=1e-5)


def test_many_words(client, model):
    words = ["wort5", "nothing", "Wort9"]
    given = {"source": "de", "top": 1, "retrieval": "nn", "channels": "contexts"}
    found, expected = client.look_up(words, **given), model[0].look_up(words, **given)
    assert [(one.word, one.status) for one in found] == [(o.word, o.status) for o in expected]
    assert [one.translations[0].word for one in found if one.translations] == ["word5", "word9"]


def test_words_of_one_language(client, model):
    side = model[0].side("en")
    assert client.suggest("WORD1", language="en", top=2) == ["word1", "word10"]
    near = client.neighbors("word0", language="en", top=2)
    assert [score for _, score in near] == sorted((score for _, score in near), reverse=True)
    assert client.vector("word7", language="en") == pytest.approx(side.vectors[7].tolist())
    assert client.vector("nothing", language="en") is None


def test_what_the_server_refuses(client):
    with pytest.raises(RemoteError, match="no model 'other'") as caught:
        client.translate("a", model="other")
    assert (caught.value.status, caught.value.code) == (404, "unknown_model")


def test_no_server():
    client = Client(url="http://127.0.0.1:9", timeout=2)
    assert not client.healthy()
    with pytest.raises(RemoteError, match=r"no answer from http://127\.0\.0\.1:9") as caught:
        client.models()
    assert (caught.value.status, "xling serve" in caught.value.hint) == (0, True)


@pytest.mark.parametrize(
    "given", [{"url": "ftp://a"}, {"url": "a"}, {"timeout": 0}, {"retries": -1}]
)
def test_wrong_settings(given):
    with pytest.raises(InputError, match=next(iter(given))):
        Client(**given)


def test_a_busy_server_is_asked_again():
    answers = [503, 503, 200]
    keys = []

    class Busy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            keys.append(self.headers["Authorization"])
            self.send_response(answers.pop(0))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(b'{"models": []}')

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_address[1]}"
            assert Client(url=url, api_key="k").models() == []
            assert keys == ["Bearer k"] * 3
            answers[:] = [503]
            with pytest.raises(RemoteError, match="status 503"):
                Client(url=url, retries=0).models()
        finally:
            server.shutdown()
            thread.join()
