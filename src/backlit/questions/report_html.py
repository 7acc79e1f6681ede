"""HTML put together so that foreign text cannot become markup.

``el`` escapes every child that is not ``Html`` already, so forgetting is not possible: a
plain string is always text. Attribute values are escaped in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

#: Elements without an end tag.
_VOID = frozenset(("br", "col", "hr", "img", "meta"))


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def el(name: str, *children: object, **attributes: str | int | float | bool | None) -> Html:
    """One element. ``class_`` stands for ``class``, ``view_box`` keeps its capital, ``_`` is ``-``."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[object]) -> Html:
    """Children one after the other; strings escaped, ``None`` left out, lists opened."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Html):
            parts.append(child)
        elif isinstance(child, (list, tuple)):
            parts.append(join(child))
        else:
            parts.append(escape(str(child)))
    return Html("".join(parts))


_CAPITALS = {
    "view_box": "viewBox",
    "preserve_aspect_ratio": "preserveAspectRatio",
    "class_": "class",
    "for_": "for",
}


def _attribute(key: str, value: str | int | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = _CAPITALS.get(key) or key.replace("_", "-")
    if value is True:
        return f" {name}"
    if isinstance(value, float):
        value = f"{value:.3f}".rstrip("0").rstrip(".")
    return f' {name}="{escape(str(value))}"'
