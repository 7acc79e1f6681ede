"""One small web, and the summary of what links to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backlit.index import Reader
from backlit.questions.backlinks.scope import Condition, Scope
from backlit.questions.backlinks.selection import selection
from backlit.web.target import Target
from index_rows import crawl, link, publish_batches

DAY = "2026-01-10"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder: Path = tmp_path_factory.mktemp("index")
    links = [
        link("https://www.a.org/1", "https://x.com/", DAY, anchor="x"),
        link("https://www.a.org/1", "https://x.com/", DAY, nth=1, anchor="again"),
        link("https://a.org/2", "https://x.com/p", DAY, follow=False, rel="nofollow"),
        link("https://blog.b.net/", "https://www.x.com/", DAY, anchor=""),
        link("https://c.com/", "https://sub.x.com/", DAY),
        link("https://y.com/old", "https://x.com/p", DAY, kind="redirect", anchor=""),
        link("https://d.com/", "https://y.com/old", DAY),
        link("https://e.com/", "https://a.org/", DAY),
    ]
    with publish_batches(folder / "index", [crawl(links, DAY)]).reader() as found:
        yield found


def summary(reader: Reader, target: str, **more: object) -> dict[str, object]:
    with selection(reader, Scope(Target.parse(target), **more)) as chosen:  # type: ignore[arg-type]
        found: dict[str, object] = chosen.query(*chosen.relation("summary")).to_pylist()[0]
        return found


def test_a_domain_is_counted_with_all_its_hosts_and_with_links_that_lead_to_it(reader: Reader) -> None:
    found = summary(reader, "x.com")
    assert {
        name: found[name]
        for name in found
        if name.startswith(("backlinks", "referring_")) and "_links_" not in name
    } == {
        "backlinks": 7,
        "backlinks_spam_score": 5,
        "referring_domains": 5,
        "referring_domains_nofollow": 1,
        "referring_main_domains": 5,
        "referring_main_domains_nofollow": 1,
        "referring_ips": 0,
        "referring_subnets": 0,
        "referring_pages": 6,
        "referring_pages_nofollow": 1,
    }
    assert dict(found["referring_links_types"]) == {"anchor": 5, "redirect": 1}  # type: ignore[call-overload]


def test_scopes_leave_out_what_they_say(reader: Reader) -> None:
    assert summary(reader, "x.com", include_indirect=False)["backlinks"] == 6
    assert summary(reader, "x.com", include_subdomains=False)["backlinks"] == 6
    assert summary(reader, "sub.x.com")["backlinks"] == 1
    assert summary(reader, "https://x.com/p")["backlinks"] == 3
    assert summary(reader, "x.com", status="lost")["backlinks"] == 0


def test_links_that_are_not_followed_pass_no_rank(reader: Reader) -> None:
    nofollow = summary(reader, "x.com", condition=Condition('"dofollow" = ?', (False,)))
    assert (nofollow["backlinks"], nofollow["rank"]) == (1, 0)
    assert summary(reader, "x.com")["rank"] == 1000


def test_a_target_without_links_has_zeros(reader: Reader) -> None:
    found = summary(reader, "nowhere.example")
    assert (found["backlinks"], found["rank"], found["referring_domains"]) == (0, 0, 0)
