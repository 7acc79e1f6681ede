"""Before and after: every figure against a plain computation over the same links."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlit.errors import InputError
from backlit.questions.changes import changes
from backlit.questions.changes_data import AnchorMoved, DomainMoved, LinkLost, Moved, PageMoved

Link = Callable[..., dict[str, Any]]
BEFORE, AFTER = "2026-06-01", "2026-10-01"
TABLE = [("2026-11-01", "table")]


@pytest.fixture
def told(link: Link, memory_reader: Any) -> Any:
    """Links of a table, which tells its own dates."""
    rows = [
        link("https://stays.test/1", first_seen="2026-01-01", anchor="stays"),
        link("https://stays.test/2", first_seen="2026-07-01", anchor="new words", follow=False),
        link("https://new.test/", first_seen="2026-06-02", anchor="new words", follow=True),
        link("https://old.test/", first_seen="2026-06-01", lost_at="2026-10-01", lost_reason="gone",
             anchor="old words", follow=True, placement="content"),
        link("https://old.test/", first_seen="2026-06-01", lost_at="2026-09-01", lost_reason="repeat", nth=1,
             anchor="old words", follow=True, placement="nav"),
        link("https://later.test/", first_seen="2026-10-02", anchor="later"),
        link("https://earlier.test/", first_seen="2026-01-01", lost_at="2026-06-01", lost_reason="removed"),
        link("https://passed.test/", first_seen="2026-07-01", lost_at="2026-08-01", lost_reason="removed"),
        link("https://undated.test/"),
        link("https://undated.test/gone", lost_at="2026-08-01", lost_reason="removed"),
    ]  # fmt: skip
    return memory_reader(rows, {"old.test": 80.0, "new.test": 45.0, "stays.test": 3.0}, snapshots=TABLE)


def test_links_and_domains_are_counted_by_where_they_stood(told: Any) -> None:
    found = changes(told, "shop.example", BEFORE, AFTER)
    assert found.links == Moved(
        before=2, after=3, stayed=1, gained=2, lost=1, passed=1, unknown=2, unknown_gone=1
    )
    assert found.domains == Moved(
        before=2, after=2, stayed=1, gained=1, lost=1, passed=1, unknown=1, unknown_gone=0
    )
    assert (found.undated_links, found.first_look_links) == (2, 0)
    assert [(b.name, b.before, b.after, b.gained, b.lost) for b in found.bands] == [
        ("excellent", 1, 0, 0, 1), ("okay", 0, 1, 1, 0), ("weak", 1, 1, 0, 0), ("unknown", 0, 0, 0, 0),
    ]  # fmt: skip


def test_what_came_and_what_went_is_named(told: Any) -> None:
    found = changes(told, "shop.example", BEFORE, AFTER)
    assert found.gained_domains == [
        DomainMoved(domain="new.test", authority=45.0, band="okay", links=1, follow_links=1, day="2026-06-02",
                    reason=None)
    ]  # fmt: skip
    assert found.lost_domains == [
        DomainMoved(domain="old.test", authority=80.0, band="excellent", links=1, follow_links=1,
                    day="2026-10-01", reason="gone")
    ]  # fmt: skip
    assert found.anchors == [
        AnchorMoved(text="new words", gained=2, lost=0),
        AnchorMoved(text="old words", gained=0, lost=1),
    ]
    assert found.pages == [PageMoved(url="https://shop.example/", gained=2, lost=1)]
    assert found.mattered == [
        LinkLost(source_url="https://old.test/", source_domain="old.test", target_url="https://shop.example/",
                 anchor="old words", follow=True, placement="content", authority=80.0, band="excellent",
                 lost_at="2026-10-01", reason="gone")
    ]  # fmt: skip
    assert (found.mattered_links, found.mattered_domains) == (1, 1)


def test_what_a_first_look_finds_is_no_gain(link: Link, memory_reader: Any) -> None:
    rows = [
        link("https://first.test/", first_seen="2026-07-01"),
        link("https://second.test/", first_seen="2026-09-01"),
    ]
    reader = memory_reader(rows, snapshots=[("2026-07-01", "warc"), ("2026-09-01", "warc")])
    found = changes(reader, "shop.example", BEFORE, AFTER)
    assert found.links == Moved(
        before=0, after=2, stayed=0, gained=1, lost=0, passed=0, unknown=1, unknown_gone=0
    )
    assert (found.new_since, found.first_look_links, found.undated_links) == ("2026-09-01", 1, 0)
    assert any("were found by a first look" in said for said in found.says)


def test_where_there_was_one_look_nothing_is_new(link: Link, memory_reader: Any) -> None:
    reader = memory_reader([link("https://a.test/", first_seen="2026-07-01")])
    found = changes(reader, "shop.example", BEFORE, AFTER)
    assert (found.links.gained, found.links.unknown, found.new_since) == (0, 1, None)
    assert "The data ends on 2026-03-01: of what came later nothing is known." in found.says


def test_a_target_without_links_has_not_changed(memory_reader: Any) -> None:
    found = changes(memory_reader([]), "shop.example", BEFORE, AFTER)
    assert found.links == found.domains
    assert (found.links.before, found.links.unknown, found.anchors, found.mattered) == (0, 0, [], [])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("2026-10-01", "2026-06-01", "must be earlier"),
        ("2026-06-01", "2026-06-01", "must be earlier"),
        ("yesterday", "2026-06-01", "The date before is written 2026-06-01"),
        ("2026-06-01", "2026-02-30", "The date after is written"),
        ("20260601", "2026-10-01", "The date before is written"),
        ("2026-W23-1", "2026-10-01", "The date before is written"),
    ],
)
def test_dates_that_are_none_are_refused(memory_reader: Any, before: str, after: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        changes(memory_reader([]), "shop.example", before, after)


DAYS = st.none() | st.dates(datetime.date(2026, 5, 29), datetime.date(2026, 6, 8))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a.test", "b.test", "c.test"]),
        st.integers(0, 2),
        st.integers(0, 1),
        DAYS,
        DAYS,
        st.sampled_from([True, False, None]),
        st.sampled_from(["one", "two", None]),
    ),
    max_size=14,
    unique_by=lambda row: row[:3],
)
SNAPSHOTS = st.sampled_from(
    [
        TABLE,
        [("2026-06-03", "warc"), ("2026-06-05", "warc")],
        [("2026-06-05", "warc")],
        [("2026-06-05", "table")],
        [],
    ]
)
AUTHORITY = {"a.test": 80.0, "b.test": 40.0}


def plainly(rows: list[dict[str, Any]], snapshots: list[tuple[str, str]], before: str, after: str) -> Any:
    """The same, one pair of pages after the other."""
    dates = sorted({date for date, _ in snapshots})
    told = any(origin == "table" for _, origin in snapshots)
    since = None if told else dates[1] if len(dates) > 1 else "9999-12-31"
    last = max(dates, default=None)
    pairs: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        pairs.setdefault((row["source_domain"], row["pair_id"]), []).append(row)

    def stands(born: str | None, died: str | None, day: str) -> str:
        if died is not None and died <= day:
            return "no"
        if born is None:
            return "yes" if last is not None and day >= last else "unknown"
        if born <= day:
            return "yes"
        return "unknown" if since is not None and born < since else "no"

    states = {}
    for key, copies in pairs.items():
        seen = [str(row["first_seen"])[:10] for row in copies if row.get("first_seen")]
        lost = [str(row["lost_at"])[:10] for row in copies if row.get("lost_at")]
        born, died = min(seen, default=None), max(lost) if len(lost) == len(copies) else None
        passed = born is not None and died is not None and born > before and died <= after
        states[key] = (
            stands(born, died, before),
            stands(born, died, after),
            passed,
            born is None,
            any(row.get("follow") for row in copies),
        )
    domains = {}
    for domain in {key[0] for key in states}:
        of = [state for key, state in states.items() if key[0] == domain]
        both = [
            "yes" if any(s[side] == "yes" for s in of) else
            "unknown" if any(s[side] == "unknown" for s in of) else "no"
            for side in (0, 1)
        ]  # fmt: skip
        domains[domain] = (both[0], both[1], any(s[2] for s in of))

    def moved(of: list[Any]) -> Moved:
        return Moved(
            before=sum(s[0] == "yes" for s in of),
            after=sum(s[1] == "yes" for s in of),
            stayed=sum(s[:2] == ("yes", "yes") for s in of),
            gained=sum(s[:2] == ("no", "yes") for s in of),
            lost=sum(s[:2] == ("yes", "no") for s in of),
            passed=sum(s[:2] == ("no", "no") and s[2] for s in of),
            unknown=sum("unknown" in s[:2] for s in of),
            unknown_gone=sum(s[:2] == ("unknown", "no") for s in of),
        )

    texts: dict[str, list[set[Any]]] = {}
    for key, copies in pairs.items():
        for row in copies:
            for side, states_of in enumerate((("no", "yes"), ("yes", "no"))):
                if row["anchor"] is not None and states[key][:2] == states_of:
                    texts.setdefault(row["anchor"], [set(), set()])[side].add(key)
    anchors = sorted(
        (AnchorMoved(text=text, gained=len(g), lost=len(x)) for text, (g, x) in texts.items()),
        key=lambda a: (-a.gained - a.lost, -a.lost, a.text),
    )
    felt = [
        key for key, s in states.items() if s[:2] == ("yes", "no") and s[4] and AUTHORITY.get(key[0], 0) >= 40
    ]
    return {
        "links": moved(list(states.values())),
        "domains": moved(list(domains.values())),
        "undated": sum("unknown" in s[:2] and s[3] for s in states.values()),
        "gained": sorted(name for name, s in domains.items() if s[:2] == ("no", "yes")),
        "lost": sorted(name for name, s in domains.items() if s[:2] == ("yes", "no")),
        "anchors": anchors,
        "felt": (len(felt), len({key[0] for key in felt})),
    }


@given(rows=ROWS, snapshots=SNAPSHOTS, days=st.tuples(st.integers(30, 37), st.integers(1, 4)))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_links_are_counted_as_plainly(
    link: Link, memory_reader: Any, rows: Any, snapshots: Any, days: Any
) -> None:
    made = []
    for domain, at, nth, born, died, follow, anchor in rows:
        made.append(
            link(
                f"https://{domain}/{at}",
                nth=nth,
                anchor=anchor,
                follow=follow,
                first_seen=None if born is None else f"{born} 23:59:59",
                lost_at=None if died is None else f"{died} 00:00:01",
            )
        )
    begin = datetime.date(2026, 5, 1) + datetime.timedelta(days[0])
    before, after = str(begin), str(begin + datetime.timedelta(days[1]))
    found = changes(memory_reader(made, AUTHORITY, snapshots=snapshots), "shop.example", before, after)
    expected = plainly(made, snapshots, before, after)
    assert {
        "links": found.links,
        "domains": found.domains,
        "undated": found.undated_links,
        "gained": sorted(row.domain for row in found.gained_domains),
        "lost": sorted(row.domain for row in found.lost_domains),
        "anchors": found.anchors,
        "felt": (found.mattered_links, found.mattered_domains),
    } == expected
    of = found.links
    assert of.before == of.stayed + of.lost
    assert of.stayed + of.gained <= of.after <= of.stayed + of.gained + of.unknown - of.unknown_gone
    assert sum(band.gained for band in found.bands) == found.domains.gained
    assert sum(band.lost for band in found.bands) == found.domains.lost
