"""The table of every listing: filter, order, columns, pages and files, all of it in the page's address.

A page describes its listing once (``Listing``); ``listed`` asks the question with what the address says and gives
what the template ``_listing.html`` shows. A filter that cannot be read is told beside its box and the input is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import Markup

from backlit.errors import FilterError, InputError
from backlit.questions.columns import Table
from backlit.questions.filter_tests import (
    ALL_OFFERED,
    check_filter,
    fields,
    joined,
    keys_of,
    one_test,
    tests_of,
)
from backlit.questions.filter_tests import Field as Column
from backlit.questions.result import Provenance, Result
from backlit.server.dashboard import format as shown
from backlit.server.dashboard.cells import Cell, Shown, cell, is_number
from backlit.server.dashboard.strings import text, text_or
from backlit.server.dashboard.view import Elsewhere, View

SIZES = (25, 50, 100, 250)
_ROWS = 50
_MOST_OFFSET = 10_000_000_000
#: Of one column, the controls that build a test.
BUILD = ("f_column", "f_operator", "f_value")


class Asked(NamedTuple):
    """What an address asks of a listing: what the library's questions take."""

    where: str | None
    sort: str | None
    limit: int
    offset: int
    status: str | None
    columns: list[str]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A listing of a page.

    ``ask`` is the question. ``table`` names all its columns, ``shown`` those that are shown unless others are chosen,
    ``sort`` the order it has by itself. ``statuses`` are the choices of ``status``, the usual one first; the words
    come from ``listing.status.NAME``. ``api`` is its path in the API, where all its rows can be had as files; None
    has no files. ``carry`` names further parameters of the page that filters and files keep, ``keep`` those that
    filters alone keep. ``cells`` are own ways to show a column; ``key`` is the column whose values stand for rows that
    are selected; ``example`` is a filter for the empty box; ``whole`` says
    that the question gives all columns it has, not only those that are asked for.
    """

    name: str
    table: Table
    ask: Callable[[View, Asked], Result]
    shown: Sequence[str]
    sort: str
    statuses: Sequence[str] = ()
    api: str | None = None
    carry: Sequence[str] = ()
    keep: Sequence[str] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict)
    key: str | None = None
    example: str | None = None
    whole: bool = True


class Head(NamedTuple):
    """The head of a column: its label, meaning, the address that sorts by it, and how it is sorted now."""

    name: str
    label: str
    says: str
    numeric: bool
    sort: str | None
    sorted: str | None


class Line(NamedTuple):
    """One row: its cells, and its key where rows can be selected."""

    key: Any
    cells: list[Shown]


class Choice(NamedTuple):
    """Something that can be chosen: by its address, or as a box in a form."""

    name: str
    label: str
    url: str
    chosen: bool
    says: str = ""


@dataclass(kw_only=True)
class Listed:
    """A listing that was asked, as its template shows it. ``problem`` is what cannot be read in the address."""

    view: View
    listing: Listing
    heads: list[Head]
    lines: list[Line]
    total: int | None
    limit: int
    offset: int
    where: str
    tests: list[Choice]
    problem: str | None
    pointer: str | None
    columns: list[Choice]
    statuses: list[Choice]
    fields: list[Column]
    notes: Sequence[str]
    provenance: Provenance | None
    rows: list[dict[str, Any]]

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return self.offset + 1

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.offset + len(self.lines)

    @property
    def filtered(self) -> bool:
        """Whether a filter keeps rows away."""
        return bool(self.where)

    @property
    def example(self) -> str:
        """A filter of this listing, for the empty box."""
        if self.listing.example is not None:
            return self.listing.example
        names = {name for name, _, _ in self.listing.table}
        if {"follow", "source_authority"} <= names:
            return "follow and source_authority >= 40"
        return next(
            (f"{name} >= 10" for name in ("links", "new_links", "source_authority") if name in names), ""
        )

    @property
    def operators(self) -> Sequence[str]:
        """The operators of the control that builds tests."""
        return ALL_OFFERED

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that forms of the listing carry along, but for those that they set themselves."""
        names = (
            "target",
            "kind",
            "sort",
            "limit",
            "status",
            "columns",
            *self.listing.carry,
            *self.listing.keep,
        )
        return [
            (name, ",".join(self.view.several(name)) if name == "columns" else self.view.one(name) or "")
            for name in names
            if self.view.one(name)
        ]

    def page_url(self, offset: int) -> str:
        """The address of the page that begins at ``offset``."""
        return self.view.here(offset=offset or None)

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return self.page_url(max(0, self.offset - self.limit)) if self.offset else None

    @property
    def next(self) -> str | None:
        """The address of the page behind."""
        more = self.last < self.total if self.total is not None else len(self.lines) == self.limit
        return self.page_url(self.offset + self.limit) if more and self.lines else None

    @property
    def sizes(self) -> list[Choice]:
        """How many rows a page may have."""
        return [
            Choice(
                str(n), str(n), self.view.here(limit=None if n == _ROWS else n, offset=None), n == self.limit
            )
            for n in SIZES
        ]

    @property
    def without_filter(self) -> str:
        """The address without a filter."""
        return self.view.here(where=None, offset=None)

    @property
    def files(self) -> list[Choice]:
        """All rows of this listing as files, with the same filter, order and columns."""
        if self.listing.api is None or self.problem is not None:
            return []
        asked = {name: self.view.one(name) for name in ("where", "sort", "status", *self.listing.carry)}
        asked["columns"] = ",".join(self.view.several("columns")) or None
        labels = (("csv", "CSV"), ("parquet", "Parquet"), ("jsonl", "JSON lines"))
        return [
            Choice(f, label, self.view.api(self.listing.api, **asked, format=f), False) for f, label in labels
        ]


