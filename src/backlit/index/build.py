"""Building a generation: staged inputs and the standing one in, a new set of files out.

Pages first (they tell what was looked at again), then the link buckets (each with its
rollups), then the second orientation by source, then the small tables. Nothing is published
here: the caller adds the scores and publishes both together.

Buckets are independent, so they run on threads; the files' bytes depend on rows only, so
the number of threads changes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.index.aggregate import Bucket, Sources, rollups_of
from backlit.index.bucket import fold, read_bucket_links
from backlit.index.files import make_durable, read_table, write_table
from backlit.index.layout import LAYOUT, DataFile, Layout, Manifest
from backlit.index.lost import Refetches
from backlit.index.merge import PAGE_MERGE, merge
from backlit.index.order import coded, sort_table
from backlit.index.rollups import ROLLUPS
from backlit.index.schema import OUT, SORT_KEYS, STORED_LINKS, STORED_PAGES
from backlit.index.staging import StagedInput, hash_rows, read_all, read_bucket, write_partitioned
from backlit.records import FETCHES, HOSTS, SNAPSHOTS, TRUSTED
from backlit.settings import Settings
from backlit.version import __version__
from backlit.web.ids import buckets as bucket_of

Progress = Callable[[str, int, int], None]

_Result = TypeVar("_Result")


class Weigher(Protocol):
    """Is told of every bucket with links: its number, how many there are, its rows and its files of links."""

    #: The columns of stored rows that are enough for ``keep``.
    columns: tuple[str, ...]

    def weigh(self, number: int, count: int, rows: Bucket, files: list[DataFile]) -> list[DataFile]:
        """Weigh the links of a bucket; gives files to add."""

    def keep(self, number: int, count: int, rows: Sources, files: list[DataFile]) -> None:
        """Take note of a bucket that stays as it is, with the files that ``weigh`` gave then."""


#: Rows of the second orientation held in memory before they are put down, partitioned by source.
_SPOOL_ROWS = 1_000_000


class Snapshot(NamedTuple):
    """One row of the ``snapshots`` table: an input that is now part of the index."""

    snapshot: str
    date: str
    origin: str
    input: str
    bytes: int
    digest: str
    links: int
    pages: int
    problems: int


def bucket_count(rows: int, settings: Settings) -> int:
    """How many buckets an index of so many links has."""
    storage = settings.storage
    return 256 if rows >= storage.large_rows else 64 if rows >= storage.medium_rows else 4


class Builder:
    """Builds one generation on top of ``old`` from staged inputs."""

    def __init__(
        self, layout: Layout, old: Manifest, settings: Settings, threads: int, progress: Progress
    ) -> None:
        self.layout = layout
        self.old = old
        self.settings = settings
        self.threads = threads
        self.progress = progress
        self.generation = old.generation + 1
        self.work = layout.staging / "_build"
        self.files: list[DataFile] = []

    def build(
        self,
        inputs: list[StagedInput],
        snapshots: list[Snapshot],
        *,
        compact: bool = False,
        counted: Callable[[list[DataFile]], None] = lambda files: None,
        weigher: Weigher,
    ) -> Manifest:
        """Write all files of the new generation and return its manifest, not yet published.

        ``weigher`` is told every bucket, those that stay as they are too: what a link hands on changes with the other
        links of its page.

        ``counted`` is told the files as soon as all but the second orientation stands: what rests on them
        need not wait for it.
        """
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        staged = {
            name: [f for i in inputs for f in i.files(name)]
            for name in ("links", "pages", "fetches", "hosts", "trusted")
        }
        coming = sum(part.links for i in inputs for part in i.parts())
        count = bucket_count(self.old.links + coming, self.settings)
        if not compact:
            count = max(count, self.old.buckets if self.old.links else 0)
        standing: Manifest | None = self.old
        if self.old.files and count != self.old.buckets:
            self._restage(staged)
            standing = None
        elif not self.old.files:
            standing = None
        self.count = count
        refetches, pages = self._pages(standing, staged)
        spooled = self._links(standing, staged, refetches, compact, weigher)
        self._small_tables(staged, snapshots)
        counted(list(self.files))
        self._out(standing, spooled)
        links = _count_links(self.layout.data, [f for f in self.files if f.table == "totals"])
        shutil.rmtree(self.work, ignore_errors=True)
        days = sorted(set(self._snapshot_days(snapshots)))
        return Manifest(
            layout=LAYOUT,
            generation=self.generation,
            score_generation=0,
            buckets=count,
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            code_version="",
            settings_digest=self.settings.digest,
            suffix_list_date="",
            data_date=days[-1] if days else None,
            links=links,
            pages=pages,
            snapshots=days,
            files=sorted(self.files, key=lambda f: (f.table, f.bucket, f.part)),
        )

    def _snapshot_days(self, new: list[Snapshot]) -> list[str]:
        return list(self.old.snapshots) + [s.date for s in new if s.date]

    def _restage(self, staged: dict[str, list[Path]]) -> None:
        """Partition the standing rows anew, as if they had just been read."""
        for bucket in range(self.old.buckets):
            for name, table, by in (
                ("links", read_bucket_links(self.layout.data, self.old, bucket), "target_domain"),
                ("pages", self._standing(self.old, "pages", bucket, STORED_PAGES), "domain"),
                ("fetches", self._standing(self.old, "fetches", bucket, FETCHES), "domain"),
            ):
                if table.num_rows:
                    path = self.work / f"old-{name}-{bucket:03d}.arrow"
                    write_partitioned(path, table, by)
                    staged[name] = [*staged[name], path]

    def _standing(self, manifest: Manifest | None, name: str, bucket: int, schema: pa.Schema) -> pa.Table:
        files = manifest.table(name, bucket) if manifest else []
        if not files:
            return schema.empty_table()
        return read_table(self.layout.data, files[0]).cast(schema)

    def _write(self, table: pa.Table, name: str, bucket: int = -1) -> DataFile:
        return write_table(
            self.layout.data,
            table,
            name=name,
            generation=self.generation,
            storage=self.settings.storage,
            bucket=bucket,
        )

    # -- pages and fetches -------------------------------------------------------------

    def _pages(self, standing: Manifest | None, staged: dict[str, list[Path]]) -> tuple[Refetches, int]:
        looks: list[pa.Table] = []
        told: list[pa.Array] = []
        self.known_before: set[str] = set()

        def one(bucket: int) -> tuple[list[DataFile], pa.Table | None, pa.Array | None, set[str]]:
            new = read_bucket(staged["pages"], STORED_PAGES, "domain", bucket, self.count)
            fetched = read_bucket(staged["fetches"], FETCHES, "domain", bucket, self.count)
            if new.num_rows == 0 and fetched.num_rows == 0:
                kept = standing.table("pages", bucket) + standing.table("fetches", bucket) if standing else []
                return kept, None, None, set()
            before = self._standing(standing, "pages", bucket, STORED_PAGES)
            both = pa.concat_tables([before, new]).combine_chunks()
            pages = merge(both, hash_rows(both, "url").to_numpy(), PAGE_MERGE)
            fetches = _distinct(
                pa.concat_tables([self._standing(standing, "fetches", bucket, FETCHES), fetched])
            )
            files = []
            if pages.num_rows:
                files.append(self._write(sort_table(pages, SORT_KEYS["pages"]), "pages", bucket))
            if fetches.num_rows:
                files.append(self._write(sort_table(fetches, SORT_KEYS["fetches"]), "fetches", bucket))
            urls = pc.unique(pa.chunked_array([*new["url"].chunks, *fetched["url"].chunks], pa.string()))
            mine = fetches.filter(pc.is_in(fetches["url"], value_set=urls))
            tables = pages.filter(pc.match_substring(pages["origin"], "table"))["url"].combine_chunks()
            again = before.filter(pc.is_in(before["url"], value_set=urls))["domain"].unique().to_pylist()
            return files, mine, tables, set(again)

        rows = 0
        for files, mine, tables, again in self._each("pages", one):
            self.files += files
            rows += sum(f.rows for f in files if f.table == "pages")
            if mine is not None:
                looks.append(mine)
                told.append(tables)
                self.known_before |= again
        everything = pa.concat_tables(looks) if looks else FETCHES.empty_table()
        return Refetches(everything, pa.concat_arrays(told) if told else pa.array([], pa.string())), rows

    # -- links, rollups, second orientation --------------------------------------------

    def _links(
        self,
        standing: Manifest | None,
        staged: dict[str, list[Path]],
        refetches: Refetches,
        compact: bool,
        weigher: Weigher,
    ) -> list[Path]:
        """Write links and rollups; the files returned hold the rows of the second orientation."""
        looked_at = self._buckets_linked_from(standing, self.known_before) if refetches.times else set()

        def one(bucket: int) -> tuple[list[DataFile], pa.Table | None]:
            new = read_bucket(staged["links"], STORED_LINKS, "target_domain", bucket, self.count)
            parts = standing.table("links", bucket) if standing else []
            loose = compact and any(f.part != "base" for f in parts)
            if new.num_rows == 0 and bucket not in looked_at and not loose:
                kept = (
                    [f for name in ("links", *ROLLUPS) for f in standing.table(name, bucket)]
                    if standing
                    else []
                )
                if parts:
                    kept += self._weights(bucket, parts, weigher)
                return kept, None
            result = fold(
                self.layout.data,
                standing,
                bucket,
                new,
                refetches,
                generation=self.generation,
                storage=self.settings.storage,
                compact=compact,
            )
            files = list(result.files)
            if result.rows.num_rows:
                counts = Bucket(result.rows, result.known)
                files += self._rollups(counts, bucket)
                files += weigher.weigh(bucket, self.count, counts, result.files)
            return files, _out_rows(result.rows, result.changed_pairs)

        spooled: list[Path] = []
        waiting: list[pa.Table] = []

        def spool() -> None:
            path = self.work / f"out-{len(spooled):05d}.arrow"
            write_partitioned(path, pa.concat_tables(waiting), "source_domain")
            spooled.append(path)
            waiting.clear()

        for files, out in self._each("links", one):
            self.files += files
            if out is not None:
                waiting.append(out)
                if sum(t.num_rows for t in waiting) >= _SPOOL_ROWS:
                    spool()
        if waiting:
            spool()
        return spooled

    def _weights(self, bucket: int, parts: list[DataFile], weigher: Weigher) -> list[DataFile]:
        """The files of weights of a bucket whose rows stay as they are: those that stand, if made in the same way."""
        weights = self.old.table("referring_weights", bucket)
        made_by = (self.old.settings_digest, self.old.code_version)
        if weights and made_by == (self.settings.digest, __version__):
            rows = read_bucket_links(self.layout.data, self.old, bucket, weigher.columns)
            weigher.keep(bucket, self.count, Sources(rows, {}), parts)
            return weights
        rows = read_bucket_links(self.layout.data, self.old, bucket)
        return weigher.weigh(bucket, self.count, Bucket(rows, {}), parts)

    def _buckets_linked_from(self, standing: Manifest | None, domains: set[str]) -> set[int]:
        """The link buckets that hold links from any of ``domains``, by the second orientation."""
        if standing is None or not domains:
            return set()
        names = sorted(domains)
        of_name = bucket_of(names, self.count)
        wanted = pa.array(names)
        targets: set[str] = set()
        for bucket in sorted(set(of_name.tolist())):
            out = self._standing(standing, "out", bucket, OUT)
            targets.update(
                out.filter(pc.is_in(out["source_domain"], value_set=wanted))["target_domain"]
                .unique()
                .to_pylist()
            )
        return set(bucket_of(sorted(targets), self.count).tolist())

    def _rollups(self, counts: Bucket, bucket: int) -> list[DataFile]:
        tables = rollups_of(counts)
        return [self._write(table, name, bucket) for name, table in tables.items() if table.num_rows]

    def _out(self, standing: Manifest | None, spooled: list[Path]) -> None:
        def one(bucket: int) -> list[DataFile]:
            new = read_bucket(spooled, OUT, "source_domain", bucket, self.count)
            if new.num_rows == 0:
                return standing.table("out", bucket) if standing else []
            before = self._standing(standing, "out", bucket, OUT)
            if before.num_rows:
                before = before.filter(
                    pc.invert(pc.is_in(before["pair_id"], value_set=pc.unique(new["pair_id"])))
                )
            rows = sort_table(pa.concat_tables([before, new]).combine_chunks(), SORT_KEYS["out"])
            return [self._write(rows, "out", bucket)]

        for files in self._each("sources", one):
            self.files += files

    # -- the rest -------------------------------------------------------------------------

    def _small_tables(self, staged: dict[str, list[Path]], snapshots: list[Snapshot]) -> None:
        for name, schema in (("hosts", HOSTS), ("trusted", TRUSTED)):
            rows = pa.concat_tables(
                [self._standing(self.old, name, -1, schema), read_all(staged[name], schema)]
            )
            if rows.num_rows:
                self.files.append(
                    self._write(_distinct(rows).sort_by([(c, "ascending") for c in schema.names]), name)
                )
        new = pa.Table.from_pylist([s._asdict() for s in snapshots], schema=SNAPSHOTS)
        rows = pa.concat_tables([self._standing(self.old, "snapshots", -1, SNAPSHOTS), new])
        if rows.num_rows:
            self.files.append(
                self._write(rows.sort_by([("date", "ascending"), ("digest", "ascending")]), "snapshots")
            )

    def _each(self, stage: str, one: Callable[[int], _Result]) -> Iterator[_Result]:
        """Run ``one`` for every bucket; results come in bucket order whatever the threads do."""
        durable = len(self.files)
        with ThreadPoolExecutor(self.threads) as pool:
            futures = [pool.submit(one, bucket) for bucket in range(self.count)]
            try:
                for done, future in enumerate(futures, start=1):
                    yield future.result()
                    futures[done - 1] = Future()  # lets go of the result
                    # The disk works while the threads count; publishing then has little to wait for.
                    make_durable(self.layout.data, self.files[durable:])
                    durable = len(self.files)
                    self.progress(stage, done, self.count)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise


def _out_rows(rows: pa.Table, changed: np.ndarray | None) -> pa.Table | None:  # type: ignore[type-arg]
    """The narrow rows of a bucket's links: of all, or of the ``changed`` pairs."""
    pairs = rows["link_id"].to_numpy() ^ rows["pair_mix"].to_numpy()
    if changed is not None:
        which = np.isin(pairs, changed)
        rows, pairs = rows.filter(pa.array(which)), pairs[which]
    if rows.num_rows == 0:
        return None
    flags = (
        _bit(rows["follow"], 1)
        | _bit(pc.invert(rows["follow"]), 2)
        | _bit(rows["hidden"], 4)
        | _bit(pc.is_valid(rows["lost_at"]), 8)
        | np.where(coded(rows["kind"]).equal("anchor"), 0, 16)
    )
    return pa.table(
        [rows["source_domain"], rows["target_domain"], pa.array(pairs), pa.array(flags.astype(np.int8))],
        schema=OUT,
    )


def _bit(column: pa.ChunkedArray, value: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.where(pc.fill_null(column, False).to_numpy(), value, 0)


def _count_links(data: Path, totals: list[DataFile]) -> int:
    rows = 0
    for file in totals:
        table = read_table(data, file, ["links", "lost_links"])
        rows += (pc.sum(table["links"]).as_py() or 0) + (pc.sum(table["lost_links"]).as_py() or 0)
    return rows


def _distinct(rows: pa.Table) -> pa.Table:
    if rows.num_rows < 2:
        return rows
    return rows.group_by(rows.column_names, use_threads=False).aggregate([])
