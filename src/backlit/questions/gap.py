"""The link gap: who links to rivals and not to the target, to both, or to the target alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.asked import read_targets
from backlit.questions.chance_columns import GAP, GAP_SITES
from backlit.questions.columns import Table
from backlit.questions.listing import Request, Rows, choose, select_list
from backlit.questions.result import Result
from backlit.questions.venn import By, Venn, share, sources_of
from backlit.questions.web_reader import WebReader
from backlit.settings import Settings, default
from backlit.web.target import Target

if TYPE_CHECKING:
    import pyarrow as pa

Mode = Literal["missing", "shared", "only"]

_CONDITIONS: dict[Mode, str] = {
    "missing": "NOT h0 AND rivals >= {least}",
    "shared": "h0 AND rivals >= {least}",
    "only": "h0 AND rivals = 0",
}
_MEANING: dict[Mode, str] = {
    "missing": "link to {rivals} and not to {target}",
    "shared": "link to {target} and to {rivals}",
    "only": "link to {target} and to no rival",
}
_NAME = "source_domain"


class RivalCells(msgspec.Struct, frozen=True, kw_only=True):
    """One rival beside the target: its sources, those it shares with the target, and those the target lacks."""

    rival: str
    sources: int
    shared: int
    missing: int
    jaccard: float | None


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """How many sources lie in each cell; ``missing + shared + only = union`` and ``shared + only = sources``.

    Counts are of domains, or of sites when asked ``by`` site, whatever the mode, filter and ``at_least`` of the rows.
    ``missing_by_rivals[k]`` counts those of the missing that link to exactly ``k + 1`` rivals, and
    ``shared_by_rivals`` likewise.
    """

    target: str
    by: str
    sources: int
    union: int
    missing: int
    shared: int
    only: int
    missing_by_rivals: list[int]
    shared_by_rivals: list[int]
    rivals: list[RivalCells]


def gap(
    index: Index | Reader | WebReader,
    target: Target | str,
    versus: Sequence[Target | str],
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    mode: Mode = "missing",
    at_least: int | Literal["all"] = 1,
    by: By = "domain",
    web: bool = False,
    settings: Settings | None = None,
) -> Result:
    """The sources that link to rivals and not to ``target``, those linked with most rivals first.

    One row a referring domain, with the columns ``GAP`` (``GAP_SITES`` by site); ``result.summary`` is a ``Cells``
    with the exact size of every cell. ``mode`` is ``missing`` (to at least ``at_least`` rivals and not to the
    target), ``shared`` (to the target as well) or ``only`` (to the target and to no rival). Only live links count,
    and what a domain links to itself does not. Where no crawl has anything to say a web-graph release answers at
    the level of domains (``web=True`` asks it at once): counts of links are then NULL.

    Raises ``InputError`` for a rival that is the target, too many rivals, and an ``at_least`` beyond their number.
    """
    settings = settings or default()
    request = Request(where, sort, limit, offset)
    targets, notes = read_targets(target, versus, settings.gap.most_rivals)
    least = _least(mode, at_least, len(targets) - 1)
    if by not in get_args(By):
        raise InputError(f"A gap is by domain or by site, not by {by!r}.")
    table = GAP_SITES if by == "site" else GAP
    default_order = ("links" if mode == "only" else "rivals") + " desc, source_authority desc"
    if mode == "only":
        default_order = "source_authority desc"
    default_order += ", links desc"
    request.check_columns(table)
    with sources_of(index, targets, by=by, web=web, settings=settings) as venn:
        cells = _cells(venn, by)
        relation, parameters = _relation(venn, request.named(table, default_order))
        condition = _CONDITIONS[mode].format(least=least)
        rows = request.rows(relation, parameters, table, default_order, venn.key, condition)
        found, total = _page(venn, rows, table)
        own = _own_note(venn, condition)
        said = [_headline(cells, mode, least, len(targets) - 1), *notes, *own, *venn.notes]
        return Result(found, venn.provenance, total=total, notes=list(dict.fromkeys(said)), summary=cells)


def links_as_text(result: Result) -> Result:
    """The same rows with ``rival_links`` as a text, ``a.com=3 b.org=1``, for tables and spreadsheets."""
    import pyarrow as pa

    rows = result.arrow()
    place = rows.schema.get_field_index("rival_links")
    texts = [
        " ".join(one["rival"] if one["links"] is None else f"{one['rival']}={one['links']}" for one in each)
        for each in rows["rival_links"].to_pylist()
    ]
    rows = rows.set_column(place, "rival_links", pa.array(texts, pa.string()))
    return Result(rows, result.provenance, total=result.total, notes=result.notes, summary=result.summary)


def _least(mode: str, at_least: int | str, rivals: int) -> int:
    if mode not in get_args(Mode):
        raise InputError(f"The mode of a gap is missing, shared or only, not {mode!r}.")
    least = rivals if at_least == "all" else at_least
    if not isinstance(least, int) or isinstance(least, bool):
        raise InputError(f"How many rivals at least is a whole number or all, not {at_least!r}.")
    if not 1 <= least <= rivals:
        there = "there is one rival" if rivals == 1 else f"there are {rivals} rivals"
        raise InputError(
            f"At least {least} rivals cannot be asked for where {there}: use 1 to {rivals}, or all."
        )
    if mode == "only" and at_least != 1:
        raise InputError("Domains that link to the target only link to no rival: leave out at-least.")
    return least


def _relation(venn: Venn, named: set[str]) -> tuple[str, list[Any]]:
    """``venn`` with the columns of the listing; parameters are the names of the rivals."""
    labels = [target.label for target in venn.targets[1:]]
    texts = ", ".join(f"CASE WHEN h{i} THEN ?::VARCHAR END" for i in range(1, len(venn.targets)))
    entries = ", ".join(
        f"CASE WHEN h{i} THEN {{'rival': ?::VARCHAR, 'links': l{i}}} END" for i in range(1, len(venn.targets))
    )
    source = "venn"
    if venn.web is not None:
        if _NAME in named:  # only now do all of them need a name
            nodes = venn.table("SELECT node FROM venn")["node"].to_numpy()
            import pyarrow as pa

            names = venn.web.release.texts_of(nodes).cast(pa.string())
            venn.cursor.register("named", pa.table({"node": nodes, _NAME: names}))
            source = "(SELECT venn.*, named.source_domain FROM venn JOIN named USING (node))"
        else:
            source = f"(SELECT *, CAST(NULL AS VARCHAR) AS {_NAME} FROM venn)"
    return (
        f"SELECT *, l0 AS target_links, concat_ws(' ', {texts}) AS linked_rivals, "
        f"list_filter([{entries}], lambda e: e IS NOT NULL) AS rival_links FROM {source}",
        labels * 2,
    )


def _page(venn: Venn, rows: Rows, table: Table) -> tuple[pa.Table, int]:
    """The rows that were asked for, and how many pass."""
    names = choose(table, None)
    if venn.web is None:
        found = venn.table(*rows.select(select_list(names)))
    else:
        found = venn.table(*rows.select(select_list([*names, "node"])))
        found = _with_names(venn.web, found)
    total = found.num_rows
    if rows.limit is not None or rows.offset:
        total = int(venn.row(*rows.select("count(*)", counting=True))[0])
    return found, total


def _with_names(web: WebReader, rows: pa.Table) -> pa.Table:
    import pyarrow as pa

    nodes = rows["node"].to_numpy()
    names = web.release.texts_of(nodes).cast(pa.string())
    place = rows.schema.get_field_index(_NAME)
    return rows.set_column(place, _NAME, names).drop_columns(["node"])


def _cells(venn: Venn, by: str) -> Cells:
    places = range(1, len(venn.targets))
    by_rivals = venn.rows("SELECT h0, rivals, count(*) FROM venn GROUP BY ALL")
    missing, shared, only = [0] * len(places), [0] * len(places), 0
    for linked, rivals, count in by_rivals:
        if rivals:
            (shared if linked else missing)[rivals - 1] = int(count)
        else:
            only = int(count)
    sizes = venn.sizes()
    pairs = venn.row("SELECT " + ", ".join(f"count(*) FILTER (h0 AND h{i})" for i in places) + " FROM venn")
    return Cells(
        target=venn.targets[0].label,
        by=by,
        sources=sizes[0],
        union=sum(missing) + sum(shared) + only,
        missing=sum(missing),
        shared=sum(shared),
        only=only,
        missing_by_rivals=missing,
        shared_by_rivals=shared,
        rivals=[
            RivalCells(
                rival=venn.targets[i].label,
                sources=sizes[i],
                shared=int(both),
                missing=sizes[i] - int(both),
                jaccard=share(int(both), sizes[0] + sizes[i] - int(both)),
            )
            for i, both in zip(places, pairs, strict=True)
        ],
    )


def _headline(cells: Cells, mode: Mode, least: int, rivals: int) -> str:
    """The cells in a sentence."""
    what = "sites" if cells.by == "site" else "domains"
    versus = cells.rivals[0].rival if rivals == 1 else "a rival"
    said = (
        f"{cells.union:,} {what} link to any of them: {cells.missing:,} to {versus} and not to {cells.target} "
        f"(missing), {cells.shared:,} to both (shared), {cells.only:,} to {cells.target} only."
    )
    if least > 1:
        which = "all" if least == rivals else f"at least {least}"
        asked = _MEANING[mode].format(rivals=f"{which} of the {rivals} rivals", target=cells.target)
        counts = cells.missing_by_rivals if mode == "missing" else cells.shared_by_rivals
        said += f" {sum(counts[least - 1 :]):,} {asked}."
    return said


def _own_note(venn: Venn, condition: str) -> list[str]:
    """A sentence if the target's or a rival's own domain is among the rows."""
    rows = venn.rows(
        f"SELECT source_role, count(*) FROM venn WHERE source_role <> 'other' AND {condition} "
        "GROUP BY source_role ORDER BY source_role DESC"
    )
    if not rows:
        return []
    counts = dict(rows)
    named = ["the target's own domain"] if "target" in counts else []
    if "rival" in counts:
        named.append("a rival's domain" if counts["rival"] == 1 else f"{counts['rival']} domains of rivals")
    plural = len(named) > 1 or counts.get("rival", 0) > 1
    return [
        f"Among them {'are' if plural else 'is'} {' and '.join(named)}: "
        f'--where "source_role = other" leaves {"them" if plural else "it"} out.'
    ]
