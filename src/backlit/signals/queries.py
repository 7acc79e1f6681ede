"""Asking an index for columns of numbers: texts come as the 64-bit hashes that DuckDB makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backlit.errors import ResourceError
from backlit.signals.ground import Ints
from backlit.signals.relations import Relations

Hashes = npt.NDArray[np.uint64]
#: Columns of one query, as NumPy arrays.
Columns = dict[str, npt.NDArray[Any]]

#: Kinds of link that lead a reader, or a rank, somewhere.
KINDS_READ = ("anchor", "image", "redirect", "canonical")
_BATCH = 1 << 17
_DAY = 86_400_000_000


class Queries:
    """Statements over one generation, in which ``{links}`` stands for its live links of ``KINDS_READ``, and
    ``{pages}``, ``{hosts}``, ``{trusted}`` and ``{domains}`` for these relations."""

    def __init__(self, relations: Relations) -> None:
        select, self._params = relations.links_sql(with_authority=False)
        kinds = ", ".join(f"'{kind}'" for kind in KINDS_READ)
        self._relations = {
            "{links}": f"(SELECT * FROM ({select}) WHERE lost_at IS NULL AND kind IN ({kinds}))",
            "{pages}": relations.pages_sql(),
            "{hosts}": relations.hosts_sql(),
            "{trusted}": relations.trusted_sql(),
            "{domains}": relations.domains_sql(),
        }
        self._con = relations.con.cursor()

    def reader(self, sql: str) -> pa.RecordBatchReader:
        """The rows of a statement, a batch at a time."""
        params = self._params * sql.count("{links}")
        for name, relation in self._relations.items():
            sql = sql.replace(name, relation)
        return self._con.sql(sql, params=params).to_arrow_reader(_BATCH)

    def table(self, sql: str) -> pa.Table:
        """All rows of a statement."""
        return self.reader(sql).read_all()

    def columns(self, sql: str) -> Columns:
        """The columns of a statement that gives numbers and no NULL, as arrays.

        Batches are put together a column at a time, so that no more than one column is there twice.
        """
        reader = self.reader(sql)
        parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in reader.schema.names}
        for batch in reader:
            for name, column in zip(reader.schema.names, batch.columns, strict=True):
                # A copy: a view would keep the whole batch.
                parts[name].append(column.to_numpy(zero_copy_only=False).copy())
        return {
            name: joined(parts.pop(name), field.type)
            for name, field in zip(list(parts), reader.schema, strict=True)
        }

    def names(self, relation: str) -> list[str]:
        """The columns of a relation, as indexes older and newer than this code may have fewer or more."""
        return list(self.reader(f"SELECT * FROM {relation} LIMIT 0").schema.names)

    def close(self) -> None:
        """Let go of the connection."""
        self._con.close()


def joined(parts: list[npt.NDArray[Any]], kind: pa.DataType) -> npt.NDArray[Any]:
    """The parts of a column as one array; of none, an empty one of the right type."""
    return np.concatenate(parts) if parts else np.zeros(0, np.dtype(kind.to_pandas_dtype()))


def places(hashes: Hashes, among: Hashes) -> Ints:
    """Where each hash is among others, -1 where it is not."""
    if not len(among):
        return np.full(len(hashes), -1, np.int32)
    found = pc.index_in(pa.array(hashes), value_set=pa.array(among))
    numbers: Ints = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return numbers


def array(table: pa.Table, column: str) -> npt.NDArray[Any]:
    """A column of numbers without NULL."""
    found: npt.NDArray[Any] = table.column(column).to_numpy()
    return found


def texts(table: pa.Table, column: str) -> pa.Array:
    """A column of texts as one array; an error where it is over the 2 GB that Arrow's texts have room for."""
    try:
        found = table.column(column).combine_chunks()
    except pa.ArrowInvalid as exc:
        raise ResourceError(
            f"The texts of the index ({column}) are over 2 GB together, more than signals can be measured on in one "
            "piece: make an index of fewer targets."
        ) from exc
    if isinstance(found, pa.ChunkedArray):
        raise ResourceError(
            f"The texts of the index ({column}) are over 2 GB together, more than signals can be measured on in one "
            "piece: make an index of fewer targets."
        )
    return found


# -- SQL over canonical addresses, without patterns: they run over every row -------------------------


def host_sql(url: str) -> str:
    """The host in a canonical address, without its port."""
    site = f"split_part(substr({url}, CASE WHEN substr({url}, 5, 1) = 's' THEN 9 ELSE 8 END), '/', 1)"
    bracketed = f"split_part({site}, ']', 1) || ']'"
    return f"CASE WHEN starts_with({site}, '[') THEN {bracketed} ELSE split_part({site}, ':', 1) END"


def path_sql(url: str) -> str:
    """What follows the host of a canonical address: path and query."""
    return f"substr({url}, strpos(substr({url}, 9), '/') + 8)"


def hash_sql(text: str) -> str:
    """The hash of a text; 0, which is nobody's, where it is NULL."""
    return f"CASE WHEN {text} IS NULL THEN 0::UBIGINT ELSE hash({text}) END"


def day_sql(time: str) -> str:
    """Days since 1970-01-01; -1 unknown."""
    return f"(CASE WHEN {time} IS NULL THEN -1 ELSE greatest(epoch_us({time}) // {_DAY}, 0) END)::INTEGER"


def flag_sql(flag: str) -> str:
    """1, 0, or -1 where it is NULL."""
    return f"(CASE WHEN {flag} IS NULL THEN -1 WHEN {flag} THEN 1 ELSE 0 END)::TINYINT"


def word_sql(word: str, among: tuple[str, ...]) -> str:
    """The place of a word among some, -1 where it is NULL or none of them."""
    cases = " ".join(f"WHEN '{one}' THEN {i}" for i, one in enumerate(among))
    return f"(CASE {word} {cases} ELSE -1 END)::TINYINT"


def language_sql(code: str) -> str:
    """The main part of a language code, ``en`` of ``en-GB``; NULL where it is unknown."""
    return f"nullif(lower(split_part(replace({code}, '_', '-'), '-', 1)), '')"
