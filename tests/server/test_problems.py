import json

import pytest

from xling.server.problems import CallError, invalid_call, problem_response


def test_an_answer_holds_code_message_and_hint():
    answer = problem_response(
        CallError(429, "slow_down", "too \ud800 fast", hint="wait", retry_after=3)
    )
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert json.loads(answer.body) == {
        "error": {"code": "slow_down", "message": "too \ud800 fast", "hint": "wait"}
    }


def test_who_lacks_a_key_is_told_how_to_send_it():
    assert CallError(401, "unauthorized", "no", hint="a key").headers == {
        "WWW-Authenticate": "Bearer"
    }
    assert CallError(400, "other", "no", hint="b").headers == {}


@pytest.mark.parametrize(
    ("kind", "loc", "code", "said"),
    [
        ("json_invalid", ("body", 1), "invalid_json", "no JSON object"),
        ("dict_type", ("body",), "invalid_json", "no JSON object"),
        ("missing", ("query", "word"), "missing_parameter", "word is missing"),
        ("extra_forbidden", ("query", "tpo"), "unknown_parameter", "no parameter 'tpo'"),
        ("int_parsing", ("query", "top"), "invalid_parameter", "top: input should be so"),
    ],
)
def test_what_is_wrong_with_a_call(kind, loc, code, said):
    problem = invalid_call(
        [{"type": kind, "loc": loc, "msg": "Input should be so", "input": "secret"}]
    )
    assert (problem.status, problem.code) == (400, code)
    assert said in str(problem)
    assert "secret" not in str(problem)
