"""What web-graph releases an index has, and what changed from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.errors import InputError
from backlit.release.manifest import ReleaseInfo
from backlit.release.names import Names
from backlit.release.release import Release, open_release, releases
from backlit.release.scores import ScoreInfo

#: By which score referring domains come first in a list, the first that both releases have.
_ORDERS = ("authority", "harmonic_centrality", "cc_harmonic")
Ids = npt.NDArray[np.int64]


class WebRelease(msgspec.Struct, frozen=True):
    """One release: its manifest, its size on disk, its scores and the share of nodes that have each."""

    title: str
    folder: str
    info: ReleaseInfo
    bytes: int
    score_generation: int
    scores: list[ScoreInfo]
    coverage: dict[str, float]


class DomainChange(msgspec.Struct, frozen=True):
    """The referring domains of one domain in two releases.

    ``referring_…`` is ``None`` where the domain is no node. Of those gained and lost the strongest come first, and at
    most as many as were asked for; ``gained_new`` of them were not in the first release at all, and
    ``lost_gone`` are not in the second.
    """

    domain: str
    referring_before: int | None
    referring_after: int | None
    gained_count: int
    lost_count: int
    gained_new: int
    lost_gone: int
    gained: list[str]
    lost: list[str]


class WebChanges(msgspec.Struct, frozen=True):
    """Two releases side by side."""

    before: WebRelease
    after: WebRelease
    nodes_both: int
    nodes_new: int
    nodes_gone: int
    edges_change: int
    domains: list[DomainChange]


def web_info(index: str | Path) -> list[WebRelease]:
    """All releases of an index, newest first."""
    root = Path(index)
    return [_release(Release.open(root / "web" / f"{one.name}-{one.kind}")) for one in releases(root)]


def web_release(index: str | Path, name: str | None = None) -> WebRelease:
    """One release, by name or the newest."""
    return _release(open_release(Path(index), name))


def web_changes(
    index: str | Path, before: str, after: str, domains: Sequence[str] = (), *, most: int = 20
) -> WebChanges:
    """What changed from one release to another, for the whole and for each of ``domains``.

    Nodes are compared by name. Of edges only the numbers are compared, except those of ``domains``. ``most`` bounds
    each list of referring domains.
    """
    old, new = (open_release(Path(index), name) for name in (before, after))
    if old.info.kind != new.info.kind:
        raise InputError(
            f"{old.title} is a graph of {old.info.kind}s and {new.title} one of {new.info.kind}s: "
            "compare two of a kind."
        )
    both = _common(old.names, new.names)
    return WebChanges(
        before=_release(old),
        after=_release(new),
        nodes_both=both,
        nodes_new=new.nodes - both,
        nodes_gone=old.nodes - both,
        edges_change=new.info.edges - old.info.edges,
        domains=[_change(old, new, domain, most) for domain in domains],
    )


def _release(release: Release) -> WebRelease:
    scores = list(release.score_info.values())
    size = sum(path.stat().st_size for path in release.folder.rglob("*") if path.is_file())
    return WebRelease(
        title=release.title,
        folder=str(release.folder),
        info=release.info,
        bytes=size,
        score_generation=release.score_generation,
        scores=scores,
        coverage={one.name: one.known / max(one.nodes, 1) for one in scores},
    )


def _common(a: Names, b: Names) -> int:
    """How many names both have: one pass over each."""
    from backlit.release.loops.names import common

    both = 0
    ours, theirs = a.pieces(), b.pieces()
    left, right = next(ours, None), next(theirs, None)
    while left is not None and right is not None:
        i, j, found = common(left.text, left.offsets, right.text, right.offsets)
        both += found
        left = left.part(i, left.count) if i < left.count else next(ours, None)
        right = right.part(j, right.count) if j < right.count else next(theirs, None)
    return both


def _change(old: Release, new: Release, domain: str, most: int) -> DomainChange:
    before, there_before = _referring(old, domain)
    after, there_after = _referring(new, domain)
    # Each side's referring domains by their numbers in the other release; -1 where they are no node there.
    after_in_old = old.names.find_many(new.names.get_many(after))
    before_in_new = new.names.find_many(old.names.get_many(before))
    gained = ~np.isin(after_in_old, before)
    lost = ~np.isin(before_in_new, after)
    return DomainChange(
        domain=domain,
        referring_before=len(before) if there_before else None,
        referring_after=len(after) if there_after else None,
        gained_count=int(np.count_nonzero(gained)),
        lost_count=int(np.count_nonzero(lost)),
        gained_new=int(np.count_nonzero(after_in_old[gained] < 0)),
        lost_gone=int(np.count_nonzero(before_in_new[lost] < 0)),
        gained=_strongest(new, after[gained], most),
        lost=_strongest(old, before[lost], most),
    )


def _referring(release: Release, domain: str) -> tuple[Ids, bool]:
    node = release.id_of(domain)
    return (np.zeros(0, np.int64), False) if node is None else (release.referring(node), True)


def _strongest(release: Release, ids: Ids, most: int) -> list[str]:
    """Names of at most so many nodes, by the best score there is, then by name."""
    for name in _ORDERS:
        values = release.score(name)
        if values is not None:
            strength = np.nan_to_num(values[ids], nan=-np.inf)
            ids = ids[np.argsort(-strength, kind="stable")]
            break
    return release.names_of(ids[:most])
