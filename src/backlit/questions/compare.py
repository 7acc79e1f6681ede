"""Targets side by side: how many link, how strong, how they are placed, what is new, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.asked import read_targets
from backlit.questions.chance_columns import COMPARISON
from backlit.questions.listing import fetch
from backlit.questions.profile_figures import movement_of
from backlit.questions.result import Result
from backlit.questions.venn import Pair, Venn, share, sources_of
from backlit.questions.web_reader import WebReader
from backlit.settings import Settings, default
from backlit.web.target import Target


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """What targets have in common: every two of them, the sources of all and of any; and the window of days."""

    targets: list[str]
    window_days: int
    window_start: str | None
    window_end: str | None
    union: int
    in_all: int
    pairs: list[Pair]


def compare(
    index: Index | Reader | WebReader,
    targets: Sequence[Target | str],
    *,
    days: int | None = None,
    web: bool = False,
    settings: Settings | None = None,
) -> Result:
    """``targets`` side by side, one row each, in the order asked for, with the columns ``COMPARISON``.

    ``result.summary`` is an ``Overlap`` with exact intersections of every two. Only live links from other domains
    count. New and lost are those of the last ``days`` up to the data date (90 by the settings), as in a profile.
    From a web-graph release (``web=True``, or where no crawl has anything to say) counts of links are NULL.

    Raises ``InputError`` for fewer than two targets or too many.
    """
    settings = settings or default()
    window = settings.profile.new_lost_days if days is None else days
    if isinstance(window, bool) or not isinstance(window, int) or window < 1:
        raise InputError("The days to look back are a whole number from 1 up.")
    given = [targets] if isinstance(targets, str | Target) else list(targets)
    if len(given) < 2:
        raise InputError("Name at least two targets to compare.")
    chosen, notes = _each_once(given, settings)
    with sources_of(index, chosen, web=web, settings=settings) as venn:
        pairs, sizes = venn.pairs(), venn.sizes()
        sides = [_side(venn, i, size, settings) for i, size in enumerate(sizes)]
        start = end = None
        if venn.reader is not None:
            start, end = _movements(venn.reader, chosen, sides, window)
        # The pairs of the first target come first, in the order of the others.
        with_first = [
            (sizes[0], share(sizes[0], sizes[0])),
            *((p.shared, p.jaccard) for p in pairs[: len(chosen) - 1]),
        ]
        for row, (shared, jaccard) in zip(sides, with_first, strict=True):
            row |= {"shared_domains": shared, "shared_share": share(shared, sizes[0]), "jaccard": jaccard}
        union, in_all = venn.row(
            f"SELECT count(*), count(*) FILTER ({' AND '.join(f'h{i}' for i in range(len(chosen)))}) FROM venn"
        )
        summary = Overlap(
            targets=[target.label for target in chosen],
            window_days=window,
            window_start=start,
            window_end=end,
            union=int(union),
            in_all=int(in_all),
            pairs=pairs,
        )
        said = list(dict.fromkeys([*notes, *venn.notes]))
        return Result(_table(sides), venn.provenance, total=len(sides), notes=said, summary=summary)


def _each_once(given: Sequence[Target | str], settings: Settings) -> tuple[list[Target], list[str]]:
    """The targets, each once: the first named again is put right like the others."""
    read = [one if isinstance(one, Target) else Target.parse(one) for one in given]
    others = [one for one in read[1:] if one != read[0]]
    chosen, notes = read_targets(read[0], others, settings.gap.most_rivals, word="other target")
    if len(others) < len(read) - 1:
        notes.insert(0, f"{read[0].label} is named twice and counts once.")
    return chosen, notes


def _side(venn: Venn, place: int, size: int, settings: Settings) -> dict[str, Any]:
    """What the table of sources and the standing of the domain say of one target."""
    bands = settings.bands
    linked = f"count(*) FILTER (h{place}"
    authority = "source_authority"
    excellent, okay, known = venn.row(
        f"SELECT {linked} AND {authority} >= ?), {linked} AND {authority} >= ? AND {authority} < ?), "
        f"{linked} AND {authority} IS NOT NULL) FROM venn",
        [bands.excellent, bands.okay, bands.excellent],
    )
    target = venn.targets[place]
    row = dict.fromkeys(name for name, _, _ in COMPARISON) | {
        "target": target.label,
        "referring_domains": size,
        "excellent_domains": int(excellent),
        "okay_domains": int(okay),
        "weak_domains": int(known) - int(excellent) - int(okay),
        "unranked_domains": size - int(known),
    }
    if venn.web is not None:
        row["authority"] = venn.web.standing(target.domain)["authority"]
        if venn.web.authority_release is None:
            row |= dict.fromkeys(("excellent_domains", "okay_domains", "weak_domains"))
    elif venn.reader is not None:
        row |= _links(venn.reader, target)
    return row


def _links(reader: Reader, target: Target) -> dict[str, Any]:
    """Counts of links to a target from other domains."""
    sql, parameters = reader.rollup_sql("referring", target)
    sites, links, follow, nofollow, content, own = fetch(
        reader,
        f"WITH r AS ({sql}) SELECT CAST(coalesce(sum(sites), 0) AS BIGINT), CAST(coalesce(sum(links), 0) AS BIGINT), "
        "CAST(coalesce(sum(follow_links), 0) AS BIGINT), CAST(coalesce(sum(nofollow_links), 0) AS BIGINT), "
        "CAST(sum(content_links) AS BIGINT), (SELECT count(*) FROM r WHERE source_domain = ? AND links > 0) "
        "FROM r WHERE links > 0 AND source_domain <> ?",
        [*parameters, target.domain, target.domain],
    )[0]
    known = follow + nofollow > 0 or not links
    placed = _placed(reader, target, own=bool(own)) if links else 0
    standing = fetch(
        reader, f"SELECT authority FROM {reader.domains_sql()} WHERE domain = ?", [target.domain]
    )
    return {
        "referring_sites": sites,
        "links": links,
        "follow_links": follow if known else None,
        "nofollow_links": nofollow if known else None,
        "follow_share": share(follow, follow + nofollow),
        "content_links": content if links else 0,
        "content_share": None if content is None else share(content, placed),
        "authority": standing[0][0] if standing else None,
    }


def _placed(reader: Reader, target: Target, *, own: bool) -> int:
    """Live links of known placement, from other domains."""
    if not own:  # the facets have counted them already
        sql, parameters = reader.rollup_sql("facets", target)
        sql = (
            f"SELECT CAST(sum(links) AS BIGINT) FROM ({sql}) WHERE facet = 'placement' AND value IS NOT NULL"
        )
    else:
        sql, parameters = reader.links_sql(target, with_authority=False)
        sql = f"SELECT count(placement) FROM ({sql}) WHERE lost_at IS NULL AND source_domain <> ?"
        parameters = [*parameters, target.domain]
    return fetch(reader, sql, parameters)[0][0] or 0


def _movements(
    reader: Reader, targets: Sequence[Target], sides: list[dict[str, Any]], window: int
) -> tuple[str | None, str | None]:
    """Fill in new and lost domains, and tell the window's first and last day."""
    snapshots = reader.snapshot_days
    start = end = None
    for target, row in zip(targets, sides, strict=True):
        sql, parameters = reader.rollup_sql("days", target)
        days = reader.query(
            "SELECT day::VARCHAR AS day, new_links, lost_links, new_domains, lost_domains "
            f"FROM ({sql}) AS counted ORDER BY counted.day",
            parameters,
        ).to_pylist()
        moved = movement_of(days, snapshots, reader.data_date, window)
        row["new_domains"], row["lost_domains"] = moved.new_domains, moved.lost_domains
        start, end = moved.start, moved.end
    return start, end


def _table(rows: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    return pa.Table.from_pylist(rows, pa.schema([(name, types[kind]) for name, kind, _ in COMPARISON]))
