"""What a target's links were over time: ``history``, and the two time series.

All are over a selection with status ``all``. A link stands from the day it was first seen until the day its page was
seen without it, and between days on which something was seen nothing changes. So the states are counted once for each
such day, and every other date shows the one before it.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from backlit.questions.backlinks.links import quoted
from backlit.questions.backlinks.measures import (
    counts_sql,
    filled,
    marked,
    measures_sql,
    rank_sql,
    select_list,
)
from backlit.questions.backlinks.rank import on_scale
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.summary import INFO, own_rank, target_facts
from backlit.questions.backlinks.tables import Chosen

GroupRange = Literal["day", "week", "month", "year"]


def periods(date_from: date, date_to: date, group_range: GroupRange) -> list[tuple[date, date]]:
    """First and last day of every whole period that holds a day from ``date_from`` to ``date_to``, in order.

    Weeks end on Sunday. Months and years that would begin before the year 1 or end after 9999 are out of reach.
    """
    found: list[tuple[date, date]] = []
    last = date_from
    while True:
        match group_range:
            case "day":
                begin = end = last
            case "week":
                begin = last - timedelta(days=last.weekday())
                end = begin + timedelta(days=6)
            case "month":
                begin = last.replace(day=1)
                end = last.replace(day=calendar.monthrange(last.year, last.month)[1])
            case "year":
                begin, end = last.replace(month=1, day=1), last.replace(month=12, day=31)
        if begin > date_to:
            return found
        found.append((begin, end))
        last = end + timedelta(days=1)


def history(chosen: Chosen, date_from: date, date_to: date) -> Relation:
    """One row a month, named by its first day (``date``), from the first that has data: how things stood at its end.

    Every measure of ``summary``, and new and lost links and referring hosts: what stands and did not stand at the
    end of the month before, and the other way round. What is known of the target itself is as of today.
    """
    _all_of(chosen)
    first = chosen.fetch(f"SELECT min(_born) FROM {chosen.table}")[0][0]
    # What came before the first month asked for is its past, not its news: one month more is counted.
    months = periods(date_from, date_to, "month") if first is not None else []
    months = [month for month in months if month[1] >= first.date()]
    before = [_before(months[0])] if months else []
    measures = measures_sql(chosen.ranks, chosen.scope.rank_scale)
    for name in ("first_seen", "lost_date", "backlinks_spam_score"):
        del measures[name]
    measures["rank"] = _rank(chosen, measures["rank"])
    stands = _states(chosen, [*before, *months], measures)
    facts, values = target_facts(chosen)
    own = ("crawled_pages", "internal_links_count", "external_links_count", *INFO)
    news = ", ".join(
        f"coalesce(n.{name}, 0) AS {quoted(name)}"
        for name in ("new_backlinks", "lost_backlinks", "new_referring_domains", "lost_referring_domains")
    )
    return Relation(
        f"WITH {stands.sql}, {_changes(chosen.table)} SELECT 'backlinks_history' AS \"type\", "
        "s.* EXCLUDE (place, until, label), "
        f's.label AS "date", {news}, {", ".join(f"t.{quoted(name)}" for name in own)}, s.label AS order_key '
        f"FROM stands s LEFT JOIN changes n USING (place) CROSS JOIN ({facts}) t WHERE s.place >= {len(before)}",
        (*stands.parameters, *values),
    )


def timeseries_summary(
    chosen: Chosen, date_from: date, date_to: date, group_range: GroupRange = "month"
) -> Relation:
    """One row a period, dated with its last day: how things stood at its end."""
    _all_of(chosen)
    counted = {
        "rank": _rank(chosen, rank_sql(chosen.ranks, chosen.scope.rank_scale)),
        "backlinks": "count(*)",
        "backlinks_nofollow": "count(*) FILTER (NOT dofollow)",
        **counts_sql(),
    }
    stands = _states(chosen, periods(date_from, date_to, group_range), counted, last_day=True)
    return Relation(
        f"WITH {stands.sql} SELECT 'backlinks_timeseries_summary' AS \"type\", s.* EXCLUDE (place, until, label), "
        'label AS "date", label AS order_key FROM stands s',
        stands.parameters,
    )


def timeseries_new_lost(
    chosen: Chosen, date_from: date, date_to: date, group_range: GroupRange = "month"
) -> Relation:
    """One row a period, dated with its last day: links and referring domains that came and went within it.

    A domain, or a host, comes with its first link and goes with its last one, when none is left.
    """
    _all_of(chosen)
    return Relation(
        f"WITH {_period_rows(periods(date_from, date_to, group_range), last_day=True)}, {news_sql(chosen.table)} "
        'SELECT \'backlinks_timeseries_new_lost_summary\' AS "type", p.label AS "date", '
        + ", ".join(f"coalesce(CAST(sum(e.{name}) AS BIGINT), 0) AS {name}" for name in NEWS)
        + ", p.label AS order_key FROM periods p LEFT JOIN events e ON e.day >= p.since AND e.day < p.until "
        "GROUP BY p.place, p.label"
    )


#: What comes and goes: links, hosts and registrable domains.
NEWS = (
    "new_backlinks",
    "lost_backlinks",
    "new_referring_domains",
    "lost_referring_domains",
    "new_referring_main_domains",
    "lost_referring_main_domains",
)


def news_sql(links: str, keys: Sequence[str] = ()) -> str:
    """A common table ``events``: for each day (and ``keys``) what came and what went."""
    also = "".join(f"{key}, " for key in keys)

    def lives(name: str, group: str) -> str:
        by = ", ".join([*keys, group])
        return (
            f"{name} AS (SELECT {also}min(_born) AS born, "
            f"CASE WHEN count(_lost) = count(*) THEN max(_lost) END AS died FROM {links} GROUP BY {by})"
        )

    def events(name: str, new: str, lost: str) -> str:
        def row(at: str, what: str) -> str:
            counts = ", ".join(("count(*)" if each == what else "0") + f" AS {each}" for each in NEWS)
            return f"SELECT {also}CAST({at} AS DATE) AS day, {counts} FROM {name} WHERE {at} IS NOT NULL GROUP BY ALL"

        return f"{row('born', new)} UNION ALL {row('died', lost)}"

    return (
        f"link_lives AS (SELECT {also}_born AS born, _lost AS died FROM {links}), "
        f"{lives('host_lives', '_host')}, {lives('domain_lives', '_domain')}, "
        f"events AS ({events('link_lives', NEWS[0], NEWS[1])} UNION ALL {events('host_lives', NEWS[2], NEWS[3])} "
        f"UNION ALL {events('domain_lives', NEWS[4], NEWS[5])})"
    )


def _all_of(chosen: Chosen) -> None:
    if chosen.scope.status != "all":
        raise ValueError("Over time a selection must have status 'all': links that are lost were there once.")


def _before(month: tuple[date, date]) -> tuple[date, date]:
    end = month[0] - timedelta(days=1)
    return end.replace(day=1), end


def _rank(chosen: Chosen, rank: str) -> str:
    """The rank of a target at some time; its own where its links say nothing of it but stand."""
    if not chosen.scope.whole_domain or chosen.own.total:
        return rank
    own = own_rank(chosen)
    return on_scale("CAST(NULL AS INTEGER)" if own is None else str(own), chosen.scope.rank_scale)


def _period_rows(found: Sequence[tuple[date, date]], *, last_day: bool) -> str:
    """A common table ``periods (place, label, since, until)``; ``until`` is the day after its last."""
    rows = ", ".join(
        f"({place}, TIMESTAMP '{(end if last_day else begin).isoformat()}', DATE '{begin.isoformat()}', "
        f"DATE '{(end + timedelta(days=1)).isoformat()}')"
        for place, (begin, end) in enumerate(found)
    )
    if not rows:
        return (
            "periods AS (SELECT 0 AS place, NULL::TIMESTAMP AS label, NULL::DATE AS since, NULL::DATE AS until "
            "WHERE false)"
        )
    return f"periods (place, label, since, until) AS (VALUES {rows})"


def _states(
    chosen: Chosen, found: Sequence[tuple[date, date]], measures: dict[str, str], *, last_day: bool = False
) -> Relation:
    """Common tables up to ``stands``: ``measures`` of the links that stood at the end of each period."""
    columns = select_list(filled("c", measures))
    return Relation(
        f"""{_period_rows(found, last_day=last_day)},