def listed(view: View, listing: Listing, **fixed: Any) -> Listed:
    """The listing as the address asks for it; ``fixed`` values of ``Asked`` stand whatever the address says.

    Raises ``Elsewhere``, which becomes a redirect, where the controls of the filter were used.
    """
    known = [name for name, _, _ in listing.table]
    where, problem, pointer = view.one("where"), None, None
    if any(view.one(name) for name in BUILD[:1]) and view.one("add"):
        try:
            test = one_test(
                view.one(BUILD[0]) or "", view.one(BUILD[1]) or "=", view.one(BUILD[2]) or "", listing.table
            )
            every = [*([where] if where else []), test]
            gone = dict.fromkeys((*BUILD, "add", "offset"))
            raise Elsewhere(view.here(**gone, where=joined(every)))
        except FilterError as error:
            problem, pointer = _told(error)
    wanted = [name for name in view.several("columns") if name in known] or list(listing.shown)
    sizes = view.whole("limit", _ROWS, 500) or _ROWS
    offset = view.whole("offset", 0, _MOST_OFFSET)
    status = view.choice("status", tuple(listing.statuses), listing.statuses[0]) if listing.statuses else None
    sort = view.one("sort")
    asked = Asked(where, sort, sizes, offset, status, wanted)._replace(**fixed)
    tests: list[str] = []
    keys: list[tuple[str, bool]] = []
    result: Result | None = None
    try:
        if where is not None:
            check_filter(where, listing.table)
            tests = tests_of(where, listing.table)
        keys = keys_of(sort or listing.sort, listing.table)
        if problem is None:
            result = listing.ask(view, asked)
    except FilterError as error:
        problem, pointer = _told(error)
    rows = [] if result is None else result.rows()
    there = wanted if result is None else [name for name in wanted if name in result.columns]
    possible = (
        known if result is None or not listing.whole else [name for name in known if name in result.columns]
    )
    kinds = {name: kind for name, kind, _ in listing.table}
    lines = [
        Line(
            row.get(listing.key) if listing.key else None,
            [cell(view, name, kinds[name], row[name], row, listing.cells) for name in there],
        )
        for row in rows
    ]
    return Listed(
        view=view,
        listing=listing,
        heads=_heads(view, listing, there, keys),
        lines=lines,
        total=None if result is None else result.total,
        limit=asked.limit,
        offset=asked.offset,
        where=where or "",
        tests=_tests(view, tests),
        problem=problem,
        pointer=pointer,
        columns=[
            Choice(name, label(name, listing.name), "", name in there, _says(listing.table, name))
            for name in possible
        ],
        statuses=_statuses(view, listing, status),
        fields=fields(listing.table),
        notes=() if result is None else result.notes,
        provenance=None if result is None else result.provenance,
        rows=rows,
    )


def label(name: str, listing: str = "") -> str:
    """The name of a column for people, in one listing or in all."""
    general = text_or(f"columns.name.{name}", name.replace("_", " "))
    return text_or(f"columns.of.{listing}.{name}", general)


def _says(table: Table, column: str) -> str:
    return next((says for name, _, says in table if name == column), "")


def _told(error: InputError) -> tuple[str, str | None]:
    """The sentence of an error, and the lines that point at the place."""
    sentence, _, pointer = str(error).partition("\n")
    return sentence, pointer or None


def _heads(view: View, listing: Listing, names: Sequence[str], keys: list[tuple[str, bool]]) -> list[Head]:
    sortable = {column.name for column in fields(listing.table)}
    now = dict(keys[:1])
    made = []
    for name, kind, says in sorted(
        (c for c in listing.table if c[0] in names), key=lambda c: names.index(c[0])
    ):
        numeric = is_number(name, kind)
        # Of figures and days the largest is looked for first.
        down = not now[name] if name in now else numeric or kind == "time"
        order = f"{name} desc" if down else name
        url = view.here(sort=order, offset=None) if name in sortable else None
        way = None if name not in now else "descending" if now[name] else "ascending"
        made.append(Head(name, label(name, listing.name), says, numeric, url, way))
    return made


def _tests(view: View, tests: list[str]) -> list[Choice]:
    """The tests that all must hold, each with the address without it."""
    return [
        Choice(
            test,
            shown.cut(test, 80),
            view.here(where=joined(tests[:i] + tests[i + 1 :]) if len(tests) > 1 else None, offset=None),
            True,
        )
        for i, test in enumerate(tests)
    ]


def _statuses(view: View, listing: Listing, chosen: str | None) -> list[Choice]:
    return [
        Choice(
            word,
            text_or(f"listing.status.{word}", word),
            view.here(status=None if word == listing.statuses[0] else word, offset=None),
            word == chosen,
        )
        for word in listing.statuses
    ]


def provenance_line(source: Provenance | None) -> Markup:
    """Where figures come from, in one line."""
    if source is None:
        return Markup("")
    origins = ", ".join(source.origins) or str(text("base.nothing_yet"))
    line = text(
        "base.provenance", origins=origins, date=shown.day(source.data_date), generation=source.generation
    )
    if source.authority is not None:
        line += text("base.provenance_authority", authority=source.authority)
    return line
