"""The place that an element's own names stand for.

A rule is looked up by element name, by ``role``, by ``itemtype``/``itemprop`` and by the words
of ``class`` and ``id``. A class is read as a whole (``widget-area``) and as its words, split at
hyphens, underscores, digits and humps (``siteFooter`` is *site*, *footer*), because ``thread``
holds "head" and means something else. The definitions are in docs/placement.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from backlit.extract.names import ITEM_PROPS, ITEM_TYPES, ROLES, STEMS, TAGS, WHOLE, WORDS
from backlit.extract.phrases import (
    AUTHOR_WORDS,
    COLUMN_WORDS,
    EMBED_WORDS,
    FLOAT_WORDS,
    NEUTRAL_WORDS,
    NEWEST_WORDS,
    PAIRS,
    PIECE_WORDS,
    SECTION_IDS,
    STATE_WORDS,
)
from backlit.extract.systems import SYSTEM_NAMES, SYSTEM_WORDS

_whole, _places = WHOLE | SYSTEM_NAMES, WORDS | SYSTEM_WORDS
_words = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: A quarter or a third of a grid of twelve, as the common frameworks name it.
_narrow = re.compile(
    r"(?:col|span|grid|large|medium|small|column|columns|cell|unit|g)[-_]?(?:(?:xs|sm|md|lg|xl|l|m|s|d|t)[-_]?)?[234]"
    r"(?:[-_](?:12|of[-_]12))?"
    r"|(?:two|three|four|one-third|onethird|one-fourth|one-quarter|one_third|w-1/[34]|md:w-1/[34]|lg:w-1/[34])"
)
#: A part of a layout that is a column when its neighbours agree: ``col300``, ``stgCol300``, ``art-col2``.
_column = re.compile(
    r"(?:^|[a-z]|[-_])[cC]ol(?:umn)?[-_]?(?:[1-3]\d\d|[2-9]|[b-dB-D]|one|two|three|small)(?![0-9A-Za-z])"
)
#: The id of one post of a board, as phpBB, vBulletin, SMF, MyBB and others number them.
_post_id = re.compile(
    r"(?:p|pid_?|post|post_?message_?|td_post_|msg_?|subject_|reply-?|tid_?|el[cC]omment_|answer-?)\d+"
)
#: What WordPress writes on a post: its type, and the names of its categories and tags.
_post_class = re.compile(r"(?:^|\s)(?:type-\w|hentry(?:\s|$)|post-\d|status-publish)")
_taxonomy = re.compile(r"(?<!\S)(?:category|tag|format|status)-\S+")
_stem = re.compile("|".join(sorted(STEMS, key=len, reverse=True)))
#: Characters read of ``class`` and ``id``, and classes read of one element.
LONGEST_NAMES, _MOST_CLASSES, _LONGEST_RULE = 400, 20, 60
_MOST_ID_WORDS = 5


class Mark(NamedTuple):
    """What an element's own names say: a place, the rule, and whether it is only likely."""

    place: str
    rule: str
    likely: bool


@lru_cache(maxsize=65536)
def marks_of(tag: str, role: str | None, item: str | None, names: str, element_id: str) -> tuple[Mark, ...]:
    """The places an element names by itself, the most telling first.

    Role, ``itemtype`` and element name come before class and id. Only where those say no more
    than "navigation" does a name which tells the region win: ``<nav class="sidebar">`` is one.
    """
    if (tag == "section" or "section" in names.split()) and element_id.lower() not in SECTION_IDS:
        element_id = ""  # a manual makes the ids of its sections from their headings
    named = _by_names(names, element_id)
    told = _by_role(role) or _by_item(item)
    if told is None and (by_tag := TAGS.get(tag)) is not None:
        told = Mark(by_tag, f"tag:{tag}", False)
    if told is None:
        return named
    if named:
        best = named[0]
        drawer = tag == "amp-sidebar"  # whatever its id says, it is drawn over the page
        if told.place == "nav" and best.place in ("sidebar", "footer") and not best.likely and not drawer:
            return (*named, told)
        if tag == "aside" and best.place == "list":
            return named  # footnotes, as some tools write them
        if told.rule == "tag:aside" and best.place == "nav" and not best.likely:
            return (*named, told)
        if told.place in ("piece", "main") and best.place in ("comment", "embed"):
            return (*named, told)
    return (told,)


