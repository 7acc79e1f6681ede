"""What a page says of itself: title, language, author, date, canonical, words and digests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import msgspec
from resiliparse.parse.lang import detect_fast
from selectolax.lexbor import LexborNode

from backlit.extract.outline import META, SCRIPT, TIME, TITLE, Note, Outline, ids_of


def _words(text: str) -> list[str]:
    return text.split()


#: Characters of text that the language is told from, taken from the middle of the page.
_LANGUAGE_SAMPLE = 2000
#: Detection may overrule the page's own label from this many characters, below this distance (shorter
#: texts are farther from every language, by a tenth of what they lack).
_ENOUGH_TEXT, _CONFIDENT = 400, 350
_UNSURE = 1200
#: Languages that detection may name: without those that lists of names and code are taken for
#: (Latin, Luxembourgish, Volapük) or that two hundred times as many pages of a neighbour are.
_LANGUAGES = _words("""
    en de fr es pt it nl pl ru uk be bg mk sr hr sl cs sk hu ro sq el tr ar fa he ur hi bn ta te ml kn
    mr gu pa ne si th vi id ms tl ja zh ko ka hy az kk uz mn fi et lv lt sv no da is ga cy eu ca af sw
    """)
#: Languages so near each other that detection does not overrule the page between them.
_RELATIVES = tuple(
    map(
        frozenset,
        (
            ("es", "pt", "ca", "gl", "it"),
            ("cs", "sk", "pl"),
            ("no", "nb", "nn", "da", "sv", "is"),
            ("sr", "hr", "bs", "sl", "bg", "mk", "ru", "uk", "be"),
            ("de", "nl", "af", "lb"),
            ("id", "ms"),
            ("ja", "zh"),
            ("fa", "ar", "ur"),
            ("hi", "mr", "ne"),
        ),
    )
)
_LONGEST_TITLE = 1000
_LONGEST_AUTHOR = 200
_LONGEST_JSON = 500_000

_iso_date = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})")
_compact_date = re.compile(r"\s*((?:19|20)\d\d)[./]?(\d\d)[./]?(\d\d)(?!\d)")
_language = re.compile(r"\s*([a-z]{2,3})(?:[-_].*)?\s*", re.IGNORECASE | re.DOTALL)

#: Names of ``<meta>`` (``name``, ``property`` or ``itemprop``), best first.
_AUTHOR_NAMES = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_DATE_NAMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "date",
    "article.published",
    "citation_publication_date",
)


class Metas:
    """The ``<meta>`` elements of a page, each attribute dictionary built once."""

    def __init__(self, outline: Outline) -> None:
        self.robots: list[str] = []
        self.refresh: list[tuple[Note, str]] = []
        self.named: dict[str, str] = {}
        for note in outline.notes[META]:
            attributes = note[0].attributes
            content = attributes.get("content")
            if content is None:
                continue
            name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
            if name:
                name = name.strip().lower()
                if name == "robots" or name == "googlebot":
                    self.robots.append(content)
                else:
                    self.named.setdefault(name, content)
            elif not note[3] and (attributes.get("http-equiv") or "").strip().lower() == "refresh":
                self.refresh.append((note, content))

    def first(self, names: tuple[str, ...]) -> Iterator[str]:
        """The contents of these names, in their order."""
        for name in names:
            if (content := self.named.get(name)) is not None:
                yield content


def fold(text: str) -> str:
    """Runs of white space become one blank; none is left at the ends."""
    if text.isprintable() and "  " not in text:  # nearly always, and told in a tenth of the time
        return text.strip()
    return " ".join(text.split())


def title_of(outline: Outline) -> str | None:
    """The text of the first ``<title>`` that is not part of a drawing."""
    for node, *_ in outline.notes[TITLE]:
        parent = node.parent
        if parent is not None and parent.tag in ("head", "body", "noscript"):
            return fold(node.text())[:_LONGEST_TITLE]
    return None


def language_of(declared: str | None, text: str) -> str | None:
    """The page's language as a short code.

    The ``lang`` of ``<html>`` holds unless the text clearly speaks another language: templates
    carry ``en`` into pages of every language. Without the attribute, detection alone, when sure.
    """
    found = _language.fullmatch(declared or "")
    label = found[1].lower() if found is not None else None
    middle = max(0, len(text) - _LANGUAGE_SAMPLE) // 2
    sample = fold(text[middle : middle + _LANGUAGE_SAMPLE])
    if len(sample) < 60:
        return label
    detected, distance = detect_fast(sample, langs=_LANGUAGES)
    if detected == "unknown" or distance >= _UNSURE:
        return label
    if label is None:
        return str(detected)
    related = any(label in family and detected in family for family in _RELATIVES)
    if (
        len(sample) >= _ENOUGH_TEXT
        and distance < _CONFIDENT + (_LANGUAGE_SAMPLE - len(sample)) // 10
        and not related
    ):
        return str(detected)
    return label


def author_and_date(metas: Metas, outline: Outline) -> tuple[str | None, str | None]:
    """Who wrote the page and when it was published (``YYYY-MM-DD``), as it says itself.

    Asked in this order: ``<meta>``, JSON-LD, and for the date ``<time>`` marked as the page's.
    """
    author = next(filter(None, map(_person, metas.first(_AUTHOR_NAMES))), None)
    published = next(filter(None, map(iso_day, metas.first(_DATE_NAMES))), None)
    if author is None or published is None:
        for thing in _json_things(outline):
            if author is None:
                author = _json_person(thing.get("author") or thing.get("creator"))
            if published is None and isinstance(said := thing.get("datePublished"), str):
                published = iso_day(said)
    if published is None:
        published = _time_element(outline)
    return author, published


def iso_day(text: str) -> str | None:
    """The day of a date in ISO, compact (``20240131``) or e-mail form; else ``None``."""
    text = text[:100]
    found = _iso_date.match(text) or _compact_date.match(text)
    try:
        if found is not None:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        elif text[:1].isalpha() and "," in text:
            day = parsedate_to_datetime(text).date()
        else:
            day = datetime.fromisoformat(text.strip()).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return day.isoformat() if 1990 <= day.year <= 2100 else None


def _person(text: str) -> str | None:
    name = fold(text)
    if not name or "://" in name or len(name) > _LONGEST_AUTHOR:
        return None
    return name


def _time_element(outline: Outline) -> str | None:
    for node, *_ in outline.notes[TIME]:
        attributes = node.attributes
        marked = "pubdate" in attributes or "published" in (attributes.get("class") or "")
        if marked or "datePublished" in (attributes.get("itemprop") or ""):
            day = iso_day(attributes.get("datetime") or "")
            if day is not None:
                return day
    return None


def _json_things(outline: Outline) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD, those of a ``@graph`` as well."""
    for node, *_ in outline.notes[SCRIPT]:
        if node.attrs.get("type") != "application/ld+json":
            continue
        source = node.text()
        if len(source) > _LONGEST_JSON:
            continue
        try:
            value = msgspec.json.decode(source)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        for thing in value if isinstance(value, list) else [value]:
            if isinstance(thing, dict):
                yield thing
                graph = thing.get("@graph")
                if isinstance(graph, list):
                    yield from (part for part in graph if isinstance(part, dict))


