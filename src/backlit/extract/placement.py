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
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from backlit.extract import visibility
from backlit.extract.outline import ARTICLE, LISTS, MAIN, ROWS, BlockMark, Outline
from backlit.extract.places import SEMANTIC, Mark, mark_of
from backlit.extract.visibility import PLAIN, StyleRules, style_of

#: Ancestors looked at above one link before the climb is given up.
_MOST_ANCESTORS = 10_000
#: A region other than the main text does not hold more than this share of the page's text.
_REGION_SHARE = 0.6
#: Pages shorter than this prove nothing by shares.
_SHORT_PAGE = 600
#: Rows of a list that are looked at.
_MOST_ROWS = 200

_credits = re.compile(
    r"©|\(c\)\s*(?:19|20)\d\d|copyright|all rights reserved|alle rechte|tous droits|todos los derechos|"
    r"powered by|proudly powered|hosted by|web ?design(?:ed)? by|theme by|impressum|datenschutz",
    re.IGNORECASE,
)
_sharing = re.compile(
    r"facebook\.com/(?:sharer|share|dialog/(?:share|feed))|(?:twitter|x)\.com/(?:intent/(?:tweet|post)|share|home\?status)|"
    r"linkedin\.com/(?:share|cws/share|sharing)|pinterest\.[a-z.]+/pin/create|plus\.google\.com/share|"
    r"reddit\.com/(?:r/[^/]+/)?submit|tumblr\.com/(?:share|widgets/share)|(?:t|telegram)\.me/share|"
    r"(?:api|web)\.whatsapp\.com/send|wa\.me/\?|vk(?:ontakte)?\.(?:com|ru)/share|xing\.com/(?:spi/shares|social_plugins/share|app/user\?op=share)|"
    r"stumbleupon\.com/(?:submit|badge)|digg\.com/submit|delicious\.com/(?:save|post)|del\.icio\.us/post|"
    r"addtoany\.com/|addthis\.com/bookmark|getpocket\.com/(?:save|edit)|news\.ycombinator\.com/submitlink|"
    r"buffer(?:app)?\.com/add|connect\.ok\.ru/|wykop\.pl/dodaj|line\.me/R/msg|service\.weibo\.com/share|flipboard\.com/bookmarklet|"
    r"google\.com/bookmarks/mark|translate\.google\.[a-z.]+/translate|printfriendly\.com/print"
)
_networks = re.compile(
    r"(?:www\.|m\.|[a-z]{2}\.)?(?:facebook|twitter|x|instagram|linkedin|youtube|pinterest|tumblr|flickr|vimeo|tiktok|snapchat|"
    r"plus\.google|vk|weibo|xing|t|telegram|soundcloud|feedburner|feeds\.feedburner|bsky|threads|discord|twitch|ok)\."
    r"(?:com|net|ru|me|app|gg|tv)"
)
_network_words = re.compile(
    r"(?:follow|find|join|like|visit|watch|subscribe|see|us|me|on|to|our|at|via|folge|uns|auf|@?\W|facebook|twitter|x|instagram|linkedin|"
    r"youtube|pinterest|tumblr|flickr|vimeo|tiktok|snapchat|google ?(?:plus|\+)?|vk|vkontakte|weibo|xing|telegram|rss|feed|channel|"
    r"soundcloud|share|tweet|email|bluesky|threads|discord|twitch|fb|yt|ig|page)*",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """The answer for one link."""

    placement: str
    rule: str
    semantic: str | None
    hidden_rule: str | None


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


_ROOT = _State(None, None, None, "default", False, None, None, None, False)
_FIXED = frozenset({"footer", "sidebar", "comment"})


class Places:
    """Answers for the links of one page."""

    def __init__(self, outline: Outline, external: Sequence[bool], rules: StyleRules | None) -> None:
        self._outline = outline
        self._external = external
        self._rules = rules
        self._total = max(len(outline.text), 1)
        self._states: dict[int, _State] = {}
        self._blocks = list(outline.blocks.values())
        self._link_text = [0, *accumulate(link.end - link.start for link in outline.links)]
        self._external_before: list[int] = []
        self._rows: dict[int, bool] = {}
        mains = [block for block in self._blocks if block.tag_id == MAIN]
        if not mains:
            articles = [block for block in self._blocks if block.tag_id == ARTICLE]
            mains = articles if len(articles) == 1 else []
        self._main = mains[0] if len(mains) == 1 and self._share(mains[0]) > 0.25 else None

    def of(self, node: LexborNode, at: int, target: str, words: str | None) -> Place:
        """The place of the element ``node``, which begins at ``at`` in the text.

        ``target`` is where it leads and ``words`` its anchor (``None`` for a frame or form).
        """
        state = self._state(node)
        place, rule = state.place, state.rule
        if place is None or place in ("main", "header", "list"):
            place, rule = self._by_neighbours(state, at, target, words)
        return Place(place, rule, state.semantic, state.hidden_rule)

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
        block = self._outline.blocks.get(mem_id)
        place, rule, piece = up.place, up.rule, up.piece
        names, element_id = get("class") or "", get("id") or ""
        if place not in _FIXED and tag != "body" and tag != "a":
            mark = mark_of(tag, get("role"), get("itemtype") or get("itemprop"), names[:400], element_id[:100])
            if mark is not None:
                place, rule, piece = self._with(up, mark, block)
        hidden_rule, background, font_zero = up.hidden_rule, up.background, up.font_zero
        style = get("style")
        said = style_of(style[: visibility.LONGEST_STYLE]) if style else PLAIN
        if hidden_rule is None:
            hidden_rule = self._hidden(tag, attributes, said, background, names, element_id)
            if said.font_size_zero is not None:
                font_zero = said.font_size_zero
            if hidden_rule is None and font_zero and tag == "a":
                hidden_rule = "font-size:0"
            background = said.background or visibility.colour_of(get("bgcolor") or "") or background
        return _State(
            up,
            block,
            place,
            rule,
            piece,
            tag if tag in SEMANTIC else up.semantic,
            hidden_rule,
            background,
            font_zero,
        )

    def _hidden(
        self,
        tag: str,
        attributes: dict[str, str | None],
        said: visibility.Style,
        background: str | None,
        names: str,
        element_id: str,
    ) -> str | None:
        if said.rule is not None:
            return f"{said.rule} on {tag}"
        if "hidden" in attributes and attributes["hidden"] != "until-found":
            return f"attribute hidden on {tag}"
        if tag == "noscript":
            return "inside noscript"
        if tag in ("a", "font", "span") and background is not None:
            colour = said.colour or (visibility.colour_of(attributes.get("color") or "") if tag == "font" else None)
            if colour == background:
                return f"colour #{colour} on #{background}"
        if self._rules is not None and (names or element_id):
            return self._rules.match(tag, names[:400].split(), element_id)
        return None

    def _with(self, up: _State, mark: Mark, block: BlockMark | None) -> tuple[str | None, str, bool]:
        """The place inside an element with this mark, below a place that is not fixed."""
        same = (up.place, up.rule, up.piece)
        place = mark.place
        if place == "main" or place == "piece":
            if up.place == "header" and mark.rule not in ("tag:main", "tag:article"):
                return same
            if up.place in ("nav", "list"):
                return (up.place, up.rule, True)
            if mark.likely and block is not None and self._share(block) < 0.2 and self._total > _SHORT_PAGE:
                return same
            return ("main", mark.rule, up.piece or place == "piece")
        if block is not None and not self._plausible(mark, block):
            return same
        if up.place == "nav":
            return same
        if up.place == "header" and place != "nav":
            return same
        if place in ("header", "footer") and up.place in ("main", "list"):
            late = place == "footer" and not up.piece and block is not None and block.end > 0.97 * self._total
            return (place, mark.rule, up.piece) if late and not mark.rule.startswith("tag:") else same
        if up.place == "list" and place in ("sidebar", "list"):
            return same
        return (place, mark.rule, up.piece)

    def _plausible(self, mark: Mark, block: BlockMark) -> bool:
        total = self._total
        if total < _SHORT_PAGE:
            return True
        place = mark.place
        share = self._share(block)
        if place == "comment":
            return share < 0.95 and block.end > 0.2 * total
        if share > (0.45 if mark.likely else _REGION_SHARE):
            return False
        if place == "header":
            return block.start < max(1500, 0.3 * total)
        if place == "footer":
            return block.end > 0.6 * total or block.end - block.start < 200
        if place == "nav" and not mark.rule.startswith(("tag:", "role:")) and block.end - block.start > 250:
            return self._density(block) > (0.5 if mark.likely else 0.3)
        if place == "list" and mark.likely:
            return self._density(block) > 0.5
        return True

    # -- structure, for what no name decides -------------------------------------------

    def _by_neighbours(self, state: _State, at: int, target: str, words: str | None) -> tuple[str, str]:
        place = state.place
        if words is not None:
            address = target.partition("://")[2]
            if _sharing.search(address[:200]) is not None:
                return "nav", "target:share"
            if _networks.match(address) is not None and _network_words.fullmatch(words[:60]) is not None:
                block = _nearest_block(state)
                if block is not None and (self._density(block) > 0.6 or block.end - block.start < 40):
                    return "nav", "target:profile"
        if place == "header" or place == "list":
            return place, state.rule
        if words is None:
            return "content", state.rule
        if not state.piece and at > 0.8 * self._total and self._near_credits(state):
            return "footer", "text:credits"
        if state.place is None and self._main is not None:
            if at < self._main.start:
                return "header", "before:main"
            if at >= self._main.end and at > 0.85 * self._total:
                return "footer", "after:main"
        listed = self._listed(state)
        if listed is not None:
            first, last = listed
            if state.place is None and last - first > 3 and self._internal_share(first, last) >= 0.7:
                return "nav", "links:internal"
            return "list", "links:rows"
        return "content", state.rule

    def _listed(self, state: _State) -> tuple[int, int] | None:
        """The range of links of the list this link is a row of, or ``None``."""
        current: _State | None = state
        levels = 0
        while current is not None and levels < 12:
            block = current.block
            if block is not None:
                levels += 1
                if block.last_link - block.first_link >= 3 and self._is_list(block):
                    return block.first_link, block.last_link
                if block.end - block.start > 0.5 * self._total and self._total > _SHORT_PAGE:
                    return None
            current = current.up
        return None

    def _is_list(self, block: BlockMark) -> bool:
        known = self._rows.get(block.order)
        if known is None:
            known = self._rows[block.order] = self._judge_list(block)
        return known

    def _judge_list(self, block: BlockMark) -> bool:
        named = block.tag_id in LISTS
        rows = links = alike = 0
        order = block.order + 1
        while order < block.last_block and rows < _MOST_ROWS:
            row = self._blocks[order]
            order = row.last_block
            has_links = row.last_link > row.first_link
            if row.end - row.start < 2 and not has_links:
                continue
            rows += 1
            if has_links:
                links += 1
                alike += self._is_row(row, named)
        if rows >= 3 and links >= 3:
            return alike >= 0.6 * rows
        return block.last_block == block.order + 1 and self._density(block) > 0.75

    def _is_row(self, row: BlockMark, named: bool) -> bool:
        size = row.end - row.start
        if self._density(row) >= (0.5 if named else 0.7) or size < 3:
            return True
        first = self._outline.links[row.first_link]
        return named and row.tag_id in ROWS and first.start - row.start < 4 and size < 300

    def _near_credits(self, state: _State) -> bool:
        current: _State | None = state
        while current is not None:
            block = current.block
            if block is not None:
                if block.end - block.start > 500:
                    return False
                if _credits.search(self._outline.text, block.start, block.end) is not None:
                    return True
            current = current.up
        return False

    # -- measures ------------------------------------------------------------------

    def _share(self, block: BlockMark) -> float:
        return (block.end - block.start) / self._total

    def _density(self, block: BlockMark) -> float:
        """The share of a block's text that is link text; 1 for links without any text."""
        size = block.end - block.start
        if size <= 2:
            return 1.0 if block.last_link > block.first_link else 0.0
        return (self._link_text[block.last_link] - self._link_text[block.first_link]) / size

    def _internal_share(self, first: int, last: int) -> float:
        if not self._external_before:
            self._external_before = [0, *accumulate(map(int, self._external))]
        return 1.0 - (self._external_before[last] - self._external_before[first]) / (last - first)


def _nearest_block(state: _State) -> BlockMark | None:
    current: _State | None = state
    while current is not None and current.block is None:
        current = current.up
    return None if current is None else current.block
