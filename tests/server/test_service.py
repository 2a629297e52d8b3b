import logging
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest


def best(client, **params):
    return client.get("/v1/translate", params=params).json()["results"][0]["translations"][0][
        "word"
    ]


def test_words_are_in_the_log_only_if_wanted(serve, model_path, caplog):
    for wanted in (False, True):
        caplog.clear()
        with serve(model_path, log_queries=wanted) as client, caplog.at_level(logging.INFO):
            client.get("/v1/translate", params={"word": "Katze", "from": "de"})
        said = [vars(one) for one in caplog.records if one.name == "xling.server"]
        assert said
        assert ("Katze" in str(said)) == wanted


def test_ahead_of_the_first_call(serve, model_path):
    with serve(model_path, warm=True) as client:
        service = client.app.state.service
        end = time.monotonic() + 30
        while True:
            entry = service.shelf._entries["en-de"].loaded
            ways = [] if entry is None else list(entry._ways.values())
            sizes = [(way.table.filled, len(way.way.asked.vocabulary)) for way in ways]
            if len(sizes) == 2 and all(filled == words for filled, words in sizes):
                break
            assert time.monotonic() < end, sizes
            time.sleep(0.02)
        computed = service.batcher.computed
        assert best(client, word="cat") == "Katze"
        assert service.batcher.computed == computed  # read, not computed


def test_a_call_that_takes_too_long(serve, model_path):
    with serve(model_path, timeout=0.15) as client:
        while client.get("/v1/card").status_code != 200:
            time.sleep(0.05)
        gate = threading.Event()
        service = client.app.state.service
        thread = service.batcher._thread
        thread.submit(gate.wait, 10)
        answer = client.get("/v1/translate", params={"word": "cat"})
        gate.set()
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "timeout"
        assert answer.headers["retry-after"] == "2"
        while client.get("/v1/translate", params={"word": "cat"}).status_code != 200:
            time.sleep(0.05)


def test_too_much_at_once_is_refused_and_forgotten(serve, model_path):
    with serve(model_path, max_words=20, max_waiting=20) as client:
        assert best(client, word="dog") == "Hund"
        gate = threading.Event()
        client.app.state.service.batcher._thread.submit(gate.wait, 10)

        def send(number):
            words = [f"x{number}y{i}" for i in range(20)]
            return client.post("/v1/translate", json={"words": words}).status_code

        with ThreadPoolExecutor(8) as threads:
            calls = [threads.submit(send, number) for number in range(8)]
            while sum(call.done() for call in calls) < 4:
                time.sleep(0.01)
            gate.set()
            codes = [call.result() for call in calls]
        assert set(codes) == {200, 503}
        assert client.get("/readyz").status_code == 200
        assert best(client, word="cat") == "Katze"


def test_many_clients_at_once_get_their_own_answers(client, model):
    words = ("cat", "dog", "house", "child", "table", "book", "man", "woman")
    expected = {word: model.translate(word)[0].word for word in words}

    def ask(number):
        word = words[number % len(words)]
        return best(client, model="en-de", word=word) == expected[word]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(80)))


def test_a_new_version_under_load_fails_no_call(serve, model, model_path, tmp_path):
    path = shutil.copytree(model_path, tmp_path / "live")
    with serve(path, watch=0.05) as client:
        stop, codes = threading.Event(), []

        def load():
            while not stop.is_set():
                word = ("cat", "dog", "zzz")[len(codes) % 3]
                codes.append(client.get("/v1/translate", params={"word": word}).status_code)

        with ThreadPoolExecutor(3) as threads:
            for _ in range(3):
                threads.submit(load)
            try:
                loads = client.app.state.service.shelf
                end = time.monotonic() + 30
                for wanted in (2, 3):
                    model.save(path, force=True)
                    while loads.loads < wanted:
                        assert time.monotonic() < end
                        time.sleep(0.02)
            finally:
                stop.set()
    assert len(codes) > 10
    assert set(codes) == {200}


@pytest.mark.parametrize("allowed", [True, False])
def test_other_origins_only_if_wanted(serve, model_path, allowed):
    page = "https://page.example"
    with serve(model_path, origins=(page,) if allowed else (), api_key="k") as client:
        asked = {"Origin": page, "Access-Control-Request-Method": "GET"}
        before = client.options("/v1/models", headers=asked)
        after = client.get("/v1/models", headers={"Origin": page, "Authorization": "Bearer k"})
    assert after.status_code == 200
    for answer in (before, after):
        assert answer.headers.get("access-control-allow-origin") == (page if allowed else None)
