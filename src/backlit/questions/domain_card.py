"""What an index knows of one domain: its standing, who links to it, what it links to. A few short statements."""

from __future__ import annotations

from typing import Any, NamedTuple

from backlit.authority.engine import band_of
from backlit.index import Index, Reader
from backlit.questions.authority import AuthorityReport, authority
from backlit.questions.listing import fetch, reading
from backlit.questions.profile_data import TargetAuthority
from backlit.questions.score_source import score_source
from backlit.settings import Settings
from backlit.web.target import Target

#: Flags of the second orientation (index.schema).
_FOLLOW, _LOST = 1, 8


class Linked(NamedTuple):
    """A domain that is linked to: how many links, and how many of them are followed."""

    domain: str
    links: int
    follow_links: int
    authority: float | None
    band: str


class Referring(NamedTuple):
    """A domain that links."""

    domain: str
    authority: float | None
    band: str
    links: int
    follow_links: int


class LinksTo(NamedTuple):
    """The live links of a domain to a target, at most some of them."""

    total: int
    rows: list[dict[str, Any]]


class DomainCard(NamedTuple):
    """One domain. ``report`` is its standing in a ranked web-graph release, where there is one that knows it."""

    domain: str
    standing: TargetAuthority
    report: AuthorityReport | None
    referring_domains: int
    referring_links: int
    linked_domains: int
    pages: int
    known: bool
    referring: list[Referring]
    linked: list[Linked]
    reader: Reader
    top: int

    def links_to(self, target: Target) -> LinksTo:
        """The links of this domain to ``target``, with their anchors."""
        sql, parameters = self.reader.links_sql(target, with_authority=False)
        rows = self.reader.query(
            "SELECT link_id, source_url, target_url, anchor, alt, kind, rel, follow, placement, first_seen, "
            f"count(*) OVER () AS total FROM ({sql}) WHERE source_domain = ? AND lost_at IS NULL "
            f"ORDER BY source_url, link_id LIMIT {int(self.top)}",
            [*parameters, self.domain],
        ).to_pylist()
        return LinksTo(int(rows[0]["total"]) if rows else 0, rows)


def domain_card(index: Index | Reader, domain: str, *, settings: Settings, top: int = 15) -> DomainCard:
    """What is known of ``domain`` (registrable, as machines write it); lists of at most ``top``."""
    with reading(index) as reader:
        domains = reader.domains_sql()
        known = reader.query(f"SELECT * FROM {domains} AS d WHERE domain = ?", [domain]).to_pylist()
        row: dict[str, Any] = known[0] if known else {}
        source = score_source(reader)
        [(ranked,)] = (
            [(source.nodes,)]
            if source is not None
            else fetch(reader, f"SELECT count(authority) FROM {domains} AS d", [])
        )
        report = None
        if source is not None:
            [found] = authority(reader.layout.root, [domain], top=top, settings=settings)
            report = found if found.found else None
        value = report.authority if report else row.get("authority")
        return DomainCard(
            domain=domain,
            standing=TargetAuthority(
                domain=domain,
                authority=value,
                band=_band(value, settings),
                rank=report.position if report else row.get("rank"),
                percentile=report.percentile if report else row.get("percentile"),
                ranked_domains=ranked,
            ),
            report=report,
            referring_domains=row.get("referring_domains") or 0,
            referring_links=row.get("referring_links") or 0,
            linked_domains=row.get("linked_domains") or 0,
            pages=row.get("pages") or 0,
            known=bool(known),
            referring=_referring(reader, domain, settings, top) if row.get("referring_domains") else [],
            linked=_linked(reader, domain, settings, top) if row.get("linked_domains") else [],
            reader=reader,
            top=top,
        )


def _band(value: float | None, settings: Settings) -> str:
    return "unknown" if value is None else band_of(value, settings.bands)


def _referring(reader: Reader, domain: str, settings: Settings, top: int) -> list[Referring]:
    sql, parameters = reader.rollup_sql("referring", Target.parse(domain, "domain"))
    rows = fetch(
        reader,
        f"SELECT source_domain, source_authority, links, follow_links FROM ({sql}) WHERE links > 0 "
        f"ORDER BY source_authority DESC NULLS LAST, links DESC, source_domain LIMIT {int(top)}",
        parameters,
    )
    return [
        Referring(name, value, _band(value, settings), links, follow) for name, value, links, follow in rows
    ]


def _linked(reader: Reader, domain: str, settings: Settings, top: int) -> list[Linked]:
    rows = fetch(
        reader,
        "SELECT o.target_domain, o.links, o.follow, d.authority FROM ("
        f"SELECT target_domain, count(*) AS links, count(*) FILTER ((flags & {_FOLLOW}) <> 0) AS follow "
        f"FROM {reader.table_sql('out', domain)} AS stored WHERE source_domain = ? AND target_domain <> ? "
        f"AND (flags & {_LOST}) = 0 GROUP BY target_domain ORDER BY links DESC, target_domain LIMIT {int(top)}) o "
        f"LEFT JOIN {reader.domains_sql()} AS d ON d.domain = o.target_domain ORDER BY o.links DESC, o.target_domain",
        [domain, domain],
    )
    return [
        Linked(name, int(links), int(follow), value, _band(value, settings))
        for name, links, follow, value in rows
    ]
