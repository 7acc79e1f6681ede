"""A small web of rivals, and a client of the dashboard that shows it."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from backlit.server.app import create_app
from backlit.server.config import Config
from index_rows import batch, crawl, fetch, link, page, publish_batches

DAY = "2026-01-05"
LATER = "2026-02-05"
#: Who links to whom: shop.com has a, b and c; rival.com has b, c, d and e; other.com has c and d.
LINKS = {
    "shop.com": "abc",
    "rival.com": "bcde",
    "other.com": "cd",
}


def web_of_rivals(folder: Path) -> Path:
    """An index of ``LINKS`` from a.test to e.test, and of pages of shop.com that were asked for."""
    rows = [
        link(
            f"https://{source}.test/to-{target}",
            f"https://{target}/{source}",
            DAY,
            anchor=f"{target} of {source}",
        )
        for target, sources in LINKS.items()
        for source in sources
    ]
    answers = [
        page("https://shop.com/a", LATER, status=404),
        page("https://shop.com/b", LATER, status=301),
        page("https://shop.com/moved-to", LATER, status=200),
    ]
    moved = link("https://shop.com/b", "https://new.example/b", LATER, kind="redirect")
    looked = batch([moved], answers, [fetch(answer["url"], LATER) for answer in answers])
    publish_batches(folder, [crawl(rows, DAY), looked])
    return folder


@contextlib.contextmanager
def client(index: Path, **options: Any) -> Iterator[TestClient]:
    """A client of a server over ``index``."""
    options.setdefault("access_log", index.parent / "access.log")
    app = create_app(Config(index=index, hosts=("testserver",), **options))
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def words(answer: Any) -> str:
    """What a page shows: its texts without marks, one blank between words."""
    body = re.sub(r"(?s)<head>.*?</head>|<script.*?</script>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u202f", "").split())


def cells(answer: Any, css: str = "rows") -> list[list[str]]:
    """The rows of the tables of a class, as texts."""
    found = []
    for table in re.findall(rf'(?s)<table class="[^"]*\b{css}\b[^"]*">.*?</table>', answer.text):
        for row in re.findall(r"(?s)<tr[^>]*>(.*?)</tr>", table.partition("</thead>")[2]):
            texts = re.findall(r"(?s)<t[dh][^>]*>(.*?)</t[dh]>", row)
            found.append([" ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for text in texts])
    return found


def token(answer: Any) -> str:
    """The token of the forms of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
    assert found, answer.text[:2000]
    return found[1]
