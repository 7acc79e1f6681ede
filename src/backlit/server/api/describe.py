"""What the API says of itself: OpenAPI, with the meaning of every parameter and the shape of every answer.

The shapes are those of the library's own tables of columns and records, so they cannot drift from what is answered.
"""

from __future__ import annotations

import importlib
from typing import Any

import msgspec
from fastapi import FastAPI

from backlit.questions.columns import CHOICES, Table
from backlit.server.api.answers import MEDIA_TYPES
from backlit.server.api.table import ROUTES, Route

_JSON_TYPES = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "time": "string",
    "bytes": "string",
}
_PROBLEMS = {
    400: "Something in the request cannot be used; `detail` says what and what to write instead.",
    401: "The server wants its password or a token.",
    403: "The server only reads, or the request comes from a page of another site.",
    404: "There is no such thing.",
    406: "None of the formats in Accept is one of the route's.",
    409: "It cannot be done now: another process writes, or the job is not in a state for it.",
    413: "The body is too large.",
    415: "The body is not said to be JSON.",
    422: "A parameter is missing, unknown or of the wrong type; `errors` names each.",
    429: "Too many requests, or too many jobs that wait; `Retry-After` says when to ask again.",
    503: "There is no index that can be read at this moment.",
    504: "The answer took too long.",
}
PROBLEM = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The words of the status.", "examples": ["Bad Request"]},
        "status": {"type": "integer", "examples": [400]},
        "detail": {
            "type": "string",
            "description": "A sentence: what is wrong, where, and what to do.",
            "examples": ["There is no column 'lnks' here; the columns are …"],
        },
        "errors": {
            "type": "array",
            "description": "The parameters that are wrong.",
            "items": {
                "type": "object",
                "required": ["in", "name", "detail"],
                "properties": {
                    "in": {"type": "string", "examples": ["query"]},
                    "name": {"type": "string", "examples": ["limit"]},
                    "detail": {"type": "string", "examples": ["The parameter limit must be a whole number."]},
                },
            },
        },
    },
}
PROVENANCE = {
    "title": "Provenance",
    "description": "Where figures come from.",
    "type": "object",
    "required": ["origins", "data_date", "generation", "authority"],
    "properties": {
        "origins": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Kinds of input, such as warc or table.",
            "examples": [["warc"]],
        },
        "data_date": {
            "type": ["string", "null"],
            "description": "The latest day that the data speaks of.",
            "examples": ["2026-03-01"],
        },
        "generation": {"type": ["integer", "null"], "description": "Of the index.", "examples": [3]},
        "authority": {
            "type": ["string", "null"],
            "description": "Where the authority of listed domains comes from; null where none is listed.",
            "examples": ["own graph"],
        },
    },
}


def operation_id(route: Route) -> str:
    """A name for generated clients, such as ``getLinks``."""
    words = route.path.strip("/").replace("-", "/").split("/")
    return route.method.lower() + "".join(word.capitalize() for word in words)


def tag(route: Route) -> str:
    """The group a route is listed in."""
    first = route.path.strip("/").partition("/")[0]
    return first if first in ("disavow", "reviews") else "questions"


def description(route: Route) -> str:
    """The meaning of a route, with the command it is the same as."""
    more = " Needs a server that was started with --allow-writes." if route.writes else ""
    return f"{route.says}{more}\n\nLike `backlit {route.command}`."


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Answers with a problem document."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _PROBLEMS[status], "content": content} for status in statuses}


def responses(route: Route) -> dict[int | str, dict[str, Any]]:
    """Every answer of a route."""
    content: dict[str, Any] = {}
    for name in route.formats:
        media = MEDIA_TYPES[name].partition(";")[0]
        if name == "json":
            content[media] = {"schema": _document(route)}
        elif name in ("parquet", "arrow"):
            content[media] = {"schema": {"type": "string", "format": "binary"}}
        else:
            content[media] = {"schema": {"type": "string"}}
    found: dict[int | str, dict[str, Any]] = {200: {"description": route.says, "content": content}}
    also = [413, 415] if route.body is not None else [406] if len(route.formats) > 1 else []
    also += [403] if route.method != "GET" else []
    also += [409] if route.writes else []
    return found | problem_responses(*sorted([400, 401, 422, 429, 503, 504, *also]))


def _document(route: Route) -> dict[str, Any]:
    """The JSON of an answer."""
    if route.table is not None:
        item: dict[str, Any] = row_schema(route.table)
        data: dict[str, Any] = {"type": "array", "items": item}
    else:
        reference = (
            {"$ref": f"#/components/schemas/{route.of.partition(':')[2]}"} if route.of else {"type": "object"}
        )
        data = {"type": "array", "items": reference} if route.many else reference
    properties: dict[str, Any] = {"data": data}
    if route.answers == "rows":
        properties["total"] = {
            "type": ["integer", "null"],
            "description": "Rows before limit and offset; null where that was not counted.",
        }
        if route.of:
            properties["summary"] = {"$ref": f"#/components/schemas/{route.of.partition(':')[2]}"}
    properties["provenance"] = {"$ref": "#/components/schemas/Provenance"}
    properties["notes"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Sentences that a reader of the data should see.",
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def row_schema(table: Table) -> dict[str, Any]:
    """The JSON of one row: every column may be unknown, and is there unless ``columns`` leaves it out."""
    properties = {}
    for name, kind, meaning in table:
        told: dict[str, Any] = {"type": [_JSON_TYPES.get(kind, "string"), "null"], "description": meaning}
        if kind not in _JSON_TYPES:
            told = {"description": meaning}
        if name in CHOICES:
            told["examples"] = list(CHOICES[name])[:2]
        properties[name] = told
    return {"type": "object", "properties": properties, "additionalProperties": False}


def type_of(route: Route) -> Any:
    """The type of a route's record."""
    assert route.of is not None
    module, _, name = route.of.partition(":")
    return getattr(importlib.import_module(module), name)


def schemas() -> dict[str, Any]:
    """The shapes of all records, and of what they are made of."""
    types = list(dict.fromkeys(type_of(route) for route in ROUTES if route.of is not None))
    _, found = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    return {"Problem": PROBLEM, "Provenance": PROVENANCE, **found}


def install(app: FastAPI) -> None:
    """Let ``/openapi.json`` have the shapes too; it is made at the first request for it."""
    made = app.openapi
    kept: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not kept:
            document = made()
            components = document.setdefault("components", {})
            components.setdefault("schemas", {}).update(schemas())
            for name in ("HTTPValidationError", "ValidationError"):
                components["schemas"].pop(name, None)
            components["securitySchemes"] = {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            }
            if app.state.guarded:
                document["security"] = [{"basic": []}, {"bearer": []}]
            kept.update(document)
        return kept

    app.openapi = openapi  # type: ignore[method-assign]
