"""Broken pages: addresses of a target that are linked to and answer with an error.

An address is judged by the last look at it that the index knows of (its page, or the bare outcome of a fetch). One
that was never asked for is *unknown*, not broken.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.absence import no_link_notes
from backlit.questions.chance_columns import BROKEN
from backlit.questions.listing import (
    Request,
    as_target,
    choose,
    reading,
    scored_provenance,
    select_list,
)
from backlit.questions.result import Result
from backlit.questions.score_source import not_in_release
from backlit.settings import Settings, default
from backlit.web.target import Target

if TYPE_CHECKING:
    import duckdb

State = Literal["broken", "redirect", "fine", "unknown", "all"]

_ORDER = "equity desc, authority_sum desc, referring_domains desc, links desc"
#: Statuses that refuse whoever asks: the page may well be there for others.
_REFUSED = "401, 402, 403, 407, 429, 451, 999"

_STATE = """
CASE WHEN status >= 400 OR (status IS NULL AND outcome = 'gone') THEN 'broken'
  WHEN status IN (300, 301, 302, 303, 307, 308) THEN 'redirect'
  WHEN status BETWEEN 200 AND 299 OR status = 304 OR (status IS NULL AND outcome = 'complete') THEN 'fine'
  ELSE 'unknown' END
"""
_CAUSE = f"""
CASE WHEN state <> 'broken' THEN NULL WHEN status = 404 OR status IS NULL THEN 'not found' WHEN status = 410 THEN 'gone'
  WHEN status IN ({_REFUSED}) THEN 'refused' WHEN status < 500 THEN 'client error' ELSE 'server error' END
"""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of a target with a live link, by what is known of them; ``links`` and ``referring_domains`` are
    those that lead to broken ones."""

    target: str
    linked: int
    broken: int
    redirects: int
    fine: int
    unknown: int
    links: int
    referring_domains: int


def broken(
    index: Index | Reader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    state: State = "broken",
    settings: Settings | None = None,
) -> Result:
    """The linked addresses of ``target`` that answered with 4xx or 5xx, those that lose most first.

    Columns are ``BROKEN``; ``result.summary`` is a ``Checked``. What is lost is the equity of the live links, and
    where that is unknown the authority of the domains they come from. ``state`` chooses others: ``redirect``,
    ``fine``, ``unknown`` (never asked for) or ``all``.
    """
    if state not in get_args(State):
        raise InputError(f"The state of a page is broken, redirect, fine, unknown or all, not {state!r}.")
    settings = settings or default()
    request, asked = Request(where, sort, limit, offset), as_target(target)
    request.check_columns(BROKEN)
    with reading(index) as reader, contextlib.closing(reader.con.cursor()) as cursor:
        look = _Look(reader, cursor, asked)
        look.find()
        chosen = "true" if state == "all" else f"state = '{state}'"
        notes = look.weigh(chosen, settings.broken.most_redirect_domains)
        rows = request.rows("SELECT * FROM weighed", [], BROKEN, _ORDER, ["target_url"])
        found = look.table(*rows.select(select_list(choose(BROKEN, None))))
        total = int(look.rows(*rows.select("count(*)", counting=True))[0][0])
        checked = look.summary(state)
        absent = no_link_notes(reader, asked, settings) if not checked.linked else [_told(checked)]
        said = [*absent, *notes, *not_in_release(reader)]
        return Result(found, scored_provenance(reader), total=total, notes=said, summary=checked)


