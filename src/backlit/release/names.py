"""Names by node number and back: a compressed sorted dictionary that is searched where it lies on disk.

    names.json       how many names, in blocks of how many
    blocks.bin       the blocks, each a frame of Zstandard
    blocks.i64       int64  blocks + 1   where each block begins
    firsts.bin       the first name of each block, one behind the other
    firsts.i64       int64  blocks + 1   where each of those begins

Node i has the i-th name in the order of bytes. A block holds 512 names, told from the one before by the
bytes they share (every 32nd is whole), as columns: 512 bytes of how many are shared, 512 low and 512 high
bytes of how many follow, then what follows. Sorted names share about half their bytes, and Zstandard
halves the rest: 5 to 7 bytes a name. Blocks are alike whatever was written before, so the same names
give the same bytes.

To find a name: a search among the first names (24 bytes for 512), one block decompressed, sixteen whole names
looked at, at most 32 put together. Nothing is loaded when the dictionary is opened, and a few names need no
compiled code; thousands at once do (``find_many`` and ``get_many`` then go through each block once).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import zstandard

from backlit.errors import IndexDamaged, IndexTooNew
from backlit.release.buffers import NameBuffer, buffer_of
from backlit.release.cold import Places, searched

Ints = npt.NDArray[np.int64]

FORMAT = 1
BLOCK = 512
RESTART = 32
#: Blocks that are decoded at once at most.
_SPAN = 64
#: More names than these at once are worth the compiled loops.
FEW = 2048
#: Blocks whose names are picked at once at most.
_AT_ONCE = 1024
_FILES = ("blocks.bin", "blocks.i64", "firsts.bin", "firsts.i64")


class NamesManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a dictionary's folder holds."""

    format: int
    count: int
    block: int
    restart: int
    bytes: dict[str, int]


