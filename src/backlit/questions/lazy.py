"""A listing that was described and not asked yet: rows are read when somebody wants them.

    listed = index.site("python.org").links(where="follow", limit=10)     # nothing is read
    listed.rows()                                                         # now it is

A listing is a description, so another can be made of it (``.where``, ``.sort``, ``.limit``), and it
remembers its answer: what was asked twice is read once, of one generation.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from backlit.questions.listing import Request
from backlit.questions.notebook import listing_html
from backlit.questions.result import Provenance, Result
from backlit.settings import default

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa

    from backlit.questions.columns import Table

#: A question that is asked with ``where, sort, limit, offset``.
Question = Callable[[Request], Result]


class Listing:
    """Rows of one question, not read before they are wanted.

    ``.rows()`` gives dictionaries, ``.arrow()`` an Arrow table, ``.df()`` a pandas and ``.pl()`` a Polars frame,
    ``for row in listing`` dictionaries, ``len()`` how many rows it gives, ``.total`` how many there are before limit
    and offset. ``.batches()`` streams without keeping anything. Unknown is ``None``.
    """

    def __init__(
        self, name: str, about: str, question: Question, request: Request, table: Table | None = None
    ) -> None:
        if table is not None:
            # A slip in a filter is told where it was made, not where the rows are wanted.
            request.check_columns(table)
        self._name = name
        self._about = about
        self._question = question
        self._request = request
        self._table = table
        self._answer: Result | None = None
        self._first: Result | None = None

    # -- another listing of this one --------------------------------------------------------------

    def where(self, filter_: str) -> Listing:
        """The rows of this listing that pass ``filter_`` as well."""
        before = self._request.where
        return self._with(where=filter_ if before is None else f"({before}) and ({filter_})")

    def sort(self, order: str) -> Listing:
        """The same rows in another order, such as ``'links desc, source_domain'``."""
        return self._with(sort=order)

    def limit(self, limit: int | None, offset: int = 0) -> Listing:
        """At most ``limit`` rows, after leaving out ``offset``; ``None`` gives all."""
        return self._with(limit=limit, offset=offset)

    def _with(self, **changes: Any) -> Listing:
        return Listing(
            self._name, self._about, self._question, self._request._replace(**changes), self._table
        )

    # -- the answer -------------------------------------------------------------------------------

    @property
    def asked(self) -> bool:
        """Whether the rows were read already."""
        return self._answer is not None

    def result(self) -> Result:
        """The answer with all its rows in memory; read at the first call."""
        if self._answer is None:
            answer = self._question(self._request)
            if answer.columnar:
                answer.arrow()
            self._answer = answer
        return self._answer

    def rows(self) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        return self.result().rows()

    def arrow(self) -> pa.Table:
        """All rows as an Arrow table."""
        return self.result().arrow()

    def df(self) -> pandas.DataFrame:
        """All rows as a pandas frame with Arrow types, so that unknown stays unknown."""
        return self.result().df()

    def pl(self) -> polars.DataFrame:
        """All rows as a Polars frame."""
        return self.result().pl()

    def batches(self) -> Generator[pa.RecordBatch, None, None]:
        """The rows in Arrow batches, read anew and not kept: for answers larger than memory."""
        answer = self._answer if self._answer is not None else self._question(self._request)
        yield from answer.batches()

    def first(self) -> dict[str, Any] | None:
        """The first row, or ``None`` where there is none."""
        return next(iter(self._peek().rows()), None)

    def _peek(self) -> Result:
        """The answer if there is one, else the first rows of it, which are read for their own sake."""
        if self._answer is not None:
            return self._answer
        if self._first is None:
            shown, wanted = default().listings.notebook_rows, self._request.limit
            if wanted is not None and wanted <= shown:
                return self.result()
            self._first = self._question(self._request._replace(limit=shown))
        return self._first

    @property
    def total(self) -> int | None:
        """How many rows there are, whatever the limit; ``None`` where that was not counted."""
        return self._peek().total

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self._peek().columns

    @property
    def schema(self) -> pa.Schema:
        """The Arrow types of the columns."""
        return self._peek().schema

    @property
    def provenance(self) -> Provenance:
        """Where the figures come from: origins, data date, generation."""
        return self._peek().provenance

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the rows should know."""
        return self._peek().notes

    @property
    def summary(self) -> Any:
        """What some answers say of all their rows at once (the cells of a gap, the overlap of a comparison)."""
        return self._peek().summary

    def __len__(self) -> int:
        return len(self.result())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows())

    def __bool__(self) -> bool:
        """True like any object that is there: asking ``if listing`` must not read rows. Use ``len`` or ``total``."""
        return True

    def __repr__(self) -> str:
        words = [f"{self._name} {self._about}".strip()]
        request = self._request
        words += [f"where {request.where}"] if request.where is not None else []
        words += [f"sort {request.sort}"] if request.sort is not None else []
        words += [f"limit {request.limit}"] if request.limit is not None else []
        words += [f"offset {request.offset}"] if request.offset else []
        if self._answer is None:
            return f"<{'; '.join(words)}; not asked yet>"
        answer = self._answer
        total = "" if answer.total is None else f" of {answer.total:,}"
        return (
            f"<{'; '.join(words)}; {len(answer):,}{total} rows, {len(answer.columns)} columns; "
            f"data of {answer.data_date or 'unknown date'}, generation {answer.generation}>"
        )

    def _repr_html_(self) -> str:
        """The first rows as a table for notebooks; foreign text is escaped. Reads no more than it shows."""
        return listing_html(
            f"{self._name} {self._about}".strip(), self._peek(), default().listings.notebook_rows
        )
