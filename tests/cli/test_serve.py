import json
import shutil
import signal
import socket
import urllib.request

import pytest

from xling.cli.serve import read_key
from xling.errors import FileAccessError, FormatError


def get(url, key=None):
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
        return json.loads(answer.read())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_answers_until_it_is_asked_to_stop(toy_model, start_server, tmp_path, number, code):
    with start_server(tmp_path / "log", toy_model) as server:
        assert server.url.startswith("http://127.0.0.1:")
        found = get(f"{server.url}/v1/translate?word=cat&top=1")
        assert found["results"][0]["translations"][0]["word"] == "Katze"
        server.process.send_signal(number)
        assert server.process.wait(timeout=30) == code
    log = server.log.read_text("utf-8")
    assert "Traceback" not in log
    assert "warning" not in log
    assert "cat" not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"event": "request", "route": "/v1/translate", "status": 200}.items() <= lines[
        -1
    ].items()


def test_a_warning_where_others_can_call(toy_model, start_server, tmp_path):
    with start_server(tmp_path / "log", toy_model, "--host", "0.0.0.0") as server:
        pass
    assert "no API key is asked for" in server.log.read_text("utf-8")


def test_a_key_from_a_file(toy_model, start_server, tmp_path):
    (tmp_path / "key").write_text("secret\n", encoding="utf-8")
    with start_server(tmp_path / "log", toy_model, "--api-key-file", tmp_path / "key") as server:
        assert get(f"{server.url}/v1/models", "secret")["models"][0]["languages"] == ["en", "de"]
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(f"{server.url}/v1/models", "wrong")
    assert "secret" not in server.log.read_text("utf-8")


def test_bad_calls_are_one_line(toy_model, call, tmp_path):
    broken = shutil.copytree(toy_model, tmp_path / "broken")
    (broken / "model.json").write_text("{}", encoding="utf-8")
    twin = shutil.copytree(toy_model, tmp_path / "twin" / "model")
    (tmp_path / "empty").touch()
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
        for arguments, said in (
            ((tmp_path / "nothing",), "nothing"),
            ((broken,), "model.json"),
            ((toy_model, twin), "two models of the name 'model'"),
            ((toy_model, "--port", port), f"port {port} of 127.0.0.1 is in use"),
            ((toy_model, "--rate", -1), "rate is -1"),
            ((toy_model, "--api-key-file", tmp_path / "empty"), "empty"),
        ):
            extra = () if "--port" in arguments else ("--port", 0)
            result = call("serve", *arguments, *extra)
            assert (result.code, result.out) == (2, ""), arguments
            assert said in result.lines[0]
            assert len(result.lines) <= 2


def test_where_the_key_comes_from(tmp_path, monkeypatch):
    monkeypatch.delenv("XLING_API_KEY", raising=False)
    assert read_key(None) is None
    monkeypatch.setenv("XLING_API_KEY", "from-environment")
    assert read_key(None) == "from-environment"
    file = tmp_path / "key"
    file.write_bytes(b"from-file\r\nmore\n")
    assert read_key(file) == "from-file"
    file.write_bytes("schlüssel".encode())
    with pytest.raises(FormatError, match="not ASCII"):
        read_key(file)
    with pytest.raises(FileAccessError, match="No such file"):
        read_key(tmp_path / "nothing")
