"""Rivals found in the graph: the domains that a target's referring domains link to as well.

Let S be the sources of the target, and ``w(s) = 1 / log2(1 + d(s))`` the weight of a source that links to ``d(s)``
domains (Adamic & Adar 2003): who links to two domains says much about both, who links to thousands says little. For a
domain c that the sources ``S ∩ S(c)`` link to,

    score = 100 · √( Σ w over S ∩ S(c) / Σ w over S  ·  |S ∩ S(c)| / |S(c)| )

the geometric mean of how much of the target's weighted sources c has, and how much of c's sources are the target's.
So a giant that everybody links to scores low by the second, and a stray domain by the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from backlit.authority.names import sections
from backlit.index import Index, Reader
from backlit.questions.chance_columns import RIVALS
from backlit.questions.listing import Request, Rows, as_target, choose, select_list
from backlit.questions.result import Result
from backlit.questions.venn import Venn, sources_of
from backlit.questions.web_reader import WebReader
from backlit.questions.web_rivals import candidates_in
from backlit.settings import Settings, default
from backlit.web.target import Target

if TYPE_CHECKING:
    import pyarrow as pa

_ORDER = "score desc, shared desc"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What rivals were looked for in, and what was left out of the rows.

    ``sources`` are those of the target, ``used`` of them were looked at; ``weight`` is their Σ w. ``platforms`` and
    ``giants`` count domains that share enough sources and are left out by the settings.
    """

    target: str
    sources: int
    used: int
    weight: float
    candidates: int
    platforms: int
    giants: int


def rivals(
    index: Index | Reader | WebReader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    web: bool = False,
    settings: Settings | None = None,
) -> Result:
    """The domains linked from the same referring domains as ``target``, those most like it first.

    Columns are ``RIVALS``; ``result.summary`` is a ``Looked``. The settings ``[rivals]`` say which sources speak and
    which domains (platforms, giants) are left out. A web-graph release answers as for ``gap``.
    """
    settings = settings or default()
    request, asked = Request(where, sort, limit, offset), as_target(target)
    request.check_columns(RIVALS)
    with sources_of(index, [asked], web=web, settings=settings) as venn:
        if venn.web is not None:
            used, weight, notes = candidates_in(venn.web, asked, venn.cursor, settings)
            linking = venn.web.release.info.nodes - venn.web.release.info.dangling
        else:
            used, weight = _candidates(venn, asked, settings)
            linking, notes = _linking(venn), []
        giant = _giant(linking, venn.sizes()[0], settings)
        platforms, giants, candidates = _mark(venn, asked, settings, giant)
        rows = request.rows(_SCORED, [weight], RIVALS, _ORDER, ["domain"])
        found, total = _page(venn, rows)
        looked = Looked(
            target=asked.label,
            sources=venn.sizes()[0],
            used=used,
            weight=round(weight, 6),
            candidates=candidates,
            platforms=platforms,
            giants=giants,
        )
        said = [*notes, *_left_out(venn, looked, settings, giant), *venn.notes]
        return Result(found, venn.provenance, total=total, notes=list(dict.fromkeys(said)), summary=looked)


#: Parameters: the weight of all sources.
_SCORED = """
SELECT domain, round(100 * sqrt(least(weight / greatest(?::DOUBLE, 1e-300), 1) * rival_share), 2) AS score, shared,
  round(shared / sources, 4) AS share, round(rival_share, 4) AS rival_share, referring_domains, authority
FROM (SELECT *, least(shared / referring_domains, 1) AS rival_share FROM candidates WHERE kept)
"""


