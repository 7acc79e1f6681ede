"""Which column of a table is which: the names each kind of table is known by.

A name is compared by its letters and digits alone, so ``Source URL``, ``source_url`` and
``sourceUrl`` are one. The first name of a field is ours; the others are what people and
tools write for the same thing. Where two columns claim a field, the one whose name stands
earlier in the list wins, and the other is an extra column. Other tools' own scores have no
field here: they enter none of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from backlit.errors import TableError

_LINKS: dict[str, tuple[str, ...]] = {
    "source_url": (
        "source url", "source", "source page", "source page url", "referring page url", "referring page",
        "linking page", "url from", "from url", "from", "page from", "backlink", "backlink url",
        "source host", "source domain", "domain from", "referring domain", "linking domain",
    ),
    "target_url": (
        "target url", "target", "target page", "target page url", "url to", "to url", "to", "page to",
        "link url", "destination url", "destination", "linked url", "linked page", "href",
        "target host", "target domain", "domain to",
    ),
    "anchor": ("anchor", "anchor text", "link anchor", "link text", "text anchor"),
    "alt": ("alt", "alt text", "image alt"),
    "rel": ("rel", "link rel", "rel attribute", "rel attributes"),
    "follow": ("follow", "dofollow", "is follow", "is dofollow"),
    "nofollow": ("nofollow", "flag nofollow", "is nofollow"),
    "ugc": ("ugc", "is ugc"),
    "sponsored": ("sponsored", "is sponsored"),
    "kind": ("kind", "link kind", "link type"),
    "nth": ("nth",),
    "placement": ("placement", "link placement", "link location"),
    "placement_rule": ("placement rule",),
    "semantic_location": ("semantic location",),
    "hidden": ("hidden", "is hidden"),
    "hidden_rule": ("hidden rule", "hidden reason"),
    "position": ("position", "link position"),
    "text_before": ("text before", "left context", "text pre", "context before"),
    "text_after": ("text after", "right context", "text post", "context after"),
    "first_seen": ("first seen", "first seen date", "source first found date", "first found", "date found"),
    "last_seen": ("last seen", "last seen date", "source crawl date", "last crawled", "last checked"),
    "lost_at": ("lost at", "lost date", "date lost"),
    "lost_reason": ("lost reason",),
    "source_title": ("source title", "referring page title", "source page title"),
    "source_lang": ("source lang", "source language", "language", "lang"),
    "source_words": ("source words", "source word count"),
    "source_external_links": ("source external links", "external links", "links external"),
    "source_internal_links": ("source internal links", "internal links", "links internal"),
    "source_ads": ("source ads", "source ad slots"),
    "source_status": ("source status", "referring page http code", "source http code"),
}  # fmt: skip

_PAGES: dict[str, tuple[str, ...]] = {
    "url": ("url", "page url", "page", "address"),
    "host": ("host",),
    "title": ("title", "page title"),
    "text": ("text", "content", "body text", "page text"),
    "lang": ("lang", "language"),
    "words": ("words", "word count"),
    "first_seen": ("first seen", "first seen date"),
    "internal_links": ("internal links", "links internal"),
    "external_links": ("external links", "links external"),
    "ads": ("ads", "ad slots"),
    "status": ("status", "status code", "http status", "http code"),
    "encoding": ("encoding", "charset"),
    "noindex": ("noindex",),
    "nofollow": ("nofollow",),
    "canonical": ("canonical", "canonical url"),
    "author": ("author",),
    "published": ("published", "date published"),
    "analytics_ids": ("analytics ids", "analytics id"),
    "ad_ids": ("ad ids", "adsense ids", "adsense id"),
    "ip": ("ip", "ip address"),
    "fetched_at": ("fetched at", "last seen"),
    "text_digest": ("text digest",),
    "terms": ("terms",),
    "template_digest": ("template digest",),
    "archive_file": ("archive file",),
    "archive_offset": ("archive offset",),
    "archive_length": ("archive length",),
}

_HOSTS: dict[str, tuple[str, ...]] = {
    "host": ("host", "hostname", "host name", "domain", "site"),
    "ip": ("ip", "ip address"),
    "asn": ("asn", "as number"),
    "nameserver": ("nameserver", "nameservers", "name server", "name servers", "ns"),
    "registrar": ("registrar",),
    "registered": ("registered", "registration date", "registered on", "domain created"),
    "analytics_id": ("analytics id", "analytics ids", "analytics"),
    "adsense_id": ("adsense id", "adsense ids", "adsense", "ad ids"),
    "cms": ("cms",),
    "theme": ("theme",),
}

_TRUSTED: dict[str, tuple[str, ...]] = {"host": ("host", "hostname", "domain", "site", "website")}

#: Fields of each kind of table with the names they are known by, ours first.
FIELDS = {"links": _LINKS, "pages": _PAGES, "hosts": _HOSTS, "trusted": _TRUSTED}

#: Fields without which a row of that kind says nothing.
REQUIRED = {
    "links": ("source_url", "target_url"),
    "pages": ("url",),
    "hosts": ("host",),
    "trusted": ("host",),
}

#: Columns of our own tables which are computed anew on import: read past without a word.
_OWN = {
    "links": frozenset(
        [
            *("linkid", "pairid", "sourcehost", "sourcedomain", "sourcesite", "sourceauthority"),
            *("targethost", "targetdomain", "targetsite", "depth", "snapshot", "origin"),
        ]
    ),
    "pages": frozenset(["domain", "site", "depth", "snapshot", "origin"]),
    "hosts": frozenset(["snapshot", "origin"]),
    "trusted": frozenset(["snapshot", "origin"]),
}

#: Counts in tables of other tools about domains; their ``text`` and ``nofollow`` are counts, too.
_FOREIGN = frozenset(["backlinks", "refdomains", "refpages", "refips", "refsubnets"])

_not_letter_or_digit = re.compile(r"[\W_]+")


class Columns(NamedTuple):
    """What the columns of one table are: field name to place, and the names of no use here."""

    kind: str
    places: dict[str, int]
    extra: list[str]


def plain_name(name: str) -> str:
    """The letters and digits of a column's name, in lower case."""
    return _not_letter_or_digit.sub("", name).casefold()


