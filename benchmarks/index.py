"""Load and query an index of generated links, beside a DuckDB file, SQLite and chdb, in one run.

    python benchmarks/index.py [--rows 10000000] [--engines backlit,duckdb,…] [--out FILE.json]

All engines load the same Parquet files with the same columns. Each load runs in a process of
its own, so its peak memory is its own; wall seconds and peak resident memory are printed, and
for backlit the two halves (staging the rows, building the generation). backlit's load includes
the rollups, the second orientation, the domain graph and its authority; the others only hold
the rows (SQLite with an index on the target, chdb and the DuckDB file in the order of targets;
``duckdb-unsorted`` in the order of the input, which no target query can make use of).

Queries are for targets of about 10, 10,000 and the most links: a warm figure is the median of
nine repeats, a cold one the first after a fresh connection with the files' pages dropped from
the system's cache.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generate_links import generate

ENGINES = ("backlit", "duckdb", "duckdb-unsorted", "sqlite", "chdb")
SQLITE_MOST = 2_000_000


def quoted(files: list[Path]) -> str:
    return "[" + ", ".join(f"'{f}'" for f in files) + "]"


# -- loads: each runs in a process of its own ------------------------------------------------


def load_backlit(files: list[Path], place: Path) -> dict[str, float]:
    """The rows as two readers would hand them over, staged side by side and published."""
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow as pa
    import pyarrow.parquet as pq

    from backlit.index.build import Snapshot
    from backlit.index.layout import Layout
    from backlit.index.memory import use_system_memory
    from backlit.index.staging import StagedInput
    from backlit.records import LINKS, Batch
    from backlit.settings import default
    from backlit.work.publish import publish

    began = time.monotonic()
    use_system_memory()  # as a worker of ``backlit add`` does when it begins
    layout = Layout(place)
    with layout.writer():

        def stage(name: str, mine: list[Path]) -> tuple[StagedInput, int]:
            staged = StagedInput(layout.staging, name)
            number = rows = 0
            for file in mine:
                for batch in pq.ParquetFile(file).iter_batches(
                    default().storage.batch_links, use_threads=False
                ):
                    table = pa.Table.from_batches([batch]).cast(LINKS)
                    staged.write(number, Batch(table, None, None, None, None, [], 0, 0))
                    number += 1
                    rows += table.num_rows
            staged.finish(number)
            return staged, rows

        with ThreadPoolExecutor(2) as pool:
            inputs = list(pool.map(stage, ("even", "odd"), (files[::2], files[1::2])))
        staging = time.monotonic() - began
        snapshots = [
            Snapshot("2026-01-10", "2026-01-10", "warc", s.folder.name, 1, s.folder.name, rows, 0, 0)
            for s, rows in inputs
        ]
        publish(layout, [s for s, _ in inputs], snapshots, default(), threads=2)
        layout.clear_staging()
        layout.clean()
    return {"staging_seconds": staging}


def load_duckdb(
    files: list[Path], place: Path, order: str = " ORDER BY target_domain, target_url"
) -> dict[str, float]:
    import duckdb

    place.mkdir(parents=True)
    con = duckdb.connect(
        str(place / "links.duckdb"), config={"memory_limit": "4GB", "temp_directory": str(place / "tmp")}
    )
    con.execute(f"CREATE TABLE links AS SELECT * FROM read_parquet({quoted(files)}){order}")
    con.execute("CHECKPOINT")
    con.close()
    shutil.rmtree(place / "tmp", ignore_errors=True)
    return {}


def load_unsorted(files: list[Path], place: Path) -> dict[str, float]:
    return load_duckdb(files, place, order="")


def load_sqlite(files: list[Path], place: Path) -> dict[str, float]:
    import sqlite3

    import pyarrow.parquet as pq

    place.mkdir(parents=True)
    con = sqlite3.connect(place / "links.sqlite")
    con.execute("PRAGMA journal_mode = OFF")
    con.execute("PRAGMA synchronous = OFF")
    names = pq.read_schema(files[0]).names
    con.execute(f"CREATE TABLE links ({', '.join(names)})")
    marks = ", ".join("?" * len(names))
    left = SQLITE_MOST
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(100_000):
            if left <= 0:
                break
            table = batch.slice(0, left)
            for name in ("first_seen", "last_seen", "lost_at"):
                at = table.schema.get_field_index(name)
                table = table.set_column(at, name, table.column(at).cast("int64"))
            con.executemany(
                f"INSERT INTO links VALUES ({marks})",
                zip(*(c.to_pylist() for c in table.columns), strict=True),
            )
            left -= table.num_rows
    con.execute("CREATE INDEX by_target ON links (target_domain)")
    con.commit()
    con.close()
    return {"rows": SQLITE_MOST - left}


def load_chdb(files: list[Path], place: Path) -> dict[str, float]:
    from chdb import session

    place.mkdir(parents=True)
    db = session.Session(str(place / "db"))
    db.query("CREATE DATABASE IF NOT EXISTS b ENGINE = Atomic")
    first = True
    for file in files:
        source = f"file('{file}', Parquet)"
        if first:
            db.query(
                f"CREATE TABLE b.links ENGINE = MergeTree "
                f"ORDER BY (assumeNotNull(target_domain), assumeNotNull(target_url)) "
                f"SETTINGS allow_nullable_key = 1 AS SELECT * FROM {source} LIMIT 0"
            )
            first = False
        db.query(f"INSERT INTO b.links SELECT * FROM {source}")
    db.query("OPTIMIZE TABLE b.links FINAL")
    # Merged parts stay on disk for minutes; only the active ones count.
    held = str(db.query("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'b'", "CSV"))
    return {"bytes": int(held.strip())}


LOADS: dict[str, Callable[[list[Path], Path], dict[str, float]]] = {
    "backlit": load_backlit,
    "duckdb": load_duckdb,
    "duckdb-unsorted": load_unsorted,
    "sqlite": load_sqlite,
    "chdb": load_chdb,
}


# -- queries ------------------------------------------------------------------------------------


class BacklitQueries:
    """The questions of the library, on a reader that stays open as the server's does."""

    def __init__(self, place: Path) -> None:
        from backlit.index import Index

        self.reader = Index.open(place).reader()

    def rollup(self, name: str, domain: str) -> int:
        from backlit.web.target import Target

        sql, params = self.reader.rollup_sql(name, Target.parse(domain, "domain"))
        return int(self.reader.query(sql, params).num_rows)

    def totals(self, domain: str) -> int:
        return self.rollup("totals", domain)

    def facets(self, domain: str) -> int:
        return self.rollup("facets", domain)

    def anchors(self, domain: str) -> int:
        from backlit.web.target import Target

        sql, params = self.reader.rollup_sql("anchors", Target.parse(domain, "domain"))
        return int(
            self.reader.query(
                f"SELECT * FROM ({sql}) ORDER BY referring_domains DESC LIMIT 100", params
            ).num_rows
        )

    def domains(self, domain: str) -> int:
        from backlit.questions.domains import domains

        return len(domains(self.reader, domain, limit=100).rows())

    def list_page(self, domain: str) -> int:
        from backlit.questions.links import links

        return len(links(self.reader, domain, limit=100).rows())


