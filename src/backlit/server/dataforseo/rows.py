"""From the columns of a relation to the objects of an answer: every key of the model, null where nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from backlit.server.dataforseo.conditions import ONE_HUNDRED, absent, quoted
from backlit.server.dataforseo.envelope import TIME_FORMAT
from backlit.server.dataforseo.fields import Field, Table


def select_list(
    table: Table, columns: Collection[str], *, prefix: str = "", scaled: bool = False
) -> list[str]:
    """What to select of a relation so that ``Shape`` can read it: one expression a field, in their order.

    ``scaled`` brings ranks to the scale of a hundred.
    """
    return [_selected(field, prefix + field.name, columns, scaled) for field in table.fields]


def _selected(field: Field, column: str, columns: Collection[str], scaled: bool) -> str:
    if column not in columns:
        return absent(field)
    name = quoted(column)
    if field.rank and scaled:
        name = ONE_HUNDRED.format(name)
    match field.kind:
        case "num":
            # Whole numbers only: clients refuse 3.0, and sums may come as wider types than theirs.
            return f"CAST({name} AS BIGINT)"
        case "time":
            return f"strftime({name}, '{TIME_FORMAT}')"
        case _:
            return name


class Shape:
    """Makes items of rows. ``limit`` is how many entries of each counted map are kept."""

    def __init__(self, table: Table, limit: int = 1000) -> None:
        self._type = table.type
        self._places = [_place(field, limit) for field in table.fields]

    def item(self, row: Sequence[Any]) -> dict[str, Any]:
        """The item of a row that has the columns of ``select_list`` first, in their order."""
        item: dict[str, Any] = {} if self._type is None else {"type": self._type}
        for (within, name, read), value in zip(self._places, row, strict=False):
            holder = item if within is None else item.setdefault(within, {})
            holder[name] = value if value is None or read is None else read(value)
        return item


def _place(field: Field, limit: int) -> tuple[str | None, str, Callable[[Any], Any] | None]:
    within, dot, name = field.name.partition(".")
    read: Callable[[Any], Any] | None = None
    if field.kind == "map.num":

        def read(value: Any) -> Any:
            return largest(value, limit)

    return (within, name, read) if dot else (None, field.name, read)


def largest(counts: dict[str, int], limit: int) -> dict[str, int]:
    """The entries with the greatest counts, the greatest first; of equal ones in the order of their keys."""
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return {key: int(count) for key, count in ordered[:limit]}
