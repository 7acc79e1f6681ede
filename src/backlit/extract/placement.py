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
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from backlit.extract import visibility
from backlit.extract.outline import (
    ARTICLE,
    B_END,
    B_FIRST_LINK,
    B_LAST_BLOCK,
    B_LAST_LINK,
    B_ORDER,
    B_START,
    B_TAG,
    L_END,
    L_START,
    LISTS,
    MAIN,
    ROWS,
    BlockMark,
    Outline,
)
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
#: Addresses that hand the page on to a network, by registrable domain: the path from its slash.
_SHARERS = {
    domain: re.compile(path)
    for domain, path in {
        "facebook.com": r"/(?:sharer|share|dialog/(?:share|feed))",
        "twitter.com": r"/(?:intent/(?:tweet|post)|share|home/?\?status)",
        "x.com": r"/(?:intent/(?:tweet|post)|share)",
        "linkedin.com": r"/(?:share|cws/share|sharing)",
        "google.com": r"/(?:share|bookmarks/mark|\+1)",
        "reddit.com": r"/(?:r/[^/]+/)?submit",
        "tumblr.com": r"/(?:share|widgets/share)",
        "t.me": r"/share",
        "telegram.me": r"/share",
        "whatsapp.com": r"/send",
        "wa.me": r"/\?",
        "vk.com": r"/share",
        "vkontakte.ru": r"/share",
        "xing.com": r"/(?:spi/shares|social_plugins/share|app/user\?op=share)",
        "stumbleupon.com": r"/(?:submit|badge)",
        "digg.com": r"/submit",
        "delicious.com": r"/(?:save|post)",
        "del.icio.us": r"/post",
        "addtoany.com": r"/",
        "addthis.com": r"/bookmark",
        "getpocket.com": r"/(?:save|edit)",
        "ycombinator.com": r"/submitlink",
        "buffer.com": r"/add",
        "bufferapp.com": r"/add",
        "ok.ru": r"/(?:dk|offer)\?",
        "wykop.pl": r"/dodaj",
        "line.me": r"/R/msg",
        "weibo.com": r"/share",
        "flipboard.com": r"/bookmarklet",
        "printfriendly.com": r"/print",
        "hatena.ne.jp": r"/entry",
        "mister-wong.de": r"/",
        "livejournal.com": r"/update\.bml",
    }.items()
}
#: Networks on which sites keep a profile, by registrable domain; Pinterest has one a country.
_NETWORKS = frozenset(
    [
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "pinterest.com",
        "tumblr.com",
        "flickr.com",
        "vimeo.com",
        "tiktok.com",
        "snapchat.com",
        "google.com",
        "vk.com",
        "weibo.com",
        "xing.com",
        "t.me",
        "telegram.me",
        "soundcloud.com",
        "feedburner.com",
        "bsky.app",
        "threads.net",
        "discord.gg",
        "discord.com",
        "twitch.tv",
        "ok.ru",
        "pinterest.de",
        "pinterest.co.uk",
    ]
)
#: Words that name a network or invite to it, and nothing else.
_network_words = re.compile(
    r"(?:follow|find|join|like|visit|watch|subscribe|see|us|me|on|to|our|at|via|folge|uns|auf|\W|facebook|twitter|x|instagram|"
    r"linkedin|youtube|pinterest|tumblr|flickr|vimeo|tiktok|snapchat|google|plus|vk|vkontakte|weibo|xing|telegram|rss|feed|"
    r"channel|soundcloud|share|tweet|email|bluesky|threads|discord|twitch|fb|yt|ig|page)*",
    re.IGNORECASE,
)

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
_FIXED = frozenset({"footer", "sidebar", "comment"})


