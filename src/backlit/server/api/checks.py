"""What every route looks at before it asks anything."""

from __future__ import annotations

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from backlit.server import problems


def refuse_unknown(request: Request, known: frozenset[str]) -> None:
    """Raise for a parameter that the route does not have: a slip must not pass for a wish that was granted."""
    wrong = [name for name in request.query_params if name not in known]
    if wrong:
        errors = [{"type": "extra_forbidden", "loc": ("query", name[:100])} for name in dict.fromkeys(wrong)]
        raise RequestValidationError(errors)


def not_allowed() -> Response:
    """What is answered to a change where only reading is allowed."""
    return problems.problem(
        403,
        "This server only reads: start it with --allow-writes to let requests change decisions or the index.",
    )
