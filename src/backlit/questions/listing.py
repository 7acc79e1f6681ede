"""What the listings share: where their rows come from, and one page or stream of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.index.filter_tree import identifier
from backlit.index.filters import Sort, read_filter, read_sort
from backlit.questions.columns import Table, columns
from backlit.questions.result import Provenance, Result
from backlit.questions.score_source import authority_origin, not_in_release
from backlit.settings import default
from backlit.web.target import Target

if TYPE_CHECKING:
    import pyarrow as pa


_PROVENANCES: WeakKeyDictionary[Reader, Provenance] = WeakKeyDictionary()


@contextlib.contextmanager
def reading(source: Index | Reader) -> Iterator[Reader]:
    """A reader of ``source``: itself if it is one (and it stays open), else one of its own."""
    if isinstance(source, Index):
        with source.reader() as reader:
            yield reader
    else:
        yield source


def provenance(reader: Reader) -> Provenance:
    """Where the figures of ``reader`` come from; asked once, for a reader never changes."""
    known = _PROVENANCES.get(reader)
    if known is None:
        known = _PROVENANCES[reader] = Provenance(tuple(reader.origins), reader.data_date, reader.generation)
    return known


def scored_provenance(reader: Reader) -> Provenance:
    """That of ``provenance``, with where the authority of the listed domains comes from."""
    return msgspec.structs.replace(provenance(reader), authority=authority_origin(reader))


def as_target(target: Target | str) -> Target:
    """``target``, read if it is a text."""
    return target if isinstance(target, Target) else Target.parse(target)


class Rows(NamedTuple):
    """A relation and how its rows are chosen: everything but the columns to give."""

    relation: str
    parameters: list[Any]
    condition: str
    condition_parameters: list[Any]
    order: str
    limit: int | None
    offset: int

    def select(self, expression: str, *, counting: bool = False) -> tuple[str, list[Any]]:
        """A statement giving ``expression`` of the chosen rows, or of all that pass when ``counting``."""
        sql = f"SELECT {expression} FROM ({self.relation}) AS listed WHERE {self.condition}"
        parameters = [*self.parameters, *self.condition_parameters]
        if counting:
            return sql, parameters
        return f"{sql} ORDER BY {self.order}{paging(self.limit, self.offset)}", parameters


class Request(NamedTuple):
    """What a user asks of a listing: which rows, in what order, how many."""

    where: str | None = None
    sort: str | None = None
    limit: int | None = None
    offset: int = 0

    def check(self) -> None:
        """Raise ``InputError`` for a limit or an offset below zero."""
        if (self.limit is not None and self.limit < 0) or self.offset < 0:
            raise InputError("A limit and an offset are whole numbers from 0 up.")

    def named(self, table: Table, default_order: str) -> set[str]:
        """The columns that the filter or the order names."""
        known = columns(table)
        asked = set(read_filter(self.where, known).columns) if self.where is not None else set()
        return asked | {name for name, _ in read_sort(self.sort or default_order, known).keys}

    def check_columns(self, table: Table) -> None:
        """Raise what ``rows`` would for a filter, an order or a limit that cannot be used."""
        self.rows("", [], table, table[0][0], [])

    def rows(
        self,
        relation: str,
        parameters: list[Any],
        table: Table,
        default_order: str,
        tie_break: Sequence[str],
        always: str = "true",
    ) -> Rows:
        """The rows of ``relation`` that were asked for; ``always`` is a condition of the listing itself."""
        self.check()
        known = columns(table)
        condition, values = always, list[Any]()
        if self.where is not None:
            asked, values = read_filter(self.where, known).sql()
            condition = f"{always} AND {asked}"
        order: Sort = read_sort(self.sort or default_order, known)
        return Rows(relation, parameters, condition, values, order.sql(tie_break), self.limit, self.offset)


def paging(limit: int | None, offset: int) -> str:
    """The LIMIT and OFFSET of a statement."""
    return (f" LIMIT {int(limit)}" if limit is not None else "") + (
        f" OFFSET {int(offset)}" if offset else ""
    )


def choose(table: Table, wanted: Sequence[str] | None) -> list[str]:
    """The names of the columns to give: all of ``table``, or those ``wanted``."""
    names = [name for name, _, _ in table]
    for name in wanted or ():
        if name not in names:
            raise InputError(f"There is no column {name!r} here; the columns are {', '.join(names)}.")
    return list(wanted) if wanted else names


def select_list(names: Iterable[str]) -> str:
    """``names`` as a select list."""
    return ", ".join(map(identifier, names))


def rollup_listing(
    source: Index | Reader,
    target: Target | str,
    rollup: str,
    table: Table,
    request: Request,
    *,
    default_order: str,
    tie_break: Sequence[str],
    always: str,
    notes: Sequence[str] = (),
) -> Result:
    """A listing whose rows are counted already: one statement, with the number of all rows."""
    with reading(source) as reader:
        sql, parameters = reader.rollup_sql(rollup, as_target(target))
        rows = request.rows(sql, parameters, table, default_order, tie_break, always)
        names = choose(table, None)
        found = reader.query(*rows.select(f"{select_list(names)}, count(*) OVER () AS _total"))
        total = _total(reader, rows, found)
        if "source_authority" not in names:
            return Result(found.drop_columns(["_total"]), provenance(reader), total=total, notes=notes)
        notes = [*notes, *not_in_release(reader)]
        return Result(found.drop_columns(["_total"]), scored_provenance(reader), total=total, notes=notes)


def _total(reader: Reader, rows: Rows, found: pa.Table) -> int:
    if found.num_rows:
        return int(found["_total"][0].as_py())
    if not rows.offset and rows.limit != 0:
        return 0
    return count(reader, rows)


def fetch(reader: Reader, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """A few rows as tuples; for them this is twice as fast as the way through Arrow."""
    with contextlib.closing(reader.con.cursor()) as cursor:
        rows: list[tuple[Any, ...]] = cursor.execute(sql, list(parameters)).fetchall()
        return rows


def count(reader: Reader, rows: Rows) -> int:
    """How many rows pass, before limit and offset."""
    return int(fetch(reader, *rows.select("count(*)", counting=True))[0][0])


def stream(
    source: Index | Reader,
    sql: str,
    parameters: list[Any],
    *,
    total: int | None = None,
    notes: Sequence[str] = (),
    scored: bool = False,
) -> Result:
    """A statement's rows as a result that streams: of any size in bounded memory; ``scored``: with authority.

    The reader stays pinned until the last batch was taken (or the result is dropped).
    """
    open_reader = contextlib.ExitStack()
    try:
        reader = open_reader.enter_context(reading(source))
        cursor = open_reader.enter_context(contextlib.closing(reader.con.cursor()))
        batches = cursor.sql(sql, params=parameters).to_arrow_reader(default().listings.batch_rows)
        where_from = scored_provenance(reader) if scored else provenance(reader)
        notes = [*notes, *not_in_release(reader)] if scored else notes
    except BaseException:
        open_reader.close()
        raise

    def give() -> Iterator[pa.RecordBatch]:
        with open_reader:
            yield from batches

    return Result(give, where_from, schema=batches.schema, total=total, notes=notes)
