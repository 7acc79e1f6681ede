"""The rules on pages of the real web: two snapshots, then some pages read again without the links they had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backlit.index import Index
from backlit.work.add import add
from dataforseo_server import LOGIN, PASSWORD, serving
from index_rows import crawl, link, publish_batches

ARCHIVES = {"docs-dev": "2026-09-01", "pages-dev": "2026-10-01"}
#: Later than any page of the archives was read.
AGAIN = "2026-11-23"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    folder: Path = tmp_path_factory.mktemp("real") / "index"
    for name, day in ARCHIVES.items():
        path = shared_data / "pages" / f"{name}.warc.gz"
        if not path.is_file():
            pytest.skip(f"{name}.warc.gz is not in {path.parent}, so there are no real pages to ask about")
        add(folder, [path], snapshot=day)
    with Index.open(folder).reader() as reader:
        sql, values = reader.links_sql()
        found = reader.query(
            f"SELECT DISTINCT source_url, source_domain FROM ({sql}) WHERE target_domain = 'python.org' "
            "AND regexp_full_match(source_domain, '[a-z]+[.][a-z]+') ORDER BY ALL LIMIT 40",
            values,
        ).to_pylist()
    # These pages have another link now, and none of those they had.
    rows = [
        link(row["source_url"], "https://www.python.org/new", AGAIN, source_domain=row["source_domain"])
        for row in found
    ]
    publish_batches(folder, [crawl(rows, AGAIN)])
    with serving(folder) as host, httpx.Client(auth=(LOGIN, PASSWORD), timeout=120) as http:

        def ask(path: str, **parameters: Any) -> dict[str, Any]:
            task = http.post(f"{host}/v3/backlinks/{path}", json=[parameters]).json()["tasks"][0]
            assert task["status_message"] == "Ok."
            result: dict[str, Any] = task["result"][0]
            return result

        yield ask


def every(ask: Ask, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """All rows of a listing, a thousand at a time."""
    rows: list[dict[str, Any]] = []
    while True:
        page = ask(path, **parameters, limit=1000, offset=len(rows))
        rows += page["items"]
        if len(rows) >= page["total_count"]:
            return rows


@pytest.mark.parametrize("status", ["live", "lost", "all"])
@pytest.mark.parametrize(
    "target", ["python.org", "facebook.com", "docs.python.org", "https://www.python.org/"]
)
def test_the_listings_of_a_real_target_add_up(target: str, status: str, real: Ask) -> None:
    scope = {"target": target, "backlinks_status_type": status}
    whole = real("summary/live", **scope, internal_list_limit=1000)
    links = every(real, "backlinks/live", **scope)
    assert len({row["url_from"] for row in links}) == len(links) == whole["referring_pages"]
    assert sum(row["links_count"] for row in links) == whole["backlinks"]
    assert {row["is_lost"] for row in links} <= {"live": {False}, "lost": {True}, "all": {False, True}}[
        status
    ]

    domains = every(real, "referring_domains/live", **scope)
    assert len(domains) == whole["referring_main_domains"]
    for field in ("referring_domains", "backlinks", "referring_pages"):
        assert sum(row[field] for row in domains) == whole[field]
    for path in ("anchors/live", "domain_pages_summary/live"):
        assert sum(row["backlinks"] for row in every(real, path, **scope)) == whole["backlinks"]
    grouped = every(real, "backlinks/live", **scope, mode="one_per_domain")
    assert len(grouped) == len(domains)
    assert sum(row["group_count"] for row in grouped) == len(links)

    token, by_token = None, []
    while token is not None or not by_token:
        page = real("backlinks/live", **scope, limit=1000, search_after_token=token)
        by_token += page["items"]
        token = page["search_after_token"]
        if not page["items"]:
            break
    assert by_token == links


def test_pages_that_were_read_again_give_new_and_lost_links(real: Ask) -> None:
    assert real("summary/live", target="python.org", backlinks_status_type="lost")["backlinks"] > 0
    new = real("backlinks/live", target="https://www.python.org/new", limit=1000)["items"]
    assert {row["is_new"] for row in new} == {True}
    # The page may link elsewhere on the target no more, but was there before.
    assert {row["original"] for row in new} == {False}


def test_two_real_targets_intersect_as_their_lists_do(real: Ask) -> None:
    targets = {"1": "facebook.com", "2": "python.org"}
    one, two = (
        {row["domain"] for row in every(real, "referring_domains/live", target=t)} for t in targets.values()
    )
    for mode, wanted in (("all", one & two), ("partial", one | two)):
        rows = every(real, "domain_intersection/live", targets=targets, intersection_mode=mode)
        assert {next(iter(row["domain_intersection"].values()))["target"] for row in rows} == wanted
        assert len(rows) == len(wanted) > 0
