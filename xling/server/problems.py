"""What goes wrong with a call, and how that is answered."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import Response

from xling.errors import XlingError

__all__ = ["CallError", "invalid_call", "problem_response"]


class CallError(XlingError):
    """A call that is refused.

    Parameters
    ----------
    status : int
        Of HTTP, 400 or above.
    code : str
        A stable name, for programs.
    message : str
        What was wrong, and what would be right.
    hint : str
        The next step, one line.
    retry_after : int, optional
        Seconds after which the same call may go through.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str,
        retry_after: int | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.retry_after = retry_after
        super().__init__(message, hint=hint)

    @property
    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"error": {"code": self.code, "message": str(self), "hint": self.hint}}

    @property
    def headers(self) -> dict[str, str]:
        """What the answer carries beside its body."""
        found = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.status == 401:
            found["WWW-Authenticate"] = "Bearer"
        return found


def problem_response(problem: CallError) -> Response:
    """Answer a call that is refused.

    Parameters
    ----------
    problem : CallError
        Why.

    Returns
    -------
    Response
        Of JSON, in ASCII: what a message quotes may be no valid Unicode.
    """
    return Response(
        json.dumps(problem.document),
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/json",
    )


def invalid_call(errors: Sequence[Mapping[str, Any]]) -> CallError:
    """Say what is wrong with the parameters of a call.

    Parameters
    ----------
    errors : sequence of mapping
        What the validation found, at least one; the first is told.

    Returns
    -------
    CallError
        Without the value that was sent.
    """
    first = errors[0]
    kind, place = str(first["type"]), [str(part) for part in first["loc"]]
    name = ".".join(place[1:])[:60] or "the body"
    if kind == "json_invalid" or (not place[1:] and place[:1] == ["body"]):
        return CallError(
            *(400, "invalid_json", "the body is no JSON object that can be read"),
            hint='send {"words": ["cat"]} with Content-Type: application/json',
        )
    if kind == "missing":
        return CallError(
            *(400, "missing_parameter", f"{name} is missing"), hint="/docs lists all parameters"
        )
    if kind == "extra_forbidden":
        return CallError(
            *(400, "unknown_parameter", f"there is no parameter {name!r}"),
            hint="/docs lists all parameters",
        )
    said = str(first["msg"])
    return CallError(
        400,
        "invalid_parameter",
        f"{name}: {said[:1].lower()}{said[1:]}",
        hint="/docs lists what each parameter can be",
    )
