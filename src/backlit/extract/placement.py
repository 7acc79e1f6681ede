"""Where each link stands and whether it can be seen, by its ancestors and its neighbours.

Each ancestor is looked at once a page: what it adds to its parent's state is kept by node id,
so that the work is linear in the number of different ancestors. Going down from the root, an
outer footer, side column or menu keeps everything inside it; a header yields to a menu; an
article's own header and footer stay content (docs/placement.md, "Which wins").

Names can lie: a class ``sidebar`` on the wrapper of the whole page, a ``menu`` of a
restaurant. So a name counts only when the element's share of the page's text, its position or
its density of links agree with it. What no name decides goes to the structure: rows of links
are lists or menus, the last lines with a copyright are the footer, the rest is content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from backlit.extract import visibility
from backlit.extract.buttons import follows, invites, runs_comments, serves, shares
from backlit.extract.layout import SHORT_PAGE, Layout
from backlit.extract.names import SEMANTIC
from backlit.extract.outline import (
    B_END,
    B_FIRST_LINK,
    B_LAST_LINK,
    B_START,
    B_TAG,
    CELL,
    LISTS,
    PARAGRAPH,
    ROW,
    ROWS,
    BlockMark,
    Outline,
    ids_of,
)
from backlit.extract.places import Mark, marks_of
from backlit.extract.visibility import PLAIN, StyleRules, style_of

#: Ancestors looked at above one link before the climb is given up.
_MOST_ANCESTORS = 10_000
_trail = re.compile(r"\w ?[»›→>] ?\w")

#: ``(url, host, domain, site)`` of where a link leads.
Target = tuple[str, str, str, str]


#: The answer for one link: placement, rule, semantic location, hidden rule.
Place = tuple[str, str, str | None, str | None]


class _State(NamedTuple):
    """What is known at an element of everything above and including it."""

    up: _State | None
    block: BlockMark | None
    place: str | None  # None: nothing named it; "main": inside the main text
    rule: str
    piece: bool  # inside an article, post or the like
    semantic: str | None
    hidden_rule: str | None
    background: str | None
    font_zero: bool


_make = tuple.__new__  # half the time of calling the class, which only unpacks and packs
_ROOT = _State(None, None, None, "default", False, None, None, None, False)
#: Elements that hide, or colour, without an attribute that all elements have.
_TELLING = frozenset({"noscript", "font", "body", "table", "tr", "td", "th"})
#: Places which a link's neighbours may still change.
_OPEN = frozenset({"main", "header", "list", "nav", "sidebar", "content"})
#: A line that says who wrote a piece, when and where, is no longer than this.
_LONGEST_LINE = 300
(_CAPTION,) = ids_of("figcaption")
#: Elements that hold one line or row of text.
_LINES = frozenset({PARAGRAPH, *ROWS})
#: The address of a picture: a link in a gallery shows it, and leads nowhere.
_picture_file = re.compile(r"\.(?:jpe?g|png|gif|webp)$", re.IGNORECASE)
_FIXED = frozenset({"footer", "sidebar", "comment"})


class Places(Layout):
    """Answers for the links of one page."""

    def __init__(
        self, outline: Outline, external: Sequence[bool], rules: StyleRules | None, own_host: str
    ) -> None:
        super().__init__(outline, external)
        self._own_host = own_host
        self._rules = rules
        self._states: dict[int, _State] = {}
        self._lists: dict[int, BlockMark | None] = {}  # by id of the state, which _states keeps alive

    def of(
        self, node: LexborNode, attributes: dict[str, str | None], at: int, target: Target, words: str | None
    ) -> Place:
        """The place of the element ``node``, which begins at ``at`` in the text.

        ``target`` is where it leads and ``words`` its anchor (``None`` for a frame or form).
        """
        above = node.parent
        state = _ROOT if above is None else self._state(above)
        place, rule = state.place, state.rule
        if place is None or place in _OPEN:
            place, rule = self._by_neighbours(state, at, target, words)
        hidden_rule = state.hidden_rule
        if hidden_rule is None and (
            self._rules is not None or state.font_zero or "style" in attributes or "hidden" in attributes
        ):
            style = attributes.get("style")
            said = style_of(style[: visibility.LONGEST_STYLE]) if style else PLAIN
            hidden_rule = self._hidden(node.tag or "a", attributes, said, state.background)
            if hidden_rule is None and (
                said.font_size_zero or (state.font_zero and said.font_size_zero is None)
            ):
                hidden_rule = "font-size:0"
        return place, rule, state.semantic, hidden_rule

    # -- names, from the root down ---------------------------------------------------

    def _state(self, node: LexborNode) -> _State:
        states = self._states
        chain: list[tuple[int, LexborNode]] = []
        current: LexborNode | None = node
        state = _ROOT
        while current is not None and len(chain) < _MOST_ANCESTORS:
            known = states.get(current.mem_id)
            if known is not None:
                state = known
                break
            chain.append((current.mem_id, current))
            current = current.parent
        for mem_id, element in reversed(chain):
            state = states[mem_id] = self._below(state, element, mem_id)
        return state

    def _below(self, up: _State, node: LexborNode, mem_id: int) -> _State:
        tag = node.tag
        if tag is None or tag == "-document" or tag == "html":
            return up
        attributes = node.attributes
        get = attributes.get
        block = self._outline.block_of.get(mem_id)
        place, rule, piece = up.place, up.rule, up.piece
        names, element_id = get("class") or "", get("id") or ""
        if place == "comment" and tag == "footer" and block is not None and block[B_END] > 0.97 * self._total:
            if self._has_credits(block):
                place, rule = "footer", "tag:footer"
        elif place not in _FIXED and tag != "body" and tag != "a":
            item = get("itemtype") or get("itemprop")
            for mark in marks_of(tag, get("role"), item, names[:400], element_id[:100]):
                if (
                    (block is None and mark.place != "list")
                    or mark.place in ("main", "piece")
                    or (block is not None and self._plausible(mark, block))
                ):
                    place, rule, piece = self._with(up, mark, block)
                    break
        hidden_rule, background, font_zero = up.hidden_rule, up.background, up.font_zero
        if hidden_rule is None and (
            self._rules is not None or "style" in attributes or "hidden" in attributes or tag in _TELLING
        ):
            style = get("style")
            said = style_of(style[: visibility.LONGEST_STYLE]) if style else PLAIN
            hidden_rule = self._hidden(tag, attributes, said, background)
            if said.font_size_zero is not None:
                font_zero = said.font_size_zero
            background = said.background or visibility.colour_of(get("bgcolor") or "") or background
        semantic = tag if tag in SEMANTIC else up.semantic
        return _make(_State, (up, block, place, rule, piece, semantic, hidden_rule, background, font_zero))

    def _hidden(
        self,
        tag: str,
        attributes: dict[str, str | None],
        said: visibility.Style,
        background: str | None,
    ) -> str | None:
        if said.rule is not None:
            return f"{said.rule} on {tag}"
        if "hidden" in attributes and attributes["hidden"] != "until-found":
            return f"attribute hidden on {tag}"
        if tag == "noscript":
            return "inside noscript"
        if tag in ("a", "font", "span") and background is not None:
            colour = said.colour or (
                visibility.colour_of(attributes.get("color") or "") if tag == "font" else None
            )
            if colour == background:
                return f"colour #{colour} on #{background}"
        if self._rules is not None:
            return self._rules.match(tag, (attributes.get("class") or "")[:400].split(), attributes.get("id"))
        return None

    def _with(self, up: _State, mark: Mark, block: BlockMark | None) -> tuple[str | None, str, bool]:
        """The place inside an element with this mark, below a place that is not fixed."""
        same = (up.place, up.rule, up.piece)
        place = mark.place
        if place == "main" or place == "piece":
            return self._inside_main(up, mark, block)
        if up.place == "nav":
            brand = place == "header" and block is not None and block[B_END] < 0.1 * self._total
            return (place, mark.rule, up.piece) if brand and "header" not in mark.rule else same
        if up.place == "header" and place != "nav":
            menu = place == "sidebar" and ("nav" in mark.rule or "menu" in mark.rule)
            return ("nav", mark.rule, up.piece) if menu else same
        if place == "embed":
            return ("content", mark.rule, True) if up.place in (None, "main") else same
        if place == "line":
            own = block is None or block[B_END] - block[B_START] <= _LONGEST_LINE
            if up.place is None and "byline" not in mark.rule:
                own = own and block is not None and self._content_start <= block[B_START] < 0.5 * self._total
            elif up.place not in (None, "main"):
                return same
            return ("content", mark.rule, up.piece) if own else same
        if place == "box":
            return ("sidebar", mark.rule, up.piece) if up.place == "main" else same
        if place == "column":
            return ("sidebar", mark.rule, up.piece) if self._is_narrow(up, block) else same
        if place == "hint":
            side = self._is_narrow(up, block) and self._is_column(block)
            return ("sidebar", mark.rule, up.piece) if side else same
        if up.place == "content" and place not in ("nav", "comment"):
            return same
        if place in ("header", "footer") and up.place in ("main", "list"):
            # Of the article, then, unless it closes the page as well.
            start, end = (self._total, 0) if block is None else (block[B_START], block[B_END])
            if place == "header":
                vague = not up.piece and not up.rule.startswith(("tag:", "role:"))
                return (place, mark.rule, up.piece) if vague and start < 0.03 * self._total else same
            last = end > (0.97 if up.piece else 0.8) * self._total
            if not last or (up.piece and not self._has_credits(block)):
                return same
        if up.place == "list" and place in ("sidebar", "list"):
            return same
        return (place, mark.rule, up.piece)

    def _inside_main(self, up: _State, mark: Mark, block: BlockMark | None) -> tuple[str | None, str, bool]:
        same = (up.place, up.rule, up.piece)
        if up.place == "header" and mark.rule not in ("tag:main", "tag:article"):
            return same
        if up.place == "list" or (up.place == "nav" and mark.rule != "tag:blockquote"):
            return (up.place, up.rule, True)
        if block is not None and not mark.rule.startswith("tag:"):
            if block[B_START] == 0 and block[B_END] >= self._total - 2:
                return same  # a wrapper around everything
            if mark.likely and self._total > SHORT_PAGE and not 0.2 < self._share(block) < 0.9:
                return same
        return ("main", mark.rule, up.piece or mark.place == "piece")

    def _is_narrow(self, up: _State, block: BlockMark | None) -> bool:
        """Whether a column stands beside a much fuller one that holds the content."""
        above = _nearest_block(up)
        if block is None or above is None or up.place not in (None, "main"):
            return False
        whole, own = above[B_END] - above[B_START], block[B_END] - block[B_START]
        links = block[B_LAST_LINK] - block[B_FIRST_LINK]
        return (
            links >= 3
            and whole > 0.3 * self._total
            and own < 0.5 * whole
            and self._widest_child(above) > 0.5 * whole
        )

    # -- structure, for what no name decides -------------------------------------------

    def _by_neighbours(self, state: _State, at: int, target: Target, words: str | None) -> tuple[str, str]:
        place = state.place
        if words is not None and (tool := self._tool(state, target, words)) is not None:
            if place is None and at > 0.9 * self._total and self._near_credits(state):
                return "footer", "text:credits"
            return "comment" if tool == "target:comments" else "nav", tool
        if place == "content":
            last = not state.piece and at > 0.8 * self._total and self._near_credits(state)
            return ("footer", "text:credits") if last else (place, state.rule)
        if place == "list" and not state.piece and at < self._content_start and at < 0.25 * self._total:
            return "header", "before:content"
        if place == "list" or place == "sidebar" or place == "nav":
            if place == "nav" and at > 0.9 * self._total and self._near_credits(state):
                return "footer", "text:credits"
            return place, state.rule
        if place is None and (cell := self._side_cell(state)) is not None:
            return "sidebar", cell
        if words is None:
            return place if place == "header" else "content", state.rule
        listed = self._listed(state)
        menu = listed is not None and self._is_menu(listed)
        if place == "header":
            if words and listed is not None and listed[B_TAG] in LISTS:
                return "nav", "links:rows"
            if words and self._in_trail(state):
                return "nav", "text:trail"
            if words and serves(words):
                return "nav", "words:tool"
            if words and self._in_bar(state):
                return "nav", "links:bar"
            return (place, state.rule)
        late = at / self._total
        if not state.piece and late > 0.8 and self._near_credits(state):
            return "footer", "text:credits"
        if place is None:
            early = at < self._content_start and late < 0.25
            if menu and early and words:
                return "nav", "links:internal"
            above = self._main is not None and at < self._main[B_START]
            if (above or early) and words and serves(words):
                return "nav", "words:tool"
            if above:
                return "header", "before:main"
            if early:
                return "header", "before:content"
        if listed is not None and late > 0.85 and not state.piece and self._ends_page(listed):
            return "footer", "end:links"
        if listed is not None and _picture_file.search(target[0]) is None:
            return "list", "links:rows"
        return "content", state.rule

    def _tool(self, state: _State, target: Target, words: str) -> str | None:
        """The rule by which a link shares the page or invites to a profile, or ``None``."""
        url, host, domain, _ = target
        place = state.place
        if place == "nav" or place == "sidebar":
            return None
        if shares(url, domain, self._own_host):
            return "target:share"
        if place in (None, "main") and runs_comments(domain):
            return "target:comments"
        if place != "sidebar" and invites(url, host, domain, words):
            block = _nearest_block(state)
            if follows(words):
                return "target:profile"
            if block is not None and (self._density(block) > 0.6 or block[B_END] - block[B_START] < 15):
                return "target:profile"
        return None

    def _in_bar(self, state: _State) -> bool:
        """Whether the line around is a bar of short links, as a header has them."""
        current: _State | None = state
        while current is not None and current.place == state.place:
            block = current.block
            if block is not None:
                if block[B_END] - block[B_START] > 400:
                    return False
                if block[B_LAST_LINK] - block[B_FIRST_LINK] >= 4:
                    return self._is_bar(block)
            current = current.up
        return False

    def _in_trail(self, state: _State) -> bool:
        """Whether the line around is a trail: "Home » Section » Page"."""
        block = _nearest_block(state)
        if block is None or block[B_END] - block[B_START] > 150:
            return False
        return _trail.search(self._outline.text, block[B_START], block[B_END]) is not None

    def _side_cell(self, state: _State) -> str | None:
        """The narrow cell of a table that lays out the page: a side column of old."""
        current: _State | None = state
        cell: BlockMark | None = None
        while current is not None:
            block = current.block
            if block is not None:
                if block[B_TAG] == CELL:
                    cell = block
                elif block[B_TAG] == ROW and cell is not None:
                    size = block[B_END] - block[B_START]
                    if size > 0.5 * self._total and self._total > SHORT_PAGE:
                        own = cell[B_END] - cell[B_START]
                        wide = self._widest_child(block)
                        links = cell[B_LAST_LINK] - cell[B_FIRST_LINK]
                        return "cell:side" if own < 0.35 * size and wide > 0.5 * size and links >= 3 else None
                    cell = None
            current = current.up
        return None

    def _listed(self, state: _State) -> BlockMark | None:
        """The list this link is a row of, or ``None``."""
        key = id(state)
        if key not in self._lists:
            self._lists[key] = self._find_list(state)
        return self._lists[key]

    def _find_list(self, state: _State) -> BlockMark | None:
        current: _State | None = state
        row: BlockMark | None = None
        levels = 0
        # Not beyond the element that gave the place: a page is no list of its regions.
        while current is not None and levels < 12:
            if current.place != state.place and not (current.place is None and state.piece):
                return None
            block = current.block
            if block is not None:
                levels += 1
                if block[B_LAST_LINK] - block[B_FIRST_LINK] >= 3:
                    if row is None:
                        most = 0.85 if block[B_TAG] in _LINES else 0.6
                        if self._density(block) > most or self._is_enumeration(block):
                            return None if block[B_TAG] == _CAPTION else block
                    elif block[B_TAG] not in LISTS:
                        if (run := self._run_of(block, row)) is not None:
                            return run if self._stands_out(run) else None
                    elif self._is_row(row, True) and self._is_list(block):
                        return block if self._stands_out(block) else None
                row = block
            current = current.up
        return None

    def _near_credits(self, state: _State) -> bool:
        """Whether the lines around say whose the page is."""
        current: _State | None = state
        while current is not None:
            block = current.block
            if block is not None:
                if block[B_END] - block[B_START] > 800:
                    return False
                if self._has_credits(block):
                    return True
            current = current.up
        return False


def _nearest_block(state: _State) -> BlockMark | None:
    current: _State | None = state
    while current is not None and current.block is None:
        current = current.up
    return None if current is None else current.block
