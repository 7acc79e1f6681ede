"""What a question answers with: rows in any shape, and where they come from.

Rows are Arrow inside. A result either holds its rows or, for answers of any size, streams
them once in batches; asking a streaming result for ``.arrow()`` reads it to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from backlit.errors import BacklitError, MissingExtra

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa


class Provenance(msgspec.Struct, frozen=True):
    """Where figures come from: the inputs' kinds, the latest day seen, the index generation."""

    origins: tuple[str, ...]
    data_date: str | None
    generation: int

    @property
    def line(self) -> str:
        """One line for people, below a table."""
        origins = ", ".join(self.origins) or "none"
        return (
            f"Origin: {origins} · data of {self.data_date or 'unknown date'} · generation {self.generation}"
        )


class Result:
    """The rows of an answer.

    ``total`` counts the rows before limit and offset, where that was cheap to know; ``notes``
    are sentences a reader of the rows should see.
    """

    def __init__(
        self,
        rows: pa.Table | Callable[[], Iterator[pa.RecordBatch]],
        provenance: Provenance,
        *,
        schema: pa.Schema | None = None,
        total: int | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.provenance = provenance
        self.total = total
        self.notes = tuple(notes)
        if callable(rows):
            if schema is None:
                raise ValueError("A streaming result needs its schema.")
            self._table: pa.Table | None = None
            self._stream: Callable[[], Iterator[pa.RecordBatch]] | None = rows
            self.schema = schema
        else:
            self._table, self._stream = rows, None
            self.schema = rows.schema

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

    def batches(self) -> Generator[pa.RecordBatch, None, None]:
        """The rows in batches; a streaming result can give them only once."""
        if self._table is not None:
            yield from self._table.to_batches()
            return
        if self._stream is None:
            raise BacklitError("The rows of this answer were streamed and are gone: ask again.")
        stream, self._stream = self._stream, None
        yield from stream()

    def arrow(self) -> pa.Table:
        """All rows as an Arrow table."""
        if self._table is None:
            import pyarrow as pa

            self._table = pa.Table.from_batches(list(self.batches()), schema=self.schema)
        return self._table

    def rows(self) -> list[dict[str, Any]]:
        """All rows as dictionaries; unknown is ``None``."""
        found: list[dict[str, Any]] = self.arrow().to_pylist()
        return found

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
        return int(self.arrow().num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows())

    def __repr__(self) -> str:
        size = "streaming" if self._table is None else f"{self._table.num_rows:,} rows"
        return f"<Result {size}, {len(self.columns)} columns, generation {self.generation}>"