class Places:
    """Answers for the links of one page."""

    def __init__(self, outline: Outline, external: Sequence[bool], rules: StyleRules | None) -> None:
        self._outline = outline
        self._external = external
        self._rules = rules
        self._total = max(len(outline.text), 1)
        self._states: dict[int, _State] = {}
        self._blocks = outline.blocks
        self._external_before: list[int] = []
        self._rows: dict[int, bool] = {}
        self._lists: dict[int, tuple[int, int] | None] = {}  # by id of the state, which _states keeps alive

    @cached_property
    def _link_text(self) -> list[int]:
        """How many characters of link text there are before each link."""
        return [0, *accumulate(link[L_END] - link[L_START] for link in self._outline.links)]

    @cached_property
    def _main(self) -> BlockMark | None:
        """The page's one ``main``, or else its one ``article``, when it holds enough to be that."""
        for tag_id in (MAIN, ARTICLE):
            found = [block for block in self._blocks if block[B_TAG] == tag_id]
            if found:
                return found[0] if len(found) == 1 and self._share(found[0]) > 0.25 else None
        return None

    def of(
        self, node: LexborNode, attributes: dict[str, str | None], at: int, target: Target, words: str | None
    ) -> Place:
        """The place of the element ``node``, which begins at ``at`` in the text.

        ``target`` is where it leads and ``words`` its anchor (``None`` for a frame or form).
        """
        above = node.parent
        state = _ROOT if above is None else self._state(above)
        place, rule = state.place, state.rule
        if place is None or place in ("main", "header", "list"):
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
        if place not in _FIXED and tag != "body" and tag != "a":
            mark = mark_of(
                tag, get("role"), get("itemtype") or get("itemprop"), names[:400], element_id[:100]
            )
            if mark is not None:
                place, rule, piece = self._with(up, mark, block)
        hidden_rule, background, font_zero = up.hidden_rule, up.background, up.font_zero
        style = get("style")
        said = style_of(style[: visibility.LONGEST_STYLE]) if style else PLAIN
        if hidden_rule is None:
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
            late = (
                place == "footer" and not up.piece and block is not None and block[B_END] > 0.97 * self._total
            )
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
            return share < 0.95 and block[B_END] > 0.2 * total
        if share > (0.45 if mark.likely else _REGION_SHARE):
            return False
        if place == "header":
            return block[B_START] < max(1500, 0.3 * total)
        if place == "footer":
            return block[B_END] > 0.6 * total or block[B_END] - block[B_START] < 200
        if (
            place == "nav"
            and not mark.rule.startswith(("tag:", "role:"))
            and block[B_END] - block[B_START] > 250
        ):
            return self._density(block) > (0.5 if mark.likely else 0.3)
        if place == "list" and mark.likely:
            return self._density(block) > 0.5
        return True

    # -- structure, for what no name decides -------------------------------------------

    def _by_neighbours(self, state: _State, at: int, target: Target, words: str | None) -> tuple[str, str]:
        place = state.place
        if words is not None:
            url, _, domain, _ = target
            sharer = _SHARERS.get(domain)
            if sharer is not None and sharer.match(url, url.index("/", 8)) is not None:
                return "nav", "target:share"
            if domain in _NETWORKS and _network_words.fullmatch(words[:60]) is not None:
                block = _nearest_block(state)
                if block is not None and (self._density(block) > 0.6 or block[B_END] - block[B_START] < 40):
                    return "nav", "target:profile"
        if place == "header" or place == "list":
            return place, state.rule
        if words is None:
            return "content", state.rule
        if not state.piece and at > 0.8 * self._total and self._near_credits(state):
            return "footer", "text:credits"
        if state.place is None and self._main is not None:
            if at < self._main[B_START]:
                return "header", "before:main"
            if at >= self._main[B_END] and at > 0.85 * self._total:
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
        key = id(state)
        if key not in self._lists:
            self._lists[key] = self._find_list(state)
        return self._lists[key]

    def _find_list(self, state: _State) -> tuple[int, int] | None:
        current: _State | None = state
        levels = 0
        while current is not None and levels < 12:
            block = current.block
            if block is not None:
                levels += 1
                if block[B_LAST_LINK] - block[B_FIRST_LINK] >= 3 and self._is_list(block):
                    return block[B_FIRST_LINK], block[B_LAST_LINK]
                if block[B_END] - block[B_START] > 0.5 * self._total and self._total > _SHORT_PAGE:
                    return None
            current = current.up
        return None

    def _is_list(self, block: BlockMark) -> bool:
        known = self._rows.get(block[B_ORDER])
        if known is None:
            known = self._rows[block[B_ORDER]] = self._judge_list(block)
        return known

    def _judge_list(self, block: BlockMark) -> bool:
        named = block[B_TAG] in LISTS
        rows = links = alike = 0
        order = block[B_ORDER] + 1
        while order < block[B_LAST_BLOCK] and rows < _MOST_ROWS:
            row = self._blocks[order]
            order = row[B_LAST_BLOCK]
            has_links = row[B_LAST_LINK] > row[B_FIRST_LINK]
            if row[B_END] - row[B_START] < 2 and not has_links:
                continue
            rows += 1
            if has_links:
                links += 1
                alike += self._is_row(row, named)
        if rows >= 3 and links >= 3:
            return alike >= 0.6 * rows
        return block[B_LAST_BLOCK] == block[B_ORDER] + 1 and self._density(block) > 0.75

    def _is_row(self, row: BlockMark, named: bool) -> bool:
        size = row[B_END] - row[B_START]
        if self._density(row) >= (0.5 if named else 0.7) or size < 3:
            return True
        first = self._outline.links[row[B_FIRST_LINK]]
        return named and row[B_TAG] in ROWS and first[L_START] - row[B_START] < 4 and size < 300

    def _near_credits(self, state: _State) -> bool:
        current: _State | None = state
        while current is not None:
            block = current.block
            if block is not None:
                if block[B_END] - block[B_START] > 500:
                    return False
                if _credits.search(self._outline.text, block[B_START], block[B_END]) is not None:
                    return True
            current = current.up
        return False

    # -- measures ------------------------------------------------------------------

    def _share(self, block: BlockMark) -> float:
        return (block[B_END] - block[B_START]) / self._total

    def _density(self, block: BlockMark) -> float:
        """The share of a block's text that is link text; 1 for links without any text."""
        size = block[B_END] - block[B_START]
        if size <= 2:
            return 1.0 if block[B_LAST_LINK] > block[B_FIRST_LINK] else 0.0
        return (self._link_text[block[B_LAST_LINK]] - self._link_text[block[B_FIRST_LINK]]) / size

    def _internal_share(self, first: int, last: int) -> float:
        if not self._external_before:
            self._external_before = [0, *accumulate(map(int, self._external))]
        return 1.0 - (self._external_before[last] - self._external_before[first]) / (last - first)


def _nearest_block(state: _State) -> BlockMark | None:
    current: _State | None = state
    while current is not None and current.block is None:
        current = current.up
    return None if current is None else current.block
