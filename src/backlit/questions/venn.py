"""Who links to each of several targets: one row a source, in a database of its own for one question.

A target's sources are the domains (or sites) with a live link to it, **without its own domain**: what a domain
links to itself comes from within. The rows lie in a temporary table ``venn`` that only the question's cursor
sees. Target ``i`` (0 is the first, the one asked about) has the columns ``h<i>``, whether the source links to it,
and ``l<i>``, by how many live links (NULL where that is unknown, as in a web graph).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.absence import no_link_notes
from backlit.questions.listing import fetch, reading, scored_provenance
from backlit.questions.result import Provenance
from backlit.questions.score_source import not_in_release
from backlit.questions.web_reader import WORD, WebReader, web_reader
from backlit.questions.web_venn import WEB_KEY, web_table
from backlit.settings import Settings
from backlit.web.target import Target

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

By = Literal["domain", "site"]

#: Columns of ``venn`` besides ``h<i>`` and ``l<i>``.
_SUMMED = ("links", "follow_links", "content_links")


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two targets: how many sources link to both, over those that link to either, and to one of them alone."""

    a: str
    b: str
    shared: int
    jaccard: float | None
    a_only: int
    b_only: int


class Venn:
    """The sources of ``targets``; ``key`` are the columns that tell two sources apart."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        targets: Sequence[Target],
        key: tuple[str, ...],
        provenance: Provenance,
        notes: Sequence[str],
        *,
        reader: Reader | None = None,
        web: WebReader | None = None,
    ) -> None:
        self.cursor = cursor
        self.targets = list(targets)
        self.key = key
        self.provenance = provenance
        self.notes = list(notes)
        #: What the rows were read from: the one or the other.
        self.reader = reader
        self.web = web

    def table(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """The rows of a statement over ``venn``."""
        return self.cursor.sql(sql, params=list(parameters)).to_arrow_table()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement over ``venn`` as tuples."""
        found: list[tuple[Any, ...]] = self.cursor.execute(sql, list(parameters)).fetchall()
        return found

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The one row of a statement over ``venn``."""
        [found] = self.rows(sql, parameters)
        return found

    def sizes(self) -> list[int]:
        """How many sources each target has."""
        counts = ", ".join(f"count(*) FILTER (h{i})" for i in range(len(self.targets)))
        return [int(n) for n in self.row(f"SELECT {counts} FROM venn")]

    def pairs(self) -> list[Pair]:
        """Every two of the targets, in the order asked for."""
        sizes = self.sizes()
        places = [(i, j) for i in range(len(sizes)) for j in range(i + 1, len(sizes))]
        if not places:
            return []
        counts = ", ".join(f"count(*) FILTER (h{i} AND h{j})" for i, j in places)
        both = self.row(f"SELECT {counts} FROM venn")
        return [
            Pair(
                a=self.targets[i].label,
                b=self.targets[j].label,
                shared=int(shared),
                jaccard=share(int(shared), sizes[i] + sizes[j] - int(shared)),
                a_only=sizes[i] - int(shared),
                b_only=sizes[j] - int(shared),
            )
            for (i, j), shared in zip(places, both, strict=True)
        ]


def share(part: int, whole: int) -> float | None:
    """A share to four places; ``None`` of nothing."""
    return round(part / whole, 4) if whole else None


@contextlib.contextmanager
def sources_of(
    index: Index | Reader | WebReader,
    targets: Sequence[Target],
    *,
    by: By = "domain",
    web: bool = False,
    settings: Settings,
) -> Iterator[Venn]:
    """The sources of ``targets``, from the index, or from a web-graph release where that is all there is.

    The release answers too when it is asked for (``web``), and when the index knows no link to one of the targets
    while the release knows all of them: sets can only be held against each other when they come from one source.
    """
    reader = chosen_release(index, targets, by, web=web)
    if reader is not None:
        with (
            contextlib.nullcontext(reader) if reader is index else reader,
            web_table(reader, targets) as cursor,
        ):
            notes = [WORD, *_absent_in(reader, targets)]
            if isinstance(index, Index) and not web:
                notes.insert(0, _instead(index, targets, reader))
            yield Venn(cursor, targets, (WEB_KEY,), release_provenance(reader), notes, web=reader)
        return
    assert not isinstance(index, WebReader)
    with reading(index) as pinned, contextlib.closing(pinned.con.cursor()) as cursor:
        sql, parameters = _statement(pinned, targets, by)
        cursor.execute(f"CREATE TEMP TABLE venn AS {sql}", parameters).fetchall()
        key = ("source_site", "source_domain") if by == "site" else ("source_domain",)
        venn = Venn(cursor, targets, key, scored_provenance(pinned), not_in_release(pinned), reader=pinned)
        empty = [one for one, size in zip(targets, venn.sizes(), strict=True) if not size]
        for one in empty[:3]:
            venn.notes += no_link_notes(pinned, one, settings)
        if len(empty) > 3:
            others = ", ".join(one.label for one in empty[3:])
            venn.notes.append(f"No live link leads to {others} either.")
        yield venn


def chosen_release(
    index: Index | Reader | WebReader, targets: Sequence[Target], by: str = "domain", *, web: bool = False
) -> WebReader | None:
    """The release that answers about ``targets``, or ``None`` where the index does."""
    if isinstance(index, WebReader):
        found: WebReader | None = index
    elif not isinstance(index, Index):
        if web:
            raise InputError("A reader of an index has no web graph: ask the index itself.")
        return None
    else:
        found = web_reader(index.path)
        if web and found is None:
            raise InputError(
                "There is no web-graph release here: bring one in with `backlit web import`, or leave out --web."
            )
        if not web and (found is None or by == "site" or not _knows_more(index, targets, found)):
            return None
    assert found is not None
    for one in targets:
        found.check(one)
    if by == "site":
        raise InputError("A web graph knows no sites below domains: ask by domain.")
    return found


def _knows_more(index: Index, targets: Sequence[Target], release: WebReader) -> bool:
    """Whether some target has no link in the index, and the release knows all of them."""
    if any(one.kind != "domain" or release.release.id_of(one.domain) is None for one in targets):
        return False
    return bool(_unlinked(index, targets))


def _unlinked(index: Index, targets: Sequence[Target]) -> list[Target]:
    with reading(index) as reader:
        found = []
        for one in targets:
            sql, parameters = reader.rollup_sql("totals", one)
            if not fetch(reader, f"SELECT 1 FROM ({sql}) LIMIT 1", parameters):
                found.append(one)
        return found


def _instead(index: Index, targets: Sequence[Target], reader: WebReader) -> str:
    names = ", ".join(one.label for one in _unlinked(index, targets))
    return f"No link of this index leads to {names}: the web graph {reader.release.title} answers for all of them."


def _absent_in(reader: WebReader, targets: Sequence[Target]) -> list[str]:
    said = []
    for one in targets:
        if reader.release.id_of(one.domain) is None:
            said.append(f"{one.label} is not in the web graph {reader.release.title}.")
        elif not len(reader.referring(one.domain)):
            said.append(f"No domain links to {one.label} in the web graph {reader.release.title}.")
    return said


def release_provenance(reader: WebReader) -> Provenance:
    """Where figures of a release come from."""
    scored = None if reader.authority_release is None else f"web graph {reader.authority_release}"
    return Provenance(tuple(reader.origins), reader.data_date, reader.generation, scored)


def _statement(reader: Reader, targets: Sequence[Target], by: By) -> tuple[str, list[Any]]:
    """The rows of ``venn``: the sources of each target below each other, then one row a source."""
    parts, parameters = [], list[Any]()
    for i, target in enumerate(targets):
        sql, values = _of_site(reader, target) if by == "site" else _of_domain(reader, target)
        parts.append(f"SELECT {i} AS t, * FROM ({sql})")
        parameters += values
    key = "source_site, source_domain" if by == "site" else "source_domain"
    count = len(targets)
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in _SUMMED)
    each = ", ".join(
        f"bool_or(t = {i}) AS h{i}, CAST(coalesce(sum(links) FILTER (t = {i}), 0) AS BIGINT) AS l{i}"
        for i in range(count)
    )
    domains = [target.domain for target in targets]
    rivals = ", ".join("?" for _ in domains[1:])
    role = f"CASE source_domain WHEN ? THEN 'target' ELSE CASE WHEN source_domain IN ({rivals}) THEN 'rival' "
    role += "ELSE 'other' END END"
    if count == 1:
        role, domains = "'other'", []
    return (
        f"SELECT {key}, max(source_authority) AS source_authority, count(*) FILTER (t > 0) AS rivals, {sums}, "
        f"min(first_seen) AS first_seen, max(last_seen) AS last_seen, {each}, {role} AS source_role "
        f"FROM ({' UNION ALL '.join(parts)}) GROUP BY {key}",
        [*domains, *parameters],
    )


def _of_domain(reader: Reader, target: Target) -> tuple[str, list[Any]]:
    sql, parameters = reader.rollup_sql("referring", target)
    return (
        "SELECT source_domain, source_authority, links, "
        "CASE WHEN follow_links + nofollow_links > 0 THEN follow_links END AS follow_links, content_links, "
        f"first_seen, last_seen FROM ({sql}) "
        "WHERE links > 0 AND source_domain <> ?",
        [*parameters, target.domain],
    )


def _of_site(reader: Reader, target: Target) -> tuple[str, list[Any]]:
    """Counted from the links, for rollups know domains only. What links within a site is in no index."""
    sql, parameters = reader.links_sql(target, with_authority=False)
    within = "AND source_domain <> ?" if target.kind == "domain" else ""
    return (
        "SELECT source_site, source_domain, s.source_authority, links, follow_links, content_links, first_seen, "
        "last_seen FROM (SELECT source_site, source_domain, count(*) AS links, "
        "CASE WHEN count(follow) > 0 THEN count(*) FILTER (follow) END AS follow_links, "
        "CASE WHEN count(placement) > 0 THEN count(*) FILTER (placement IN ('content', 'list')) END AS content_links, "
        "CAST(min(first_seen) AS DATE) AS first_seen, CAST(max(last_seen) AS DATE) AS last_seen "
        f"FROM ({sql}) WHERE lost_at IS NULL {within} GROUP BY source_site, source_domain) "
        f"LEFT JOIN {reader.source_scores_sql(target.domain)} s USING (source_domain)",
        [*parameters, *([target.domain] if within else []), target.domain],
    )
