"""Which SQL statements only read: judged on the parsed statement, by lists of what is allowed.

The first word of a statement says little: DuckDB lets ``WITH x AS (COPY … TO 'file') SELECT 1``
write a file, ``query('…')`` run a text, and some table functions change settings. So the
statement is parsed, and every part of it must be of a kind known to read: query nodes,
table functions and tables are all on lists; what is not is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import duckdb

from backlit.errors import InputError

_QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLE_FUNCTIONS = frozenset(
    {
        *("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "summary"),
        *("histogram", "histogram_values", "pragma_version", "pragma_table_info", "pragma_show"),
        *("duckdb_columns", "duckdb_functions", "duckdb_keywords", "duckdb_settings", "duckdb_tables"),
        *("duckdb_types", "duckdb_views", "duckdb_memory", "pg_timezone_names", "icu_calendar_names"),
    }
)
#: Scalar functions that do more than compute.
_FORBIDDEN = frozenset({"write_log", "nextval", "currval", "getvariable"})
#: Parts of a statement that stand for all columns of a table.
_WHOLE_ROWS = frozenset({"STAR", "SHOW_REF", "PIVOT"})
_EXPLAIN = re.compile(r"\s*EXPLAIN\b(?:\s+ANALYZE\b|\s*\([^()]*\))?", re.IGNORECASE)
_ALLOWED = (
    "Only statements that read are allowed: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW and EXPLAIN"
)


def refuse_all_but_reading(statement: str) -> None:
    """Raise ``InputError`` unless ``statement`` is one statement that only reads."""
    kinds = _kinds(statement)
    if len(kinds) != 1:
        raise InputError(f"One statement at a time, please; this is {len(kinds)}.")
    if kinds == ["EXPLAIN"]:
        # EXPLAIN ANALYZE runs what it explains, so that has to be a reading statement too.
        statement = _EXPLAIN.sub("", statement, count=1)
        kinds = _kinds(statement)
    if kinds != ["SELECT"]:
        raise InputError(f"{_ALLOWED}; this one is of the kind {' '.join(kinds) or 'unknown'}.")
    for part in _parts(_parsed(statement)):
        _refuse_part(part)


def may_take(statement: str, names: Iterable[str]) -> bool:
    """Whether a reading statement may take a column of ``names`` from any table: by its name, or with all others.

    Says no only where that is plain, as in ``SELECT source_url, count(*) FROM links …``.
    """
    statement = _EXPLAIN.sub("", statement, count=1)
    wanted = {name.lower() for name in names}
    if any(name in statement.lower() for name in wanted):
        return True
    parts = list(_parts(_parsed(statement)))
    tables = {
        str(part.get(key, "")).lower() for part in parts if "alias" in part for key in ("alias", "table_name")
    }
    for part in parts:
        if part.get("type") in _WHOLE_ROWS or part.get("ref_type") == "NATURAL":
            return True
        taken = {str(name).lower() for name in part.get("column_names") or ()}
        if taken & wanted or (part.get("type") == "COLUMN_REF" and len(taken) == 1 and taken & tables):
            return True
    return False


def told(error: Exception) -> InputError:
    """What DuckDB or Arrow says, as an error of ours."""
    return InputError(f"The statement cannot be run: {str(error).strip().removesuffix('.')}.")


def _refuse_part(part: dict[str, Any]) -> None:
    kind = str(part.get("type", ""))
    if kind.endswith("_NODE") and kind not in _QUERY_NODES:
        word = kind.removesuffix("_NODE").removesuffix("_QUERY")
        raise InputError(f"{_ALLOWED}; a part of this one is of the kind {word}.")
    if kind == "TABLE_FUNCTION":
        name = _name(part["function"])
        if name not in _TABLE_FUNCTIONS:
            raise InputError(f"The table function {name} is not allowed: only the index can be read.")
    elif kind == "BASE_TABLE":
        name = str(part.get("table_name", ""))
        if re.search(r"[./\\:*?]", name):
            raise InputError(f"{name!r} is not a view of the index: no file can be read.")
    elif "function_name" in part and _name(part) in _FORBIDDEN:
        raise InputError(f"The function {_name(part)} is not allowed: it does more than read.")


def _name(function: dict[str, Any]) -> str:
    return str(function.get("function_name", "")).lower()


def _parts(parsed: Any) -> Iterator[dict[str, Any]]:
    """All objects of a parsed statement, without recursion: nesting is the user's."""
    waiting = [parsed]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _kinds(statement: str) -> list[str]:
    try:
        statement.encode()
        return [found.type.name for found in duckdb.extract_statements(statement)]
    except UnicodeEncodeError:
        raise InputError("The statement holds half a character, which is no text.") from None
    except duckdb.Error as error:
        raise told(error) from error


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """An empty database that only parses."""
    return duckdb.connect(":memory:", config={"enable_external_access": "false", "threads": 1})


def _parsed(statement: str) -> Any:
    try:
        row = _parser().cursor().execute("SELECT json_serialize_sql(?)", [statement]).fetchone()
        parsed = json.loads(row[0]) if row else {"error": True}
    except duckdb.Error as error:
        raise told(error) from error
    except RecursionError:
        raise InputError("The statement is nested too deep.") from None
    if parsed.get("error"):
        raise InputError(
            f"The statement cannot be run: {parsed.get('error_message', 'it cannot be parsed')}."
        )
    return parsed
