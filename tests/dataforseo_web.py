"""A small web in two crawls: redirects, missing pages, IP hosts, a site-wide link, links that came and went."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from backlit.index import Index
from backlit.records import HOSTS, Batch
from index_rows import batch, fetch, link, page, publish_batches

#: The days of the two crawls. The API knows no time after today and few before a year ago, so they move along.
TODAY = datetime.now(UTC).date()
FIRST, SECOND = str(TODAY - timedelta(75)), str(TODAY - timedelta(35))

TARGETS = (
    "https://shop.com/", "https://www.shop.com/", "https://shop.com/p/1", "https://shop.com/p/2?a=b",
    "https://blog.shop.com/post", "https://shop.com/gone", "https://shop.com/old", "https://shop.com/copy",
    "https://short.net/x", "https://rival.com/", "https://rival.com/tools", "https://third.org/",
    "https://blog.third.org/a",
)  # fmt: skip
ANCHORS = (
    "Shop",
    "shop",
    "buy now",
    "",
    "Schuhe & Stiefel",
    "50% off_today",
    "https://shop.com/",
    "naïve café",
)
RELS = ("", "", "", "nofollow", "noopener noreferrer", "nofollow ugc", "sponsored")
KINDS = ("anchor", "anchor", "anchor", "anchor", "image", "canonical", "alternate")
LOCATIONS = ("article", "footer", "nav", "", "section")
ENDINGS = ("com", "org", "net", "co.uk", "de")
CMS = ("WordPress", "Discourse", "MediaWiki", "Shopify", None)


def domain(number: int) -> str:
    return f"s{number:02}.{ENDINGS[number % len(ENDINGS)]}"


def _source(number: int, path: str) -> tuple[str, str]:
    """An address of a source page, and its registrable domain."""
    if number in (7, 8):
        host = f"192.0.2.{number}"
        return f"http://{host}/{path}", host
    name = domain(number)
    return f"https://{('', 'www.', 'blog.')[len(path) % 3]}{name}/{path}", name


def _registrable(url: str) -> str:
    host = url.split("/")[2]
    known = {target.split("/")[2]: ".".join(target.split("/")[2].split(".")[-2:]) for target in TARGETS}
    return known.get(host, host)


def links_of(seed: int = 3) -> list[dict[str, Any]]:
    """All links there ever are, each with the crawls that see it."""
    random_ = random.Random(seed)
    rows = []
    for number in range(40):
        for path in ("", "a", "bb", "news/1")[: random_.randint(1, 4)]:
            url, name = _source(number, path)
            for target in random_.sample(TARGETS, random_.randint(1, 5)):
                if _registrable(target) == name:
                    continue
                kind = random_.choice(KINDS)
                rel = random_.choice(RELS) if kind in ("anchor", "image") else ""
                for nth in range(random_.choice((1, 1, 1, 2))):
                    rows.append(
                        link(
                            url, target, FIRST, kind=kind, nth=nth, rel=rel,
                            follow=not set(rel.split()) & {"nofollow", "ugc", "sponsored"},
                            anchor=random_.choice(ANCHORS) if kind == "anchor" else "",
                            alt="a picture" if kind == "image" else None,
                            semantic_location=random_.choice(LOCATIONS), text_before="before", text_after="after",
                            source_domain=name, source_site=name,
                        ) | {"_seen": random_.choice(("both", "both", "both", "first", "second"))}
                    )  # fmt: skip
    rows += [
        link(
            f"https://sitewide.com/{n}",
            "https://shop.com/",
            FIRST,
            anchor="partner",
            semantic_location="footer",
        )
        | {"_seen": "both"}
        for n in range(30)
    ]
    inside = link("https://shop.com/about", "https://shop.com/p/1", FIRST, anchor="inside") | {
        "_seen": "both"
    }
    hops = [
        link("https://shop.com/old", "https://shop.com/p/1", FIRST, kind="redirect", anchor=""),
        link("https://short.net/x", "https://shop.com/p/2?a=b", FIRST, kind="redirect", anchor=""),
        link("https://shop.com/copy", "https://shop.com/", FIRST, kind="canonical", anchor=""),
    ]
    return [*rows, inside, *(hop | {"_seen": "both"} for hop in hops)]


def _crawl(rows: list[dict[str, Any]], day: str, word: str) -> Batch:
    seen = [row for row in rows if row["_seen"] in ("both", word)]
    standing = [
        {key: value for key, value in row.items() if key != "_seen"}
        | {"first_seen": link("https://a.b/", "https://c.d/", day)["first_seen"], "snapshot": day}
        | {"last_seen": link("https://a.b/", "https://c.d/", day)["last_seen"]}
        for row in seen
    ]
    # Half of the pages are not fetched again, so that their links neither stay nor go.
    sources = sorted({row["source_url"] for row in rows})
    fetched = [url for n, url in enumerate(sources) if word == "first" or n % 4]
    standing = [row for row in standing if row["source_url"] in set(fetched)]
    own = {row["source_url"]: row["source_domain"] for row in rows}
    pages = [
        page(
            url, day, title=f"Page {n}", language=("en", "de", None)[n % 3], encoding="utf-8", words=100 + n,
            external_links=n % 9, internal_links=n % 5, domain=own[url], site=own[url],
            ip=f"10.0.{n % 3}.{n % 11}" if n % 5 else None,
            status=301 if url.endswith(("/old", "/x")) else 200,
        )
        for n, url in enumerate(fetched)
    ]  # fmt: skip
    pages += [
        page("https://shop.com/", day, title="Shop", language="en", external_links=2, internal_links=9),
        page("https://shop.com/gone", day, status=404),
        page("https://blog.shop.com/post", day, status=500),
    ]
    fetches = [fetch(url, day) | {"domain": own[url]} for url in fetched]
    made = batch(standing, pages, fetches)
    hosts = [
        {"host": domain(n), "ip": f"10.1.0.{n}", "cms": CMS[n % len(CMS)], "snapshot": day, "origin": "table"}
        for n in range(40)
        if n % 3
    ]
    return made._replace(hosts=pa.Table.from_pylist(hosts, schema=HOSTS))


def make(folder: Path) -> Index:
    """The index of both crawls, in two generations."""
    rows = links_of()
    publish_batches(folder, [_crawl(rows, FIRST, "first")])
    return publish_batches(folder, [_crawl(rows, SECOND, "second")])