def match(kind: str, names: Sequence[str]) -> Columns:
    """The columns of a ``kind`` table; a ``TableError`` when one it needs is missing."""
    found = find(kind, names)
    missing = [field for field in REQUIRED[kind] if field not in found.places]
    if missing:
        raise TableError(
            f"A table of {kind} needs the {_columns(REQUIRED[kind])}; {_listed(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing. Found: {found_names(names)}."
        )
    return found


def guess(names: Sequence[str]) -> str | None:
    """The kind of table that has these columns; ``None`` when they tell of none."""
    foreign = _FOREIGN.intersection(map(plain_name, names))
    for kind in ("links", "pages", "hosts"):
        if foreign and kind != "links":
            continue
        places = find(kind, names).places
        if all(field in places for field in REQUIRED[kind]) and (
            kind == "links" or len(places) > (2 if "host" in places and kind == "pages" else 1)
        ):
            return kind
    if len(names) == 1:
        if "url" in find("pages", names).places:
            return "pages"
        if find("trusted", names).places:
            return "trusted"
    return None


def no_kind(names: Sequence[str]) -> str:
    """The sentence for a table that is of no kind, with what was found and what is needed."""
    return (
        f"The columns tell of no table that backlit reads. Found: {found_names(names)}. Needed: "
        "source_url and target_url for links; url and at least one of title, text, lang, words, status… "
        "for pages; host and at least one of ip, asn, nameserver, registrar… for hosts."
    )


def found_names(names: Sequence[str]) -> str:
    """Column names for a sentence, the first twenty of them."""
    shown = [f"{name[:60]!r}" if name else "(no name)" for name in names[:20]]
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(shown) + more if shown else "no column"


def find(kind: str, names: Sequence[str]) -> Columns:
    """The columns of a table as one of ``kind``, whether or not all it needs are there."""
    by_name: dict[str, int] = {}
    for place, name in enumerate(names):
        by_name.setdefault(plain_name(name), place)
    places: dict[str, int] = {}
    used: set[int] = set()
    for field, known in FIELDS[kind].items():
        for name in (field, *known):
            at = by_name.get(plain_name(name))
            if at is not None and at not in used:
                places[field] = at
                used.add(at)
                break
    own = _OWN[kind]
    extra = [name for i, name in enumerate(names) if i not in used and plain_name(name) not in own]
    return Columns(kind, places, extra)


def _columns(names: Sequence[str]) -> str:
    return f"column{'s' if len(names) > 1 else ''} {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
