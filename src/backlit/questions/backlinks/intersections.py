"""Who links to several targets: referring domains, or referring pages, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from backlit.questions.backlinks.links import FIELDS, quoted
from backlit.questions.backlinks.measures import MEASURES
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.selection import Selection

Mode = Literal["all", "partial"]

#: Fields of a row of ``page_intersection``.
PAGE_FIELDS = tuple(
    field for field in FIELDS if field != "image_url" and not field.startswith("ranked_keywords_info.")
)


def domain_intersection(
    targets: Mapping[str, Selection], excluded: Sequence[Selection] = (), mode: Mode = "all"
) -> Relation:
    """One row a referring registrable domain that links to every target (``partial``: to at least one) and to none
    excluded.

    Columns ``1.type``, ``1.target`` (the referring domain), ``1.rank`` … for each key of ``targets``, the same as in
    its ``referring_domains``, all NULL where the domain does not link there; ``intersections_count`` and ``order_key``.
    """
    columns = {"type": '"type"', "target": "domain", **{name: quoted(name) for name in MEASURES}}
    kinds = {"type": "'backlinks_domain_intersection'"}
    return _side_by_side(targets, excluded, mode, "referring_domains", "domain", "_domain", columns, kinds)


def page_intersection(
    targets: Mapping[str, Selection], excluded: Sequence[Selection] = (), mode: Mode = "all"
) -> Relation:
    """One row a referring page that links to every target (``partial``: to at least one) and to none excluded.

    Columns ``1.type``, ``1.url_from`` … for each key of ``targets``, the same as in its ``backlinks``, all NULL where
    the page does not link there; ``intersections_count`` and ``order_key``, which is the page.
    """
    columns = {name: quoted(name) for name in PAGE_FIELDS}
    kinds = {"type": "'backlinks_page_intersection'"}
    return _side_by_side(targets, excluded, mode, "backlinks", "url_from", "url_from", columns, kinds)


def _side_by_side(
    targets: Mapping[str, Selection],
    excluded: Sequence[Selection],
    mode: Mode,
    relation: str,
    key: str,
    link_key: str,
    columns: dict[str, str],
    literals: dict[str, str],
) -> Relation:
    """``relation`` of each target joined on ``key``; ``link_key`` is the same in the table of single links."""
    parameters: list[object] = []
    sides, selects = [], []
    for number, (name, chosen) in enumerate(targets.items()):
        made = chosen.relation(relation)
        sides.append(f"side{number} AS MATERIALIZED ({made.sql})")
        parameters += made.parameters
        for field, column in columns.items():
            value = (
                f"CASE WHEN s{number}.{quoted(key)} IS NOT NULL THEN {literals[field]} END"
                if field in literals
                else (f"s{number}.{column}")
            )
            selects.append(f"{value} AS {quoted(f'{name}.{field}')}")
    every = " UNION ALL ".join(f"SELECT {quoted(key)} AS key FROM side{n}" for n in range(len(targets)))
    least = len(targets) if mode == "all" else 1
    tests = "".join(f" AND key NOT IN (SELECT {link_key} FROM {other.table})" for other in excluded)
    joins = " ".join(f"LEFT JOIN side{n} s{n} ON s{n}.{quoted(key)} = k.key" for n in range(len(targets)))
    return Relation(
        f"WITH {', '.join(sides)} SELECT {', '.join(selects)}, k.intersections_count, k.key AS order_key FROM ("
        f"SELECT key, CAST(count(*) AS INTEGER) AS intersections_count FROM ({every}) GROUP BY key "
        f"HAVING count(*) >= {least}) k {joins} WHERE true{tests}",
        tuple(parameters),
    )
