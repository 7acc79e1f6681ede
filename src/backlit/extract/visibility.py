"""Whether a reader can see a link, as far as the HTML alone tells, and by which rule not.

What counts: the ``hidden`` attribute, ``<noscript>`` (read with scripts off, seen by no
visitor), inline styles, and the page's own ``<style>`` rules for a plain class, id or element
with one of them. An element hides everything inside it.

What does not: ``aria-hidden`` (it hides from screen readers, not from eyes), class names such
as ``sr-only`` by themselves (text for screen readers is honest), and style sheets that are
not in the page. A drop-down menu is ``display:none`` as well: hidden is evidence, no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, MatchKind

#: An offset this far outside the screen, in pixels, cannot be meant to be seen.
OFF_SCREEN = -500.0
#: Style rules read of one page.
_MOST_RULES = 2000
#: Characters read of a ``style`` attribute or rule, and of a selector list.
LONGEST_STYLE = 2000
_LONGEST_SELECTOR = 2000

_length = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))\s*([a-z%]*)")
_UNITS = {
    "": 1.0,
    "px": 1.0,
    "pt": 1.33,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "vw": 10.0,
    "vh": 10.0,
    "%": 10.0,
}
_clip_nothing = re.compile(
    r"rect\(\s*([01](?:px)?)[\s,]+([01](?:px)?)[\s,]+([01](?:px)?)[\s,]+([01](?:px)?)\s*\)"
)
#: The tails of declarations that can hide, as style sheets write them (``display:none``,
#: ``left:-9999px``). Tails of six bytes or so, as the vectorised search finds these at 3 GB/s
#: and whole declarations twenty times slower.
_suspicious = BytesAhoCorasick(
    [
        f"{name}:{blank}{value}".encode()
        for name, value in (
            ("y", "none"),
            ("y", "hidden"),
            ("indent", "-"),
            ("left", "-"),
            ("top", "-"),
            ("size", "0"),
            ("city", "0"),
        )
        for blank in ("", " ")
    ],
    matchkind=MatchKind.LeftmostFirst,
)
_css_comment = re.compile(r"/\*.*?\*/", re.DOTALL)
_plain_selector = re.compile(r"([a-z][a-z0-9]*)?([.#])(-?[_a-zA-Z][\w-]*)", re.ASCII)
_hex_colour = re.compile(r"#([0-9a-f]{3,8})")
_rgb_colour = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)")
_NAMED = {
    "white": "ffffff",
    "black": "000000",
    "red": "ff0000",
    "green": "008000",
    "blue": "0000ff",
    "yellow": "ffff00",
    "silver": "c0c0c0",
    "gray": "808080",
    "grey": "808080",
    "maroon": "800000",
    "navy": "000080",
    "lime": "00ff00",
    "aqua": "00ffff",
    "cyan": "00ffff",
    "fuchsia": "ff00ff",
    "magenta": "ff00ff",
    "olive": "808000",
    "purple": "800080",
    "teal": "008080",
    "orange": "ffa500",
}


class Style(NamedTuple):
    """What an inline style says of visibility."""

    rule: str | None
    colour: str | None
    background: str | None
    font_size_zero: bool | None


PLAIN = Style(None, None, None, None)


@lru_cache(maxsize=8192)
def style_of(declarations: str) -> Style:
    """Read the declarations of a ``style`` attribute or of a style rule."""
    said: dict[str, str] = {}
    for declaration in declarations.lower().split(";")[:100]:
        name, colon, value = declaration.partition(":")
        if colon:
            said[name.strip()] = value.replace("!important", "").strip()
    font_size = said.get("font-size")
    zero = None if font_size is None else _is_zero(font_size)
    colour = colour_of(said.get("color", ""))
    background = colour_of(said.get("background-color", "") or said.get("background", ""))
    rule = _hiding(said)
    if rule is None and colour is not None and colour == background:
        rule = f"colour #{colour} on #{background}"
    return Style(rule, colour, background, zero)


def _hiding(said: dict[str, str]) -> str | None:
    get = said.get
    if get("display") == "none":
        return "display:none"
    if get("visibility") in ("hidden", "collapse"):
        return "visibility:hidden"
    if (opacity := get("opacity")) is not None and _is_zero(opacity):
        return "opacity:0"
    if (indent := _pixels(get("text-indent"))) is not None and indent <= OFF_SCREEN:
        return f"text-indent:{get('text-indent')}"
    if get("position") in ("absolute", "fixed", "relative"):
        for side in ("left", "top", "right", "bottom"):
            offset = _pixels(get(side))
            if offset is not None and offset <= OFF_SCREEN:
                return f"{side}:{get(side)}"
    for side in ("margin-left", "margin-top"):
        offset = _pixels(get(side))
        if offset is not None and offset <= OFF_SCREEN:
            return f"{side}:{get(side)}"
    if _clip_nothing.search(get("clip", "")) or get("clip-path", "") in (
        "inset(50%)",
        "inset(100%)",
        "circle(0)",
    ):
        return "clip"
    if get("transform", "") in ("scale(0)", "scale(0,0)", "scale(0, 0)"):
        return "transform:scale(0)"
    sizes = [_pixels(get(name)) for name in ("width", "height")]
    tiny = [size is not None and 0 <= size <= 1 for size in sizes]
    if all(tiny):
        return "zero size"
    limits = [_pixels(get(name)) for name in ("max-width", "max-height")]
    if "hidden" in get("overflow", "") and (
        any(tiny) or any(size is not None and size <= 1 for size in limits)
    ):
        return "zero size"
    return None


def _pixels(value: str | None) -> float | None:
    if not value or (found := _length.match(value)) is None:
        return None
    unit = _UNITS.get(found[2])
    return None if unit is None else float(found[1]) * unit


def _is_zero(value: str) -> bool:
    found = _length.match(value)
    return found is not None and float(found[1]) == 0.0


def colour_of(value: str) -> str | None:
    """A colour as six hexadecimal digits, or ``None`` when it is unreadable or see-through."""
    value = value.strip().lower()
    if not value or "url(" in value or "gradient" in value:
        return None
    if (found := _hex_colour.search(value)) is not None:
        digits = found[1]
        if len(digits) in (3, 4):
            return "".join(digit * 2 for digit in digits[:3])
        return digits[:6] if len(digits) >= 6 else None
    if (found := _rgb_colour.search(value)) is not None:
        if value.startswith("rgba") and value.rstrip(" )").endswith((",0", ", 0", "/ 0", "/0")):
            return None
        return "".join(f"{min(int(part[-4:]), 255):02x}" for part in found.groups())
    return _NAMED.get(value.split()[0])


class StyleRules(NamedTuple):
    """The page's own style rules that hide: selector to rule, by class and by id."""

    classes: dict[str, list[tuple[str | None, str]]]
    ids: dict[str, list[tuple[str | None, str]]]

    def match(self, tag: str, classes: Iterable[str], element_id: str | None) -> str | None:
        """The rule that hides such an element, as ``style rule .x{display:none}``."""
        for name in classes:
            for wanted, rule in self.classes.get(name, ()):
                if wanted is None or wanted == tag:
                    return rule
        if element_id is not None:
            for wanted, rule in self.ids.get(element_id, ()):
                if wanted is None or wanted == tag:
                    return rule
        return None


