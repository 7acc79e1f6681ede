"""Literal rows for index tests: links, pages and fetches from a few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from backlit.index import Index
from backlit.index.build import Snapshot
from backlit.index.layout import Layout
from backlit.index.staging import StagedInput
from backlit.records import FETCHES, LINKS, PAGES, Batch
from backlit.settings import Settings, default
from backlit.web.ids import link_id, pair_id
from backlit.work.publish import publish


def when(day: str) -> datetime:
    return datetime.fromisoformat(day)


def domain_of(url: str) -> str:
    host = url.split("/")[2]
    return ".".join(host.split(".")[-2:])


def link(source: str, target: str, day: str | None, **more: Any) -> dict[str, Any]:
    """One ``LINKS`` row seen on ``day`` by an HTML look, unless ``more`` says otherwise."""
    kind, nth = more.get("kind", "anchor"), more.get("nth", 0)
    pair = pair_id(source, target)
    row = {
        "link_id": link_id(pair, kind, nth),
        "pair_id": pair,
        "source_url": source,
        "source_host": source.split("/")[2],
        "source_domain": domain_of(source),
        "source_site": domain_of(source),
        "target_url": target,
        "target_host": target.split("/")[2],
        "target_domain": domain_of(target),
        "target_site": domain_of(target),
        "kind": kind,
        "nth": nth,
        "anchor": "word",
        "rel": "",
        "follow": True,
        "placement": "content",
        "hidden": False,
        "first_seen": when(day) if day else None,
        "last_seen": when(day) if day else None,
        "depth": 3,
        "snapshot": (day or "2026-01-01")[:10],
        "origin": "warc",
    }
    return row | more


def page(url: str, day: str, **more: Any) -> dict[str, Any]:
    """One ``PAGES`` row of a page fetched on ``day``."""
    row = {
        "url": url,
        "host": url.split("/")[2],
        "domain": domain_of(url),
        "site": domain_of(url),
        "status": 200,
        "first_seen": when(day),
        "fetched_at": when(day),
        "depth": 3,
        "snapshot": day[:10],
        "origin": "warc",
    }
    return row | more


def fetch(url: str, day: str, outcome: str = "complete") -> dict[str, Any]:
    """One ``FETCHES`` row."""
    return {"url": url, "domain": domain_of(url), "fetched_at": when(day), "outcome": outcome}


def batch(
    links: list[dict[str, Any]],
    pages: Sequence[dict[str, Any]] = (),
    fetches: Sequence[dict[str, Any]] = (),
) -> Batch:
    return Batch(
        pa.Table.from_pylist(links, schema=LINKS),
        pa.Table.from_pylist(list(pages), schema=PAGES),
        pa.Table.from_pylist(list(fetches), schema=FETCHES),
        None,
        None,
        [],
        0,
        0,
    )


def crawl(
    links: list[dict[str, Any]], day: str, also: tuple[str, ...] = (), gone: tuple[str, ...] = ()
) -> Batch:
    """The batch of a crawl on ``day``: the links, and their pages (and ``also``) fetched whole."""
    urls = sorted({row["source_url"] for row in links} | set(also))
    pages = [page(url, day) for url in urls] + [page(url, day, status=404) for url in gone]
    fetches = [fetch(url, day) for url in urls] + [fetch(url, day, "gone") for url in gone]
    return batch(links, pages, fetches)


def publish_batches(
    path: Path, batches: list[Batch], *, settings: Settings | None = None, threads: int = 2
) -> Index:
    """One generation with all ``batches``, on top of what ``path`` holds."""
    layout = Layout(path)
    with layout.writer():
        layout.clean()
        staged = []
        rows = []
        for number, one in enumerate(batches):
            generation = layout.read_manifest().generation if layout.exists() else 0
            key = f"input{generation}-{number}"
            entry = StagedInput(layout.staging, key)
            entry.write(0, one)
            entry.finish(1)
            staged.append(entry)
            assert one.links is not None
            day = max([s for s in one.links["snapshot"].to_pylist() if s] or ["2026-01-01"])
            rows.append(Snapshot(day, day, "warc", key, 1, key, one.links.num_rows, 0, 0))
        publish(layout, staged, rows, settings or default(), threads=threads)
        layout.clear_staging()
        layout.clean()
    return Index.open(path)


def standing(
    index: Index, columns: str = "*", order: str = "source_url, target_url, nth"
) -> list[dict[str, Any]]:
    """Rows of the whole index as dictionaries."""
    with index.reader() as reader:
        sql, params = reader.links_sql(None)
        rows: list[dict[str, Any]] = reader.query(
            f"SELECT {columns} FROM ({sql}) ORDER BY {order}", params
        ).to_pylist()
        return rows