class SqlQueries:
    """The same questions as SQL over a table ``links``."""

    def __init__(self, run: Callable[[str, str], int]) -> None:
        self.run = run

    def totals(self, domain: str) -> int:
        return self.run(
            "SELECT count(*), count(DISTINCT source_domain), count(DISTINCT source_url), "
            "sum(CASE WHEN follow THEN 1 END), "
            "min(first_seen), max(last_seen) FROM links WHERE target_domain = {d}",
            domain,
        )

    def facets(self, domain: str) -> int:
        return sum(
            self.run(
                f"SELECT {c}, count(*), count(DISTINCT source_domain) FROM links "
                "WHERE target_domain = {d} GROUP BY 1",
                domain,
            )
            for c in ("rel", "placement", "source_language")
        )

    def anchors(self, domain: str) -> int:
        return self.run(
            "SELECT anchor, count(*) AS n, count(DISTINCT source_domain) AS d FROM links WHERE target_domain = {d} "
            "GROUP BY anchor ORDER BY d DESC LIMIT 100",
            domain,
        )

    def domains(self, domain: str) -> int:
        return self.run(
            "SELECT source_domain, count(*) AS n, min(first_seen) FROM links WHERE target_domain = {d} "
            "GROUP BY source_domain ORDER BY n DESC LIMIT 100",
            domain,
        )

    def list_page(self, domain: str) -> int:
        return self.run("SELECT * FROM links WHERE target_domain = {d} ORDER BY link_id LIMIT 100", domain)


def open_engine(engine: str, place: Path) -> Any:
    if engine == "backlit":
        return BacklitQueries(place)
    if engine.startswith("duckdb"):
        import duckdb

        con = duckdb.connect(str(place / "links.duckdb"), read_only=True)
        return SqlQueries(lambda sql, d: len(con.execute(sql.replace("{d}", "?"), [d]).fetchall()))
    if engine == "sqlite":
        import sqlite3

        base = sqlite3.connect(place / "links.sqlite")
        return SqlQueries(lambda sql, d: len(base.execute(sql.replace("{d}", "?"), [d]).fetchall()))
    from chdb import session

    db = session.Session(str(place / "db"))
    return SqlQueries(
        lambda sql, d: str(
            db.query(
                sql.replace("{d}", f"'{d}'")
                .replace("links", "b.links", 1)
                .replace("FROM links", "FROM b.links"),
                "CSV",
            )
        ).count("\n")
    )


