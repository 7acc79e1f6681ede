"""Make the table of link facts that ships with backlit: ``src/backlit/data/demo-links.parquet``.

Reads the real pages of Debian's documentation packages (``fetch_docs.py``) with backlit's own
extractor and keeps facts about links only: no titles, no sentences, no text around a link, and
of the anchors only the short ones. The same packages give the same table, byte for byte.

    python scripts/make_demo_links.py --cache build/docs
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from backlit.errors import BacklitError
from backlit.extract.html import extract_html
from backlit.records import EXTRACTED_LINK
from backlit.web.domain import is_ip, split_host
from fetch_docs import Docs, address, fetch_all, load_packages, pages
from registries import names_registry

ROOT = Path(__file__).resolve().parent.parent
PAGES_PER_PACKAGE = 120
ANCHOR_CHARACTERS = 60
MAX_BYTES = 1_000_000

SCHEMA = pa.schema(
    [
        ("source_url", pa.string()),
        ("target_url", pa.string()),
        ("kind", pa.string()),
        ("rel", pa.string()),
        ("anchor", pa.string()),
        ("placement", pa.string()),
        ("hidden", pa.bool_()),
        ("position", pa.int32()),
        ("last_seen", pa.date32()),
    ]
)

# What is taken over from the extractor as it is.
KEPT = ("target_url", "kind", "rel", "placement", "hidden", "position")

# Names of RFC 2606 and RFC 6761, and what else is no place on the web.
RESERVED_DOMAINS = ("example.com", "example.org", "example.net")
RESERVED_ENDINGS = (".example", ".invalid", ".test", ".local", ".localhost", ".localdomain", ".internal")


class Made(NamedTuple):
    """What one package gave."""

    docs: Docs
    pages: int
    rows: list[dict[str, Any]]
    left_out: Counter[str]


def sample(docs: Docs, most: int) -> list[tuple[str, Path]]:
    """The package's front page and, by a hash of their names, up to ``most`` pages in all."""

    def turn(entry: tuple[str, Path]) -> tuple[bool, bytes]:
        inside = entry[0]
        name = f"{docs.package.name}/{inside}".encode()
        return inside.rsplit(".", 1)[0] != "index", hashlib.blake2b(name, digest_size=8).digest()

    return sorted(sorted(pages(docs), key=turn)[:most])


def no_place(host: str) -> bool:
    """Whether a host is a sample name, this machine or a bare address: no place on the web."""
    return (
        "." not in host
        or is_ip(host)
        or host.endswith(RESERVED_ENDINGS)
        or split_host(host)[0] in RESERVED_DOMAINS
    )


def read_package(docs: Docs, most: int) -> Made:
    """The link facts of a package's pages."""
    rows: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    day = date.fromisoformat(docs.day)
    seen: set[str] = set()
    for inside, path in sample(docs, most):
        body = path.read_bytes()
        url = address(docs, inside, body)
        try:
            page = extract_html(body, url)
        except BacklitError:
            left_out["pages that could not be read"] += 1
            continue
        if url in seen:
            left_out["pages with the address of another"] += 1
            continue
        seen.add(url)
        for values in page.links:
            link = dict(zip(EXTRACTED_LINK.names, values, strict=True))
            anchor = link["anchor"]
            if names_registry(link["target_url"]) or names_registry(anchor or ""):
                left_out["registry"] += 1
            elif no_place(link["target_host"]):
                left_out["no place"] += 1
            else:
                long = anchor is not None and len(anchor) > ANCHOR_CHARACTERS
                left_out["anchor"] += long
                rows.append(
                    {
                        "source_url": url,
                        "last_seen": day,
                        **{name: link[name] for name in KEPT},
                        "anchor": None if long else anchor,
                    }
                )
    return Made(docs, len(seen), rows, left_out)