class _Look:
    """The temporary tables of one question: ``looked``, an address a row, and ``weighed``, those asked for."""

    def __init__(self, reader: Reader, cursor: duckdb.DuckDBPyConnection, target: Target) -> None:
        self.reader = reader
        self.cursor = cursor
        self.target = target

    def table(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        return self.cursor.sql(sql, params=list(parameters)).to_arrow_table()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.cursor.execute(sql, list(parameters)).fetchall()
        return found

    def find(self) -> None:
        """Every address with a live link, and the last look at it."""
        linked, parameters = self.reader.rollup_sql("target_pages", self.target)
        domain = self.target.domain
        self.rows(
            f"""
            CREATE TEMP TABLE looked AS
            WITH linked AS (SELECT * FROM ({linked}) WHERE links > 0),
            looks AS (
              SELECT url, fetched_at, status, CAST(NULL AS VARCHAR) AS outcome
              FROM {self.reader.pages_sql(domain)} WHERE domain = ? AND status IS NOT NULL
              UNION ALL SELECT url, fetched_at, NULL, outcome FROM {self.reader.fetches_sql()} WHERE domain = ?),
            latest AS (
              SELECT url, fetched_at AS checked_at, status, {_STATE} AS state FROM looks
              WHERE url IN (SELECT target_url FROM linked)
              QUALIFY row_number() OVER (
                PARTITION BY url ORDER BY fetched_at DESC NULLS LAST, status IS NULL, status DESC, outcome DESC) = 1)
            SELECT target_url, coalesce(state, 'unknown') AS state, CAST(status AS BIGINT) AS status, checked_at,
              links, referring_domains, first_seen, last_seen
            FROM linked LEFT JOIN latest ON url = target_url
            """,
            [*parameters, domain, domain],
        )

    def weigh(self, chosen: str, most_domains: int) -> list[str]:
        """``weighed``: the addresses for which ``chosen`` holds, with all columns of the listing; and notes."""
        links, parameters = self.reader.links_sql(self.target, with_equity=True)
        [(count,)] = self.rows(f"SELECT count(*) FROM looked WHERE {chosen}")
        if not count:  # spare the reading of all links
            links, parameters = f"SELECT * FROM ({links}) WHERE false", parameters
        self.rows(
            f"""
            CREATE TEMP TABLE sources AS
            SELECT target_url, source_domain, max(source_authority) AS authority,
              count(*) FILTER (follow) AS follow_links, count(follow) AS known,
              bool_or(coalesce(follow, true)) AS counts, kahan_sum(equity) AS equity,
              arg_min(source_url, {{'a': coalesce(follow, true) = false,
                'b': coalesce(placement NOT IN ('content', 'list'), false), 'c': source_url}}) AS page
            FROM ({links}) WHERE lost_at IS NULL AND target_url IN (SELECT target_url FROM looked WHERE {chosen})
            GROUP BY target_url, source_domain
            """,
            parameters,
        )
        notes = self._redirects(chosen, most_domains)
        self.rows(
            f"""
            CREATE TEMP TABLE weighed AS
            WITH value AS (
              SELECT target_url, CASE WHEN sum(known) > 0 THEN CAST(sum(follow_links) AS BIGINT) END AS follow_links,
                round(kahan_sum(equity), 4) AS equity,
                round(kahan_sum(authority) FILTER (counts), 2) AS authority_sum,
                arg_min({{'domain': source_domain, 'authority': authority, 'page': page}},
                  {{'a': -coalesce(authority, 0), 'b': source_domain}}) AS strongest
              FROM sources GROUP BY target_url)
            SELECT looked.*, {_CAUSE} AS cause, follow_links, equity, authority_sum,
              strongest.domain AS strongest_source, strongest.authority AS strongest_authority,
              strongest.page AS strongest_page, redirects_to
            FROM looked LEFT JOIN value USING (target_url) LEFT JOIN moved USING (target_url) WHERE {chosen}
            """
        )
        return notes

    def _redirects(self, chosen: str, most: int) -> list[str]:
        """``moved``: where redirecting addresses lead, as far as that is another site; only such links are kept."""
        self.rows("CREATE TEMP TABLE moved (target_url VARCHAR, redirects_to VARCHAR)")
        [(count,)] = self.rows(f"SELECT count(*) FROM looked WHERE state = 'redirect' AND {chosen}")
        if not count:
            return []
        out = self.reader.table_sql("out", self.target.domain)
        domains = self.rows(
            f"SELECT DISTINCT target_domain FROM {out} WHERE source_domain = ? AND flags & 16 <> 0 AND flags & 8 = 0 "
            "ORDER BY target_domain",
            [self.target.domain],
        )
        for domain in list(_targets(domains))[:most]:
            links, parameters = self.reader.links_sql(domain, with_authority=False)
            self.rows(
                f"INSERT INTO moved SELECT source_url, target_url FROM ({links}) WHERE source_domain = ? "
                "AND kind = 'redirect' AND lost_at IS NULL AND source_url IN "
                "(SELECT target_url FROM looked WHERE state = 'redirect')",
                [*parameters, self.target.domain],
            )
        self.rows(
            "CREATE OR REPLACE TEMP TABLE moved AS SELECT target_url, min(redirects_to) AS redirects_to "
            "FROM moved GROUP BY target_url"
        )
        if len(domains) > most:
            return [f"Where redirects lead was looked up in {most:,} of {len(domains):,} domains."]
        return []

    def summary(self, state: str) -> Checked:
        """How many addresses there are in each state, and what leads to the broken ones."""
        counts = dict(self.rows("SELECT state, count(*) FROM looked GROUP BY state"))
        links, domains = 0, 0
        if counts.get("broken"):
            [(links,)] = self.rows("SELECT CAST(sum(links) AS BIGINT) FROM looked WHERE state = 'broken'")
            domains = self._referring(state)
        return Checked(
            target=self.target.label,
            linked=sum(counts.values()),
            broken=counts.get("broken", 0),
            redirects=counts.get("redirect", 0),
            fine=counts.get("fine", 0),
            unknown=counts.get("unknown", 0),
            links=links,
            referring_domains=domains,
        )

    def _referring(self, state: str) -> int:
        relation, parameters = "sources", list[Any]()
        if state not in ("broken", "all"):
            sql, parameters = self.reader.links_sql(self.target, with_authority=False)
            relation = f"(SELECT * FROM ({sql}) WHERE lost_at IS NULL)"
        [(count,)] = self.rows(
            f"SELECT count(DISTINCT source_domain) FROM {relation} JOIN looked USING (target_url) "
            "WHERE state = 'broken'",
            parameters,
        )
        return int(count)


def _targets(rows: Sequence[tuple[Any, ...]]) -> Iterator[Target]:
    for (domain,) in rows:
        yield Target("domain", domain, None, None, domain)


def _told(checked: Checked) -> str:
    """The summary in a sentence."""

    def many(count: int, one: str, more: str) -> str:
        return f"{count:,} {one if count == 1 else more}"

    said = (
        f"{many(checked.linked, 'address', 'addresses')} of {checked.target} "
        f"{'is' if checked.linked == 1 else 'are'} linked to: {checked.broken:,} broken, "
        f"{many(checked.redirects, 'redirects', 'redirect')}, {many(checked.fine, 'answers', 'answer')} well"
    )
    if checked.unknown:
        said += (
            f", and {many(checked.unknown, 'was', 'were')} never asked for here, so that nothing is known of "
            f"{'it' if checked.unknown == 1 else 'them'}"
        )
    said += "."
    if checked.broken:
        said += (
            f" {many(checked.links, 'link', 'links')} from {many(checked.referring_domains, 'domain', 'domains')} "
            f"{'leads' if checked.links == 1 else 'lead'} to broken ones."
        )
    return said
