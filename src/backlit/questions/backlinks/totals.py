"""How large the index is, now and at the end of each of the last months."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from backlit.index import Reader
from backlit.questions.backlinks.timelines import periods

_MONTHS = 12


class IndexTotals(NamedTuple):
    """Live links and known pages; ``history`` has ``date, total_backlinks, total_pages``, a row a month, in order, from
    the first that has data. ``date`` is the first day of the month (a timestamp), the figures are those of its end."""

    total_backlinks: int
    total_pages: int
    history: pa.Table


def index_totals(reader: Reader, today: date) -> IndexTotals:
    """The totals of the index, and those of the twelve months up to ``today``'s."""
    month = today.year * 12 + today.month - 1 - (_MONTHS - 1)
    begin = date(month // 12, month % 12 + 1, 1)
    links, params = reader.links_sql(with_authority=False)
    months = ", ".join(
        f"(TIMESTAMP '{first}', TIMESTAMP '{last}')" for first, last in periods(begin, today, "month")
    )
    with contextlib.closing(reader.con.cursor()) as cursor:
        history: pa.Table = cursor.sql(
            f"""WITH months (date, last) AS (VALUES {months}),
links AS (
  SELECT CAST(coalesce(first_seen, last_seen, try_cast(snapshot AS TIMESTAMP), lost_at) AS DATE) AS born,
    CAST(lost_at AS DATE) AS died, count(*) AS links FROM ({links}) GROUP BY ALL
),
pages AS (
  SELECT CAST(coalesce(first_seen, fetched_at, try_cast(snapshot AS TIMESTAMP)) AS DATE) AS born, count(*) AS pages
  FROM {reader.pages_sql()} GROUP BY ALL
)
SELECT m.date,
  (SELECT coalesce(CAST(sum(l.links) AS BIGINT), 0) FROM links l
    WHERE l.born <= m.last AND (l.died IS NULL OR l.died > m.last)) AS total_backlinks,
  (SELECT coalesce(CAST(sum(p.pages) AS BIGINT), 0) FROM pages p WHERE p.born <= m.last) AS total_pages
FROM months m WHERE m.last >= (SELECT min(born) FROM (SELECT born FROM links UNION ALL SELECT born FROM pages))
ORDER BY m.date""",
            params=params,
        ).to_arrow_table()
        live = cursor.execute(
            f"SELECT coalesce(CAST(sum(links) AS BIGINT), 0) FROM {reader.table_sql('totals')}"
        ).fetchall()[0][0]
    return IndexTotals(int(live), int(reader.manifest.pages), history)
