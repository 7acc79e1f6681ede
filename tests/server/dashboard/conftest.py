"""Indexes to look at: a small one, one of hostile texts, and pages of a server over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboard_pages import HOSTILE, LONG_NAME, MIXED, browser
from index_rows import batch, crawl, fetch, link, page, publish_batches

DAY, LATER = "2026-01-05", "2026-02-05"


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links to shop.com whose texts and addresses try to break out, and a page of it with such a title."""
    rows = [
        link(
            f"https://s{at}.com/{'deep/' * 40}?q='<\">&x={at}",
            f"https://shop.com/p/{at}?q=%22%3E{'y' * 300}",
            DAY,
            anchor=text,
            rel="nofollow ugc" if at % 2 else "",
            follow=not at % 2,
        )
        for at, text in enumerate(HOSTILE)
    ]
    rows += [
        link(
            f"https://{LONG_NAME}/", "https://shop.com/", DAY, source_domain=LONG_NAME, source_site=LONG_NAME
        ),
        link(f"https://{MIXED}/", "https://shop.com/", DAY, anchor="pay", source_domain=MIXED),
        link("https://xn--bcher-kva.com/", "https://shop.com/", DAY, anchor="", kind="image", alt=HOSTILE[1]),
    ]
    pages = [page("https://shop.com/", DAY, title=HOSTILE[0]), page("https://s0.com/", DAY, title=HOSTILE[1])]
    later = [link("https://late.com/1", "https://shop.com/", LATER, anchor=HOSTILE[3])]
    folder = tmp_path_factory.mktemp("hostile") / "index"
    first = batch(rows, pages, [fetch(row["source_url"], DAY) for row in rows])
    publish_batches(folder, [first, crawl(later, LATER)])
    return folder


@pytest.fixture(scope="module")
def see(make: Callable[..., TestClient], folder: Path) -> TestClient:
    """A browser, as far as it reads and follows, at a server that only reads."""
    return browser(make(folder))


@pytest.fixture(scope="module")
def hostile(make: Callable[..., TestClient], hostile_folder: Path) -> TestClient:
    """The same, at the hostile index."""
    return browser(make(hostile_folder))
