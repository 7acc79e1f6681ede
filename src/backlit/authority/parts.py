"""What part of its site's rank each link of an index hands on: the share of its page and of its place on the page.

    part(link) = share of the page in its site · w / Σ_page w              E(link) = α · R(site) · part

(``backlit.authority.equity`` has the formula; here it is reckoned for whole indexes.) A page's links lie in as many
buckets as they have targets, and a page's share rests on all pages of its site. So the links of each bucket are put
down by the site they come from when the bucket is written, each partition of sites is reckoned on its own, and
what was found goes back to the rows. Parts know nothing of rank: a new authority leaves them as they are.

Σ is over the live links of the page to other sites, which is all that an index holds. Where the page says that it
has more links to elsewhere than the index knows (a scan for a few targets, an export), the rest weigh as ordinary
links do. Links within the site are no part of it: the rank R of a site is what it has for others, and leaves it over
its links to them. Weights are whole multiples of 2^-30, so that their sums are exact and no order of rows matters.
"""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from xxhash import xxh64_intdigest

from backlit.authority.equity import MANY, page_depths, text_buffer
from backlit.authority.weights import STORED_COLUMNS, link_weights
from backlit.index.aggregate import Bucket, Sources
from backlit.index.files import read_table, write_table
from backlit.index.layout import DataFile, Layout
from backlit.index.order import radix_order
from backlit.settings import Settings

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

#: Weights are multiples of this.
_STEP = 2.0**-30
#: A page of a bucket on its way: hash of its address and of its domain, levels of its path, its live links and their
#: weight.
_PAGE = np.dtype([("page", "u8"), ("site", "u8"), ("weight", "f8"), ("links", "i4"), ("depth", "i4")])


def rounded_weights(links: pa.Table, settings: Settings) -> npt.NDArray[np.float32]:
    """The weights of links (``backlit.authority.weights``) as an index keeps them: whole multiples of 2^-30."""
    weight = np.round(link_weights(links, settings=settings) / _STEP).astype(np.float32)
    weight *= np.float32(_STEP)
    return weight


class _Kept(NamedTuple):
    """What is remembered of a bucket until the end: where each partition of its pages begins, and for each file of
    links which rows of the bucket it has (``None``: these, in this order)."""

    edges: Ints
    files: list[tuple[DataFile, Ints | None]]


