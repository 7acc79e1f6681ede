"""Speed of link extraction: backlit against the usual ways, on the same files in one run.

Each measurement is a process of its own (so nothing is warm) on one core and counts CPU time
from after the imports (and the loading of the suffix list) to the last row in memory: a list
of tuples for the peers, Arrow tables of all columns for backlit. Peers and backlit
take turns; the best of ``--runs`` counts. What matters are the ratios: the absolute numbers
are the machine's.

    python benchmarks/extraction.py pages.warc.gz --pages 2000 --runs 3 --json out.json

The WAT is made from the WARC by ``make_wat.py``. Peers need the packages warcio,
beautifulsoup4, lxml, scrapy, ujson and tldextract; tldextract uses the list it ships.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Result = dict[str, Any]

#: Times the pages come in the WAT, and the WAT in the one for targeted scans, which remember
#: nothing from page to page.
REPEATS, LONG = 4, 2
#: What must hold: name of our run, of the peer's, and the ratio of pages a second.
GATES = (
    ("WARC, backlit", "WARC, warcio + bs4(lxml)", 8.0),
    ("WARC, backlit", "WARC, scrapy LinkExtractor", 3.0),
    ("WAT full, backlit", "WAT full, warcio + ujson", 8.0),
    ("WAT targeted, 1 domain", "WAT, bare fastwarc", 0.75),
    ("WAT targeted, 10 domains", "WAT, bare fastwarc", 0.75),
)


def _timed(work: Callable[[], tuple[int, int]]) -> Result:
    start = time.process_time()
    pages, links = work()
    seconds = time.process_time() - start
    return {"seconds": seconds, "pages": pages, "links": links}


def _tld() -> Any:
    """The peers' way to a registered domain, its list loaded before the clock starts."""
    from tldextract import TLDExtract

    extract = TLDExtract(suffix_list_urls=(), cache_dir=None)
    extract("www.example.com")
    return extract


def warc_bs4(path: Path, domains: list[str]) -> Result:
    from urllib.parse import urljoin

    from bs4 import BeautifulSoup
    from warcio.archiveiterator import ArchiveIterator

    extract = _tld()

    def work() -> tuple[int, int]:
        pages, rows = 0, []
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type != "response":
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI")
                own = extract(url).top_domain_under_public_suffix
                soup = BeautifulSoup(record.content_stream().read(), "lxml")
                pages += 1
                for link in soup.find_all(["a", "area"], href=True):
                    try:
                        target = urljoin(url, link["href"])
                    except ValueError:
                        continue
                    if not target.startswith("http"):
                        continue
                    domain = extract(target).top_domain_under_public_suffix
                    if domain != own:
                        rel = " ".join(link.get("rel") or [])
                        rows.append((url, target, domain, link.get_text(" ", strip=True), rel))
        return pages, len(rows)

    return _timed(work)


def warc_scrapy(path: Path, domains: list[str]) -> Result:
    from scrapy.http import HtmlResponse
    from scrapy.linkextractors import LinkExtractor
    from warcio.archiveiterator import ArchiveIterator

    extract = _tld()
    extractor = LinkExtractor(unique=False)

    def work() -> tuple[int, int]:
        pages, rows = 0, []
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type != "response":
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI")
                own = extract(url).top_domain_under_public_suffix
                pages += 1
                response = HtmlResponse(url, body=record.content_stream().read())
                try:
                    links = extractor.extract_links(response)
                except (ValueError, AttributeError):
                    continue
                for link in links:
                    domain = extract(link.url).top_domain_under_public_suffix
                    if domain != own:
                        rows.append((url, link.url, domain, link.text, link.nofollow))
        return pages, len(rows)

    return _timed(work)


def wat_ujson(path: Path, domains: list[str]) -> Result:
    from urllib.parse import urljoin

    import ujson
    from warcio.archiveiterator import ArchiveIterator

    extract = _tld()

    def work() -> tuple[int, int]:
        pages, rows = 0, []
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.content_type != "application/json":
                    continue
                envelope = ujson.loads(record.content_stream().read())["Envelope"]
                header = envelope["WARC-Header-Metadata"]
                if header["WARC-Type"] != "response":
                    continue
                html = envelope["Payload-Metadata"].get("HTTP-Response-Metadata", {}).get("HTML-Metadata")
                if not html:
                    continue
                pages += 1
                url = header["WARC-Target-URI"]
                own = extract(url).top_domain_under_public_suffix
                base = html.get("Head", {}).get("Base") or url
                for link in html.get("Links", ()):
                    if link.get("path") not in ("A@/href", "AREA@/href"):
                        continue
                    try:
                        target = urljoin(base, link["url"])
                    except ValueError:
                        continue
                    if not target.startswith("http"):
                        continue
                    domain = extract(target).top_domain_under_public_suffix
                    if domain != own:
                        rows.append((url, target, domain, link.get("text", ""), link.get("rel", "")))
        return pages, len(rows)

    return _timed(work)


def wat_bare(path: Path, domains: list[str]) -> Result:
    from fastwarc import ArchiveIterator

    def work() -> tuple[int, int]:
        records = 0
        for record in ArchiveIterator(str(path), parse_http=False):
            record.reader.read()
            records += 1
        return records // 3, 0

    return _timed(work)