QUESTIONS = ("totals", "facets", "anchors", "domains", "list_page")


def drop_cache(place: Path) -> None:
    """Ask the system to forget the pages of all files below ``place``."""
    for path in place.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def ask(engine: str, place: Path, targets: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    open_engine(engine, place).totals("warm-up.example")  # imports are not part of any figure
    for size, domain in targets.items():
        for question in QUESTIONS:
            drop_cache(place)
            if engine == "chdb":  # one session a process
                queries = out.setdefault("_session", None) or open_engine(engine, place)
                out["_session"] = queries
            else:
                queries = open_engine(engine, place)
            began = time.perf_counter()
            getattr(queries, question)(domain)
            cold = time.perf_counter() - began
            warm = []
            for _ in range(9):
                began = time.perf_counter()
                getattr(queries, question)(domain)
                warm.append(time.perf_counter() - began)
            out[f"{size} {question}"] = {"cold_ms": 1000 * cold, "warm_ms": 1000 * statistics.median(warm)}
    out.pop("_session", None)
    return out


# -- the run ------------------------------------------------------------------------------------


def pick_targets(files: list[Path]) -> dict[str, str]:
    """Targets with about 10, about 10,000 and the most links."""
    import duckdb

    rows = duckdb.sql(
        f"SELECT target_domain, count(*) AS n FROM read_parquet({quoted(files)}) GROUP BY 1 ORDER BY n, 1"
    ).fetchall()
    names = {}
    for label, size in (("10", 10), ("10k", 10_000)):
        names[label] = min(rows, key=lambda r: (abs(r[1] - size), r[0]))
    names["most"] = rows[-1]
    for label, (name, count) in names.items():
        print(f"target {label}: {name} with {count:,} links")
    return {label: name for label, (name, _) in names.items()}


def child(words: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--folder", type=Path, default=Path("/tmp/backlit-bench"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--targets", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        files = generate(options.folder / "input", options.rows)
        action, engine = options.child
        if action == "generate":
            return
        place = options.folder / engine
        if action == "load":
            began = time.monotonic()
            extra = LOADS[engine](files, place)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            result: dict[str, Any] = {"seconds": time.monotonic() - began, "peak_gb": peak, **extra}
        else:
            result = ask(engine, place, json.loads(options.targets))
        sys.stdout.flush()
        print(json.dumps(result), flush=True)
        os._exit(0)  # one engine ends its process with an abort; the figures are out
    # In a child, as everything heavy: a process starts with the peak memory of its parent.
    words = ["--rows", str(options.rows), "--folder", str(options.folder)]
    subprocess.run([sys.executable, __file__, *words, "--child", "generate", "-"], check=True)
    files = generate(options.folder / "input", options.rows)
    report: dict[str, Any] = {"rows": options.rows, "load": {}, "queries": {}}
    targets = pick_targets(files)
    engines = options.engines.split(",")
    for engine in engines:
        place = options.folder / engine
        shutil.rmtree(place, ignore_errors=True)
        load = child([*words, "--child", "load", engine])
        load.setdefault("bytes", sum(p.stat().st_size for p in place.rglob("*") if p.is_file()))
        report["load"][engine] = load
        rows = load.get("rows", options.rows)
        print(
            f"load {engine:16} {load['seconds']:7.1f} s  {rows / load['seconds']:10,.0f} rows/s  "
            f"{load['bytes'] / rows:6.1f} bytes a row  peak {load['peak_gb']:.2f} GB"
            + (f"  (first {rows:,} rows)" if rows != options.rows else ""),
            flush=True,
        )
        report["queries"][engine] = child(
            [*words, "--child", "ask", engine, "--targets", json.dumps(targets)]
        )
    ours = report["load"].get("backlit")
    for peer in ("duckdb", "duckdb-unsorted"):
        if ours and peer in report["load"]:
            theirs = report["load"][peer]
            print(
                f"against {peer}: load speed × {theirs['seconds'] / ours['seconds']:.2f}, "
                f"bytes × {ours['bytes'] / theirs['bytes']:.2f}"
            )
    print(f"\n{'ms, warm / cold':22}" + "".join(f"{e:>24}" for e in engines))
    for key in next(iter(report["queries"].values())):
        cells = [report["queries"][e][key] for e in engines]
        print(f"{key:22}" + "".join(f"{c['warm_ms']:>14.1f} /{c['cold_ms']:>8.1f}" for c in cells))
    if options.out:
        options.out.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