class Parts:
    """Weighs the links of an index while it is built: the ``Weigher`` of its buckets, then ``finish`` once."""

    columns: tuple[str, ...] = (*STORED_COLUMNS, "source_url", "source_domain")

    def __init__(self, layout: Layout, settings: Settings, generation: int) -> None:
        self.data = layout.data
        self.folder = layout.staging / "_parts"
        self.settings = settings
        self.generation = generation
        self.kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def weigh(self, number: int, count: int, rows: Bucket, files: list[DataFile]) -> list[DataFile]:
        """Weigh the links of a bucket (of ``count``) and keep them for ``finish``.

        Gives the file ``referring_weights``: beside each row of ``referring``, in its order, the weight of the best
        live link of that pair of domains.
        """
        weight = self._noted(number, count, rows, files)
        best = np.zeros(rows.pair.count)
        np.maximum.at(best, rows.pair.of_row, weight)
        return [self._write(pa.table({"weight": best}), "referring_weights", number)]

    def keep(self, number: int, count: int, rows: Sources, files: list[DataFile]) -> None:
        """Keep the links of a bucket for ``finish``."""
        self._noted(number, count, rows, files)

    def _noted(
        self, number: int, count: int, rows: Sources, files: list[DataFile]
    ) -> npt.NDArray[np.float32]:
        """The weights of the links of a bucket, which are kept for ``finish``."""
        weight = rounded_weights(rows.rows, self.settings)
        edges = self._put_down(number, count, rows, weight)
        ids = rows.rows["link_id"]
        placed: list[tuple[DataFile, Ints | None]] = []
        of_rows = [file for file in files if file.part != "state"]
        for file in of_rows:
            at = None
            if len(of_rows) > 1 or file.rows != len(ids):  # else the rows stand as in the file
                stands = read_table(self.data, file, ["link_id"])["link_id"]
                at = pc.index_in(stands, value_set=ids.combine_chunks()).combine_chunks().to_numpy()
            placed.append((file, at))
        with self._lock:
            self.kept[number] = _Kept(edges, placed)
        return weight

    def _put_down(self, number: int, count: int, rows: Sources, weight: npt.NDArray[np.float32]) -> Ints:
        """Keep a bucket's pages by partition of their sites, and for each row its page and weight."""
        site_of = text_hashes(rows.source.values)
        pages = np.empty(rows.pages, _PAGE)
        source = np.zeros(rows.pages, np.int64)
        source[rows.page] = rows.source.codes
        pages["page"] = text_hashes(rows.page_urls)
        pages["site"] = site_of[source]
        pages["depth"] = page_depths(rows.page_urls)
        pages["weight"] = np.bincount(rows.page, weights=weight, minlength=rows.pages)
        pages["links"] = np.bincount(rows.page[rows.live_rows], minlength=rows.pages)
        partition = partitions(pages["site"], count)
        order = radix_order(partition, count)
        place = np.empty(rows.pages, np.int32)
        place[order] = np.arange(rows.pages, dtype=np.int32)
        pages[order].tofile(self._path(number, "pages"))
        place[rows.page].tofile(self._path(number, "place"))
        weight.tofile(self._path(number, "weight"))
        return np.searchsorted(partition[order], np.arange(count + 1))

    def finish(self, files: list[DataFile], threads: int) -> list[DataFile]:
        """The files ``link_parts``: beside each file of links, row by row, the part of each link.

        ``files`` are those of the new generation: ``pages`` and ``target_pages`` are read.
        """
        tables: dict[tuple[str, int], DataFile] = {(f.table, f.bucket): f for f in files}
        factors = {
            number: np.memmap(
                self._path(number, "factor"), np.float64, "w+", shape=(max(int(kept.edges[-1]), 1),)
            )
            for number, kept in self.kept.items()
        }
        count = len(next(iter(self.kept.values())).edges) - 1 if self.kept else 0

        def site_partition(at: int) -> None:
            spans = [(n, int(k.edges[at]), int(k.edges[at + 1])) for n, k in sorted(self.kept.items())]
            pages = [
                np.fromfile(self._path(n, "pages"), _PAGE, end - begin, offset=begin * _PAGE.itemsize)
                for n, begin, end in spans
            ]
            whole = np.concatenate(pages)
            if not len(whole):
                return
            read = self._pages(tables.get(("pages", at)))
            linked = self._linked(tables.get(("target_pages", at)), whole["site"])
            found = page_factors(whole, read, linked, self.settings.weights.depth_decay)
            start = 0
            for n, begin, end in spans:
                factors[n][begin:end] = found[start : start + end - begin]
                start += end - begin

        def bucket(number: int) -> list[DataFile]:
            place = np.fromfile(self._path(number, "place"), np.int32)
            weight = np.fromfile(self._path(number, "weight"), np.float32)
            part = (factors[number][place] * weight).astype(np.float32)
            return [
                self._write(
                    pa.table({"part": part if at is None else part[at]}), "link_parts", number, file.part
                )
                for file, at in self.kept[number].files
            ]

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(site_partition, range(count)))
            written = [file for of in pool.map(bucket, sorted(self.kept)) for file in of]
        factors.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
        return written

    def _pages(self, file: DataFile | None) -> npt.NDArray[Any]:
        """The pages that were read, as ``_PAGE``; ``links`` is how many they have to other domains, -1 unknown."""
        if file is None:
            return np.zeros(0, _PAGE)
        rows = read_table(self.data, file, ["url", "domain", "status", "external_links"])
        status = pc.fill_null(rows["status"], 200).to_numpy()
        rows = rows.filter(pa.array((status >= 200) & (status < 300)))
        urls, domains = rows["url"].combine_chunks(), rows["domain"].combine_chunks().dictionary_encode()
        pages = np.zeros(len(urls), _PAGE)
        pages["page"] = text_hashes(urls)
        pages["site"] = text_hashes(domains.dictionary)[domains.indices.to_numpy()]
        pages["depth"] = page_depths(urls)
        pages["links"] = pc.fill_null(rows["external_links"], -1).to_numpy()
        return pages

    def _linked(self, file: DataFile | None, sites: Keys) -> tuple[Keys, Ints]:
        """Hashes of the addresses of ``sites`` that others link to, in order, and the number of live links."""
        if file is None:
            return np.zeros(0, np.uint64), np.zeros(0, np.int64)
        rows = read_table(self.data, file, ["target_domain", "target_url", "links"], coded=["target_domain"])
        domain = rows["target_domain"].combine_chunks()
        known = np.isin(text_hashes(domain.dictionary), sites)[domain.indices.to_numpy()]
        rows = rows.filter(pa.array(known))
        page = text_hashes(rows["target_url"].combine_chunks())
        order = np.argsort(page)
        return page[order], rows["links"].to_numpy()[order]

    def _path(self, bucket: int, what: str) -> Path:
        return self.folder / f"{bucket:03d}.{what}"

    def _write(self, table: pa.Table, name: str, bucket: int, part: str = "base") -> DataFile:
        return write_table(
            self.data,
            table,
            name=name,
            generation=self.generation,
            storage=self.settings.storage,
            bucket=bucket,
            part=part,
        )


