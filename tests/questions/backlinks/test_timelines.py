"""What links were over time: periods, states at their ends, and what came and went."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.index import Reader
from backlit.questions.backlinks.bulk import bulk_new_lost
from backlit.questions.backlinks.scope import Scope
from backlit.questions.backlinks.selection import selection
from backlit.questions.backlinks.timelines import GroupRange, periods
from backlit.questions.backlinks.totals import index_totals
from backlit.web.target import Target
from small_webs import harvest, published, web_link, web_page

JANUARY, MARCH, APRIL = "2026-01-10", "2026-03-05", "2026-04-02"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    def links(day: str, *ends: tuple[str, str]) -> list[dict[str, Any]]:
        return [web_link(source, target, day) for source, target in ends]

    a, b, c = "https://a.org/1", "https://b.org/", "https://www.a.org/2"
    batches = [
        harvest(JANUARY, links(JANUARY, (a, "https://x.com/"), (b, "https://x.com/"))),
        harvest(MARCH, links(MARCH, (a, "https://x.com/"), (c, "https://x.com/p")), [web_page(b, MARCH)]),
        harvest(APRIL, links(APRIL, (b, "https://x.com/new")), gone=[a]),
    ]
    with published(tmp_path_factory.mktemp("index") / "index", batches).reader() as found:
        yield found


def over_time(reader: Reader, name: str, *columns: str, **more: Any) -> list[tuple[Any, ...]]:
    with selection(reader, Scope(Target.parse("x.com"), status="all")) as chosen:
        relation = chosen.relation(name, **more)
        names = ", ".join(f'"{column}"' for column in ("date", *columns))
        return chosen.fetch(f"SELECT {names} FROM ({relation.sql}) ORDER BY order_key", relation.parameters)


def test_history_has_a_row_a_month_from_the_first_with_data(reader: Reader) -> None:
    names = (
        *("backlinks", "referring_domains", "new_backlinks", "lost_backlinks"),
        *("new_referring_domains", "lost_referring_domains"),
    )
    found = over_time(reader, "history", *names, date_from=date(2019, 1, 1), date_to=date(2026, 5, 7))
    assert found == [
        (datetime(2026, 1, 1), 2, 2, 2, 0, 2, 0),
        (datetime(2026, 2, 1), 2, 2, 0, 0, 0, 0),
        (datetime(2026, 3, 1), 2, 1, 1, 1, 0, 1),
        (datetime(2026, 4, 1), 2, 2, 1, 1, 1, 0),
        (datetime(2026, 5, 1), 2, 2, 0, 0, 0, 0),
    ]


def test_the_first_month_asked_for_is_compared_with_the_one_before(reader: Reader) -> None:
    found = over_time(
        reader, "history", "backlinks", "new_backlinks", date_from=date(2026, 3, 9), date_to=date(2026, 4, 1)
    )
    assert found == [(datetime(2026, 3, 1), 2, 1), (datetime(2026, 4, 1), 2, 1)]


def test_the_last_month_is_the_summary(reader: Reader) -> None:
    with selection(reader, Scope(Target.parse("x.com"))) as chosen:
        summary = chosen.query(*chosen.relation("summary")).to_pylist()[0]
    names = [name for name in summary if name not in ("first_seen", "lost_date", "backlinks_spam_score")]
    found = over_time(reader, "history", *names, date_from=date(2019, 1, 1), date_to=date(2026, 4, 30))
    assert list(found[-1][1:]) == [
        dict(value) if isinstance(value, list) else value for value in (summary[name] for name in names)
    ]


def test_a_day_shows_the_last_harvest_before_it(reader: Reader) -> None:
    found = over_time(
        reader,
        "timeseries_summary",
        *("backlinks", "referring_pages", "rank"),
        date_from=date(2026, 1, 9),
        date_to=date(2026, 1, 11),
        group_range="day",
    )
    assert [row[:3] for row in found] == [
        (datetime(2026, 1, 9), 0, 0),
        (datetime(2026, 1, 10), 2, 2),
        (datetime(2026, 1, 11), 2, 2),
    ]
    assert found[0][3] == 0


def test_what_came_and_went_falls_on_the_day_it_was_seen(reader: Reader) -> None:
    names = ("new_backlinks", "lost_backlinks", "new_referring_domains", "lost_referring_domains")
    found = over_time(
        reader,
        "timeseries_new_lost",
        *names,
        date_from=date(2026, 1, 1),
        date_to=date(2026, 4, 2),
        group_range="month",
    )
    assert found == [
        (datetime(2026, 1, 31), 2, 0, 2, 0),
        (datetime(2026, 2, 28), 0, 0, 0, 0),
        (datetime(2026, 3, 31), 1, 1, 0, 0),
        (datetime(2026, 4, 30), 1, 1, 0, 0),
    ]


@pytest.mark.parametrize("begin", [date(2026, 1, 1), date(2026, 1, 11), date(2026, 3, 5), date(2026, 5, 1)])
def test_news_of_many_targets_are_those_of_their_days(reader: Reader, begin: date) -> None:
    names = ("new_backlinks", "lost_backlinks", "new_referring_domains", "lost_referring_main_domains")
    days = over_time(
        reader, "timeseries_new_lost", *names, date_from=begin, date_to=date(2026, 6, 1), group_range="day"
    )
    targets = [Target.parse("x.com"), Target.parse("nowhere.example")]
    both = bulk_new_lost(reader, targets, begin).to_pylist()
    assert [both[0][name] for name in names] == [sum(column) for column in list(zip(*days, strict=True))[1:]]
    assert [both[1][name] for name in names] == [0, 0, 0, 0]


def test_totals_of_the_index_month_by_month(reader: Reader) -> None:
    totals = index_totals(reader, date(2026, 4, 20))
    assert (totals.total_backlinks, totals.total_pages) == (2, 3)
    assert [tuple(row.values()) for row in totals.history.to_pylist()] == [
        (datetime(2026, 1, 1), 2, 2),
        (datetime(2026, 2, 1), 2, 2),
        (datetime(2026, 3, 1), 2, 3),
        (datetime(2026, 4, 1), 2, 3),
    ]


def test_periods_are_whole_and_weeks_end_on_sunday() -> None:
    def ends(group_range: GroupRange) -> list[str]:
        return [end.isoformat() for _, end in periods(date(2022, 3, 23), date(2022, 5, 13), group_range)]

    assert ends("month") == ["2022-03-31", "2022-04-30", "2022-05-31"]
    assert ends("year") == ["2022-12-31"]
    assert ends("week")[:2] == ["2022-03-27", "2022-04-03"]
    assert ends("week")[-1] == "2022-05-15"
    assert len(ends("day")) == 52


@given(
    st.dates(date(2019, 1, 1), date(2030, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(["day", "week", "month", "year"]),
)
def test_periods_cover_the_days_asked_for_without_gaps(
    begin: date, days: int, group_range: GroupRange
) -> None:
    until = date.fromordinal(begin.toordinal() + days)
    found = periods(begin, until, group_range)
    assert found[0][0] <= begin <= found[0][1]
    assert found[-1][0] <= until <= found[-1][1]
    assert all(next_[0].toordinal() == last[1].toordinal() + 1 for last, next_ in itertools.pairwise(found))
