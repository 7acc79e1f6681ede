"""The cells of listings: how the value of a column is shown, by the column's name, else by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from backlit.questions.report_html import el
from backlit.questions.report_parts import swatch
from backlit.server.dashboard import format as shown
from backlit.server.dashboard.strings import text_or

if TYPE_CHECKING:
    from backlit.server.dashboard.view import View

Row = Mapping[str, Any]
Cell = Callable[["View", Any, Row], Markup | str]


class Shown(NamedTuple):
    """A cell that is ready: what is in it and its class."""

    html: Markup | str
    css: str


def cell(view: View, name: str, kind: str, value: Any, row: Row, own: Mapping[str, Cell]) -> Shown:
    """The cell of one column in one row; ``own`` are the page's own ways to show a column."""
    css = "num" if is_number(name, kind) else "text" if name in _WIDE else ""
    if value is None and name not in own:
        return Shown(shown.unknown(), css)
    made = own.get(name) or _BY_NAME.get(name) or _BY_KIND[kind]
    return Shown(made(view, value, row), css)


def is_number(name: str, kind: str) -> bool:
    """Whether a column's values stand to the right."""
    return kind in ("integer", "number") and name not in _IDS


def _domain(view: View, value: Any, row: Row) -> Markup:
    return shown.host(value, view.domain_url(value))


def _host(view: View, value: Any, row: Row) -> Markup:
    return shown.host(value)


def _address(view: View, value: Any, row: Row) -> Markup:
    return shown.address(value)


def _anchor(view: View, value: Any, row: Row) -> Markup | str:
    if value:
        return shown.foreign(value)
    if row.get("alt"):
        mark = el("span", text_or("columns.alt_mark", "alt"), class_="mark")
        return Markup(mark) + shown.foreign(row["alt"])
    image = row.get("image") or row.get("kind") == "image"
    word = text_or("columns.no_alt" if image else "columns.no_text", "(no text)")
    return Markup(el("span", word, class_="soft"))


def _foreign(view: View, value: Any, row: Row) -> Markup:
    return shown.foreign(value)


def _word(view: View, value: Any, row: Row) -> Markup:
    return shown.foreign(str(value), 80)


def _rel(view: View, value: Any, row: Row) -> Markup:
    if not value:
        return Markup(el("span", text_or("columns.no_rel", "none"), class_="soft"))
    return shown.foreign(value, 60)


def authority(view: View, value: Any, row: Row) -> Markup:
    """A score of authority with the shape and colour of its band."""
    bands = view.settings.bands
    band = "excellent" if value >= bands.excellent else "okay" if value >= bands.okay else "weak"
    figure = el("span", shown.score(value), class_="score", title=f"{band}: {value:.1f}")
    return Markup(swatch(band) + figure)


def _score(view: View, value: Any, row: Row) -> str:
    return shown.score(value)


def _integer(view: View, value: Any, row: Row) -> str:
    return shown.number(value)


def _id(view: View, value: Any, row: Row) -> Markup:
    return Markup(el("code", str(value)))


def _number(view: View, value: Any, row: Row) -> str:
    return shown.decimal(value, 2)


def _boolean(view: View, value: Any, row: Row) -> Markup:
    word = text_or("columns.yes" if value else "columns.no", "yes" if value else "no")
    return Markup(el("span", word, class_="yes" if value else "no"))


def _time(view: View, value: Any, row: Row) -> Markup:
    return shown.day(value)


def _share(view: View, value: Any, row: Row) -> str:
    return shown.percent(value)


_IDS = frozenset(("link_id", "pair_id"))
_WIDE = frozenset(
    (
        "source_url",
        "target_url",
        "url",
        "anchor",
        "alt",
        "text_before",
        "text_after",
        "title",
        "note",
        "examples",
    )
)
_BY_NAME: dict[str, Cell] = {
    "source_domain": _domain, "target_domain": _domain, "domain": _domain, "source_site": _host,
    "target_site": _host, "source_host": _host, "target_host": _host, "host": _host,
    "source_url": _address, "target_url": _address, "url": _address, "canonical": _address,
    "anchor": _anchor, "source_authority": authority, "authority": authority, "rel": _rel,
    "link_id": _id, "pair_id": _id, "period": _time, "weight_share": _share, "percentile": _score,
}  # fmt: skip
_BY_KIND: dict[str, Cell] = {
    "text": _word, "integer": _integer, "number": _number, "boolean": _boolean, "time": _time,
    "bytes": _word, "list": _word,
}  # fmt: skip
