"""Write docs/api.md from the table of the API's routes, or with --check say whether it is stale.

python scripts/make_api_docs.py [--check]
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"

_INTRODUCTION = """# The API

Written by `scripts/make_api_docs.py` from the table that the routes themselves are made of; a test fails when this
page is stale. How to start a server stands in [serve.md](serve.md). `/openapi.json` has the same for programs, with
the shape of every answer.

```sh
backlit serve &
curl 'http://127.0.0.1:8080/api/v1/links?target=example.com&where=follow&limit=2'
```

Every question of the command line is a route below `/api/v1` by the same name, with the same parameters and the same
words. Filters and orders are those of [filters.md](filters.md), columns those of [schema.md](schema.md).

## Answers

```json
{
  "data": [{"source_url": "https://a.example/1", "target_url": "https://example.com/"}],
  "total": 17,
  "provenance": {"origins": ["warc"], "data_date": "2026-03-01", "generation": 3, "authority": "own graph"},
  "notes": []
}
```

* `data` is a list of rows, or one record with figures. Unknown is `null`; what is not a number is `null` too. Times
  are UTC (`2026-01-31T12:00:00Z`), days are days.
* `total` counts the rows before `limit` and `offset`. Without a `limit` JSON gives the first 100; the other
  formats give everything. `limit=0` is all.
* `link_id` and `pair_id` are whole numbers of 64 bits. JavaScript rounds them: take CSV, or read them as texts.
* `provenance` and `notes` tell where figures come from and what to know about them; a `summary` has figures on all rows
  together.
* **Formats.** Listings come as `json`, `jsonl`, `csv`, `parquet` or `arrow` (an Arrow stream): by `format=`, or by the
  `Accept` header. Rows are sent as they are read, so an answer may be larger than memory. Formats other than JSON
  carry the provenance in the headers `X-Backlit-Generation`, `X-Backlit-Data-Date` and `X-Backlit-Origins`, and in the
  metadata of Parquet and Arrow under `backlit`. In CSV a text that a spreadsheet would run gets an apostrophe.
* An unknown target is no error: the answer is empty.

## Errors

A problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), `application/problem+json`, whose `detail`
is a sentence:

```json
{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "There is no column \\"lnks\\" here. …"}
```
"""

_JOBS = """## Jobs

Work that takes minutes is a job: it runs beside the requests, one after the other, each in a process of its own.

| route | does |
| --- | --- |
| `POST /api/v1/jobs` | makes one: 202 and its `id` |
| `GET /api/v1/jobs` | all, the latest first; `state=running` only those, `limit`, `offset` |
| `GET /api/v1/jobs/{id}` | one, with its progress: the stage, its share, units a second, seconds that remain |
| `GET /api/v1/jobs/{id}/result` | the file it wrote, or its result as JSON |
| `POST /api/v1/jobs/{id}/cancel` | stops it; what an import has read is kept, and the same one goes on from there |

A job is `waiting`, `running`, `done`, `failed`, `cancelled` or `interrupted` (its server ended first). Jobs are kept in
`state.sqlite`, their files in the folder `jobs` of the index, the latest hundred of them.

```sh
curl -X POST -H 'Content-Type: application/json' -d '{"kind": "audit", "format": "parquet"}' \\
    http://127.0.0.1:8080/api/v1/jobs
```
"""


def page() -> str:
    """The page: an introduction, every route, jobs, and what is not served."""
    from backlit.server.api import bodies
    from backlit.server.api.describe import tag
    from backlit.server.api.shapes import PROBLEMS
    from backlit.server.api.table import JOBS, NOT_SERVED, ROUTES

    parts = [_INTRODUCTION, "| status | means |\n| --- | --- |"]
    parts[-1] += "".join(f"\n| {status} | {says} |" for status, says in sorted(PROBLEMS.items())) + "\n"
    heads = {
        "questions": "## Questions",
        "disavow": "## Disavow files",
        "reviews": "## Decisions",
    }
    for group, head in heads.items():
        parts.append(head + "\n")
        for route in ROUTES:
            if tag(route) == group:
                parts += _route(route)
    parts.append(_JOBS)
    parts.append(f"{bodies.Job.__doc__}\n")
    parts += _fields(bodies.Job)
    kinds = ", ".join(
        f"`{kind}` (`backlit {name}{' --all' if name == 'audit' else ''}`)" for name, kind in JOBS.items()
    )
    parts.append(
        f"Kinds and the commands they are like: {kinds}. All but `audit` and `check` need `--allow-writes`.\n"
    )
    parts.append("## What has no route\n\n| command | why |\n| --- | --- |")
    parts[-1] += "".join(f"\n| `{name}` | {why} |" for name, why in NOT_SERVED.items()) + "\n"
    return "\n".join(parts)


def _route(route: Any) -> Iterator[str]:
    from backlit.server.api.parameters import format_of

    yield f"### {route.method} /api/v1{route.path}\n"
    more = " Needs `--allow-writes`." if route.writes else ""
    yield f"{route.says}{more} Like `backlit {route.command}`.\n"
    parameters = [*route.parameters, *([format_of(route.formats)] if len(route.formats) > 1 else [])]
    if parameters:
        yield (
            "| parameter | takes | meaning |\n| --- | --- | --- |"
            + "".join(map(_parameter, parameters))
            + "\n"
        )
    if route.body is not None:
        yield from _fields(route.body)


def _parameter(one: Any) -> str:
    words = get_args(one.type)
    if one.type == list[str]:
        takes = "names"
    elif words:
        takes = ", ".join(f"`{word}`" for word in words)
    else:
        takes = {str: "text", int: "whole number", bool: "`true`, `false`"}[one.type]
    needed = (
        " (needed)"
        if one.required
        else f" (else `{str(one.default).lower()}`)"
        if one.default is not None
        else ""
    )
    return f"\n| `{one.name}` | {takes}{needed} | {one.says} |"


def _fields(model: Any) -> Iterator[str]:
    rows = []
    for name, field in model.model_fields.items():
        needed = " (needed)" if field.is_required() else ""
        words = [word for word in get_args(field.annotation) if isinstance(word, str)]
        says = inspect.cleandoc(field.description or "")
        choice = f" One of {', '.join(f'`{word}`' for word in words)}." if words else ""
        rows.append(f"\n| `{name}`{needed} | {says}{choice} |")
    yield "| field of the body | meaning |\n| --- | --- |" + "".join(rows) + "\n"


def main() -> None:
    """Write the page, or check it."""
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.is_file() or PAGE.read_text("utf-8") != text:
            sys.exit(f"{PAGE.name} is stale: run python scripts/make_api_docs.py")
    else:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