def style_rules(sheets: Iterable[str]) -> StyleRules | None:
    """The hiding rules among the page's style sheets, or ``None`` when there are none.

    Only rules for one class or id, with or without an element name, and outside of any
    ``@media``: what else hides depends on more than one element or on the screen.
    """
    rules = StyleRules({}, {})
    left = _MOST_RULES
    for sheet in sheets:
        # Searched as bytes, and read as if in Latin-1, so that both count alike: rules are ASCII,
        # and the search of a text first counts all its characters.
        source = sheet.encode("utf-8", "replace")
        hits = _suspicious.find_matches_as_indexes(source)
        if not hits:
            continue
        sheet = source.decode("latin-1")
        depth, done = 0, 0  # how many braces are open at ``done``
        for _, start, end in hits:
            opening = sheet.rfind("{", done, start)
            if opening < 0:
                continue  # a second one in the same rule
            depth += sheet.count("{", done, opening) - sheet.count("}", done, opening)
            before = sheet[max(done, opening - _LONGEST_SELECTOR) : opening]
            if before.rfind("/*") > before.rfind("*/"):  # commented out
                done = sheet.find("*/", opening)
                if done < 0:
                    break
                continue
            closing = sheet.find("}", end)
            if closing < 0:
                break
            done = closing + 1
            left -= 1
            if left < 0:
                break
            if depth > 0:
                continue
            rule = style_of(sheet[opening + 1 : min(closing, opening + LONGEST_STYLE)]).rule
            if rule is not None:
                if "/*" in before:
                    before = _css_comment.sub("", before)
                edge = max(map(before.rfind, "{};"))
                for selector in before[edge + 1 :].split(","):
                    _add(rules, selector.strip(), rule)
    return rules if rules.classes or rules.ids else None


def _add(rules: StyleRules, selector: str, rule: str) -> None:
    found = _plain_selector.fullmatch(selector)
    if found is not None:
        table = rules.classes if found[2] == "." else rules.ids
        table.setdefault(found[3], []).append((found[1], f"style rule {selector}{{{rule}}}"))
