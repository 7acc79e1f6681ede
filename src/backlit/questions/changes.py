"""Before and after: what came and went between two dates.

Told from the first sight and the loss of each link, as the index knows them. A link is a pair of pages here, as in
the history: copies of it on a page are not news. On the end of a day a pair

* does not stand if it was lost by then;
* stands if it was first seen by then;
* is unknown if it has no date of a first sight (unless the day is the last the data knows of: then it stands), or if
  it was found by a first look, which finds all that was there long before for the first time;
* does not stand otherwise.

A domain stands if one of its pairs does, and is unknown if none does and one is unknown.
"""

from __future__ import annotations

import datetime
from typing import Any

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.changes_data import (
    AnchorMoved,
    BandMoved,
    Changes,
    DomainMoved,
    LinkLost,
    Moved,
    PageMoved,
)
from backlit.questions.listing import as_target, reading
from backlit.questions.profile_figures import band_of
from backlit.questions.profile_format import day as day_of
from backlit.questions.profile_format import plural
from backlit.settings import Settings, default
from backlit.web.target import Target

Row = dict[str, Any]
#: Where no day can tell what is new, all first sightings are those of a first look.
_NEVER = "9999-12-31"

# Before everything else stand the parameters of the question, so that all are in one place.
_RELATIONS = """
WITH asked AS (
  SELECT CAST(? AS DATE) AS before, CAST(? AS DATE) AS after, CAST(? AS DATE) AS data_date, CAST(? AS DATE) AS since
),
rows_asked AS MATERIALIZED (
  SELECT source_domain, pair_id, link_id, source_url, target_url, kind, anchor, alt, follow, placement,
    first_seen, lost_at, lost_reason
  FROM ({links})
),
born AS (
  SELECT source_domain, pair_id, CAST(min(first_seen) AS DATE) AS born,
    CASE WHEN count(lost_at) = count(*) THEN CAST(max(lost_at) AS DATE) END AS died,
    arg_max(lost_reason, (lost_at, link_id)) FILTER (lost_at IS NOT NULL) AS reason, bool_or(follow) AS follow
  FROM rows_asked GROUP BY source_domain, pair_id
),
pairs AS MATERIALIZED (
  SELECT born.*, coalesce(born > before AND died <= after, false) AS passed, {was} AS was, {now} AS now
  FROM born CROSS JOIN asked
),
strengths AS (SELECT source_domain, source_authority FROM ({referring})),
sources AS MATERIALIZED (
  SELECT source_domain, any_value(source_authority) AS authority,
    CASE WHEN bool_or(was = 'yes') THEN 'yes' WHEN bool_or(was = 'unknown') THEN 'unknown' ELSE 'no' END AS was,
    CASE WHEN bool_or(now = 'yes') THEN 'yes' WHEN bool_or(now = 'unknown') THEN 'unknown' ELSE 'no' END AS now,
    bool_or(passed) AS passed, count(follow) AS known_follow, false AS undated,
    count(*) FILTER (was = 'no' AND now = 'yes') AS gained,
    count(*) FILTER (was = 'yes' AND now = 'no') AS lost,
    count(*) FILTER (was = 'no' AND now = 'yes' AND follow) AS gained_followed,
    count(*) FILTER (was = 'yes' AND now = 'no' AND follow) AS lost_followed,
    min(born) FILTER (was = 'no' AND now = 'yes') AS first_day,
    max(died) FILTER (was = 'yes' AND now = 'no') AS last_day,
    arg_max(reason, (died, pair_id)) FILTER (was = 'yes' AND now = 'no') AS reason
  FROM pairs LEFT JOIN strengths USING (source_domain) GROUP BY source_domain
)
"""


def _state(day: str) -> str:
    """SQL for how a pair stands at the end of a day: ``yes``, ``no`` or ``unknown``."""
    return f"""CASE WHEN died <= {day} THEN 'no' WHEN born <= {day} THEN 'yes'
      WHEN born IS NULL THEN CASE WHEN {day} >= data_date THEN 'yes' ELSE 'unknown' END
      WHEN born < since THEN 'unknown' ELSE 'no' END"""


_MOVED = """
SELECT count(*) FILTER (was = 'yes')::BIGINT AS before, count(*) FILTER (now = 'yes')::BIGINT AS after,
  count(*) FILTER (was = 'yes' AND now = 'yes') AS stayed,
  count(*) FILTER (was = 'no' AND now = 'yes') AS gained,
  count(*) FILTER (was = 'yes' AND now = 'no') AS lost,
  count(*) FILTER (was = 'no' AND now = 'no' AND passed) AS passed,
  count(*) FILTER (was = 'unknown' OR now = 'unknown') AS unknown,
  count(*) FILTER (was = 'unknown' AND now = 'no') AS unknown_gone,
  count(*) FILTER ((was = 'unknown' OR now = 'unknown') AND {undated}) AS undated
FROM {relation}"""

