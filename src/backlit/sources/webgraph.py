"""The text files of a web-graph release: vertices, edges and ranks, gzip or plain, in one file or in parts.

    vertices   0<TAB>com.example<TAB>12      id, reversed name, and in a graph of domains how many hosts
    edges      0<TAB>1                       from, to (``backlit.sources.edgelist``)
    ranks      a line of names that begin with #, then a row a node, best first, names reversed

A node's id is the number of its line, over all parts in order, and everything hangs on it. So where other
readers step over what is bad, this one refuses: a line that is no vertex, an id that is not the next, a
file that was cut or is damaged. It says in which file and after how many lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import SourceError
from backlit.release.buffers import NameBuffer
from backlit.sources.edgelist import EdgeRun, read_edges
from backlit.sources.streams import ByteStream, peek

#: Vertices in a run, at most.
_RUN = 1 << 19
_SHOWN = 80
_RANK_COLUMNS = ("#host_rev", "#harmonicc_val", "#pr_val")


class VertexRun(NamedTuple):
    """Vertices in the order of the file: reversed names, hosts of each (``None`` in a graph of hosts)."""

    first: int
    names: NameBuffer
    hosts: npt.NDArray[np.uint32] | None
    path: Path
    bytes_done: int


class RankRun(NamedTuple):
    """Rows of a ranks file: reversed names, harmonic centrality and PageRank as the publisher has them."""

    names: NameBuffer
    harmonic: npt.NDArray[np.float64]
    pagerank: npt.NDArray[np.float64]
    bytes_done: int


def parts_of(path: Path) -> list[Path]:
    """The files that ``path`` stands for: itself, the files of a folder, or those that a list of paths names.

    A list (``…paths.gz`` or ``…paths``) names files from the publisher's root; they are looked for where the
    list lies, under their whole path, under the last two parts of it, or by name.
    """
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith((".", "_")))
        if not found:
            raise SourceError(
                f"The folder {path} is empty: give the files of a release, or a folder of its parts."
            )
        return found
    if not path.name.removesuffix(".gz").endswith(".paths"):
        if not path.is_file():
            raise SourceError(
                f"There is no file {path}: give the files of a release as they were downloaded."
            )
        return [path]
    stream = ByteStream(path)
    lines = b"".join(stream.pieces()).decode("utf-8", "replace").split()
    if stream.damage or not lines:
        raise SourceError(f"{path} lists no files. {stream.damage or 'It is empty.'} Download it again.")
    parts = []
    for line in lines:
        steps = [s for s in line.split("/") if s not in ("", ".", "..")]
        places = [path.parent.joinpath(*steps[-n:]) for n in (len(steps), 2, 1)]
        there = next((place for place in places if place.is_file()), None)
        if there is None:
            raise SourceError(f"{path} names {line}, which is not beside it: download that part too.")
        parts.append(there)
    return parts


def has_hosts(parts: list[Path]) -> bool:
    """Whether vertices come with a count of hosts: whether it is a graph of domains, not of hosts."""
    text, damage = peek(parts[0], 1 << 16)
    line = text.split(b"\n", 1)[0].rstrip(b"\r")
    fields = line.split(b"\t")
    if len(fields) not in (2, 3) or not fields[0].isdigit():
        raise SourceError(
            f"{parts[0]} does not begin with a vertex (id, reversed name, and perhaps a number of hosts, with tabs "
            f"between them) but with {_shown(line)}. {damage or 'Give the vertices first, then the edges.'}"
        )
    return len(fields) == 3


def read_vertices(parts: list[Path]) -> Iterator[VertexRun]:
    """All vertices, from the first line of the first file on."""
    hosted = has_hosts(parts)
    total = 0
    for path in parts:
        for run in _read_part(path, total, hosted):
            total += run.names.count
            yield run


def _read_part(path: Path, first: int, hosted: bool) -> Iterator[VertexRun]:
    from backlit.sources.vertexloops import OK, WRONG_ID, parse_vertices

    stream = ByteStream(path)
    total = first
    rest = b""

    def take(text: npt.NDArray[np.uint8]) -> Iterator[VertexRun]:
        nonlocal total
        at = 0
        while at < len(text):
            room = min(_RUN, (len(text) - at) // 3 + 1)
            names, offsets = np.empty(len(text) - at, np.uint8), np.empty(room + 1, np.int64)
            hosts = np.empty(room, np.uint32)
            count, at, why = parse_vertices(text, at, total, hosted, names, offsets, hosts)
            if count:
                end = int(offsets[count])
                found = NameBuffer(names[:end], offsets[: count + 1])
                yield VertexRun(total, found, hosts[:count] if hosted else None, path, stream.position)
                total += count
            if why != OK:
                line = text[at : at + _SHOWN].tobytes().split(b"\n")[0]
                where = f"{path}, after {total - first:,} vertices"
                if why == WRONG_ID:
                    raise SourceError(
                        f"{where}: the line {_shown(line)} should have the id {total:,}. The id of a vertex is the "
                        "number of its line, from 0 and without gaps, over all parts in order; this file "
                        "is not whole, or not the next."
                    )
                raise SourceError(
                    f"{where}: {_shown(line)} is no vertex (id, reversed name{', hosts' if hosted else ''})."
                )

    for piece in stream.pieces():
        text = rest + piece
        end = text.rfind(b"\n") + 1
        if end:
            yield from take(np.frombuffer(text, np.uint8, end))
        rest = text[end:]
    if stream.damage is not None:
        raise SourceError(
            f"{path} is not whole: {stream.damage} {total - first:,} vertices were read before that. Nothing was "
            "imported; download the file again."
        )
    if rest:
        yield from take(np.frombuffer(rest + b"\n", np.uint8))


def read_all_edges(parts: list[Path]) -> Iterator[tuple[Path, EdgeRun]]:
    """All edges of all parts in order; a damaged file is refused when its good part has been read."""
    for path in parts:
        edges = 0
        for run in read_edges(path):
            edges += len(run.source)
            for problem in run.problems:
                if problem.cause == "damaged":
                    why = problem.message.split(" The lines before")[0]
                    raise SourceError(
                        f"{path} is not whole: {why} {edges:,} edges were read before that. Nothing was imported; "
                        "download the file again."
                    )
            yield path, run


def read_ranks(parts: list[Path]) -> Iterator[RankRun]:
    """All rows of the ranks; other columns than name, harmonic centrality and PageRank are not read."""
    for path in parts:
        yield from _read_ranks(path)


def _read_ranks(path: Path) -> Iterator[RankRun]:
    import pyarrow as pa
    from pyarrow import csv

    head, damage = peek(path, 1 << 16)
    header = head.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", "replace").split("\t")
    missing = [name for name in _RANK_COLUMNS if name not in header]
    if missing:
        raise SourceError(
            f"{path} is no ranks file: its first line names no {missing[0]} (it begins {_shown(head[:_SHOWN])}). "
            f"{damage or 'Give vertices, edges and ranks in this order.'}"
        )
    stream = ByteStream(path)
    types = {"#host_rev": pa.binary(), "#harmonicc_val": pa.float64(), "#pr_val": pa.float64()}
    rows = 0
    try:
        reader = csv.open_csv(
            pa.PythonFile(_Bytes(stream), mode="r"),
            csv.ReadOptions(block_size=1 << 22, use_threads=False),
            csv.ParseOptions(delimiter="\t", quote_char=False, double_quote=False),
            csv.ConvertOptions(column_types=types, include_columns=list(types), null_values=["", "NaN"]),
        )
        for batch in reader:
            if stream.damage is not None:
                break
            names = batch.column(0).cast(pa.large_binary())
            offsets = np.frombuffer(names.buffers()[1], np.int64)[names.offset :][: len(names) + 1].copy()
            text = np.frombuffer(names.buffers()[2] or b"", np.uint8).copy()
            values = [np.array(batch.column(i).to_numpy(zero_copy_only=False)) for i in (1, 2)]
            rows += batch.num_rows
            yield RankRun(NameBuffer(text, offsets), values[0], values[1], stream.position)
    except pa.ArrowInvalid as exc:
        if stream.damage is None:
            raise SourceError(f"{path} cannot be read after {rows:,} rows: {exc}.") from exc
    if stream.damage is not None:
        raise SourceError(
            f"{path} is not whole: {stream.damage} About {rows:,} rows were read before that. Nothing was "
            "imported; download the file again, or import without ranks."
        )


class _Bytes:
    """A stream of bytes as a file that is read once."""

    closed = False

    def __init__(self, stream: ByteStream) -> None:
        self._pieces = stream.pieces()
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes, fewer than ``size`` only at the end."""
        parts = [self._rest]
        length = len(self._rest)
        while size < 0 or length < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            parts.append(piece)
            length += len(piece)
        text = b"".join(parts)
        cut = len(text) if size < 0 else size
        self._rest = text[cut:]
        return text[:cut]

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


def _shown(line: bytes) -> str:
    return repr(line[:_SHOWN].decode("utf-8", "backslashreplace"))
