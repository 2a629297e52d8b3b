"""Calls made up from the interface's own description: none may make the server fail."""

import json
import urllib.request

import pytest
from hypothesis import HealthCheck, Phase, given, settings

schemathesis = pytest.importorskip(
    "schemathesis", reason="a development tool: scripts/setup-env dev"
)
openapi_checks = pytest.importorskip("schemathesis.specs.openapi.checks")

_CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.status_code_conformance,
]
_EXAMPLES = 12  # of each address


@pytest.fixture(scope="module")
def server(model_path, hub_path, start_server, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "log"
    with start_server(log, model_path, hub_path, "--timeout", 60, "--preload") as found:
        yield found
    assert "fault" not in log.read_text("utf-8")


def test_answers_are_as_described(server):
    described = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    asked = {}
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=_EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            answer = case.call(timeout=60)
            assert answer.status_code < 500, case.as_curl_command()
            asked.setdefault(case.operation.label, set()).add(answer.status_code)
            case.validate_response(answer, checks=_CHECKS)

        ask()
    assert len(asked) >= 10
    assert {200, 400} <= set().union(*asked.values())


def test_every_refusal_is_described_and_every_route_has_an_example(server):
    with urllib.request.urlopen(f"{server.url}/openapi.json", timeout=20) as answer:
        described = json.load(answer)
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert "4XX" in operation["responses"], (path, method)
            assert operation["summary"]
            named = [one for one in operation.get("parameters", ()) if one.get("required")]
            assert all(one["schema"].get("examples") for one in named), (path, named)
