"""Calls that ``serving.py`` sends: by wrk, and made up from the interface's own description."""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from typing import Any

__all__ = ["ANY", "BATCH", "MIXED", "SINGLE", "made_up", "wrk"]

# The load generator runs these: a word drawn anew for each call.
_WORD = 'string.format("w%06d", math.random(0, WORDS - 1))'
SINGLE = f"""
request = function()
  return wrk.format("GET", "/v1/translate?from=en&to=de&top=TOP&word=" .. {_WORD})
end
"""
BATCH = f"""
local bodies = {{}}
for b = 1, 200 do
  local words = {{}}
  for i = 1, 100 do words[i] = '"' .. {_WORD} .. '"' end
  bodies[b] = '{{"words":[' .. table.concat(words, ",") .. '],"from":"en","to":"de","top":TOP}}'
end
local n = 0
request = function()
  n = n % 200 + 1
  return wrk.format("POST", "/v1/translate", {{["Content-Type"] = "application/json"}}, bodies[n])
end
"""
# Of a hundred calls one is malformed, each time in another way.
MIXED = f"""
local bad = {{"/v1/translate?word=", "/v1/translate", "/v1/translate?word=w000001&top=x",
  "/nothing", "/v1/translate?word=%ff%fe&from=yy", "/v1/translate?word=w000001&from=xx",
  "/v1/map?word=", "/v1/suggest?language=en",
  "/v1/neighbors?language=zz&word=a", "/v1/translate?word=a&top=0"}}
local n = 0
request = function()
  n = n + 1
  if n % 200 == 0 then return wrk.format("GET", bad[n / 200 % #bad + 1]) end
  if n % 200 == 100 then
    local kind = {{["Content-Type"] = "application/json"}}
    return wrk.format("POST", "/v1/translate", kind, '{{"words":')
  end
  return wrk.format("GET", "/v1/translate?from=en&to=de&word=" .. {_WORD})
end
"""
# Some of all that people do: most is read from the table, some is computed.
ANY = f"""
local n = 0
request = function()
  n = n + 1
  local word = {_WORD}
  if n % 20 == 0 then return wrk.format("GET", "/v1/neighbors?language=en&word=" .. word) end
  if n % 20 == 10 then return wrk.format("GET", "/v1/translate?from=en&top=11&word=" .. word) end
  return wrk.format("GET", "/v1/translate?from=en&to=de&top=TOP&word=" .. word)
end
"""


def wrk(
    url: str, script: str, *, words: int, seconds: float, connections: int, top: int = 5
) -> dict[str, Any]:
    """Send calls for some seconds, each connection one after the other."""
    text = script.replace("WORDS", str(words)).replace("TOP", str(top))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(
            [
                *("wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s"),
                *("--latency", "-s", file.name, url),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    print(f"{connections} connections, top {top}", done, sep="\n", file=sys.stderr)

    def milliseconds(per_cent: str) -> float:
        value, unit = re.findall(rf"^\s+{per_cent}%\s+([\d.]+)(us|ms|s|m)\s*$", done, re.M)[0]
        return round(float(value) * {"us": 0.001, "ms": 1.0, "s": 1e3, "m": 6e4}[unit], 2)

    errors = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done
    )
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    return {
        "connections": connections,
        "calls": int(re.findall(r"(\d+) requests in", done)[0]),
        "calls_a_second": float(re.findall(r"Requests/sec:\s+([\d.]+)", done)[0]),
        "p50_ms": milliseconds("50"),
        "p99_ms": milliseconds("99"),
        "not_2xx": int(refused[1]) if refused else 0,
        "socket_errors": sum(map(int, errors.groups())) if errors else 0,
    }


def made_up(url: str, examples: int) -> dict[str, int]:
    """Send calls that schemathesis makes up from the description, right ones and wrong ones.

    Gives how many answers had each status; nothing where schemathesis is not installed.
    """
    try:
        import schemathesis
        from hypothesis import HealthCheck, Phase, given, settings
    except ImportError:
        return {}
    statuses: Counter[str] = Counter()
    described: Any = schemathesis.openapi.from_url(f"{url}/openapi.json")
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            statuses[str(case.call(timeout=60).status_code)] += 1

        ask()
    return dict(sorted(statuses.items()))
