"""Quality times quantity: the referring domains of a target by their authority and by how many links they hold."""

from __future__ import annotations

from typing import NamedTuple

from backlit.index import Reader
from backlit.questions.listing import as_target, fetch
from backlit.settings import Settings
from backlit.web.target import Target

#: Least numbers of links of the columns.
_LINKS = (1, 2, 10, 100, 1000)


class Span(NamedTuple):
    """A row or column: its label, the test of a filter that keeps what is in it, and the band of an authority."""

    label: str
    test: str
    band: str = ""


class Cell(NamedTuple):
    """Domains and their links within one span of authority and one of numbers of links."""

    domains: int
    links: int
    where: str


class Grid(NamedTuple):
    """The spans of authority, strongest first and the unknown last where there are any; those of links; the cells."""

    authority: list[Span]
    links: list[Span]
    cells: list[list[Cell]]
    most: int


def quality_quantity(reader: Reader, target: Target | str, settings: Settings) -> Grid:
    """The live referring domains of ``target`` as a grid."""
    excellent, okay = float(settings.bands.excellent), float(settings.bands.okay)
    edges = [(excellent + 100) / 2, excellent, okay, okay / 2]
    bands = ("excellent", "excellent", "okay", "weak", "weak")
    spans = [Span(_label(low, high), _test("source_authority", low, high), band)
             for low, high, band in zip([*edges, None], [None, *edges], bands, strict=True)]  # fmt: skip
    columns = [
        Span(_label(low, high, whole=True), _test("links", low, high))
        for low, high in zip(_LINKS, [*_LINKS[1:], None], strict=True)
    ]
    place = "CASE WHEN source_authority IS NULL THEN 5 " + "".join(
        f"WHEN source_authority >= {edge!r} THEN {i} " for i, edge in enumerate(edges)
    )
    column = "CASE " + "".join(f"WHEN links >= {_LINKS[i]} THEN {i} " for i in reversed(range(len(_LINKS))))
    sql, parameters = reader.rollup_sql("referring", as_target(target))
    found = fetch(
        reader,
        f"SELECT {place} ELSE 4 END AS a, {column} END AS n, count(*), sum(links)::BIGINT "
        f"FROM ({sql}) WHERE links > 0 GROUP BY ALL",
        parameters,
    )
    counts = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in found}
    if any(a == 5 for a, _ in counts):
        spans.append(Span("", "source_authority is null", "unknown"))
    cells = [
        [Cell(*counts.get((a, n), (0, 0)), f"{span.test} and {many.test}") for n, many in enumerate(columns)]
        for a, span in enumerate(spans)
    ]
    return Grid(spans, columns, cells, max((cell.domains for row in cells for cell in row), default=0))


def _label(low: float | None, high: float | None, whole: bool = False) -> str:
    if low is None:
        return f"below {high:g}"
    if high is None:
        return f"{low:g}+" if whole else f"{low:g}–100"
    return f"{low:g}" if high - 1 <= low else f"{low:g}–{high - 1:g}"


def _test(column: str, low: float | None, high: float | None) -> str:
    tests = [f"{column} >= {low:g}"] if low is not None else []
    tests += [f"{column} < {high:g}"] if high is not None else []
    return " and ".join(tests)
