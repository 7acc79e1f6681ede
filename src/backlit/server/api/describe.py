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
from backlit.server.api.shapes import JOB, PROBLEM, PROVENANCE, problem_responses
from backlit.server.api.table import ROUTES, Route

_JSON_TYPES = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "time": "string",
    "bytes": "string",
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
    return {"Problem": PROBLEM, "Provenance": PROVENANCE, "Job": JOB, **found}


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
