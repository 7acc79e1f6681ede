"""The layout of a page as its measures tell it: where content begins, what a name can be true of.

These tests look at blocks alone; what stands above a link is in ``placement.py``.
"""

from __future__ import annotations

from functools import cached_property

from backlit.extract.outline import (
    ARTICLE,
    B_END,
    B_FIRST_LINK,
    B_LAST_BLOCK,
    B_LAST_LINK,
    B_ORDER,
    B_START,
    B_TAG,
    H1,
    L_END,
    L_START,
    MAIN,
    PARAGRAPH,
    ROWS,
    BlockMark,
)
from backlit.extract.places import Mark
from backlit.extract.rows import MENU_WORDS, Rows

#: A region other than the main text does not hold more than this share of the page's text; one
#: whose name only makes it likely holds less.
_REGION_SHARE, _LIKELY_SHARE = 0.75, 0.5
#: A block with this much text that is mostly no link is prose.
_PROSE = 140
#: Pages shorter than this prove nothing by shares.
SHORT_PAGE = 600
#: Text without a link that is longer than this is more than a line of credits.
_LINE = 90
#: The words of a list at the end of the page that is its footer are this short on the average.
_TERSE_WORDS = 16


class Layout(Rows):
    """Judges the blocks of one page by size, position and links."""

    @cached_property
    def _content_start(self) -> int:
        """Where the content begins on a page that does not say: its title or first prose."""
        for block in self._blocks:
            size = block[B_END] - block[B_START]
            if size < 4 or block[B_LAST_BLOCK] != block[B_ORDER] + 1:
                continue
            enough = (
                size >= _PROSE or block[B_TAG] == H1 or (block[B_TAG] == PARAGRAPH and size >= _PROSE / 2)
            )
            if enough and self._density(block) < 0.3:
                return block[B_START]
        return 0

    @cached_property
    def _main(self) -> BlockMark | None:
        """The page's one ``main``, or else its one ``article``, when it holds enough to be that."""
        for tag_id in (MAIN, ARTICLE):
            found = [block for block in self._blocks if block[B_TAG] == tag_id]
            if found:
                return found[0] if len(found) == 1 and self._share(found[0]) > 0.25 else None
        return None

    @cached_property
    def _tail_start(self) -> int:
        """Where the last stretch of text without a link ends that is longer than a line."""
        end = self._total
        for link in reversed(self._outline.links):
            if end - link[L_END] > _LINE:
                return end
            end = link[L_START]
        return 0

    def _plausible(self, mark: Mark, block: BlockMark) -> bool:
        """Whether an element's size, position and links agree with the place it names."""
        place, likely = mark.place, mark.likely
        total = self._total
        size = block[B_END] - block[B_START]
        links = block[B_LAST_LINK] - block[B_FIRST_LINK]
        if place == "list":
            if "footnote" in mark.rule and len(self._children(block)) < 3:
                return False  # a note or two are part of the text
            return links >= 3 and (not likely or self._density(block) > 0.5) and size < 0.7 * total
        if place == "box":
            return links >= 3 and size > 100 and size < 0.3 * total
        if total < SHORT_PAGE:
            return True
        if place == "comment":
            control = size < 60 and block[B_TAG] in ROWS  # one of a row of tools
            return size < 0.95 * total and block[B_END] > 0.2 * total and not control
        by_element = mark.rule.startswith(("tag:", "role:", "itemtype:"))
        if by_element and place != "nav":
            # These are said on purpose, so only a wrapper around nearly everything is disbelieved.
            early = block[B_START] < max(1500, 0.3 * total)
            return size < 0.9 * total and (place != "header" or early or mark.rule == "role:banner")
        if size > (_LIKELY_SHARE if likely else _REGION_SHARE) * total:
            return False
        if place == "header":
            if not likely and block[B_END] <= self._content_start:
                return True
            return block[B_START] < (0.1 * total if likely else max(600, 0.15 * total))
        if place == "footer":
            return block[B_END] > 0.6 * total or size < 300
        if place == "nav" and size > 250 and mark.rule not in ("tag:nav", "role:navigation"):
            return self._density(block) > (0.5 if likely else 0.3)
        if place == "sidebar":
            layout = size > 0.3 * total and self._has_title(block)
            if layout or (size > 0.5 * total > 1000 and self._density(block) < 0.5):
                return False  # the class of a layout with a side column
            if likely and size > 0.2 * total and self._density(block) < 0.3:
                return False
            return not likely or (links >= 3 and size > 0.01 * total)
        return True

    def _is_column(self, block: BlockMark | None) -> bool:
        """Whether a narrow block is fit to be a side column: no row of buttons, no closing band."""
        if block is None:
            return False
        size = block[B_END] - block[B_START]
        if size < max(40, 0.01 * self._total):
            return False
        return not (block[B_END] > 0.95 * self._total and self._has_credits(block))

    def _ends_page(self, listed: BlockMark) -> bool:
        """Whether a list is made of short words and nothing but links follows it on the page."""
        return (
            listed[B_LAST_LINK] - listed[B_FIRST_LINK] >= 4
            and 0 < self._mean_link(listed) <= _TERSE_WORDS
            and self._density(listed) >= 0.85
            and listed[B_START] >= self._tail_start
        )

    def _stands_out(self, listed: BlockMark) -> bool:
        """Whether rows are more than a few pictures."""
        return listed[B_LAST_LINK] - listed[B_FIRST_LINK] >= 5 or self._mean_link(listed) > 0

    def _is_bar(self, block: BlockMark) -> bool:
        links = block[B_LAST_LINK] - block[B_FIRST_LINK]
        if self._density(block) < 0.8 or self._mean_link(block) > MENU_WORDS:
            return False
        many = [row[B_LAST_LINK] - row[B_FIRST_LINK] for row in self._children(block)]
        return sum(count for count in many if count > 1) <= 0.25 * links
