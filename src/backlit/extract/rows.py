"""Rows of links: which blocks are lists or menus, and which rows exist for their links.

"Name", "Name - what it is" and "Where: address" are rows; "Name does this" and "ask on the
list for help" are sentences that happen to hold a link.
"""

from __future__ import annotations

from collections.abc import Sequence

from backlit.extract.measures import Measures
from backlit.extract.outline import (
    B_END,
    B_FIRST_LINK,
    B_LAST_BLOCK,
    B_LAST_LINK,
    B_ORDER,
    B_START,
    B_TAG,
    L_END,
    L_NODE,
    L_START,
    LISTS,
    ROW,
    ROWS,
    TABLE_BODY,
    BlockMark,
    Outline,
)

#: Rows of an unnamed list are shorter than this on the average.
_ROW_WORDS = 120
#: Entries of a menu are shorter than this on the average; headlines are longer.
MENU_WORDS = 28
#: Rows of a list that are looked at.
_MOST_ROWS = 200
#: What stands between a label and its link.
_SEPARATORS = ":–—-|•·)]»>"


class Rows(Measures):
    """Judges rows of links on one page."""

    def __init__(self, outline: Outline, external: Sequence[bool]) -> None:
        super().__init__(outline, external)
        self._rows: dict[int, bool] = {}

    def _is_menu(self, block: BlockMark) -> bool:
        """Whether a list of links leads mostly about the site, in short words."""
        first, last = block[B_FIRST_LINK], block[B_LAST_LINK]
        return (
            last - first > 3
            and self._internal_share(first, last) >= 0.6
            and self._mean_link(block) <= MENU_WORDS
        )

    def _is_list(self, block: BlockMark) -> bool:
        known = self._rows.get(block[B_ORDER])
        if known is None:
            known = self._rows[block[B_ORDER]] = self._judge_list(block)
        return known

    def _judge_list(self, block: BlockMark) -> bool:
        """Whether a block's children are rows that exist for their links."""
        named = block[B_TAG] in LISTS
        rows = linked_rows = alike = text_alike = 0
        order = block[B_ORDER] + 1
        while order < block[B_LAST_BLOCK] and rows < _MOST_ROWS:
            row = self._blocks[order]
            order = row[B_LAST_BLOCK]
            linked = row[B_LAST_LINK] > row[B_FIRST_LINK]
            if linked or row[B_END] - row[B_START] > 1:
                rows += 1
                linked_rows += linked
                if linked and self._is_row(row, named):
                    alike += 1
                    text_alike += row[B_END] - row[B_START]
        if alike < 3:
            return False
        if block[B_TAG] == TABLE_BODY and linked_rows >= 0.8 * rows:
            return alike >= 0.15 * rows
        size = block[B_END] - block[B_START]
        if rows < _MOST_ROWS and text_alike < 0.5 * size:
            return False
        # Without a list's own element, the rows must lie close together.
        links = block[B_LAST_LINK] - block[B_FIRST_LINK]
        return alike >= 0.45 * rows if named else alike >= 0.6 * rows and size < _ROW_WORDS * links

    def _is_row(self, row: BlockMark, named: bool) -> bool:
        """Whether a row is there for its link, and no sentence that happens to hold one."""
        if row[B_LAST_LINK] == row[B_FIRST_LINK]:
            return False
        size = row[B_END] - row[B_START]
        text = self._outline.text
        first = self._outline.links[row[B_FIRST_LINK]]
        inside = first[L_NODE].first_child
        if inside is not None and inside.tag == "code":
            return False  # a name of a manual, explained
        density = self._density(row)
        if density >= 0.8:
            return True
        before = text[row[B_START] : first[L_START]][-40:].rstrip()
        if len(before) < 3:
            if row[B_TAG] == ROW:
                return size < 300
            if text[first[L_END] : min(first[L_END] + 40, row[B_END])].lstrip()[:1].islower():
                return False
            return size < 300 if named and row[B_TAG] in ROWS else density >= (0.4 if size < 150 else 0.6)
        if row[B_TAG] == ROW:
            return density >= 0.5
        words = text[first[L_START] : first[L_START] + 12]
        if before[-1] in _SEPARATORS or "://" in words or words.startswith("www."):
            return density >= 0.3
        return density >= 0.7
