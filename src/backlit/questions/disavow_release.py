"""What a disavow file would cost a domain in a ranked web-graph release."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import msgspec
import numpy as np

from backlit.authority.engine import authority_vector
from backlit.authority.stored import stored_authority, stored_ranking
from backlit.graph.contributions import recompute
from backlit.graph.csr import Edges
from backlit.questions.whatif import whatif
from backlit.release.release import Release, open_release, releases
from backlit.settings import Settings
from backlit.web.disavow.entry import Cover


class ReleaseEffect(msgspec.Struct, frozen=True, kw_only=True):
    """Authority and trust of the target's domain in a release; ``lost`` of its ``sources`` would go."""

    release: str
    sources: int
    lost: int
    authority_before: float | None
    authority_after: float | None
    trust_before: float | None
    trust_after: float | None
    data_date: str | None
    says: list[str]


def effect_in_release(
    root: Path,
    domain: str,
    cover: Cover,
    gone: Collection[str],
    *,
    name: str | None,
    settings: Settings,
    threads: int | None = None,
) -> ReleaseEffect | None:
    """The effect on ``domain``; None where there is no ranked release.

    Out of the graph go the sources whose whole domain is covered, and ``gone``, those without a link left in the
    index.
    """
    release = _ranked(root, name)
    if release is None:
        return None
    node = release.id_of(domain)
    if node is None:
        return _nothing(release, [f"{domain} is not in the web graph {release.title}."])
    names = release.names_of(release.referring(node))
    lost = [one for one in names if one != domain and (one in gone or cover.host(one) is not None)]
    trust = release.score("trust")
    before = None if trust is None or np.isnan(trust[node]) else float(trust[node])
    if not lost:
        [at] = release.graph_ids(np.array([node])).tolist()
        score = float(stored_authority(release).score[at])
        return msgspec.structs.replace(
            _nothing(release, []),
            sources=len(names),
            authority_before=score,
            authority_after=score,
            trust_before=before,
            trust_after=before,
        )
    found = whatif(
        root, domain, lose=lost, exact=True, release=release.info.name, settings=settings, threads=threads
    )
    says = ["A link of the web graph is one referring domain of unknown rel: nofollow counts like any other."]
    after = None
    if before is not None:
        after = _trust_after(release, domain, lost, settings, threads)
        if after is None:
            says.append(
                "Trust afterwards is unknown: it is a place among all sites here, which would move too."
            )
    return ReleaseEffect(
        release=release.title,
        sources=len(names),
        lost=len(lost),
        authority_before=found.authority_now,
        authority_after=found.authority_exact,
        trust_before=before,
        trust_after=after,
        data_date=release.info.data_date,
        says=says,
    )


def _trust_after(
    release: Release, domain: str, lost: list[str], settings: Settings, threads: int | None
) -> float | None:
    """Trust where it is one minus spam mass, γ R / p, of the changed graph; None where it is a quantile."""
    ranking = stored_ranking(release)
    if ranking is None or ranking.trust_source != "spam mass":
        return None
    nodes = [release.id_of(name) for name in (domain, *lost)]
    target, *sources = release.graph_ids(np.array([node for node in nodes if node is not None])).tolist()
    removed = Edges(np.array(sources, np.int64), np.full(len(sources), target, np.int64))
    found, rule, tolerance = stored_authority(release), settings.trust, settings.authority.tolerance
    plain = recompute(
        release.graph, None, removed=removed, damping=found.damping, tolerance=tolerance, threads=threads
    ).scores[target]
    least = (1 - found.damping) / max(release.graph.nodes, 1)
    if plain < rule.candidate_factor * least * (1 - 1e-9):
        return None
    good = recompute(
        release.graph,
        found.flow,
        removed=removed,
        jump=authority_vector(found),
        damping=found.damping,
        tolerance=tolerance,
        threads=threads,
    ).scores[target]
    return float(np.clip(rule.core_share * good / plain, 0, 1))


def _nothing(release: Release, says: list[str]) -> ReleaseEffect:
    return ReleaseEffect(
        release=release.title,
        sources=0,
        lost=0,
        authority_before=None,
        authority_after=None,
        trust_before=None,
        trust_after=None,
        data_date=release.info.data_date,
        says=says,
    )


def _ranked(root: Path, name: str | None) -> Release | None:
    """The release asked for, which must be ranked; else the newest ranked one of domains, if any."""
    if name is not None:
        release = open_release(root, name)
        stored_authority(release)  # says what to do when it is not ranked
        return release
    for one in releases(root):
        if one.kind == "domain":
            release = Release.open(root / "web" / f"{one.name}-{one.kind}")
            if stored_ranking(release) is not None:
                return release
    return None