def _candidates(venn: Venn, target: Target, settings: Settings) -> tuple[int, float]:
    """The table ``found`` of an index: domain, shared, weight, referring_domains, authority, sources."""
    reader = venn.reader
    assert reader is not None
    chosen = settings.rivals
    domains = reader.domains_sql()
    venn.rows(
        "CREATE TEMP TABLE speakers AS SELECT source_domain, 1 / log2(1 + d.linked_domains) AS w "
        f"FROM venn JOIN {domains} d ON d.domain = source_domain WHERE d.linked_domains BETWEEN 1 AND ? "
        "ORDER BY source_authority DESC NULLS LAST, source_domain LIMIT ?",
        [chosen.most_linked, chosen.most_sources],
    )
    used, weight = venn.row("SELECT count(*), coalesce(kahan_sum(w), 0) FROM speakers")
    venn.rows(
        "CREATE TEMP TABLE found AS SELECT c.*, d.referring_domains, d.authority, ? AS sources FROM ("
        "SELECT target_domain AS domain, count(*) AS shared, kahan_sum(w) AS weight "
        f"FROM {reader.table_sql('referring')} JOIN speakers USING (source_domain) "
        "WHERE links > 0 AND source_domain <> target_domain AND target_domain <> ? "
        f"GROUP BY target_domain HAVING count(*) >= ?) c JOIN {domains} d USING (domain)",
        [max(int(used), 1), target.domain, chosen.least_shared],
    )
    return int(used), float(weight)


def _linking(venn: Venn) -> int:
    assert venn.reader is not None
    return int(venn.row(f"SELECT count(*) FROM {venn.reader.domains_sql()} WHERE linked_domains > 0")[0])


def _giant(linking: int, sources: int, settings: Settings) -> int | None:
    """The referring domains from which on a domain is everybody's; ``None`` in a web too small to say."""
    chosen = settings.rivals
    if linking < chosen.giant_least:
        return None
    return int(max(chosen.giant_share * linking, chosen.giant_times * sources)) + 1


def _mark(venn: Venn, target: Target, settings: Settings, giant: int | None) -> tuple[int, int, int]:
    """Make the table ``candidates`` of ``found``, and count platforms, giants and those that are kept.

    The domains of a list that the target is on itself are its likely rivals, and stay.
    """
    lists = sections("platforms.txt")
    chosen = [lists.get(name, ()) for name in settings.rivals.leave_out]
    listed = sorted({name for entries in chosen if target.domain not in entries for name in entries})
    venn.rows(
        "CREATE TEMP TABLE candidates AS SELECT *, NOT platform AND NOT giant AS kept FROM ("
        "SELECT *, list_contains(?::VARCHAR[], domain) AS platform, "
        "coalesce(referring_domains >= ?, false) AS giant FROM found)",
        [listed, giant],
    )
    platforms, giants, kept = venn.row(
        "SELECT count(*) FILTER (platform), count(*) FILTER (giant AND NOT platform), count(*) FILTER (kept) "
        "FROM candidates"
    )
    return int(platforms), int(giants), int(kept)


def _page(venn: Venn, rows: Rows) -> tuple[pa.Table, int]:
    names = choose(RIVALS, None)
    found = venn.table(*rows.select(select_list(names)))
    return found, int(venn.row(*rows.select("count(*)", counting=True))[0])


def _left_out(venn: Venn, looked: Looked, settings: Settings, giant: int | None) -> list[str]:
    said = []
    for kind, count, why in (
        ("platform", looked.platforms, "platforms (rivals.leave_out in the settings)"),
        ("giant", looked.giants, f"domains that {giant or 0:,} or more others link to (rivals.giant_share)"),
    ):
        if count:
            shown = venn.rows(
                f"SELECT domain, shared FROM candidates WHERE {kind} {'AND NOT platform' if kind == 'giant' else ''} "
                "ORDER BY shared DESC, domain LIMIT 3"
            )
            named = ", ".join(f"{domain} ({shared:,} shared)" for domain, shared in shown)
            said.append(
                f"Left out as {why}: {named}{'' if count <= len(shown) else f' and {count - len(shown):,} more'}."
            )
    if unused := looked.sources - looked.used:
        beyond = (
            f", or {'is' if unused == 1 else 'are'} beyond the {looked.used:,} strongest"
            if looked.used >= settings.rivals.most_sources
            else ""
        )
        said.append(
            f"Not looked at: {unused:,} of the {looked.sources:,} referring domains, which "
            f"{'links' if unused == 1 else 'link'} to more than {settings.rivals.most_linked:,} domains{beyond}."
        )
    return said