def _by_role(role: str | None) -> Mark | None:
    for word in role.lower().split() if role else ():
        if (place := ROLES.get(word)) is not None:
            return Mark(place, f"role:{word}", False)
    return None


def _by_item(item: str | None) -> Mark | None:
    if not item:
        return None
    last = item.rpartition("/")[2].lower()[:40]
    place = ITEM_TYPES.get(last) or ITEM_PROPS.get(last)
    return None if place is None else Mark(place, f"itemtype:{last}", False)


#: When an element's class and id name several places, the more telling comes first.
_ORDER = (
    "line", "hint", "embed", "column", "main", "piece", "box", "header", "nav", "list", "sidebar", "footer", "comment",
)  # fmt: skip


def _by_names(names: str, element_id: str) -> tuple[Mark, ...]:
    found = []
    if _post_class.search(names) is not None:
        names = _taxonomy.sub("", names)
    for source, token in (("id", element_id), *(("class", token) for token in names.split()[:_MOST_CLASSES])):
        mark = _by_token(source, token) if token else None
        if mark is not None:
            found.append(mark)
    found.sort(key=_weight, reverse=True)
    return tuple(found)


def _weight(mark: Mark) -> int:
    return 2 * _ORDER.index(mark.place) - (3 if mark.likely else 0)


@lru_cache(maxsize=65536)
def _by_token(source: str, token: str) -> Mark | None:
    if source == "id" and _post_id.fullmatch(token) is not None:
        return Mark("comment", "id:post", False)
    lowered = token.lower()
    whole = _whole.get(lowered)
    if whole is not None:
        return _made(whole, source, lowered) if whole else None
    if _narrow.fullmatch(lowered) is not None:
        return Mark("column", f"{source}:{lowered[:_LONGEST_RULE]}", True)
    words = [word.lower() for word in _words.findall(token)]
    if source == "id" and len(words) > _MOST_ID_WORDS:
        return None  # a heading or a title made into an id
    if not STATE_WORDS.isdisjoint(words):
        return None
    if not EMBED_WORDS.isdisjoint(words):
        return _made("embed", source, lowered)
    for one, other in pairwise(words):
        named = PAIRS.get(f"{one} {other}") or PAIRS.get(f"{other} {one}")
        if named is not None:
            return _made(named, source, lowered)
    for at, word in enumerate(words):
        named = _places.get(word)
        start = 0
        if named is None:
            stem = _stem.search(word)
            if stem is None:
                continue
            named, start = STEMS[stem[0]], stem.start()
            if word[:start] == "with":
                continue
            if named == "comment" and word[:start] in NEWEST_WORDS:
                named = "side?"
        if named in ("header", "footer") and (word[:start] or (words[at - 1] if at else "")) in PIECE_WORDS:
            return _made("piece", source, lowered)
        if named == "header" and any(_says_menu(other) for other in words[at + 1 :]):
            return _made("nav", source, lowered)  # header-social, header-navi
        if named == "nav" and "content" in words:
            continue  # what the menu is about, or stands beside
        if named == "comment" and not NEUTRAL_WORDS.isdisjoint(words):
            continue
        return _made(named, source, lowered)
    named_side = not COLUMN_WORDS.isdisjoint(words) and FLOAT_WORDS.isdisjoint(words)
    if named_side or _column.search(token) is not None:
        return Mark("hint", f"{source}:{lowered[:_LONGEST_RULE]}", True)
    return None if AUTHOR_WORDS.isdisjoint(words) else _made("line", source, lowered)


def _says_menu(word: str) -> bool:
    """Whether a word behind "header" says that its menu is meant."""
    if _places.get(word) == "nav" or word == "links":
        return True
    stem = _stem.search(word)
    return stem is not None and STEMS[stem[0]] == "nav"


def _made(place: str, source: str, name: str) -> Mark:
    likely = place.endswith("?")
    place = place.rstrip("?")
    return Mark("sidebar" if place == "side" else place, f"{source}:{name[:_LONGEST_RULE]}", likely)
