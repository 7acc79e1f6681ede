"""Single links as a user reads them: ``backlinks``, one row a referring page."""

from __future__ import annotations

from backlit.questions.backlinks.links import FIELDS, RANKS, quoted
from backlit.questions.backlinks.measures import BEST
from backlit.questions.backlinks.rank import on_scale
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.tables import Chosen

#: A row of ``_best`` in memory.
_PLACE_BYTES = 16


def backlinks(chosen: Chosen) -> Relation:
    """One row a referring page: its best link, with ``links_count`` of them.

    ``_group_domain`` (registrable domain of the page) and ``_group_anchor`` (text, '' for none) are what the modes
    group by; ``order_key`` orders rows that are otherwise equal.
    """
    columns = []
    for field in FIELDS:
        name = quoted(field)
        if field in RANKS:
            columns.append(f"{on_scale(name, chosen.scope.rank_scale)} AS {name}")
        elif field == "links_count":
            columns.append(f"_links AS {name}")
        else:
            columns.append(name)
    return Relation(
        f"SELECT {', '.join(columns)}, _domain AS _group_domain, coalesce(anchor, '') AS _group_anchor, "
        f"url_from AS order_key FROM {chosen.table} l JOIN {_best(chosen)} b ON b._row = l.rowid"
    )


def _best(chosen: Chosen) -> str:
    """A table ``_row, _links``: where the best link of each page is, and how many the page has. Made once, and narrow,
    so that a page of rows does not sort all columns of all links."""
    key = ("best",)
    with chosen.kept.ready:
        found = chosen.kept.counted.get(key)
        if found is None:
            found = f"{chosen.table}_best"
            chosen.cursor.execute(
                f"CREATE TABLE {found} AS SELECT _row, _links FROM (SELECT rowid AS _row, row_number() OVER best "
                "AS _place, CAST(count(*) OVER (PARTITION BY _page) AS INTEGER) AS _links "
                f"FROM {chosen.table} WINDOW best AS (PARTITION BY _page ORDER BY {BEST})) "
                "WHERE _place = 1 ORDER BY _row"
            )
            chosen.kept.bytes += _PLACE_BYTES * int(chosen.fetch(f"SELECT count(*) FROM {found}")[0][0])
            chosen.kept.counted[key] = found
    return found
