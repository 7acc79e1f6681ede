"""What is counted in arrays is what SQL counts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from backlit.index import Reader
from backlit.questions.backlinks.counted import counted
from backlit.questions.backlinks.measures import marked, measures_sql, select_list
from backlit.questions.backlinks.places import (
    country_of,
    country_sql,
    is_ip,
    is_ip_sql,
    suffix_of,
    suffix_sql,
)
from backlit.questions.backlinks.scope import Condition, Scope
from backlit.questions.backlinks.selection import selection
from backlit.web.target import Target
from index_rows import crawl, link, publish_batches

DAYS = ("2026-01-10", "2026-02-10")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder: Path = tmp_path_factory.mktemp("index")
    links = [
        link(
            f"https://{'www.' if n % 3 else ''}s{n % 7}.{('com', 'de', 'co.uk', 'io')[n % 4]}/{n % 5}",
            f"https://x.com/{n % 4}",
            DAYS[0],
            nth=n,
            anchor=("", "x", "words")[n % 3],
            follow=n % 4 != 1,
            rel=("", "nofollow", "nofollow ugc", "noopener")[n % 4],
            kind=("anchor", "image", "frame")[n % 3],
        )
        for n in range(60)
    ]
    with publish_batches(
        folder / "index", [crawl(links, DAYS[0]), crawl(links[:20], DAYS[1])]
    ).reader() as found:
        yield found


@pytest.mark.parametrize(
    "condition", [None, "dofollow", "NOT dofollow", '"rank" > 400', "item_type = 'image'"]
)
@pytest.mark.parametrize("status", ["live", "lost", "all"])
def test_every_measure_is_the_one_that_sql_counts(reader: Reader, condition: str | None, status: str) -> None:
    scope = Scope(
        Target.parse("x.com"),
        status=status,  # type: ignore[arg-type]
        condition=None if condition is None else Condition(condition, ()),
    )
    with selection(reader, scope) as chosen:
        measures = measures_sql(chosen.ranks, "one_thousand")
        measures["flow"] = "sum(_flow)"
        rows = chosen.query(f"SELECT {select_list(measures)} FROM {marked(chosen.table)} GROUP BY _target")
        found = counted(chosen)
    if not rows.num_rows:
        assert found is None
        return
    assert found is not None
    (expected,) = rows.to_pylist(maps_as_pydicts="strict")
    del expected["rank"]
    assert found.pop("flow") == pytest.approx(expected.pop("flow"))
    assert found == expected


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("x.com", "www.x.com"),
        ("x.co.uk", "x.co.uk"),
        ("x.de", "a.x.de"),
        ("x.io", "x.io"),
        ("localhost", "localhost"),
        ("1.2.3.4", "1.2.3.4"),
        ("[::1]", "[::1]"),
        ("1.2.3.4.example", "1.2.3.4.example"),
    ],
)
def test_one_host_is_placed_as_sql_places_many(domain: str, host: str) -> None:
    with contextlib.closing(duckdb.connect()) as con:
        suffix = suffix_sql("domain", is_ip_sql("host"))
        row = con.execute(
            f"SELECT {is_ip_sql('host')}, {suffix}, {country_sql(suffix)} FROM (SELECT ? AS domain, ? AS host)",
            [domain, host],
        ).fetchone()
    own = suffix_of(domain, host)
    assert row == (is_ip(host), own, country_of(own))