def _json_person(value: object) -> str | None:
    if isinstance(value, list):
        return next(filter(None, map(_json_person, value)), None)
    if isinstance(value, dict):
        value = value.get("name")
        if isinstance(value, list):
            value = value[0] if value else None
    return _person(value) if isinstance(value, str) else None


def skeleton_paths(body: LexborNode | None) -> Iterator[str]:
    """The element paths of the upper part of the tree, by names and classes without digits.

    Four levels below the body, of containers only: what a template repeats on each of its
    pages. Classes that number or name the single page (``post-123``) lose their digits, and
    each path counts once, so that more paragraphs or more entries change nothing.
    """
    if body is None:
        return
    level = [(body, "")]
    for _ in range(_LEVELS):
        below: list[tuple[LexborNode, str]] = []
        seen: set[str] = set()
        for parent, path in level:
            node = parent.first_child
            for _ in range(_MOST_CHILDREN):
                if node is None:
                    break
                tag = _CONTAINERS.get(node.tag_id)
                if tag is not None:
                    get = node.attrs.get
                    name = _by_classes(classes) if (classes := get("class")) else ""
                    if not name and (element_id := get("id")) in _COMMON_IDS:
                        name = f"#{element_id}"
                    own = f"{path}/{tag}.{name}"
                    if own not in seen:
                        seen.add(own)
                        below.append((node, own))
                        yield own
                node = node.next
        level = below[:_MOST_CHILDREN]


@lru_cache(maxsize=8192)
def _by_classes(classes: str) -> str:
    """What stands for an element of these classes."""
    return _digits.sub("", " ".join(sorted(classes[:200].split())[:4])[:100])


_LEVELS = 3
_MOST_CHILDREN = 200
_CONTAINERS = {
    tag_id: name
    for name in _words("div section header footer nav aside main article table form center ul")
    for tag_id in ids_of(name)
}
#: Ids that templates give; others name the single page or section.
_COMMON_IDS = frozenset(
    _words("""
    page wrapper wrap container outer main content header footer sidebar nav navigation menu top
    bottom left right primary secondary site body banner masthead colophon root app
    """)
)
_digits = re.compile(r"[-_]?\d+")
