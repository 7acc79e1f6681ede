"""New and lost links and domains over time."""

from __future__ import annotations

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.columns import HISTORY
from backlit.questions.listing import Request, as_target, choose, count, provenance, reading, select_list
from backlit.questions.result import Result
from backlit.web.target import Target

#: How a day is cut to a period.
PERIODS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}

# A pair of pages counts once, however many links it holds (the rollup of days does the same).
# A pair with no known first sight was there before the first period, as far as anyone knows.
_SQL = """
WITH days AS ({days}),
pairs AS (
  SELECT source_domain, count(first_seen) = 0 AS undated,
    CASE WHEN count(lost_at) = count(*) THEN max(lost_at) END AS died,
    arg_max(lost_reason, lost_at) AS reason
  FROM ({links}) GROUP BY source_domain, pair_id
),
undated AS (
  SELECT count(*) FILTER (undated) AS links,
    (SELECT count(*) FROM (SELECT 1 FROM pairs GROUP BY source_domain HAVING bool_and(undated))) AS domains
  FROM pairs
),
reasons AS (
  SELECT strftime(died, '{cut}') AS period, count(*) FILTER (reason IN ('removed', 'repeat')) AS lost_removed,
    count(*) FILTER (reason = 'gone') AS lost_gone
  FROM pairs WHERE died IS NOT NULL GROUP BY period
),
periods AS (
  SELECT strftime(day, '{cut}') AS period,
    sum(new_links)::BIGINT AS new_links, sum(lost_links)::BIGINT AS lost_links,
    sum(new_domains)::BIGINT AS new_domains, sum(lost_domains)::BIGINT AS lost_domains
  FROM days GROUP BY period
)
SELECT period, new_links, lost_links,
  (undated.links + sum(new_links - lost_links) OVER so_far)::BIGINT AS links,
  new_domains, lost_domains,
  (undated.domains + sum(new_domains - lost_domains) OVER so_far)::BIGINT AS referring_domains,
  coalesce(lost_removed, 0) AS lost_removed, coalesce(lost_gone, 0) AS lost_gone
FROM periods CROSS JOIN undated LEFT JOIN reasons USING (period)
WINDOW so_far AS (ORDER BY period)
"""


def history(
    index: Index | Reader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    by: str = "month",
) -> Result:
    """What was new and lost in each ``day``, ``month`` or ``year``, the latest first.

    Only periods in which something happened are listed. ``links`` counts pairs of pages, so
    it can be lower than the number of links, which counts repeats on a page.
    """
    if by not in PERIODS:
        raise InputError(f"A history is by day, month or year, not by {by!r}.")
    with reading(index) as reader:
        asked = as_target(target)
        days, day_values = reader.rollup_sql("days", asked)
        links, link_values = reader.links_sql(asked, with_authority=False)
        sql = _SQL.format(days=days, links=links, cut=PERIODS[by])
        request = Request(where, sort, limit, offset)
        rows = request.rows(sql, [*day_values, *link_values], HISTORY, "period desc", ["period"])
        found = reader.query(*rows.select(select_list(choose(HISTORY, None))))
        whole = not offset and (limit is None or found.num_rows < limit)
        return Result(
            found,
            provenance(reader),
            total=found.num_rows if whole else count(reader, rows),
            notes=[
                "First seen means first seen by this index or by the tool whose table was added.",
                "A pair of pages counts once here, however many links join it.",
            ],
        )
