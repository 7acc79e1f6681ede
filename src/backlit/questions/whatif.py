"""What links would bring a domain, or what losing some would cost it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from backlit.authority.stored import FLOW, RANK, stored_authority
from backlit.authority.whatif import what_if
from backlit.errors import InputError
from backlit.index import Index
from backlit.release.release import Release, open_release, releases
from backlit.settings import Settings
from backlit.web.target import Target


class WhatIfReport(msgspec.Struct, frozen=True, kw_only=True):
    """Authority now, the bounds of what it would be, and the exact value where it was asked for."""

    target: str
    gain: list[str]
    lose: list[str]
    authority_now: float
    authority_low: float
    authority_high: float
    authority_exact: float | None
    reached_now: bool
    already: list[str]
    absent: list[str]
    origin: str
    data_date: str | None
    generation: int
    says: list[str]


def ranked_releases(root: Path) -> list[str]:
    """The releases that a what-if can be asked of, newest first, by the names that ``release`` takes."""
    return [
        f"{one.name}-{one.kind}"
        for one in releases(root)
        if {"authority", FLOW, RANK} <= set(open_release(root, f"{one.name}-{one.kind}").score_info)
    ]


def whatif(
    index: Index | str | Path,
    target: str,
    *,
    gain: Sequence[str] = (),
    lose: Sequence[str] = (),
    exact: bool = False,
    release: str | None = None,
    settings: Settings | None = None,
    threads: int | None = None,
) -> WhatIfReport:
    """The authority of ``target`` if the domains ``gain`` linked to it and ``lose`` did no longer.

    It is asked of a ranked web-graph release. Raises ``InputError`` for a domain that is not in it.
    """
    root = index.path if isinstance(index, Index) else Path(index)
    chosen = open_release(root, release) if release or releases(root) else None
    if chosen is None:
        raise InputError(
            "A what-if needs a ranked web-graph release: bring one in with `backlit web import`, "
            "then run `backlit web rank`."
        )
    found = stored_authority(chosen)
    nodes: dict[str, int] = {}
    for text in (target, *gain, *lose):
        domain = Target.parse(text, "domain").domain
        node = chosen.id_of(domain)
        if node is None:
            raise InputError(f"{domain} is not in the web graph {chosen.title}: name a domain that is.")
        nodes[text] = int(chosen.graph_ids(np.array([node]))[0])
    answer = what_if(
        chosen.graph,
        found,
        nodes[target],
        gain=[nodes[name] for name in gain],
        lose=[nodes[name] for name in lose],
        exact=exact,
        settings=settings,
        threads=threads,
    )
    by_node = {node: Target.parse(name, "domain").domain for name, node in nodes.items()}
    return WhatIfReport(
        target=by_node[nodes[target]],
        gain=[by_node[nodes[name]] for name in gain],
        lose=[by_node[nodes[name]] for name in lose],
        authority_now=answer.authority_now,
        authority_low=answer.authority_low,
        authority_high=answer.authority_high,
        authority_exact=answer.authority_exact,
        reached_now=answer.reached_now,
        already=[by_node[node] for node in answer.already],
        absent=[by_node[node] for node in answer.absent],
        origin=f"web graph {chosen.title}",
        data_date=chosen.info.data_date,
        generation=chosen.score_generation,
        says=_sentences(chosen, answer.already, answer.absent, by_node),
    )


def _sentences(
    release: Release, already: tuple[int, ...], absent: tuple[int, ...], names: dict[int, str]
) -> list[str]:
    said = [
        "Core and scale stay as they are; each link counts as a followed one in content. "
        "A lost link is one that is ignored, not one that is punished."
    ]
    if already:
        said.append(
            f"Already linking, so nothing is gained by: {', '.join(names[node] for node in already)}."
        )
    if absent:
        said.append(f"Not linking, so nothing is lost with: {', '.join(names[node] for node in absent)}.")
    return said
