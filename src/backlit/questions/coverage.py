"""What an index knows of its links and pages, and what it does not: counted over all of them, once a generation."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

from backlit.index import Reader
from backlit.questions.listing import fetch

#: Facets of the rollups that say of how many links something is known.
_OF_LINKS = ("placement", "hidden", "rel", "language")


class Known(NamedTuple):
    """Of how many links or pages (``of``) something is known."""

    what: str
    known: int
    of: int


class Coverage(NamedTuple):
    """``links`` and ``pages`` by what is known of them; ``depths``: live links by how deep they were seen."""

    links: list[Known]
    pages: list[Known]
    depths: list[tuple[str, int]]


_KEPT: WeakKeyDictionary[Reader, Coverage] = WeakKeyDictionary()


def coverage(reader: Reader) -> Coverage:
    """The coverage of the generation of ``reader``."""
    found = _KEPT.get(reader)
    if found is None:
        found = _KEPT[reader] = _counted(reader)
    return found


def _counted(reader: Reader) -> Coverage:
    facets = fetch(
        reader,
        f"SELECT facet, value, sum(links)::BIGINT FROM {reader.table_sql('facets')} AS f "
        f"WHERE facet IN ({', '.join('?' * (len(_OF_LINKS) + 1))}) GROUP BY ALL",
        [*_OF_LINKS, "depth"],
    )
    [(live,)] = fetch(
        reader, f"SELECT coalesce(sum(links), 0)::BIGINT FROM {reader.table_sql('totals')} AS t", []
    )
    links = [
        Known(name, sum(n for facet, value, n in facets if facet == name and value is not None), int(live))
        for name in _OF_LINKS
    ]
    [row] = fetch(
        reader,
        "SELECT count(*), count(title), count(language), count(words), count(template_digest), count(ip), "
        f"count(fetched_at) FROM {reader.pages_sql()} AS p",
        [],
    )
    names = ("title", "language", "words", "template", "ip")
    pages = [Known(name, int(value), int(row[0])) for name, value in zip(names, row[1:], strict=False)]
    depths = sorted(
        (str(value), int(n)) for facet, value, n in facets if facet == "depth" and value is not None
    )
    return Coverage(links, pages, depths)
