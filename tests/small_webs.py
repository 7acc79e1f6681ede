"""Small webs for tests of backlinks: rows from addresses, and strategies that make many of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from backlit.index import Index
from backlit.records import HOSTS, Batch
from backlit.web.domain import split_host
from backlit.web.url import host_of
from index_rows import batch, fetch, link, page, publish_batches, when

FIRST, SECOND = "2026-01-10", "2026-03-05"

SOURCES = (
    "https://a.org/1",
    "https://www.a.org/1",
    "https://www.a.org/deep/er/2",
    "https://blog.a.org/",
    "https://b.co.uk/",
    "http://b.co.uk/x?q=1",
    "http://10.0.0.1/page",
    "http://[2001:db8::1]/",
    "https://y.com/old",
    "https://y.com/older",
    "https://w.net/a",
    "https://sub.x.com/in",
)
TARGETS = (
    "https://x.com/",
    "https://www.x.com/",
    "https://x.com/p",
    "https://x.com/q",
    "https://sub.x.com/",
    "https://deep.sub.x.com/",
    "https://y.com/old",
    "https://y.com/older",
    "https://z.com/",
)
#: What is asked about in tests of rules.
ASKED = ("x.com", "sub.x.com", "y.com", "https://x.com/p", "https://y.com/old")


def web_link(source: str, target: str, day: str, **more: Any) -> dict[str, Any]:
    """A link whose domains are those of the suffix list."""
    names: dict[str, str] = {}
    for end, url in (("source", source), ("target", target)):
        host = host_of(url)
        names |= {
            f"{end}_host": host,
            f"{end}_domain": split_host(host)[0],
            f"{end}_site": split_host(host)[0],
        }
    return link(source, target, day, **(names | more))


def web_page(url: str, day: str, **more: Any) -> dict[str, Any]:
    """A page whose domain is that of the suffix list."""
    host = host_of(url)
    domain = split_host(host)[0]
    return page(url, day, **({"host": host, "domain": domain, "site": domain} | more))


def harvest(
    day: str,
    links: Sequence[dict[str, Any]],
    pages: Sequence[dict[str, Any]] = (),
    hosts: Sequence[dict[str, Any]] = (),
    gone: Sequence[str] = (),
) -> Batch:
    """What a crawl of ``day`` found: links, pages read whole, facts about hosts, and pages that were gone."""
    looked = {row["url"]: row for row in pages}
    for row in links:
        looked.setdefault(row["source_url"], web_page(row["source_url"], day))
    for url in gone:
        looked[url] = web_page(url, day, status=404)
    looks = [
        fetch(url, day, "gone" if row["status"] in (404, 410) else "complete") | {"domain": row["domain"]}
        for url, row in looked.items()
        if row["status"] < 300 or row["status"] in (404, 410)
    ]
    facts = [dict.fromkeys(HOSTS.names) | {"snapshot": day, "origin": "table"} | row for row in hosts]
    return batch(list(links), list(looked.values()), looks)._replace(
        hosts=pa.Table.from_pylist(facts, schema=HOSTS)
    )


def numbered(links: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The links with the ordinal of each among its like on its page, and the id that follows from it."""
    seen: dict[tuple[str, str, str], int] = {}
    found = []
    for row in links:
        key = (row["source_url"], row["target_url"], row["kind"])
        nth = seen[key] = seen.get(key, -1) + 1
        more = {name: value for name, value in row.items() if name not in ("link_id", "pair_id", "nth")}
        found.append(link(row["source_url"], row["target_url"], None, **(more | {"nth": nth})))
    return found


_follow = st.sampled_from(
    [(True, ""), (True, "noopener"), (False, "nofollow"), (False, "noopener ugc"), (None, None)]
)
_kinds = st.sampled_from(["anchor", "anchor", "anchor", "image", "redirect", "canonical", "frame"])


@st.composite
def _links(draw: st.DrawFn, day: str) -> list[dict[str, Any]]:
    rows = []
    for _ in range(draw(st.integers(0, 14))):
        kind = draw(_kinds)
        source = draw(st.sampled_from(SOURCES))
        target = draw(st.sampled_from(TARGETS))
        if source == target:
            continue
        follow, rel = draw(_follow) if kind in ("anchor", "image", "frame") else (True, "")
        rows.append(
            web_link(
                source,
                target,
                day,
                kind=kind,
                anchor=draw(st.sampled_from(["", "one", "two words"])) if kind == "anchor" else "",
                alt="picture" if kind == "image" else None,
                follow=follow,
                rel=rel,
                hidden=draw(st.sampled_from([False, False, True])),
                semantic_location=draw(st.sampled_from([None, "article", "footer"])),
            )
        )
    return numbered(rows)


@st.composite
def webs(draw: st.DrawFn) -> list[Batch]:
    """Two crawls of one small web: links that stay, come and go, and target pages that lead on or answer errors."""
    first = draw(_links(FIRST))
    kept = [row for row in first if draw(st.booleans())]
    renewed = [row | {"first_seen": None, "last_seen": None} for row in kept]
    second = [_seen(row, SECOND) for row in numbered([*renewed, *draw(_links(SECOND))])]
    also = [web_page(url, SECOND) for url in SOURCES if draw(st.booleans())]
    targets = []
    for url in TARGETS:
        if draw(st.booleans()):
            status = draw(st.sampled_from([200, 200, 404, 500]))
            canonical = draw(st.sampled_from([None, *TARGETS])) if status == 200 else None
            targets.append(web_page(url, FIRST, status=status, canonical=canonical))
    hosts = [
        {"host": "www.a.org", "ip": "192.0.2.7", "cms": "WordPress 6"},
        {"host": "b.co.uk", "ip": "192.0.2.9"},
        {"host": "w.net", "ip": "2001:db8:0:1::2"},
    ]
    return [harvest(FIRST, first, targets, hosts), harvest(SECOND, second, also)]


def _seen(row: dict[str, Any], day: str) -> dict[str, Any]:
    return row | {"first_seen": when(day), "last_seen": when(day), "snapshot": day}


def published(folder: Path, batches: list[Batch]) -> Index:
    """An index of the batches."""
    return publish_batches(folder, batches)
