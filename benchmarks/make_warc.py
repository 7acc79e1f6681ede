"""Writes a WARC of real pages from Debian's free documentation packages.

The benchmarks want pages that everybody can get. This takes the packages of `make demo` (through
apt, nothing is installed) and writes each page as the answer of the address where it stands on
the web, a gzip member a record.

    python benchmarks/make_warc.py build/docs.warc.gz [--pages 1500]
"""

from __future__ import annotations

import argparse
import os
import sys
from io import BytesIO
from itertools import islice, zip_longest
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import fetch_docs


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--cache", type=Path, default=Path("build/docs"))
    args = parser.parse_args()

    wanted = [package for package in fetch_docs.load_packages() if package.walk]
    found, missing = fetch_docs.fetch_all(wanted, args.cache, say=lambda line: print(line, flush=True))
    if not found:
        print(f"No documentation package can be had: {next(iter(missing.values()))}.", file=sys.stderr)
        return 1

    # A page of each package in turn, so that a short file holds pages of every kind.
    turns = zip_longest(*([(docs, *page) for page in fetch_docs.pages(docs)] for docs in found))
    chosen = list(islice((page for turn in turns for page in turn if page is not None), args.pages))
    half = args.out.with_name(args.out.name + ".part")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with half.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for docs, inside, path in chosen:
            body = path.read_bytes()
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            day = {"WARC-Date": f"{docs.day}T00:00:00Z"}
            record = writer.create_warc_record(
                fetch_docs.address(docs, inside, body), "response", BytesIO(body),
                http_headers=head, warc_headers_dict=day,
            )  # fmt: skip
            writer.write_record(record)
    os.replace(half, args.out)
    print(f"{len(chosen):,} pages of {len(found)} packages are in {args.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