moments AS (SELECT DISTINCT CAST(_born AS DATE) AS day FROM {chosen.table} WHERE _born IS NOT NULL
  UNION SELECT DISTINCT CAST(_lost AS DATE) FROM {chosen.table} WHERE _lost IS NOT NULL),
last_moments AS (
  SELECT p.place, p.label, p.until, (SELECT max(m.day) FROM moments m WHERE m.day < p.until) AS moment FROM periods p
),
standing AS (
  SELECT l.*, m.moment FROM {chosen.table} l JOIN (SELECT DISTINCT moment FROM last_moments) m
  ON CAST(l._born AS DATE) <= m.moment AND (l._lost IS NULL OR CAST(l._lost AS DATE) > m.moment)
),
counted AS (SELECT moment, {select_list(measures)} FROM {marked("standing", ["moment"])} GROUP BY moment),
stands AS (
  SELECT p.place, p.label, p.until, {columns} FROM last_moments p LEFT JOIN counted c ON c.moment = p.moment
  ORDER BY p.place
)"""
    )


def _changes(links: str) -> str:
    """A common table ``changes``: by the place of a period, what stands at its end and did not at the end of the one
    before, and the other way round."""

    def hosts(name: str, at: str, without: str) -> str:
        return (
            f"{name} AS (SELECT p.place, count(*) AS hosts FROM neighbours p JOIN host_stands h ON h.moment = p.{at} "
            f"LEFT JOIN host_stands e ON e.moment = p.{without} AND e._host = h._host "
            "WHERE e._host IS NULL AND p.moment IS DISTINCT FROM p.earlier GROUP BY p.place)"
        )

    born, lost = "CAST(l._born AS DATE)", "CAST(l._lost AS DATE)"
    return f"""neighbours AS (
  SELECT place, until, moment, lag(moment) OVER (ORDER BY place) AS earlier, lag(until) OVER (ORDER BY place) AS since
  FROM last_moments
),
host_stands AS (SELECT DISTINCT moment, _host FROM standing),
{hosts("hosts_new", "moment", "earlier")},
{hosts("hosts_lost", "earlier", "moment")},
links_new AS (
  SELECT p.place, count(*) AS links FROM neighbours p JOIN {links} l
  ON {born} < p.until AND {born} >= p.since AND (l._lost IS NULL OR {lost} >= p.until) GROUP BY p.place
),
links_lost AS (
  SELECT p.place, count(*) AS links FROM neighbours p JOIN {links} l
  ON {born} < p.since AND {lost} < p.until AND {lost} >= p.since GROUP BY p.place
),
changes AS (
  SELECT p.place, n.links AS new_backlinks, l.links AS lost_backlinks, h.hosts AS new_referring_domains,
    g.hosts AS lost_referring_domains
  FROM neighbours p LEFT JOIN links_new n USING (place) LEFT JOIN links_lost l USING (place)
  LEFT JOIN hosts_new h USING (place) LEFT JOIN hosts_lost g USING (place)
)"""
