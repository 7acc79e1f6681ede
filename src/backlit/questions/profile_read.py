"""The few questions a profile puts to the index, each one SQL statement over a rollup.

Everything is aggregated in the database: a target with a million referring domains sends a
histogram here, not its domains. Ordering is always complete, so equal facts give equal rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Protocol

from backlit.settings import Settings
from backlit.web.target import Target

Row = dict[str, Any]

#: What is told of a referring domain.
_REFERRING = (
    "links", "source_domain", "source_authority", "pages", "follow_links", "nofollow_links", "content_links",
    "first_seen", "last_seen",
)  # fmt: skip


class Reader(Protocol):
    """The part of the index's reader a profile uses."""

    @property
    def generation(self) -> int: ...
    @property
    def data_date(self) -> str | None: ...
    def links_sql(
        self, target: Target | None = None, *, with_authority: bool = True, with_equity: bool = False
    ) -> tuple[str, list[Any]]: ...
    def rollup_sql(self, name: str, target: Target) -> tuple[str, list[Any]]: ...
    @property
    def domain_counts(self) -> tuple[int, int]: ...
    @property
    def snapshot_days(self) -> list[Row]: ...
    def pages_sql(self, domain: str | None = None) -> str: ...
    def domains_sql(self) -> str: ...
    def query(self, sql: str, params: Iterable[Any] = ()) -> Any: ...


