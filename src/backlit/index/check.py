"""Whether an index is sound, and the digest that tells two indexes with equal rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc

from backlit.errors import BacklitError
from backlit.index.bucket import read_bucket_links
from backlit.index.files import read_table, verify
from backlit.index.layout import Layout, Manifest
from backlit.index.reader import Reader
from backlit.index.schema import EQUITY_COLUMNS
from backlit.records import FETCHES, HOSTS, LINKS, PAGES, TRUSTED
from backlit.web.ids import buckets


def check(layout: Layout, manifest: Manifest) -> list[str]:
    """Everything that is wrong with an index, a sentence each; empty when it is sound.

    Every file's size and check sum; every link row in the bucket of its target, under a
    unique id, in order; the rollups' counts against the rows; the manifest's counts.
    """
    with ThreadPoolExecutor(2) as pool:
        wrong = [text for text in pool.map(lambda f: verify(layout.data, f), manifest.files) if text]
    if wrong:
        return wrong
    links = 0
    for bucket in range(manifest.buckets):
        try:
            rows = read_bucket_links(layout.data, manifest, bucket)
        except (BacklitError, pa.ArrowException, OSError) as exc:
            wrong.append(f"Bucket {bucket} of the links cannot be read: {exc}.")
            continue
        links += rows.num_rows
        if rows.num_rows == 0:
            continue
        if pc.count_distinct(rows["link_id"]).as_py() != rows.num_rows:
            wrong.append(f"Bucket {bucket} of the links holds a link twice.")
        domains = rows["target_domain"].unique().to_pylist()
        if any(int(b) != bucket for b in buckets(domains, manifest.buckets)):
            wrong.append(f"Bucket {bucket} holds links of a target that belongs to another bucket.")
        counted = sum(
            (pc.sum(table["links"]).as_py() or 0) + (pc.sum(table["lost_links"]).as_py() or 0)
            for table in (read_table(layout.data, f) for f in manifest.table("totals", bucket))
        )
        if counted != rows.num_rows:
            wrong.append(f"Bucket {bucket} has {rows.num_rows} links, and its totals count {counted}.")
        out = sum(f.rows for f in manifest.table("referring_scores", bucket))
        referring = sum(f.rows for f in manifest.table("referring", bucket))
        if manifest.score_generation and out != referring:
            wrong.append(f"Bucket {bucket} has {referring} pairs of domains, and the score layer {out}.")
        beside = sum(f.rows for f in manifest.table("link_parts", bucket))
        held = sum(f.rows for f in manifest.table("links", bucket) if f.part != "state")
        if manifest.table("link_parts") and beside != held:
            wrong.append(f"Bucket {bucket} has {held} rows of links, and parts of {beside}.")
    if links != manifest.links:
        wrong.append(f"The index has {links} links, and the manifest says {manifest.links}.")
    out_rows = sum(f.rows for f in manifest.table("out"))
    if out_rows != links:
        wrong.append(f"The index has {links} links, and the orientation by source has {out_rows}.")
    return wrong


def digest(reader: Reader) -> str:
    """One text for all rows and scores, whatever the layout: 32 hexadecimal digits.

    The sum, modulo 2^128, of the MD5 of every row's text: neither the order of the rows, nor
    buckets, deltas or generation numbers enter it.
    """
    total = 0
    relations = [
        (
            "links",
            reader.links_sql(None, with_equity=True)[0],
            [*LINKS.names, "source_authority", *EQUITY_COLUMNS],
        ),
        ("pages", f"SELECT * FROM {reader.pages_sql()}", PAGES.names),
        ("fetches", f"SELECT * FROM {reader.fetches_sql()}", FETCHES.names),
        ("hosts", f"SELECT * FROM {reader.hosts_sql()}", HOSTS.names),
        ("trusted", f"SELECT * FROM {reader.trusted_sql()}", TRUSTED.names),
        ("domains", f"SELECT * FROM {reader.domains_sql()}", ["domain", "authority", "pagerank", "rank"]),
        (
            "snapshots",
            f"SELECT * FROM {reader.snapshots_sql()}",
            ["snapshot", "date", "origin", "digest", "links", "pages"],
        ),
    ]
    for name, select, columns in relations:
        parts = ", ".join(
            f"coalesce(replace(CAST({c} AS VARCHAR), chr(31), chr(30)), chr(29))" for c in columns
        )
        row = reader.query(
            f"SELECT CAST(sum(md5_number_lower(text)) AS VARCHAR) AS low, CAST(sum(md5_number_upper(text)) AS VARCHAR) "
            f"AS high FROM (SELECT concat_ws(chr(31), '{name}', {parts}) AS text FROM ({select}))"
        ).to_pylist()[0]
        if row["low"] is not None:
            total += int(row["low"]) + (int(row["high"]) << 64)
    return f"{total % (1 << 128):032x}"
