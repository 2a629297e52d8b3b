import json
import logging

from xling.server.logs import JsonFormatter, log_to_stderr


def test_a_record_is_one_line_of_json():
    record = logging.makeLogRecord(
        {"msg": "re\nquest", "levelname": "INFO", "status": 200, "created": 0.0}
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.000+00:00",
        "level": "info",
        "event": "re\nquest",
        "status": 200,
    }


def test_the_servers_log_goes_to_stderr(capsys):
    with log_to_stderr():
        logging.getLogger("xling.server").info("hello", extra={"model": "en-de"})
        logging.getLogger("uvicorn.error").info("too much")
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("xling.server").info("nobody listens")
    said = capsys.readouterr()
    first, second = map(json.loads, said.err.splitlines())
    assert said.out == ""
    assert first["model"] == "en-de"
    assert (second["level"], second["event"]) == ("warning", "Invalid HTTP request received.")
