"""What goes wrong as an answer: problem documents (RFC 9457), or what the face that was asked answers with.

``type`` is ``about:blank``, as there is no more to know of an error than its status and its sentence.
"""

from __future__ import annotations

import http
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from backlit.errors import (
    BacklitError,
    IndexFault,
    IndexLocked,
    InputError,
    Interrupted,
    MissingExtra,
    ResourceError,
    SettingsError,
)

MEDIA_TYPE = "application/problem+json"
DATAFORSEO = "/v3"

#: What is said where there is no sentence of ours.
SENTENCES = {
    404: "There is nothing at this path: /openapi.json lists all there is.",
    405: "This path does not take this method.",
    500: "The server failed at this request; it is a fault of ours, and its log says more. Please report it.",
    503: "The index cannot be read at this moment.",
}
_STATUS: tuple[tuple[type[BacklitError], int], ...] = (
    (IndexLocked, 409),
    (IndexFault, 503),
    (InputError, 400),
    (MissingExtra, 501),
    (Interrupted, 503),
    (SettingsError, 500),
    (ResourceError, 503),
)


def problem(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, Any]] | None = None,
) -> Response:
    """A problem document. ``errors`` name the parameters that are wrong, each with its sentence."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase(status),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    # A text from outside may hold half characters, which are no UTF-8.
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, headers, MEDIA_TYPE)


def status_of(error: BacklitError) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


_BOUNDS = {
    "ge": "must be at least {}",
    "le": "must be at most {}",
    "max_length": "is longer than {}",
    "min_length": "is shorter than {}",
}


def phrase(status: int) -> str:
    """The words of a status."""
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def wrong_parameter(error: Mapping[str, Any]) -> dict[str, Any]:
    """One fault that the framework found in a request: where it is, and a sentence."""
    place = [str(part) for part in error.get("loc", ())]
    where, name = (place[0], ".".join(place[1:])) if len(place) > 1 else ("request", "".join(place))
    kind, limits = str(error.get("type", "")), error.get("ctx") or {}
    if kind == "json_invalid":
        where, name = "body", ""
    told = {
        "missing": "is missing",
        "int_parsing": "must be a whole number",
        "bool_parsing": "must be true or false",
        "json_invalid": "is no JSON",
        "extra_forbidden": "is not known here",
    }.get(kind)
    for bound, words in _BOUNDS.items():
        if bound in limits and told is None:
            told = words.format(limits[bound])
    if told is None and "expected" in limits:
        told = f"must be one of {str(limits['expected']).replace(' or ', ', ')}"
    if told is None:
        text = str(error.get("msg", "is wrong")).removeprefix("Input ").removeprefix("Value error, ")
        told = text[:1].lower() + text[1:]
    what = f"The {'body' if where == 'body' else 'parameter'}" + (f" {name}" if name else "")
    return {"in": where, "name": name, "detail": f"{what} {told.rstrip('.')}."}


def answer(
    path: str, status: int, detail: str | None = None, *, headers: Mapping[str, str] | None = None
) -> Response:
    """What is answered at ``path`` where something is wrong, in the shape that its face speaks.

    The face of DataForSEO has envelopes of its own for an unknown user, an unknown path and a fault.
    """
    told = detail or SENTENCES.get(status) or f"{phrase(status)}."
    if path == DATAFORSEO or path.startswith(DATAFORSEO + "/"):
        enveloped = _enveloped(path, status)
        if enveloped is not None:
            enveloped.headers.update(headers or {})
            return enveloped
    return problem(status, told, headers=headers)


def _enveloped(path: str, status: int) -> Response | None:
    """The envelope that the face of DataForSEO has for a status; None where it has none, or is not there."""
    words = {
        400: "invalid_data",
        401: "unauthorized",
        404: "not_found",
        405: "not_found",
        413: "invalid_data",
    }
    word = words.get(status)
    if word is None and (status < 500 or status == 504):
        return None
    try:
        module = importlib.import_module("backlit.server.dataforseo.envelope")
    except ImportError:
        return None
    made: Callable[[str], Response] | None = getattr(module, word or "internal_error", None)
    return None if made is None else made(path)