class Names:
    """The dictionary in ``folder``, opened without reading it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            manifest = msgspec.json.decode((folder / "names.json").read_bytes(), type=NamesManifest)
        except (OSError, msgspec.DecodeError) as exc:
            raise IndexDamaged(f"There are no names at {folder} ({exc}): import the release again.") from exc
        if manifest.format > FORMAT:
            raise IndexTooNew(
                f"The names at {folder} were written by a later backlit (format {manifest.format}): update backlit."
            )
        for name in _FILES:
            path = folder / name
            found = path.stat().st_size if path.is_file() else -1
            if found != manifest.bytes.get(name):
                state = (
                    "is missing" if found < 0 else f"has {found:,} bytes, not {manifest.bytes.get(name):,}"
                )
                raise IndexDamaged(f"{path} {state}: import the release again.")
        self.manifest = manifest
        self._blocks, self._begins = (
            Places(folder / "blocks.bin", np.uint8),
            searched(folder / "blocks.i64", np.int64),
        )
        self._firsts = searched(folder / "firsts.bin", np.uint8)
        self._first_begins = searched(folder / "firsts.i64", np.int64)
        self._decompressor = zstandard.ZstdDecompressor()

    def __len__(self) -> int:
        return self.manifest.count

    # -- one at a time ---------------------------------------------------------------------------

    def find(self, name: bytes) -> int:
        """The number of the node with this reversed name, or -1."""
        place, found = self._lower(name)
        return place if found else -1

    def get(self, node: int) -> bytes:
        """The reversed name of a node."""
        if not 0 <= node < len(self):
            raise IndexError(f"There is no node {node}: the nodes are 0 to {len(self) - 1}.")
        number, place = divmod(node, self.manifest.block)
        return _Block(self._read(number), self._held(number), self.manifest.restart).get(place)

    def below(self, name: bytes) -> range:
        """The nodes whose reversed names begin with ``name`` and a dot: all that lie below it."""
        return range(self._lower(name + b".")[0], self._lower(name + b"/")[0])

    def _lower(self, name: bytes) -> tuple[int, bool]:
        """How many names come before ``name``, and whether it is the next."""
        blocks = len(self._begins) - 1
        number = bisect_right(range(blocks), name, key=self._first) - 1
        if number < 0:
            return 0, False
        block = _Block(self._read(number), self._held(number), self.manifest.restart)
        place, found = block.lower(name)
        return number * self.manifest.block + place, found

    def _first(self, block: int) -> bytes:
        return self._firsts[int(self._first_begins[block]) : int(self._first_begins[block + 1])].tobytes()

    def _held(self, block: int) -> int:
        return min(self.manifest.block, len(self) - block * self.manifest.block)

    def _read(self, block: int) -> bytes:
        return self._unpacked(
            self._blocks.bytes(int(self._begins[block]), int(self._begins[block + 1])), block
        )

    def _unpacked(self, raw: bytes | memoryview, block: int) -> bytes:
        try:
            return self._decompressor.decompress(raw)
        except zstandard.ZstdError as exc:
            raise IndexDamaged(
                f"Block {block} of {self.folder / 'blocks.bin'} is damaged: import the release again."
            ) from exc

    # -- many at a time --------------------------------------------------------------------------

    def find_many(self, names: NameBuffer | Sequence[bytes]) -> npt.NDArray[np.int64]:
        """The number of each reversed name, or -1."""
        if not isinstance(names, NameBuffer):
            if len(names) < FEW:
                return np.fromiter(map(self.find, names), np.int64, len(names))
            names = buffer_of(names)
        return self._find_all(names)

    def _find_all(self, names: NameBuffer) -> npt.NDArray[np.int64]:
        from backlit.release.loops.names import blocks_of, match

        out = np.full(names.count, -1, np.int64)
        if not names.count or not len(self):
            return out
        order = sorted_order(names)
        number = np.empty(names.count, np.int64)
        blocks_of(self._firsts, self._first_begins, names.text, names.offsets, order, number)
        wanted, begins = np.unique(number, return_index=True)
        ends = np.append(begins[1:], names.count)
        for first, last, begin, end in _spans(wanted, begins, ends):
            held = self._decoded(first, last)
            base = first * self.manifest.block
            match(held.text, held.offsets, base, names.text, names.offsets, order, begin, end, out)
        return out

    def get_many(self, nodes: npt.NDArray[Any] | Sequence[int]) -> NameBuffer:
        """The reversed names of nodes, in their order."""
        wanted = np.asarray(nodes, np.int64).reshape(-1)
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= len(self)):
            raise IndexError(f"A node is none of 0 to {len(self) - 1}.")
        if len(wanted) < FEW:
            return buffer_of(self._get_few(wanted))
        if (wanted[1:] < wanted[:-1]).any():
            order = np.argsort(wanted, kind="stable")
            back = np.empty(len(wanted), np.int64)
            back[order] = np.arange(len(wanted))
            return self._get_sorted(wanted[order]).take(back)
        return self._get_sorted(wanted)

    def _get_sorted(self, wanted: Ints) -> NameBuffer:
        """The names of many nodes in ascending order: each block is read once, and no more of it than needed."""
        from backlit.release.loops.names import lengths_at, names_at

        number, place = np.divmod(wanted, self.manifest.block)
        begins = np.flatnonzero(np.diff(number, prepend=-1))
        blocks, borders = number[begins], np.append(begins, len(wanted))
        texts, lengths = [], np.empty(len(wanted), np.int64)
        for low in range(0, len(blocks), _AT_ONCE):
            high = min(low + _AT_ONCE, len(blocks))
            raw = [self._read(block) for block in blocks[low:high].tolist()]
            starts = np.cumsum([0, *map(len, raw)])
            held = np.minimum(self.manifest.block, len(self) - blocks[low:high] * self.manifest.block)
            first, last = int(borders[low]), int(borders[high])
            packed = np.frombuffer(bytearray(b"".join(raw)), np.uint8)
            given = (packed, starts, held, borders[low : high + 1] - first, place[first:last])
            lengths_at(*given, lengths[first:last])
            offsets = np.zeros(last - first + 1, np.int64)
            np.cumsum(lengths[first:last], out=offsets[1:])
            text = np.empty(int(offsets[-1]), np.uint8)
            # No name is longer than its block.
            names_at(*given, self.manifest.restart, np.empty(len(packed), np.uint8), text, offsets)
            texts.append(text)
        whole = np.zeros(len(wanted) + 1, np.int64)
        np.cumsum(lengths, out=whole[1:])
        return NameBuffer(np.concatenate(texts), whole)

    def first_labels(self, nodes: Ints) -> dict[bytes | None, int]:
        """How many of ``nodes`` (ascending) lie below each first label, which is the TLD; ``None`` is for bare labels.

        Names of a label lie together: where a block and the next one begin with the same, so do all names between.
        So of any number of nodes only those in blocks in which a label ends are named.
        """
        number = nodes // self.manifest.block
        begins = np.flatnonzero(np.diff(number, prepend=-1))
        counts = np.diff(np.append(begins, len(nodes)))
        blocks = number[begins]
        found: dict[bytes | None, int] = {}
        unsure = np.zeros(len(blocks), np.bool_)
        here = self._labels_of(blocks)
        after = self._labels_of(np.minimum(blocks + 1, len(self._begins) - 2))
        final = len(self._begins) - 2
        for k, (block, count, label, following) in enumerate(
            zip(blocks.tolist(), counts.tolist(), here, after, strict=True)
        ):
            if label is not None and label == following and block < final:
                found[label] = found.get(label, 0) + count
            else:
                unsure[k] = True
        for name in self.get_many(nodes[np.repeat(unsure, counts)]).to_list():
            label, dot, _ = name.partition(b".")
            key = label if dot else None
            found[key] = found.get(key, 0) + 1
        return found

    def _labels_of(self, blocks: Ints) -> list[bytes | None]:
        """The first label of the first name of each block, ``None`` where the name is bare."""
        bounds = np.stack([self._first_begins[blocks], self._first_begins[blocks + 1]], axis=1).tolist()
        # The map is for single places; of many the whole is read at once.
        text = bytes(self._firsts) if len(blocks) > FEW else None
        names = (self._firsts[a:b].tobytes() if text is None else text[a:b] for a, b in bounds)
        return [label if dot else None for label, dot, _ in (name.partition(b".") for name in names)]

    def _get_few(self, nodes: npt.NDArray[np.int64]) -> Iterable[bytes]:
        number, block = -1, None
        order = np.argsort(nodes, kind="stable").tolist()
        found: list[bytes] = [b""] * len(nodes)
        for i in order:
            at, place = divmod(int(nodes[i]), self.manifest.block)
            if block is None or at != number:
                number = at
                block = _Block(self._read(at), self._held(at), self.manifest.restart)
            found[i] = block.get(place)
        return found

    def pieces(self, first: int = 0, last: int | None = None, blocks: int = 256) -> Iterator[NameBuffer]:
        """All names in order (or those of nodes ``first`` to ``last``), some hundred thousand at a time."""
        last = len(self) if last is None else min(last, len(self))
        size = self.manifest.block
        for begin in range(first // size, -(-last // size), blocks):
            end = min(begin + blocks, -(-last // size))
            piece = self._decoded(begin, end)
            low, high = max(first - begin * size, 0), min(last - begin * size, piece.count)
            if high > low:
                yield piece.part(low, high)

    def _decoded(self, first: int, last: int) -> NameBuffer:
        from backlit.release.loops.names import decode, decoded_length

        ends = self._begins[first : last + 1].tolist()
        packed = memoryview(self._blocks.bytes(ends[0], ends[-1]))
        raw = [
            np.frombuffer(
                bytearray(self._unpacked(packed[begin - ends[0] : end - ends[0]], first + i)), np.uint8
            )
            for i, (begin, end) in enumerate(pairwise(ends))
        ]
        held = [self._held(block) for block in range(first, last)]
        text = np.empty(sum(decoded_length(b, h) for b, h in zip(raw, held, strict=True)), np.uint8)
        offsets = np.zeros(sum(held) + 1, np.int64)
        at = place = 0
        for block, count in zip(raw, held, strict=True):
            at = decode(block, count, text, at, offsets[place + 1 :])
            place += count
        return NameBuffer(text, offsets)


class _Block:
    """One decompressed block, read without compiled code."""

    def __init__(self, raw: bytes, count: int, restart: int) -> None:
        self._text, self._count, self._restart = raw, count, restart
        columns = np.frombuffer(raw, np.uint8, 3 * count).reshape(3, count).astype(np.int64)
        self._shared = columns[0].tolist()
        ends = np.cumsum(columns[1] + (columns[2] << 8)) + 3 * count
        self._ends = [3 * count, *ends.tolist()]

    def _suffix(self, place: int) -> bytes:
        return self._text[self._ends[place] : self._ends[place + 1]]

    def get(self, place: int) -> bytes:
        """The name at ``place``."""
        name = b""
        for k in range(place - place % self._restart, place + 1):
            name = name[: self._shared[k]] + self._suffix(k)
        return name

    def lower(self, name: bytes) -> tuple[int, bool]:
        """How many of the block's names come before ``name``, and whether it is the next."""
        whole = range(0, self._count, self._restart)
        start = (bisect_right(whole, name, key=self._suffix) - 1) * self._restart
        if start < 0:
            return 0, False
        here = b""
        for k in range(start, min(start + self._restart, self._count)):
            here = here[: self._shared[k]] + self._suffix(k)
            if here >= name:
                return k, here == name
        return min(start + self._restart, self._count), False


def _spans(wanted: Ints, begins: Ints, ends: Ints) -> Iterator[tuple[int, int, int, int]]:
    """Runs of blocks to decode, and the places of the names looked for in each.

    Where many of neighbouring blocks are wanted, they are decoded together with those between.
    """
    begin = int(np.searchsorted(wanted, 0))  # names before the first block are nowhere
    borders = np.flatnonzero(np.diff(wanted[begin:] // _SPAN)) + begin + 1
    for low, high in pairwise([begin, *borders.tolist(), len(wanted)]):
        if high - low > _SPAN // 8:
            yield int(wanted[low]), int(wanted[high - 1]) + 1, int(begins[low]), int(ends[high - 1])
            continue
        for k in range(low, high):
            yield int(wanted[k]), int(wanted[k]) + 1, int(begins[k]), int(ends[k])


def sorted_order(names: NameBuffer) -> npt.NDArray[np.int64]:
    """The places of the names in the order of their bytes; of equal names the first comes first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.Array.from_buffers(
        pa.large_binary(), names.count, [None, pa.py_buffer(names.offsets), pa.py_buffer(names.text)]
    )
    return np.asarray(pc.array_sort_indices(array)).astype(np.int64)
