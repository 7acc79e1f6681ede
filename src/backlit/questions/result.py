"""What a question answers with: rows in any shape, and where they come from.

Rows are Arrow inside. A result either holds its rows or, for answers of any size, streams
them once in batches; asking a streaming result for ``.arrow()`` reads it to its end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from backlit.errors import BacklitError, MissingExtra

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa


class Provenance(msgspec.Struct, frozen=True):
    """Where figures come from: the inputs' kinds, the latest day seen, the index generation.

    ``authority`` is where that of listed domains comes from; ``None`` where none is listed.
    """

    origins: tuple[str, ...]
    data_date: str | None
    generation: int
    authority: str | None = None

    @property
    def line(self) -> str:
        """One line for people, below a table."""
        origins = ", ".join(self.origins) or "none"
        scored = "" if self.authority is None else f" · authority: {self.authority}"
        return f"Origin: {origins} · data of {self.data_date or 'unknown date'} · generation {self.generation}{scored}"


class Result:
    """The rows of an answer.

    They are an Arrow table, a few tuples, or a function that streams Arrow batches (the last
    two need the ``schema``). ``total`` counts the rows before limit and offset, where that was
    cheap to know; ``notes`` are sentences a reader of the rows should see. ``summary`` is a record of figures about
    the whole answer, where a question has one.
    """

    def __init__(
        self,
        rows: pa.Table | list[tuple[Any, ...]] | Callable[[], Iterator[pa.RecordBatch]],
        provenance: Provenance,
        *,
        schema: pa.Schema | None = None,
        total: int | None = None,
        notes: Sequence[str] = (),
        summary: msgspec.Struct | None = None,
    ) -> None:
        self.provenance = provenance
        self.summary = summary
        self.total = total
        self.notes = tuple(notes)
        self._table: pa.Table | None = None
        self._tuples: list[tuple[Any, ...]] | None = None
        self._stream: Callable[[], Iterator[pa.RecordBatch]] | None = None
        if isinstance(rows, list):
            self._tuples = rows
        elif callable(rows):
            self._stream = rows
        else:
            self._table, schema = rows, rows.schema
        if schema is None:
            raise ValueError("Rows that are no Arrow table need their schema.")
        self.schema = schema

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.schema.names)

    @property
    def origins(self) -> tuple[str, ...]:
        """The kinds of input the rows come from (``warc``, ``wat``, ``table``, …)."""
        return self.provenance.origins

    @property
    def data_date(self) -> str | None:
        """The latest day the data speaks of."""
        return self.provenance.data_date

    @property
    def generation(self) -> int:
        """The generation of the index that was read."""
        return self.provenance.generation

    @property
    def columnar(self) -> bool:
        """Whether the rows are Arrow: a table or batches, not tuples."""
        return self._tuples is None

    def batches(self) -> Generator[pa.RecordBatch, None, None]:
        """The rows in batches; a streaming result can give them only once."""
        if self._stream is None:
            yield from self.arrow().to_batches()
            return
        stream, self._stream = self._stream, _spent
        yield from stream()

    def arrow(self) -> pa.Table:
        """All rows as an Arrow table."""
        if self._table is None:
            import pyarrow as pa

            if self._tuples is not None:
                by_column = zip(*self._tuples, strict=True) if self._tuples else [()] * len(self.schema)
                arrays = [pa.array(v, f.type) for v, f in zip(by_column, self.schema, strict=True)]
                self._table = pa.Table.from_arrays(arrays, schema=self.schema)
            else:
                self._table = pa.Table.from_batches(list(self.batches()), schema=self.schema)
                self._stream = None
        return self._table

    def tuples(self, names: Sequence[str] | None = None) -> Generator[tuple[Any, ...], None, None]:
        """The rows as tuples, of the columns ``names`` if given; streams if the result does."""
        wanted = list(names or self.columns)
        if self._tuples is not None:
            at = [self.columns.index(name) for name in wanted]
            yield from (tuple(row[i] for i in at) for row in self._tuples)
            return
        with contextlib.closing(self.batches()) as batches:
            for batch in batches:
                yield from zip(*(batch.column(name).to_pylist() for name in wanted), strict=True)

    def rows(self) -> list[dict[str, Any]]:
        """All rows as dictionaries; unknown is ``None``."""
        if self._stream is not None:
            self.arrow()
        return [dict(zip(self.columns, row, strict=True)) for row in self.tuples()]

    def df(self) -> pandas.DataFrame:
        """All rows as a pandas frame with Arrow types, so that unknown stays unknown."""
        try:
            import pandas
        except ImportError:
            raise MissingExtra(
                "A pandas frame needs pandas: install it, or use .arrow() or .rows()."
            ) from None
        return self.arrow().to_pandas(types_mapper=pandas.ArrowDtype)

    def pl(self) -> polars.DataFrame:
        """All rows as a Polars frame."""
        try:
            import polars
        except ImportError:
            raise MissingExtra(
                "A Polars frame needs polars: install it, or use .arrow() or .rows()."
            ) from None
        frame = polars.from_arrow(self.arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def __len__(self) -> int:
        return len(self._tuples) if self._tuples is not None else int(self.arrow().num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows())

    def __repr__(self) -> str:
        size = "streaming" if self._stream is not None else f"{len(self):,} rows"
        return f"<Result {size}, {len(self.columns)} columns, generation {self.generation}>"


def _spent() -> Iterator[pa.RecordBatch]:
    raise BacklitError("The rows of this answer were streamed and are gone: ask again.")