_BANDS = """
SELECT {band} AS band, count(*) FILTER (was = 'yes') AS before, count(*) FILTER (now = 'yes') AS after,
  count(*) FILTER (was = 'no' AND now = 'yes') AS gained, count(*) FILTER (was = 'yes' AND now = 'no') AS lost
FROM sources GROUP BY band"""

_DOMAINS = """
(SELECT 'gained' AS side, source_domain, authority, gained AS links,
   CASE WHEN known_follow > 0 THEN gained_followed END AS follow_links, first_day AS day, NULL AS reason
 FROM sources WHERE was = 'no' AND now = 'yes'
 ORDER BY authority DESC NULLS LAST, links DESC, source_domain LIMIT {most})
UNION ALL
(SELECT 'lost', source_domain, authority, lost AS links,
   CASE WHEN known_follow > 0 THEN lost_followed END, last_day, reason
 FROM sources WHERE was = 'yes' AND now = 'no'
 ORDER BY authority DESC NULLS LAST, links DESC, source_domain LIMIT {most})
ORDER BY side, authority DESC NULLS LAST, links DESC, source_domain"""

_BY_VALUE = """
SELECT *, count(*) OVER () AS changed FROM (
  SELECT {value} AS value,
    count(DISTINCT pair_id) FILTER (was = 'no' AND now = 'yes') AS gained,
    count(DISTINCT pair_id) FILTER (was = 'yes' AND now = 'no') AS lost
  FROM rows_asked JOIN pairs USING (source_domain, pair_id) {only} GROUP BY value)
WHERE value IS NOT NULL AND gained + lost > 0
ORDER BY gained + lost DESC, lost DESC, value LIMIT {most}"""
_TEXT = "CASE WHEN kind = 'image' THEN coalesce(nullif(anchor, ''), alt, '') ELSE anchor END"

_MATTERED = """
SELECT *, count(*) OVER () AS links, dense_rank() OVER (ORDER BY source_domain)
  + dense_rank() OVER (ORDER BY source_domain DESC) - 1 AS domains
FROM (
  SELECT source_domain, pair_id, min(source_url) AS source_url, min(target_url) AS target_url,
    arg_min({text}, link_id) FILTER (rows_asked.follow) AS anchor,
    CASE WHEN bool_or(placement IN ('content', 'list')) THEN 'content' ELSE min(placement) END AS placement,
    any_value(source_authority) AS authority, any_value(died) AS died, any_value(reason) AS reason
  FROM rows_asked JOIN pairs USING (source_domain, pair_id) JOIN strengths USING (source_domain)
  WHERE was = 'yes' AND now = 'no' AND pairs.follow AND source_authority >= {okay}
  GROUP BY source_domain, pair_id)
ORDER BY authority DESC, placement = 'content' DESC NULLS LAST, source_domain, source_url, target_url LIMIT {most}"""


def changes(
    index: Index | Reader,
    target: Target | str,
    before: str | datetime.date,
    after: str | datetime.date,
    *,
    settings: Settings | None = None,
) -> Changes:
    """What came and went to ``target`` from the end of the day ``before`` to that of ``after`` (``2026-06-01``).

    Raises ``InputError`` for dates that are none, or not in order; ``TargetError`` for a text that names no target.
    """
    rules = settings or default()
    first, last = day_asked(before, "before"), day_asked(after, "after")
    if first >= last:
        raise InputError(f"The date before ({first}) must be earlier than the date after ({last}).")
    asked = as_target(target)
    with reading(index) as reader:
        return _Question(reader, asked, first, last, rules).answer()


