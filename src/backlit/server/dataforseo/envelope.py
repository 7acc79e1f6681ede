"""The wrapping of every answer: status codes, messages, tasks, and the bytes that go out.

The outcome of a call stands inside the body; the HTTP status is 200 for whatever a client may have sent wrong.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from backlit import __version__

if TYPE_CHECKING:
    from starlette.responses import Response

OK = 20000
ONE_TASK = 40000
UNAUTHORIZED = 40100
NOT_FOUND = 40400
INVALID_PATH = 40402
INVALID_FIELD = 40501
EMPTY = 40502
INVALID_DATA = 40503
UNKNOWN_FIELDS = 40506
INTERNAL = 50000

MESSAGES = {
    OK: "Ok.",
    ONE_TASK: "You can set only one task at a time.",
    UNAUTHORIZED: "You are not authorized to access this resource.",
    NOT_FOUND: "Not Found.",
    INVALID_PATH: "Invalid Path.",
    EMPTY: "POST Data Is Empty.",
    INVALID_DATA: "POST Data Is Invalid.",
    INTERNAL: "Internal Error.",
}

#: How much of what a client sent stands in a message.
_QUOTED = 200

#: Times as every answer writes them; always UTC.
TIME_FORMAT = "%Y-%m-%d %H:%M:%S +00:00"


class TaskError(Exception):
    """A task that cannot be carried out: its code, and the message that names what is wrong."""

    def __init__(self, code: int, message: str | None = None) -> None:
        super().__init__(message or MESSAGES[code])
        self.code = code
        self.message = message or MESSAGES[code]


def invalid(field: str) -> TaskError:
    """The error of a field that is missing, of the wrong type or out of range."""
    return TaskError(INVALID_FIELD, f"Invalid Field: '{field}'.")


def unknown(fields: list[str]) -> TaskError:
    """The error of fields that the endpoint does not know."""
    names = ", ".join(fields)
    return TaskError(
        UNKNOWN_FIELDS,
        f"Unknown Fields in POST Data: {names[:_QUOTED]}{'…' if len(names) > _QUOTED else ''}.",
    )


def new_id() -> str:
    """The identifier of a task."""
    return str(uuid.uuid4())


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def seconds_since(started: float) -> str:
    """The time from ``started``, of ``time.perf_counter``, as answers tell it."""
    return f"{max(0.0, time.perf_counter() - started):.4f} sec."


def task(
    *,
    path: list[str],
    data: Mapping[str, Any],
    result: list[Any] | None,
    started: float,
    id_: str | None = None,
    code: int = OK,
    message: str | None = None,
) -> dict[str, Any]:
    """One task of an answer. ``data`` repeats what was asked; ``result`` is null when the task failed."""
    return {
        "id": id_ or new_id(),
        "status_code": code,
        "status_message": message or MESSAGES[code],
        "time": seconds_since(started),
        "cost": 0,
        "result_count": 0 if result is None else len(result),
        "path": path,
        "data": dict(data),
        "result": result,
    }


def envelope(
    tasks: list[dict[str, Any]] | None, started: float, *, code: int = OK, message: str | None = None
) -> dict[str, Any]:
    """The whole answer. ``tasks`` is null when nothing was asked that could be read."""
    return {
        "version": __version__,
        "status_code": code,
        "status_message": message or MESSAGES[code],
        "time": seconds_since(started),
        "cost": 0,
        "tasks_count": len(tasks or []),
        "tasks_error": sum(each["status_code"] != OK for each in tasks or []),
        "tasks": tasks,
    }


def is_flat(path: str) -> bool:
    """Whether a path asks for the answer without envelope."""
    return path.rstrip("/").endswith(".ai")


def encoded(content: Any) -> bytes:
    """JSON in UTF-8. Halves of surrogate pairs that a client sent go back as escapes, as they came."""
    try:
        return msgspec.json.encode(content)
    except (UnicodeEncodeError, OverflowError):
        # Escapes carry halves of pairs, and whole numbers of any length.
        return json.dumps(content, separators=(",", ":")).encode("ascii")


def respond(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An HTTP answer with ``content`` as JSON."""
    from starlette.responses import Response

    return Response(
        encoded(content),
        status_code=status,
        media_type="application/json",
        headers=None if headers is None else dict(headers),
    )


def _failure(path: str, code: int, status: int, headers: Mapping[str, str] | None = None) -> Response:
    if is_flat(path):
        return respond(flat_failure(code), status, headers)
    return respond(envelope(None, time.perf_counter(), code=code), status, headers)


def flat_failure(code: int, message: str | None = None, id_: str | None = None) -> dict[str, Any]:
    """A failure in the form without envelope."""
    return {
        "id": id_ or new_id(),
        "status_code": code,
        "status_message": message or MESSAGES[code],
    }


def unauthorized(path: str) -> Response:
    """HTTP 401 as the service's clients expect it."""
    return _failure(path, UNAUTHORIZED, 401, {"WWW-Authenticate": 'Basic realm="backlit", charset="UTF-8"'})


def not_found(path: str) -> Response:
    """HTTP 404 for a path that the API does not have."""
    return _failure(path, NOT_FOUND, 404)


def invalid_path(path: str) -> Response:
    """HTTP 404 for a path that the API has, asked in another way than it wants."""
    return _failure(path, INVALID_PATH, 404)


def invalid_data(path: str) -> Response:
    """What was sent cannot be taken at all, being too large or no JSON; that is no fault of HTTP's."""
    return _failure(path, INVALID_DATA, 200)


def internal_error(path: str) -> Response:
    """HTTP 500: the fault is the server's."""
    return _failure(path, INTERNAL, 500)
