"""Read-only SQL over the index: the views ``links``, ``pages``, ``domains``, ``hosts``, ``snapshots``.

Two walls stand around the index. The reader's connection can open the index's own data files
and nothing else, and its configuration is locked. And only statements all of whose parts are
known to read are let through (``sql_guard``). Rows stream out, so an answer may be of any size.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.index.schema import EQUITY_COLUMNS
from backlit.questions.columns import VIEWS
from backlit.questions.listing import provenance, reading
from backlit.questions.result import Result
from backlit.questions.sql_guard import may_take, refuse_all_but_reading, told
from backlit.settings import default

_NO_EQUITY = (
    "CAST(NULL AS DOUBLE) AS equity, CAST(NULL AS DOUBLE) AS equity_score, "
    "CAST(NULL AS VARCHAR) AS source_share"
)


def sql(index: Index | Reader, statement: str) -> Result:
    """The rows of one read-only ``statement`` over the index, streaming.

    Raises ``InputError`` when it cannot be read or run, or would do more than read.
    """
    refuse_all_but_reading(statement)
    opened = contextlib.ExitStack()
    try:
        reader = opened.enter_context(reading(index))
        cursor = opened.enter_context(contextlib.closing(reader.con.cursor()))
        for name, relation in _views(reader, with_equity=may_take(statement, EQUITY_COLUMNS)).items():
            cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {relation}")
        batches = _start(cursor, statement)
        where_from = provenance(reader)
    except duckdb.Error as error:
        opened.close()
        raise told(error) from error
    except BaseException:
        opened.close()
        raise

    def give() -> Iterator[pa.RecordBatch]:
        with opened:
            try:
                yield from batches
            except (duckdb.Error, pa.ArrowException) as error:
                raise told(error) from error

    return Result(give, where_from, schema=batches.schema)


def _start(cursor: duckdb.DuckDBPyConnection, statement: str) -> pa.RecordBatchReader:
    relation = cursor.sql(statement)
    if relation is None:
        raise InputError("The statement gives no rows.")
    batches: pa.RecordBatchReader = relation.to_arrow_reader(default().listings.batch_rows)
    return batches


def _views(reader: Reader, *, with_equity: bool = True) -> dict[str, str]:
    """The views and the statements that define them, their columns as documented.

    Without ``with_equity`` the columns of equity are there and hold nothing: they cost a join and a sort of all links,
    so a statement that takes none of them is spared that.
    """
    links, _ = reader.links_sql(None, with_equity=with_equity)
    if not with_equity:
        links = f"SELECT *, {_NO_EQUITY} FROM ({links})"
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
