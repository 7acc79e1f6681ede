"""Merging observations: the order they come in never matters, and nothing known is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.index.merge import LINK_MERGE, merge
from backlit.index.schema import to_stored
from backlit.records import LINKS
from index_rows import link

DAY = datetime(2026, 1, 1)


def merged(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    table = to_stored(pa.Table.from_pylist(list(rows), schema=LINKS))
    return fold(table).to_pylist()


def fold(table: pa.Table) -> pa.Table:
    return merge(table, table["link_id"].to_numpy(), LINK_MERGE).sort_by("link_id")


def seen(day: str | None, **more: Any) -> dict[str, Any]:
    return link("https://a.com/p", "https://b.org/x", day, **more)


def test_a_row_seen_twice_keeps_first_and_last_day() -> None:
    (row,) = merged(seen("2026-01-05"), seen("2026-01-01"))
    assert (row["first_seen"], row["last_seen"]) == (datetime(2026, 1, 1), datetime(2026, 1, 5))
    assert row["snapshot"] == "2026-01-05"
    assert row["provenance"] is None


def test_the_later_look_gives_the_anchor() -> None:
    (row,) = merged(seen("2026-01-05", anchor="new"), seen("2026-01-01", anchor="old"))
    assert row["anchor"] == "new"


def test_a_shallow_later_look_fills_what_it_knows_and_keeps_the_placement() -> None:
    wat = seen("2026-01-05", anchor="new", placement=None, hidden=None, depth=2, origin="wat")
    (row,) = merged(seen("2026-01-01", anchor="old", placement="footer"), wat)
    assert (row["anchor"], row["placement"], row["hidden"], row["depth"]) == ("new", "footer", False, 2)
    assert row["origin"] == "warc,wat"
    assert row["provenance"] is not None


def test_a_table_never_overwrites_an_observation_and_fills_its_gaps() -> None:
    table = seen("2026-03-01", anchor="theirs", text_before="words", depth=1, origin="table")
    (row,) = merged(seen("2026-01-01", anchor="ours"), table)
    assert (row["anchor"], row["text_before"], row["last_seen"]) == ("ours", "words", datetime(2026, 3, 1))


def test_at_the_same_time_the_deeper_look_wins() -> None:
    wat = seen("2026-01-01", anchor="cut", depth=2, origin="wat")
    (row,) = merged(wat, seen("2026-01-01", anchor="cut off nowhere"))
    assert row["anchor"] == "cut off nowhere"


def test_rows_of_other_links_pass_through_in_order_of_id() -> None:
    other = link("https://a.com/p", "https://c.org/", "2026-01-01")
    rows = merged(seen("2026-01-01"), other, seen("2026-01-02"))
    assert [r["link_id"] for r in rows] == sorted({seen("2026-01-01")["link_id"], other["link_id"]})


observations = st.builds(
    lambda day, depth, anchor, rel, placement, before, origin, which, dated: seen(
        (DAY + timedelta(days=day)).isoformat(sep=" ") if dated else None,
        depth=depth,
        anchor=anchor,
        alt=None,
        rel=rel,
        follow=None if rel is None else rel == "",
        placement=placement,
        hidden=None,
        text_before=before,
        position=None,
        origin=origin,
        nth=which,
        snapshot=(DAY + timedelta(days=day)).date().isoformat(),
    ),
    st.integers(0, 3),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([None, "", "x", "y"]),
    st.sampled_from([None, "", "nofollow"]),
    st.sampled_from([None, "content", "footer"]),
    st.sampled_from([None, "w"]),
    st.sampled_from(["warc", "wat", "table"]),
    st.sampled_from([0, 1]),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(observations, min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_any_order_and_any_steps_give_the_same_rows(rows: list[dict[str, Any]], random: Any) -> None:
    table = to_stored(pa.Table.from_pylist(rows, schema=LINKS))
    at_once = fold(table)
    shuffled = list(range(len(rows)))
    random.shuffle(shuffled)
    step_by_step = table.slice(0, 0)
    while shuffled:
        take = [shuffled.pop() for _ in range(min(len(shuffled), random.randint(1, 3)))]
        step_by_step = fold(pa.concat_tables([step_by_step, table.take(take)]).combine_chunks())
    assert step_by_step.to_pylist() == at_once.to_pylist()
    again = fold(pa.concat_tables([at_once, at_once]).combine_chunks())
    assert again.to_pylist() == at_once.to_pylist()
