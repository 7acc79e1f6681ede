"""Rows of links: which blocks are lists or menus, and which rows exist for their links.

"Name", "Name - what it is" and "Where: address" are rows; "Name does this" and "ask on the
list for help" are sentences that happen to hold a link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from backlit.extract.measures import Measures
from backlit.extract.outline import (
    B_END,
    B_FIRST_LINK,
    B_LAST_BLOCK,
    B_LAST_LINK,
    B_ORDER,
    B_START,
    B_TAG,
    DEFINITIONS,
    L_END,
    L_NODE,
    L_START,
    PARAGRAPH,
    ROW,
    ROWS,
    TABLE_BODY,
    TERM,
    BlockMark,
    Outline,
)

#: A row of a list without an element of its own is no longer than this.
_LONGEST_ROW = 300
#: Entries of a menu are shorter than this on the average; headlines are longer.
MENU_WORDS = 28
#: Rows of a list that are looked at.
_MOST_ROWS = 200
#: What stands between a label and its link.
_SEPARATORS = ":–—-|•·)]»>"


#: The number of a source or a note.
_number = re.compile(r"\s*[\[(]?\d{1,3}[\]).:]*\s*")


#: What stands above a list of sources or links, at the end of the text before it.
_title = re.compile(
    r"\b(?:references?|sources?|bibliography|further reading|external links|see also|useful links|links|resources|"
    r"footnotes|endnotes|notes|quellen(?:angaben)?|literatur|weblinks|einzelnachweise|siehe auch|fuentes|referencias|"
    r"bibliograf[ií]a|enlaces(?: externos)?|références|liens(?: externes)?|voir aussi|fonti|riferimenti|"
    r"collegamenti esterni|źródła|bronnen|источники|литература|ссылки|примечания)\s*[:¶#]?\s*$",
    re.IGNORECASE,
)


_words_or_comma = re.compile(r"[\w,、]")


class Rows(Measures):
    """Judges rows of links on one page."""

    def __init__(self, outline: Outline, external: Sequence[bool]) -> None:
        super().__init__(outline, external)
        self._rows: dict[int, bool] = {}
        self._runs: dict[int, list[BlockMark]] = {}

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
        """Whether the rows of a list's own element exist for their links."""
        if block[B_TAG] == DEFINITIONS:
            terms = [child for child in self._children(block)[:_MOST_ROWS] if child[B_TAG] == TERM]
            if sum(self._density(term) > 0.7 and self._is_row(term, True) for term in terms) >= max(
                3, 0.5 * len(terms)
            ):
                return True
        rows = linked = alike = text = 0
        for row in self._children(block)[:_MOST_ROWS]:
            if row[B_LAST_LINK] > row[B_FIRST_LINK] or row[B_END] - row[B_START] > 1:
                rows += 1
                linked += row[B_LAST_LINK] > row[B_FIRST_LINK]
                if self._is_row(row, True):
                    alike += 1
                    text += row[B_END] - row[B_START]
        if block[B_TAG] == TABLE_BODY:
            return alike >= 3 and linked >= 0.5 * rows
        if linked >= 3 and linked >= 0.7 * rows and self._is_titled(block):
            return True
        if alike < 3 or alike < 0.4 * rows:
            return False
        return block[B_TAG] == DEFINITIONS or text >= 0.3 * (block[B_END] - block[B_START])

    def _is_enumeration(self, block: BlockMark) -> bool:
        """Whether a paragraph is five or more links with nothing but signs between them."""
        links = self._outline.links[block[B_FIRST_LINK] : block[B_LAST_LINK]]
        if len(links) < 5 or block[B_TAG] != PARAGRAPH or self._density(block) < 0.4:
            return False
        text = self._outline.text
        between = [text[one[L_END] : other[L_START]] for one, other in pairwise(links)]
        bare = sum(0 < len(gap) <= 5 and _words_or_comma.search(gap) is None for gap in between)
        return bare >= 0.8 * len(between)

    def _run_of(self, block: BlockMark, row: BlockMark) -> BlockMark | None:
        """Three or more blocks after one another, this row among them, that exist for their links.

        The answer is a block that stretches from the first to the last of them.
        """
        runs = self._runs.get(block[B_ORDER])
        if runs is None:
            runs = self._runs[block[B_ORDER]] = self._find_runs(block)
        for run in runs:
            if run[B_ORDER] <= row[B_ORDER] < run[B_LAST_BLOCK]:
                return run
        return None

    def _is_titled(self, block: BlockMark) -> bool:
        """Whether the words before a block announce sources or links."""
        start = block[B_START]
        return _title.search(self._outline.text, max(0, start - 40), start) is not None

    def _find_runs(self, block: BlockMark) -> list[BlockMark]:
        runs: list[BlockMark] = []
        run: list[BlockMark] = []
        titled = False
        for row in [*self._children(block), None]:
            if row is not None:
                if row[B_END] - row[B_START] < 2 and row[B_LAST_LINK] == row[B_FIRST_LINK]:
                    continue
                if row[B_LAST_LINK] > row[B_FIRST_LINK] and row[B_END] - row[B_START] <= _LONGEST_ROW:
                    titled = titled or (not run and row[B_TAG] == PARAGRAPH and self._is_titled(row))
                    if titled or self._is_row(row, False):
                        run.append(row)
                        continue
                titled = False
                if (
                    run
                    and row[B_LAST_LINK] == row[B_FIRST_LINK]
                    and row[B_END] - row[B_START] < 60
                    and row[B_TAG] == run[-1][B_TAG]
                ):
                    continue
            if len(run) >= 3:
                first, last = run[0], run[-1]
                ends = [first[B_START], last[B_END], first[B_ORDER], last[B_LAST_BLOCK]]
                runs.append([*ends, first[B_FIRST_LINK], last[B_LAST_LINK], block[B_TAG]])
            run = []
        return runs

    def _is_row(self, row: BlockMark, named: bool) -> bool:
        """Whether a row is there for its link, and no sentence that happens to hold one."""
        first_link, last_link = row[B_FIRST_LINK], row[B_LAST_LINK]
        if last_link == first_link:
            return False
        size = row[B_END] - row[B_START]
        text = self._outline.text
        first = self._outline.links[first_link]
        inside = first[L_NODE].first_child
        if inside is not None and inside.tag == "code":
            return False  # a name of a manual, explained
        density = self._density(row)
        if density >= 0.8:
            return True
        if row[B_TAG] == ROW:
            # What the row is about stands in its first or second cell.
            return size < 300 and any(self._density(cell) >= 0.8 for cell in self._children(row)[:2])
        before = text[row[B_START] : first[L_START]][-40:].rstrip()
        words = text[first[L_START] : first[L_START] + 12]
        if "://" in words or words.startswith("www."):
            sentence = first[L_START] - row[B_START] > 60
            if sentence and (before[-1:].islower() or before[-1:] == "("):
                return density >= 0.7  # an address that a sentence leads to
            last = self._outline.links[last_link - 1]
            return density >= 0.3 or (size < _LONGEST_ROW and row[B_END] - last[L_END] < 3)
        if _number.fullmatch(before):
            return density >= 0.3
        if len(before) < 3:
            if text[first[L_END] : min(first[L_END] + 40, row[B_END])].lstrip()[:1].islower():
                return False
            return size < 150 if named and row[B_TAG] in ROWS else density >= (0.4 if size < 150 else 0.6)
        return density >= (0.5 if before[-1] in _SEPARATORS else 0.8)
