"""Read-only SQL over the index: the views ``links``, ``pages``, ``domains``, ``hosts``, ``snapshots``.

The reader's connection can open the index's own data files and nothing else, and its
configuration is locked. On top of that only statements that read are let through, and names
never resolve to Python variables. Rows stream out, so an answer may be of any size.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.columns import VIEWS
from backlit.questions.listing import provenance, reading
from backlit.questions.result import Result
from backlit.settings import default

_ALLOWED = (
    "Only statements that read are allowed: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW and EXPLAIN"
)
_EXPLAIN = re.compile(r"\s*EXPLAIN\b(?:\s+ANALYZE\b|\s*\([^()]*\))?", re.IGNORECASE)


def sql(index: Index | Reader, statement: str) -> Result:
    """The rows of one read-only ``statement`` over the index, streaming.

    Raises ``InputError`` when it cannot be read or run, or would do more than read.
    """
    _refuse_all_but_reading(statement)
    opened = contextlib.ExitStack()
    try:
        reader = opened.enter_context(reading(index))
        cursor = opened.enter_context(contextlib.closing(reader.con.cursor()))
        for name, relation in _views(reader).items():
            cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {relation}")
        batches = _start(cursor, statement)
        where_from = provenance(reader)
    except duckdb.Error as error:
        opened.close()
        raise _told(error) from error
    except BaseException:
        opened.close()
        raise

    def give() -> Iterator[pa.RecordBatch]:
        with opened:
            try:
                yield from batches
            except (duckdb.Error, pa.ArrowException) as error:
                raise _told(error) from error

    return Result(give, where_from, schema=batches.schema)


def _start(cursor: duckdb.DuckDBPyConnection, statement: str) -> pa.RecordBatchReader:
    relation = cursor.sql(statement)
    if relation is None:
        raise InputError("The statement gives no rows.")
    batches: pa.RecordBatchReader = relation.to_arrow_reader(default().listings.batch_rows)
    return batches


def _views(reader: Reader) -> dict[str, str]:
    """The views and the statements that define them, their columns as documented."""
    links, _ = reader.links_sql(None)
    relations = {
        "links": f"({links})",
        "pages": reader.pages_sql(),
        "domains": reader.domains_sql(),
        "hosts": reader.hosts_sql(),
        "snapshots": reader.snapshots_sql(),
    }
    return {
        name: f"SELECT {', '.join(column for column, _, _ in VIEWS[name])} FROM {relation} AS stored"
        for name, relation in relations.items()
    }


def _refuse_all_but_reading(statement: str) -> None:
    kinds = _kinds(statement)
    if len(kinds) != 1:
        raise InputError(f"One statement at a time, please; this is {len(kinds)}.")
    if kinds == ["EXPLAIN"]:
        # EXPLAIN ANALYZE runs what it explains, so that has to be a reading statement too.
        kinds = _kinds(_EXPLAIN.sub("", statement, count=1))
    if kinds != ["SELECT"]:
        raise InputError(f"{_ALLOWED}; this one is of the kind {' '.join(kinds) or 'unknown'}.")


def _kinds(statement: str) -> list[str]:
    try:
        return [found.type.name for found in duckdb.extract_statements(statement)]
    except (duckdb.Error, UnicodeError) as error:
        raise _told(error) from error


def _told(error: Exception) -> InputError:
    """What DuckDB or Arrow says, as an error of ours."""
    said = str(error).strip().removesuffix(".")
    return InputError(f"The statement cannot be run: {said}.")