def ours(path: Path, domains: list[str]) -> Result:
    import gc

    import pyarrow

    from backlit.extract.sieve import Sieve
    from backlit.sources.archives import read_archive
    from backlit.web.domain import split_host

    gc.disable()  # as a worker of ours does
    split_host("www.example.com")  # loads the suffix list
    pyarrow.array([""]).take(pyarrow.array([0]))  # has pyarrow import what it imports lazily
    kind = "wat" if path.name.endswith(".wat.gz") else "warc"
    if kind == "wat" and not domains:
        from backlit.extract.watscan import Scanner

        Scanner()  # imports numba; makes a table of the suffix list

    sieve = Sieve(domains) if domains else None

    def work() -> tuple[int, int]:
        pages = links = 0
        batches = []
        for batch in read_archive(path, kind, "2026-01-01", wanted=sieve):
            batches.append(batch)
            pages += batch.pages.num_rows if batch.pages is not None else 0
            links += batch.links.num_rows if batch.links is not None else 0
        return pages, links

    return _timed(work)


RUNS: dict[str, tuple[Callable[[Path, list[str]], Result], str, int]] = {
    "WARC, warcio + bs4(lxml)": (warc_bs4, "warc", 0),
    "WARC, scrapy LinkExtractor": (warc_scrapy, "warc", 0),
    "WARC, backlit": (ours, "warc", 0),
    "WAT full, warcio + ujson": (wat_ujson, "wat", 0),
    "WAT full, backlit": (ours, "wat", 0),
    "WAT, bare fastwarc": (wat_bare, "long", 0),
    "WAT targeted, 1 domain": (ours, "long", 1),
    "WAT targeted, 10 domains": (ours, "long", 10),
}


def first_pages(source: Path, out: Path, pages: int) -> int:
    """Copy the first ``pages`` responses of a WARC, byte for byte."""
    from backlit.sources.framing import WarcGrammar
    from backlit.sources.inflate import read_pieces

    end = written = 0
    for piece in read_pieces(source, 0, WarcGrammar().begins):
        if b"WARC-Type: response" in piece.data[:4096]:
            if written == pages:
                break
            written += 1
        end = piece.end
    with source.open("rb") as file, out.open("wb") as copy:
        copy.write(file.read(end))
    return written


def rare_domains(wat: Path, count: int) -> list[str]:
    """Domains a targeted scan is for: each linked to by one or two pages, evenly out of all.

    That is still far more than in a crawl of billions of pages.
    """
    from backlit.sources.archives import read_archive

    sources: Counter[str] = Counter()
    for batch in read_archive(wat, "wat", "2026-01-01"):
        if batch.links is not None:
            pairs = zip(
                *(batch.links[name].to_pylist() for name in ("source_url", "target_domain")), strict=True
            )
            sources.update(domain for _, domain in set(pairs))
    few = sorted(name for name, pages in sources.items() if pages <= 2 and len(name) > 8)
    return few[:: max(len(few) // count, 1)][:count]


def run(arguments: argparse.Namespace) -> Result:
    from make_wat import write_wat

    with tempfile.TemporaryDirectory() as folder:
        warc, wat = Path(folder, "pages.warc.gz"), Path(folder, "pages.warc.wat.gz")
        taken = first_pages(arguments.warc, warc, arguments.pages)
        # A WAT of a crawl has tens of thousands of pages, of which each popular host is on many
        # and each rare one on few: the same pages again, each time with other rare hosts.
        write_wat(arguments.warc, wat, repeats=REPEATS)
        long = Path(folder, "long.warc.wat.gz")
        long.write_bytes(wat.read_bytes() * LONG)
        domains = rare_domains(wat, 10)
        print(f"{taken:,} pages of WARC, WAT of {wat.stat().st_size:,} bytes", file=sys.stderr)
        best: dict[str, Result] = {}
        for _ in range(arguments.runs):
            for name, (_, kind, wanted) in RUNS.items():
                if arguments.only and arguments.only not in name:
                    continue
                path = {"warc": warc, "wat": wat, "long": long}[kind]
                command = [sys.executable, __file__, str(path), "--one", name, "--domains", *domains[:wanted]]
                result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                if name not in best or result["seconds"] < best[name]["seconds"]:
                    best[name] = result
    read = best.get("WAT, bare fastwarc", {}).get("pages")
    for name, result in best.items():  # a targeted scan passes over pages without giving them
        result["rate"] = (read if "targeted" in name and read else result["pages"]) / result["seconds"]
    ratios = [
        {"ours": ours_, "peer": peer, "ratio": best[ours_]["rate"] / best[peer]["rate"], "gate": gate}
        for ours_, peer, gate in GATES
        if ours_ in best and peer in best
    ]
    return {"runs": best, "ratios": ratios}


def show(report: Result) -> None:
    print(f"{'':32}{'pages/s':>10}{'seconds':>10}{'pages':>8}{'links':>9}")
    for name, result in report["runs"].items():
        rate, seconds = result["rate"], result["seconds"]
        print(f"{name:32}{rate:10,.0f}{seconds:10.3f}{result['pages']:8,}{result['links']:9,}")
    print()
    for entry in report["ratios"]:
        verdict = "ok" if entry["ratio"] >= entry["gate"] else "FALLS SHORT"
        print(
            f"{entry['ours']:26} / {entry['peer']:28}{entry['ratio']:7.2f}  (>= {entry['gate']:g})  {verdict}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("warc", type=Path, help="a WARC of real pages, a gzip member a record")
    parser.add_argument("--pages", type=int, default=2000, help="pages of the WARC runs (the WAT has all)")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="only runs whose name holds this")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--domains", nargs="*", default=[], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(RUNS[arguments.one][0](arguments.warc, arguments.domains)))
        return 0
    report = run(arguments)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1))
    return 0 if all(entry["ratio"] >= entry["gate"] for entry in report["ratios"]) else 1


if __name__ == "__main__":
    sys.exit(main())
