"""How much authority a domain has, and where it comes from.

With a ranked web-graph release the answer is for any domain of the public web; without one it is the standing in
the index's own graph, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from backlit.authority.borrowed import newest_ranked
from backlit.authority.engine import Authority, band_of
from backlit.authority.explain import Movement, Parts, carriers, movement, parts, standing
from backlit.authority.stored import (
    Ranking,
    names_in_graph_order,
    standings,
    stored_authority,
    stored_ranking,
    topic_shares,
)
from backlit.errors import IndexNotFound, InputError
from backlit.index import Index
from backlit.questions.score_source import authority_basis, score_source
from backlit.release.release import Release, open_release, releases
from backlit.settings import Settings, default
from backlit.web.target import Target

__all__ = ["AuthorityReport", "Carrier", "Movement", "Parts", "authority"]

_OWN_WORD = (
    "Rank in the domain graph of this index alone, for want of a ranked web-graph release: it says how central "
    "the domain is among the pages that were read, and cannot be compared with other indexes."
)


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """A domain that links to the one asked about: what share of its rank it gives, and its own authority."""

    domain: str
    share: float | None
    authority: float
    band: str


class AuthorityReport(msgspec.Struct, frozen=True, kw_only=True):
    """The authority of one domain. ``None`` is unknown; ``says`` holds what a reader should know of the figures."""

    domain: str
    found: bool
    origin: str
    data_date: str | None
    generation: int
    authority: float | None
    band: str
    reached: bool | None
    position: int | None
    domains: int
    percentile: float | None
    trust: float | None
    pagerank: float | None
    harmonic_centrality: float | None
    cc_pagerank: float | None
    cc_harmonic: float | None
    hosts: int | None
    referring_domains: int | None
    linked_domains: int | None
    in_core: bool | None
    parts: Parts | None
    carriers: list[Carrier]
    topics: dict[str, float]
    before: str | None
    movement: Movement | None
    says: list[str]


def authority(
    index: Index | str | Path,
    domains: Sequence[str],
    *,
    release: str | None = None,
    before: str | None = None,
    top: int = 10,
    settings: Settings | None = None,
) -> list[AuthorityReport]:
    """A report for each of ``domains``, in their order; ``index`` is an index or the path of one.

    ``release`` names the release (else the newest that is ranked); ``before`` an earlier one to explain the
    movement from. ``top`` bounds the lists of carriers.
    """
    root, rules = index.path if isinstance(index, Index) else Path(index), settings or default()
    wanted = [Target.parse(domain, "domain").domain for domain in domains]
    chosen = _ranked(root, release)
    if chosen is None:
        if before is not None:
            raise InputError("A movement needs two ranked releases: rank them with `backlit web rank`.")
        return _own(root, wanted, rules)
    earlier = None if before is None else open_release(root, before)
    found = stored_authority(chosen)
    old = None if earlier is None else stored_authority(earlier)
    return [_report(chosen, found, domain, top, rules, earlier, old) for domain in wanted]


def _ranked(root: Path, name: str | None) -> Release | None:
    """The release asked for, which must be ranked; else the newest ranked one, if any."""
    if name is not None:
        release = open_release(root, name)
        stored_authority(release)  # says what to do when it is not ranked
        return release
    return newest_ranked(root)


def _report(
    release: Release,
    found: Authority,
    domain: str,
    top: int,
    rules: Settings,
    earlier: Release | None,
    old: Authority | None,
) -> AuthorityReport:
    ranking = stored_ranking(release)
    assert ranking is not None
    node = release.id_of(domain)
    common: dict[str, Any] = {
        "domain": domain,
        "origin": f"web graph {release.title}",
        "data_date": release.info.data_date,
        "generation": release.score_generation,
        "domains": release.nodes,
        "before": None if earlier is None else earlier.title,
    }
    if node is None:
        return AuthorityReport(
            **common,
            **_NOTHING,
            says=[f"{domain} is not in the web graph {release.title}: no page of it was met."],
        )
    [at] = release.graph_ids(np.array([node])).tolist()
    position = int(standings(release, np.array([node])).position[0])
    [referring], [linked] = (values.tolist() for values in release.degrees(np.array([node])))
    percentile = _value(release, "percentile", node)
    given = carriers(release.graph, found, at, settings=rules)
    names = names_in_graph_order(release)(given.sources[:top])
    scores = found.score[given.sources[:top]]
    return AuthorityReport(
        **common,
        found=True,
        authority=float(found.score[at]),
        band=found.band(at, rules.bands),
        reached=bool(found.flow[at] > 0),
        position=position,
        percentile=percentile,
        trust=_value(release, "trust", node),
        pagerank=_value(release, "pagerank", node),
        harmonic_centrality=_value(release, "harmonic_centrality", node),
        cc_pagerank=_value(release, "cc_pagerank", node),
        cc_harmonic=_value(release, "cc_harmonic", node),
        hosts=None if release.hosts is None else int(release.hosts[node]),
        referring_domains=referring,
        linked_domains=linked,
        in_core=at in found.core,
        parts=parts(release.graph, found, at, position=position, percentile=percentile, settings=rules),
        carriers=[
            Carrier(
                domain=name,
                share=_known(share),
                authority=float(score),
                band=found.band(int(source), rules.bands),
            )
            for name, share, score, source in zip(
                names, given.shares[:top].tolist(), scores.tolist(), given.sources[:top].tolist(), strict=True
            )
        ],
        topics=topic_shares(release, at),
        movement=_moved(release, found, at, domain, earlier, old, rules),
        says=_sentences(ranking, bool(found.flow[at] > 0), release),
    )


_NOTHING: dict[str, Any] = {
    "found": False,
    **dict.fromkeys(
        [
            *("authority", "reached", "position", "percentile", "trust", "pagerank", "harmonic_centrality"),
            *("cc_pagerank", "cc_harmonic", "hosts", "referring_domains", "linked_domains", "in_core"),
            *("parts", "movement"),
        ]
    ),
    "band": "unknown",
    "carriers": [],
    "topics": {},
}


def _moved(
    release: Release,
    found: Authority,
    at: int,
    domain: str,
    earlier: Release | None,
    old: Authority | None,
    rules: Settings,
) -> Movement | None:
    if earlier is None or old is None:
        return None
    node = earlier.id_of(domain)
    if node is None:
        return None
    [place] = earlier.graph_ids(np.array([node])).tolist()
    was = standing(earlier.graph, old, place, names_in_graph_order(earlier), settings=rules)
    is_ = standing(release.graph, found, at, names_in_graph_order(release), settings=rules)
    return movement(was, is_, settings=rules)


def _sentences(ranking: Ranking, reached: bool, release: Release) -> list[str]:
    said = [ranking.says, ranking.trust_rule]
    if ranking.jump == "core" and not reached:
        said.insert(
            0,
            "Not reached from the core: no chain of links leads here from a trusted site. "
            "That is no word on the site.",
        )
    said.append(
        "A link of the web graph is one referring domain of unknown rel and kind: nofollow counts like any other."
    )
    return said


def _own(root: Path, domains: list[str], rules: Settings) -> list[AuthorityReport]:
    try:
        index = Index.open(root)
    except IndexNotFound:
        there = releases(root)
        if there:
            raise InputError(
                f"The releases of {root} have no authority yet: compute it with `backlit web rank`."
            ) from None
        raise
    with index.reader() as reader:
        rows = {
            row["domain"]: row
            for row in reader.query(
                f"SELECT * FROM {reader.domains_sql()} AS d WHERE domain IN (SELECT unnest(?::VARCHAR[]))",
                [domains],
            ).to_pylist()
        }
        source = score_source(reader)
        own = source is None and not reader.trusted_domains
        word = _OWN_WORD if own else _sentence(authority_basis(reader))
        [total] = reader.query(f"SELECT count(*) AS n FROM {reader.domains_sql()} AS d")["n"].to_pylist()
        origin = ", ".join(reader.origins) or "none"
        reports = []
        for domain in domains:
            row = rows.get(domain)
            common: dict[str, Any] = {
                "domain": domain,
                "origin": f"index ({origin})",
                "data_date": reader.data_date,
                "generation": reader.generation,
                "domains": total,
                "before": None,
            }
            if row is None:
                reports.append(
                    AuthorityReport(**common, **_NOTHING, says=[f"{domain} is not in this index."])
                )
                continue
            known = _NOTHING | {
                "found": True,
                "authority": row["authority"],
                "band": "unknown" if row["authority"] is None else band_of(row["authority"], rules.bands),
                "position": row["rank"],
                "percentile": row["percentile"],
                "pagerank": row["pagerank"],
                "referring_domains": row["referring_domains"],
                "linked_domains": row["linked_domains"],
            }
            reports.append(AuthorityReport(**common, **known, says=[word]))
        return reports


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _value(release: Release, name: str, node: int) -> float | None:
    values = release.score(name)
    return None if values is None else _known(float(values[node]))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