class Questions:
    """What a profile asks of one reader about one target."""

    def __init__(self, reader: Reader, target: Target, settings: Settings) -> None:
        self.reader = reader
        self.target = target
        self.settings = settings

    def totals(self) -> Row | None:
        """The target's row of the totals, or ``None`` when nothing ever linked to it."""
        rows = self._rollup("totals", "SELECT * FROM rollup")
        return rows[0] if rows else None

    def bands(self) -> list[Row]:
        """Live referring domains by authority band and number of links: band, links, domains."""
        return self._referring[0]

    def referring(self) -> list[Row]:
        """The strongest live referring domains; a last row, flagged ``largest``, has most links."""
        return self._referring[1]

    @cached_property
    def _referring(self) -> tuple[list[Row], list[Row]]:
        """The rows of ``bands`` and of ``referring``: what both are made of is read once."""
        bands = self.settings.bands
        named = ", ".join(name for name in _REFERRING if name != "links")
        order = "source_authority DESC NULLS LAST, links DESC, source_domain"
        nothing = ", ".join(f"NULL AS {name}" for name in _REFERRING[1:])
        rows = self._rollup(
            "referring",
            f"""SELECT 'bands' AS part, links, band, count(*) AS domains, {nothing}
                FROM (SELECT links, CASE WHEN source_authority >= {float(bands.excellent)!r} THEN 'excellent'
                    WHEN source_authority >= {float(bands.okay)!r} THEN 'okay'
                    WHEN source_authority IS NOT NULL THEN 'weak' END AS band FROM live)
                GROUP BY band, links
                UNION ALL
                (SELECT 'listed', links, NULL, NULL, {named} FROM live ORDER BY {order}
                  LIMIT {int(self.settings.profile.top)})
                UNION ALL
                (SELECT 'largest', links, NULL, NULL, {named} FROM live WHERE links > 0
                  ORDER BY links DESC, source_domain LIMIT 1)""",
            f"live AS MATERIALIZED (SELECT links, {named} FROM rollup WHERE links > 0 OR links IS NULL)",
        )
        parts: dict[str, list[Row]] = {"bands": [], "listed": [], "largest": []}
        for row in rows:
            parts[row.pop("part")].append(row)
        bands_of = [{name: row[name] for name in ("band", "links", "domains")} for row in parts["bands"]]
        bands_of.sort(key=lambda row: (row["band"] is None, row["band"] or "", row["links"] or 0))
        parts["listed"].sort(
            key=lambda row: (-(row["source_authority"] or 0), -(row["links"] or 0), row["source_domain"])
        )
        listed = [
            {name: row[name] for name in _REFERRING} | {"largest": largest}
            for part, largest in (("listed", False), ("largest", True))
            for row in parts[part]
        ]
        return bands_of, listed

    def facets(self) -> list[Row]:
        """All facets: facet, value, links, referring_domains."""
        return self._rollup(
            "facets",
            """SELECT facet, value, links, referring_domains FROM rollup
               ORDER BY facet, links DESC, referring_domains DESC, value NULLS LAST""",
        )

    def anchors(self) -> list[Row]:
        """The most used anchors, each row with ``distinct_texts``, ``known`` and ``weighted`` of all.

        ``weighted`` is Σ l ln l over the links of each text, from which the entropy follows.
        """
        most = int(self.settings.profile.most_anchors)
        return self._rollup(
            "anchors",
            f"""SELECT * FROM texts, (
                  SELECT count(*) FILTER (anchor_known) AS distinct_texts,
                    (sum(links) FILTER (anchor_known))::BIGINT AS known, sum(links)::BIGINT AS all_links,
                    sum(links * ln(links)) FILTER (anchor_known) AS weighted
                  FROM texts)
                ORDER BY referring_domains DESC, links DESC, text NULLS LAST, image LIMIT {most}""",
            """texts AS MATERIALIZED (
                  SELECT text, image, text IS NOT NULL AS anchor_known, sum(links)::BIGINT AS links,
                    sum(referring_domains)::BIGINT AS referring_domains,
                    sum(follow_links)::BIGINT AS follow_links,
                    min(first_seen)::DATE::VARCHAR AS first_seen, max(last_seen)::DATE::VARCHAR AS last_seen
                  FROM (
                    SELECT coalesce(image, false) AS image, links, referring_domains, follow_links,
                      first_seen, last_seen,
                      CASE WHEN image THEN coalesce(nullif(anchor, ''), alt, '') ELSE anchor END AS text
                    FROM rollup WHERE links > 0)
                  GROUP BY text, image)""",
        )

    def class_sites(self, classes: dict[str, str]) -> list[Row]:
        """Referring sites of each class of anchor: cls (``None`` for all together) and sites.

        ``classes`` maps texts of links that are no images to their class.
        """
        links, params = self.reader.links_sql(self.target, with_authority=False)
        sql = f"""
            WITH links AS ({links}),
            class_of AS (SELECT unnest(?::VARCHAR[]) AS text, unnest(?::VARCHAR[]) AS cls),
            classed AS (
              SELECT source_site, CASE WHEN kind = 'image' THEN 'image' ELSE cls END AS cls
              FROM links LEFT JOIN class_of ON links.anchor = class_of.text
              WHERE lost_at IS NULL AND kind IN ('anchor', 'image')
            )
            SELECT cls, count(DISTINCT source_site) AS sites FROM classed WHERE cls IS NOT NULL
            GROUP BY GROUPING SETS ((cls), ())"""
        return self._rows(sql, [*params, list(classes), list(classes.values())])

    def equity(self) -> list[Row]:
        """What live links hand on: a row of all, then one a placement, then the domains that hand on most."""
        links, params = self.reader.links_sql(self.target, with_equity=True)
        # Sums differ in the last bits with the order of threads: what is as good as equal goes by name.
        sql = f"""
            WITH summed AS (
              SELECT CASE WHEN grouping(placement) = 0 THEN 'placement'
                  WHEN grouping(source_domain) = 0 THEN 'source_domain' ELSE 'all' END AS level,
                placement, source_domain, count(*) AS links, count(equity) AS known,
                count(*) FILTER (equity > 0) AS passing, sum(equity) AS equity, max(source_share) AS share_from
              FROM ({links}) WHERE lost_at IS NULL
              GROUP BY GROUPING SETS ((placement), (source_domain), ())
            ), ranked AS (
              SELECT *, row_number() OVER (PARTITION BY level ORDER BY round(equity, 6) DESC NULLS LAST,
                placement NULLS LAST, source_domain) AS place
              FROM summed WHERE level <> 'source_domain' OR equity > 0)
            SELECT * FROM ranked WHERE place <= {int(self.settings.profile.top)} ORDER BY level, place"""
        return self._rows(sql, params)

    def target_pages(self) -> list[Row]:
        """The pages of the target that most domains link to."""
        return self._rollup(
            "target_pages",
            f"""SELECT target_url, links, referring_domains, follow_links, lost_links, first_seen, last_seen
                FROM rollup WHERE links > 0
                ORDER BY referring_domains DESC, links DESC, target_url
                LIMIT {int(self.settings.profile.top)}""",
        )

    def days(self) -> list[Row]:
        """Links and domains first seen and lost by day, oldest first."""
        return self._rollup(
            "days",
            """SELECT day::VARCHAR AS day, new_links, lost_links, new_domains, lost_domains
               FROM rollup ORDER BY rollup.day""",
        )

    def standing(self) -> Row:
        """Authority of the target's domain, with the number of ranked domains in the index."""
        told = getattr(self.reader, "standing", None)
        if told is not None:
            return dict(told(self.target.domain))
        rows = self._rows(
            f"SELECT authority, rank, percentile FROM {self.reader.domains_sql()} AS domains WHERE domain = ?",
            [self.target.domain],
        )
        own = rows[0] if rows else {"authority": None, "rank": None, "percentile": None}
        ranked, domains = self.reader.domain_counts
        return own | {"ranked": ranked, "domains": domains}

    def titles(self) -> list[str]:
        """Titles of the target's own pages that answered well, as far as the index has them."""
        rows = self._rows(
            f"""SELECT DISTINCT title FROM {self.reader.pages_sql(self.target.domain)} AS pages
                WHERE domain = ? AND title <> '' AND coalesce(status, 200) BETWEEN 200 AND 299
                ORDER BY title LIMIT {int(self.settings.profile.most_titles)}""",
            [self.target.domain],
        )
        return [row["title"] for row in rows]

    def snapshots(self) -> list[Row]:
        """Dates and origins of the snapshots in the index."""
        return self.reader.snapshot_days

    def near_names(self) -> list[str]:
        """Domains of the index whose names are like the target's and which have referring domains."""
        rows = self._rows(
            f"""SELECT domain FROM {self.reader.domains_sql()} AS domains
                WHERE referring_domains > 0 AND domain <> ? AND (
                  jaro_winkler_similarity(domain, ?) >= 0.88
                  OR (length(?) > 2 AND split_part(domain, '.', 1) = ?))
                ORDER BY (split_part(domain, '.', 1) = ?) DESC, jaro_winkler_similarity(domain, ?) DESC,
                  domain
                LIMIT 5""",
            self._near_params(),
        )
        return [row["domain"] for row in rows]

    def _near_params(self) -> list[Any]:
        domain = self.target.domain
        label = domain.split(".")[0]
        return [domain, domain, label, label, label, domain]

    def _rollup(self, name: str, select: str, then: str = "") -> list[Row]:
        """Rows of ``select`` over the relation ``rollup``, and over a second one made from it."""
        sql, params = self.reader.rollup_sql(name, self.target)
        relations = f"rollup AS ({sql})" + (f", {then}" if then else "")
        return self._rows(f"WITH {relations} {select}", params)

    def _rows(self, sql: str, params: list[Any]) -> list[Row]:
        rows: list[Row] = self.reader.query(sql, params).to_pylist()
        return rows
