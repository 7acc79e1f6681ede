"""Measures of a page's blocks: how much text, how many links, how densely linked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from backlit.extract.outline import (
    B_END,
    B_FIRST_LINK,
    B_LAST_BLOCK,
    B_LAST_LINK,
    B_ORDER,
    B_START,
    B_TAG,
    H1,
    BlockMark,
    Outline,
)

#: A picture in a link counts as this many characters of link text.
_PICTURE = 12
#: Blocks inside a block that are looked at.
_MOST_CHILDREN = 2000
#: Letters that ``re`` takes for these where case is ignored, besides the capital.
_OTHER_CASES = {"i": "İı", "k": "\u212a", "s": "ſ", "в": "\u1c80", "с": "\u1c83"}


def any_case(alternatives: Iterable[str]) -> re.Pattern[str]:
    """A pattern for each of the alternatives in any case. Each begins with a small letter or a sign.

    They are grouped by that, which stands in front in each of its cases: only so does ``re``
    pass over all else at once, seven times as fast as with ``re.IGNORECASE`` for the whole.
    """
    rests: dict[str, list[str]] = {}
    for alternative in alternatives:
        first = alternative[:2] if alternative.startswith("\\") else alternative[:1]
        for case in sorted({first, first.upper(), *_OTHER_CASES.get(first, ())}):
            rests.setdefault(case, []).append(alternative.removeprefix(first))
    return re.compile("|".join(f"{first}(?i:{'|'.join(group)})" for first, group in rests.items()))


_CREDITS = (
    r"©|\(c\)\s*19\d\d|\(c\)\s*20\d\d|copyright|all rights reserved|alle rechte|tous droits|"
    r"todos los derechos|licensed under|unless otherwise|powered by|proudly powered|hosted by|"
    r"web ?design(?:ed)? by|theme by|impressum|datenschutz|todos os direitos|tutti i diritti|"
    r"diritti riservati|alle rechten|wszelkie prawa|prawa zastrzeżone|všechna práva|všetky práva|"
    r"все права|всі права|minden jog|drepturile rezervate|tüm hakları|alla rättigheter|"
    r"alle rettigheder|alle rettigheter|kaikki oikeudet|mentions légales|aviso legal|note legali|"
    r"design by|site by|developed by|website by|создание сайт|разработка сайт|réalisation|webdesign|"
    r"privacy policy|terms of use|terms of service|privacidad|confidentialité|polityka prywatności|"
    r"nutzungsbedingungen"
)
_credits = any_case(_CREDITS.split("|"))


class Measures:
    """Measures of the blocks of one page; what is costly is taken once and kept."""

    def __init__(self, outline: Outline, external: Sequence[bool]) -> None:
        self._outline = outline
        self._external = external
        self._total = max(len(outline.text), 1)
        self._blocks = outline.blocks
        self._external_before: list[int] = []
        self._credits: dict[int, bool] = {}
        self._widest: dict[int, int] = {}

    @cached_property
    def _link_text(self) -> list[int]:
        """How many characters of link text there are before each link."""
        self._measure_links()
        return self._link_text

    @cached_property
    def _picture_text(self) -> list[int]:
        """What the pictures in links count for, before each link."""
        self._measure_links()
        return self._picture_text

    def _measure_links(self) -> None:
        text = pictures = 0
        texts, all_pictures = [0], [0]
        for start, end, _, _, picture in self._outline.links:
            text += end - start
            texts.append(text)
            if picture is not None and end - start < _PICTURE:
                pictures += _PICTURE
            all_pictures.append(pictures)
        self._link_text, self._picture_text = texts, all_pictures

    def _share(self, block: BlockMark) -> float:
        return (block[B_END] - block[B_START]) / self._total

    def _density(self, block: BlockMark) -> float:
        """The share of a block's text that is link text, pictures in links counted in."""
        first, last = block[B_FIRST_LINK], block[B_LAST_LINK]
        if first == last:
            return 0.0
        pictures = self._picture_text[last] - self._picture_text[first]
        linked = self._link_text[last] - self._link_text[first] + pictures
        size = block[B_END] - block[B_START] + pictures
        return linked / size if size else 1.0

    def _internal_share(self, first: int, last: int) -> float:
        if not self._external_before:
            self._external_before = [0, *accumulate(map(int, self._external))]
        return 1.0 - (self._external_before[last] - self._external_before[first]) / (last - first)

    def _mean_link(self, block: BlockMark) -> float:
        first, last = block[B_FIRST_LINK], block[B_LAST_LINK]
        return (self._link_text[last] - self._link_text[first]) / (last - first)

    def _children(self, block: BlockMark) -> list[BlockMark]:
        """The outermost blocks inside a block, up to a number."""
        found: list[BlockMark] = []
        order = block[B_ORDER] + 1
        while order < block[B_LAST_BLOCK] and len(found) < _MOST_CHILDREN:
            found.append(self._blocks[order])
            order = found[-1][B_LAST_BLOCK]
        return found

    def _widest_child(self, block: BlockMark) -> int:
        known = self._widest.get(block[B_ORDER])
        if known is None:
            widths = (child[B_END] - child[B_START] for child in self._children(block))
            known = self._widest[block[B_ORDER]] = max(widths, default=0)
        return known

    def _has_title(self, block: BlockMark) -> bool:
        return any(self._blocks[at][B_TAG] == H1 for at in range(block[B_ORDER], block[B_LAST_BLOCK]))

    def _has_credits(self, block: BlockMark | None) -> bool:
        if block is None:
            return False
        known = self._credits.get(block[B_ORDER])
        if known is None:
            found = _credits.search(self._outline.text, block[B_START], block[B_END])
            known = self._credits[block[B_ORDER]] = found is not None
        return known