def day_asked(value: str | datetime.date, name: str) -> str:
    """A date as ``2026-06-01``. Raises ``InputError``."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return value.isoformat()
    try:
        found = datetime.date.fromisoformat(value).isoformat()
        # Other forms (weeks, without hyphens) would be read too; what is read is what was written.
        if found != value:
            raise ValueError
        return found
    except ValueError:
        raise InputError(f"The date {name} is written 2026-06-01, not {value[:40]!r}.") from None


def since_when(snapshots: list[Row]) -> str | None:
    """The first day whose first sightings are news; ``""`` if every day's are, None if no day's.

    A harvest of our own sees everything for the first time once; tables tell dates of their own.
    """
    dates = sorted({row["date"] for row in snapshots if row["date"]})
    if any(row["origin"] == "table" for row in snapshots):
        return ""
    return dates[1] if len(dates) > 1 else None


class _Question:
    """The statements about one target and two days."""

    def __init__(self, reader: Any, target: Target, before: str, after: str, settings: Settings) -> None:
        self.reader, self.target, self.settings = reader, target, settings
        self.before, self.after = before, after
        snapshots = reader.snapshot_days
        self.origins = sorted({row["origin"] for row in snapshots if row["origin"]})
        self.since = since_when(snapshots)
        links, link_values = reader.links_sql(target, with_authority=False)
        referring, score_values = reader.rollup_sql("referring", target)
        self._with = _RELATIONS.format(
            links=links, referring=referring, was=_state("before"), now=_state("after")
        )
        since = _NEVER if self.since is None else self.since or None
        self._values = [before, after, reader.data_date, since, *link_values, *score_values]

    def answer(self) -> Changes:
        most = int(self.settings.report.changes)
        links, undated = self._moved("pairs", "born IS NULL")
        domains, _ = self._moved("sources", "undated")
        listed = self._rows(_DOMAINS.format(most=most))
        texts = self._rows(_BY_VALUE.format(value=_TEXT, only="WHERE kind IN ('anchor', 'image')", most=most))
        pages = self._rows(_BY_VALUE.format(value="target_url", only="", most=most))
        okay = float(self.settings.bands.okay)
        mattered = self._rows(_MATTERED.format(text=_TEXT, okay=repr(okay), most=most))
        return Changes(
            target=self.target.text,
            before=self.before,
            after=self.after,
            data_date=self.reader.data_date,
            origins=self.origins,
            generation=self.reader.generation,
            links=links,
            domains=domains,
            undated_links=undated,
            first_look_links=links.unknown - undated,
            new_since=self.since or None,
            bands=self._bands(),
            gained_domains=[self._domain(row) for row in listed if row["side"] == "gained"],
            lost_domains=[self._domain(row) for row in listed if row["side"] == "lost"],
            anchors=[AnchorMoved(text=r["value"], gained=r["gained"], lost=r["lost"]) for r in texts],
            anchors_changed=texts[0]["changed"] if texts else 0,
            pages=[PageMoved(url=r["value"], gained=r["gained"], lost=r["lost"]) for r in pages],
            pages_changed=pages[0]["changed"] if pages else 0,
            mattered_links=mattered[0]["links"] if mattered else 0,
            mattered_domains=mattered[0]["domains"] if mattered else 0,
            mattered=[self._lost(row) for row in mattered],
            says=self._says(links, undated),
        )

    def _moved(self, relation: str, undated: str) -> tuple[Moved, int]:
        [row] = self._rows(_MOVED.format(relation=relation, undated=undated))
        count = row.pop("undated")
        return Moved(**row), count

    def _bands(self) -> list[BandMoved]:
        edges = self.settings.bands
        excellent, okay = float(edges.excellent), float(edges.okay)
        band = (
            f"CASE WHEN authority >= {excellent!r} THEN 'excellent' WHEN authority >= {okay!r} THEN 'okay' "
            "WHEN authority IS NOT NULL THEN 'weak' ELSE 'unknown' END"
        )
        found = {row.pop("band"): row for row in self._rows(_BANDS.format(band=band))}
        none = {"before": 0, "after": 0, "gained": 0, "lost": 0}
        of: dict[str, tuple[float | None, float | None]] = {
            "excellent": (excellent, 100.0), "okay": (okay, excellent), "weak": (1.0, okay), "unknown": (None, None),
        }  # fmt: skip
        return [
            BandMoved(name=name, low=low, high=high, **found.get(name, none))
            for name, (low, high) in of.items()
        ]

    def _domain(self, row: Row) -> DomainMoved:
        return DomainMoved(
            domain=row["source_domain"],
            authority=row["authority"],
            band=band_of(row["authority"], self.settings),
            links=row["links"],
            follow_links=row["follow_links"],
            day=day_of(row["day"]),
            reason=_reason(row["reason"]),
        )

    def _lost(self, row: Row) -> LinkLost:
        return LinkLost(
            source_url=row["source_url"],
            source_domain=row["source_domain"],
            target_url=row["target_url"],
            anchor=row["anchor"],
            follow=True,
            placement=row["placement"],
            authority=row["authority"],
            band=band_of(row["authority"], self.settings),
            lost_at=str(row["died"]),
            reason=_reason(row["reason"]),
        )

    def _says(self, links: Moved, undated: int) -> list[str]:
        said = [
            "First seen means first seen by this index or by the tool whose table was added; lost is what a later look "
            "at the page did not find, on the day of that look.",
            "A link is a pair of pages here, however many links join them.",
        ]
        data_date = self.reader.data_date
        if data_date is None or self.after > data_date:
            said.append(f"The data ends on {data_date or 'no date'}: of what came later nothing is known.")
        if undated:
            said.append(
                f"Of {plural(undated, 'link')} no source says since when; they count neither as gained nor as lost."
            )
        if links.unknown > undated:
            said.append(
                f"{plural(links.unknown - undated, 'link')} were found by a first look, which finds all that is there "
                "for the first time; they count neither as gained nor as lost."
            )
        return said

    def _rows(self, select: str) -> list[Row]:
        rows: list[Row] = self.reader.query(self._with + select, self._values).to_pylist()
        return rows


def _reason(stored: str | None) -> str | None:
    """A copy of a link that went is removed, like a link."""
    return "removed" if stored == "repeat" else stored
