"""Shapes of answers that are declared by hand: a problem, where figures come from, a job."""

from __future__ import annotations

from typing import Any

#: What each status means here.
PROBLEMS = {
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


JOB = {
    "title": "Job",
    "description": "Long work beside the requests.",
    "type": "object",
    "required": ["id", "kind", "state", "parameters", "created_at", "progress"],
    "properties": {
        "id": {"type": "string", "examples": ["9f2b6c1d3e4a5b60"]},
        "kind": {"type": "string", "examples": ["audit"]},
        "state": {
            "type": "string",
            "enum": ["waiting", "running", "done", "failed", "cancelled", "interrupted"],
            "description": "interrupted: the server ended first.",
        },
        "parameters": {"type": "object", "description": "What was asked for.", "examples": [{"format": "csv"}]},
        "created_at": {"type": "string", "examples": ["2026-03-01T12:00:00Z"]},
        "started_at": {"type": ["string", "null"], "examples": ["2026-03-01T12:00:01Z"]},
        "ended_at": {"type": ["string", "null"], "examples": ["2026-03-01T12:05:00Z"]},
        "progress": {
            "type": ["object", "null"],
            "description": "Of the stage that runs: its name, how much of how many units is done, the share (0 to 1), "
            "units a second and the seconds that remain; null where that cannot be known.",
            "examples": [{"stage": "writing", "done": 500, "total": 1000, "unit": "links", "share": 0.5, "rate": 250.0,
                          "remaining_seconds": 2.0}],
        },
        "detail": {"type": ["string", "null"], "description": "A sentence on how it ended."},
        "result": {"description": "What came of it: counts, or what was found."},
        "result_url": {"type": ["string", "null"], "description": "Where its file is, if it wrote one."},
    },
}  # fmt: skip


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Answers with a problem document."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PROBLEMS[status], "content": content} for status in statuses}