def write_table(made: list[Made], file: Path) -> pa.Table:
    """All rows in one order, written so that the same rows give the same bytes."""
    rows = [row for package in made for row in package.rows]
    rows.sort(
        key=lambda r: (r["source_url"], r["position"] is None, r["position"] or 0, r["kind"], r["target_url"])
    )
    table = pa.Table.from_pylist(rows, SCHEMA)
    dictionaries: Any = [name for name in SCHEMA.names if name not in ("hidden", "position")]
    pq.write_table(
        table, file, compression="zstd", compression_level=19, row_group_size=1 << 20, data_page_size=1 << 20,
        use_dictionary=dictionaries, dictionary_pagesize_limit=1 << 24,
        write_statistics=False, store_schema=False,
    )  # fmt: skip
    return table


def write_notice(made: list[Made], table: pa.Table, most: int, file: Path) -> None:
    """Where the table comes from and what is not in it, package by package."""
    left_out = sum((package.left_out for package in made), Counter[str]())
    count = len(table.column("source_url").unique())
    lines = [
        "# The demo's link facts: where they come from",
        "",
        f"`demo-links.parquet` holds facts about {table.num_rows:,} links on {count:,} pages of free",
        "documentation, as backlit's own extractor read them. The pages are those of",
        f"{len(made)} documentation packages of Debian: of each package the front page and, by a",
        f"hash of their names, up to {most} pages in all ({sum(package.pages for package in made):,} pages;",
        "those that link to no other site have no row). `scripts/make_demo_links.py` makes the table",
        "again; `scripts/docs_packages.toml` says which package stands at which address.",
        "",
        "What the table is:",
        "",
        "- Facts only: which page links where, how (`kind`, `rel`) and from which place on the page",
        "  (`placement`, `hidden`, `position`). No titles, no sentences, no text around a link.",
        f"- Anchors longer than {ANCHOR_CHARACTERS} characters are not kept ({left_out['anchor']:,} links).",
        "- `last_seen` is the day the package was made: on that day the page stood so in it. Since when a",
        "  link stands is not known, so the table does not say it.",
        "- A page's address is the canonical link in the page or, where it has none, the address of the",
        "  documentation site and the page's path. Sites change: a page may have moved since.",
        "",
        "What is left out, so that figures are a little lower than a crawl of the same pages would give:",
        "",
        "- links to package registries (the package hosts of Python, npm, Rust, Ruby, Debian and",
        f"  others), and links whose anchor names one: {left_out['registry']:,} links;",
        "- links to sample names, to this machine and to bare IP addresses (`example.com`, `localhost`",
        f"  and the like): {left_out['no place']:,} links.",
        "",
        "| package | version | made on | stands at | pages | links | licences its copyright file names |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for package in sorted(made, key=lambda m: m.docs.package.name):
        docs = package.docs
        licences = docs.licences.replace("|", "/")
        lines.append(
            f"| {docs.package.name} | {docs.version} | {docs.day} | {docs.base_url} | {package.pages} "
            f"| {len(package.rows)} | {licences} |"
        )
    file.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path("build/docs"), help="where packages are kept")
    parser.add_argument("--pages", type=int, default=PAGES_PER_PACKAGE, help="most pages of a package")
    parser.add_argument("--out", type=Path, default=ROOT / "src/backlit/data", help="the folder to write to")
    args = parser.parse_args()
    began = time.monotonic()
    packages = load_packages()
    found, missing = fetch_all(packages, args.cache)
    for name, why in missing.items():
        print(f"not to be had: {name}: {why}")
    made = [read_package(docs, args.pages) for docs in found]
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "demo-links.parquet"
    table = write_table(made, file)
    write_notice(made, table, args.pages, args.out / "NOTICE-demo.md")
    for package in made:
        if not package.rows:
            print(f"no links: {package.docs.package.name}")
    left_out = sum((package.left_out for package in made), Counter[str]())
    size = file.stat().st_size
    print(
        f"{len(made)} packages, {sum(m.pages for m in made):,} pages, {table.num_rows:,} links, "
        f"{size:,} bytes, {time.monotonic() - began:.1f} s; left out: {dict(left_out)}"
    )
    if size >= MAX_BYTES:
        print(f"Too large: {size:,} bytes, the limit is {MAX_BYTES:,}. Use fewer --pages.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