def page_factors(
    rows: npt.NDArray[Any], read: npt.NDArray[Any], linked: tuple[Keys, Ints], decay: float
) -> Floats:
    """For each of ``rows`` (``_PAGE``; a page may have several) its page's share of its site over Σ w.

    ``read``: pages that were read; they belong to the site too, and ``links`` says how many links they have.
    """
    both = np.concatenate([rows, read])
    order = np.argsort(both["page"], kind="stable")
    page = both["page"][order]
    starts = np.flatnonzero(np.r_[True, page[1:] != page[:-1]])
    mine = order < len(rows)
    weight = np.add.reduceat(np.where(mine, both["weight"][order], 0.0), starts)
    known = np.add.reduceat(np.where(mine, both["links"][order], 0), starts)
    said = np.maximum.reduceat(np.where(mine, -1, both["links"][order]), starts)
    weight += np.maximum(said - known, 0)
    first = both[order[starts]]
    worth = (1 + np.log1p(_looked_up(first["page"], *linked))) * decay ** first["depth"].astype(np.float64)
    site = np.unique(first["site"], return_inverse=True)[1]
    whole = np.bincount(site, weights=worth)[site]
    factor = np.zeros(len(first))
    passing = (weight > 0) & (whole > 0)
    factor[passing] = worth[passing] / whole[passing] / weight[passing]
    out = np.empty(len(both))
    out[order] = np.repeat(factor, np.diff(np.r_[starts, len(page)]))
    return out[: len(rows)]


def _looked_up(keys: Keys, known: Keys, values: Ints) -> Floats:
    """The value of each key, 0 where it is not ``known`` (in order)."""
    if not len(known):
        return np.zeros(len(keys))
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[at] == keys, values[at], 0).astype(np.float64)


def partitions(site: Keys, count: int) -> Ints:
    """The bucket of each site by its hash, as ``backlit.web.ids.buckets`` has it by its name."""
    return (
        (site >> np.uint64(64 - (count.bit_length() - 1))).astype(np.int64)
        if count > 1
        else np.zeros(len(site), np.int64)
    )


def text_hashes(texts: pa.Array) -> Keys:
    """XXH64 (seed 42) of each text, none of which is null."""
    if len(texts) < MANY:
        return np.fromiter(
            (xxh64_intdigest(text, 42) for text in texts.cast(pa.binary()).to_pylist()), np.uint64, len(texts)
        )
    from backlit.web.native import hashes

    found: Keys = hashes(*text_buffer(texts), np.uint64(42))
    return found
