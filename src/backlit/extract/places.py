"""The rule tables of placement: which names on an element stand for which part of a page.

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


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements whose name alone tells the place. ``header`` and ``footer`` of an article are its own.
TAGS = {
    "nav": "nav",
    "header": "header",
    "footer": "footer",
    "aside": "sidebar",
    "main": "main",
    "article": "piece",
    "blockquote": "piece",
    "figure": "piece",
}

#: Elements reported as ``semantic_location``.
SEMANTIC = _words_of("""
    address article aside blockquote details dialog figcaption figure footer header main nav search
    section
    """)

ROLES = {
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "comment": "comment",
    "note": "piece",
    "tablist": "nav",
    "toolbar": "nav",
    "directory": "list",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "sidebar",
    "main": "main",
    "article": "piece",
    "feed": "main",
    "dialog": "nav",
    "alertdialog": "nav",
    "doc-toc": "nav",
    "doc-pagelist": "nav",
    "doc-bibliography": "list",
    "doc-endnotes": "list",
    "doc-footnote": "list",
}

#: The last part of ``itemtype`` (schema.org).
ITEM_TYPES = {
    "wpfooter": "footer",
    "wpheader": "header",
    "wpsidebar": "sidebar",
    "wpadblock": "sidebar",
    "sitenavigationelement": "nav",
    "breadcrumblist": "nav",
    "breadcrumb": "nav",
    "comment": "comment",
    "usercomments": "comment",
    "article": "piece",
    "blogposting": "piece",
    "newsarticle": "piece",
}
ITEM_PROPS = {"comment": "comment", "articlebody": "piece", "breadcrumb": "nav", "reviewbody": "piece"}

#: Whole class tokens or ids, lower case.
WHOLE = {
    # side columns
    "secondary": "side?",
    "tertiary": "side?",
    "widget": "sidebar?",
    "widgets": "sidebar?",
    "widget-area": "sidebar",
    "widgetarea": "sidebar",
    "right-col": "sidebar",
    "left-col": "sidebar",
    "rhs": "sidebar",
    "lhs": "sidebar",
    "right": "side?",
    "left": "side?",
    "side": "sidebar",
    "floatright": "box?",
    "floatleft": "box?",
    "float-right": "box?",
    "float-left": "box?",
    "pull-right": "box?",
    "pull-left": "box?",
    "fltrt": "box?",
    "pie": "footer?",
    "pie-pagina": "footer",
    "pie_pagina": "footer",
    "ftr": "footer",
    "hdr": "header",
    "infobox": "sidebar",
    "mw-panel": "nav",
    # page furniture
    "top": "header?",
    "head": "header?",
    "bottom": "footer?",
    "foot": "footer?",
    "hd": "header?",
    "ft": "footer?",
    "p-personal": "nav",
    # navigation
    "toc": "nav",
    "tabs": "nav?",
    "langs": "nav",
    "language": "nav?",
    "languages": "nav?",
    "links": "list?",
    "cat-links": "nav",
    "tags-links": "nav",
    "tag-links": "nav",
    "post-tags": "nav",
    "article-tags": "nav",
    "sd-social": "nav",
    "skip-link": "nav",
    "printfooter": "nav",
    # comments
    "respond": "comment",
    "disqus_thread": "comment",
    "fb-comments": "comment",
    "postbit": "comment",
    "postrow": "comment",
    "comments-open": "",
    "comments-closed": "",
    "comments-link": "",
    "comment-count": "",
    "commentary": "",
    "postbitlegacy": "comment",
    "post_body": "comment",
    "postmessage": "comment",
    "topic-post": "comment",
    "cpost": "comment",
    "ipscomment_content": "comment",
    "bbp-reply-content": "comment",
    "bbp-topic-content": "comment",
    "message-body": "comment",
    "message-usercontent": "comment",
    "dsq-comments": "comment",
    # lists
    "refs": "list",
    "see-also": "list",
    "further-reading": "list",
    "external-links": "list",
    "link-list": "list",
    "linklist": "list",
    "catlinks": "nav",
    "navbox": "nav",
    "ob-widget": "list",
    # content
    "content": "main?",
    "main": "main?",
    "primary": "main?",
    "maincontent": "main",
    "main-content": "main",
    "content-main": "main",
    "entry": "piece",
    "post": "piece",
    "story": "piece",
    "hentry": "piece",
    "mw-content-text": "main",
    "bodycontent": "main",
    "byline": "piece",
    "hfeed": "main?",
}

#: Words of a class or id.
WORDS = {
    # closing band
    "colophon": "footer",
    "fusszeile": "footer",
    "fuss": "footer?",
    "pied": "footer?",
    "piede": "footer",
    "rodape": "footer",
    "stopka": "footer",
    "voettekst": "footer",
    "sidfot": "footer",
    "alatunniste": "footer",
    "paticka": "footer",
    "zapati": "footer",
    "lablec": "footer",
    "subsol": "footer",
    "altbilgi": "footer",
    "copyright": "footer?",
    "copyrights": "footer?",
    "imprint": "footer?",
    "impressum": "footer?",
    "legal": "footer?",
    "disclaimer": "footer?",
    "cookie": "footer",
    "cookies": "footer",
    "cookiebar": "footer",
    "consent": "footer",
    "gdpr": "footer",
    "podval": "footer",
    # opening band
    "banner": "header?",
    "topbar": "header",
    "logo": "header?",
    "branding": "header?",
    "kopfzeile": "header",
    "kopf": "header",
    "entete": "header",
    "cabecera": "header",
    "testata": "header",
    "sidhuvud": "header",
    "hlavicka": "header",
    "zahlavi": "header",
    "fejlec": "header",
    "cabecalho": "header",
    "naglowek": "header",
    "shapka": "header",
    "leaderboard": "header?",
    # side columns
    "sidecolumn": "sidebar",
    "sidecol": "sidebar",
    "sidebox": "sidebar",
    "sidepanel": "sidebar",
    "rightcol": "sidebar",
    "leftcol": "sidebar",
    "rightcolumn": "sidebar",
    "leftcolumn": "sidebar",
    "rightbar": "sidebar",
    "leftbar": "sidebar",
    "rightside": "sidebar",
    "leftside": "sidebar",
    "rightrail": "sidebar",
    "rail": "sidebar",
    "aside": "sidebar",
    "seitenleiste": "sidebar",
    "randspalte": "sidebar",
    "marginal": "sidebar",
    "oldalsav": "sidebar",
    "sivupalkki": "sidebar",
    "sidopanel": "sidebar",
    "rightcontent": "side?",
    "rightwrap": "side?",
    "rightwrapper": "side?",
    "rightpanel": "side?",
    "leftpanel": "side?",
    "colright": "side?",
    "colleft": "side?",
    "columnright": "side?",
    "columnleft": "side?",
    "marginalspalte": "sidebar",
    "barre": "side?",
    "lateral": "sidebar",
    "blogroll": "side?",
    # navigation
    "nav": "nav",
    "navi": "nav",
    "navs": "nav",
    "navlist": "nav",
    "navlinks": "nav",
    "topnav": "nav",
    "mainnav": "nav",
    "subnav": "nav",
    "sidenav": "sidebar",
    "footnav": "footer",
    "bottomnav": "footer?",
    "menue": "nav",
    "dropdown": "nav",
    "crumb": "nav",
    "crumbs": "nav",
    "brotkrumen": "nav",
    "paging": "nav",
    "pager": "nav",
    "pagenav": "nav",
    "prevnext": "nav",
    "toolbar": "nav",
    "tabbar": "nav",
    "sitemap": "nav?",
    "tagcloud": "nav",
    "taglist": "nav",
    "navegacion": "nav",
    "navegacao": "nav",
    "nawigacja": "nav",
    "login": "nav",
    "signin": "nav",
    # sharing
    "share": "nav",
    "shares": "nav",
    "sharing": "nav",
    "sharebar": "nav",
    "sharebox": "nav",
    "sharelinks": "nav",
    "sharebuttons": "nav",
    "sharethis": "nav",
    "sharedaddy": "nav",
    "addthis": "nav",
    "addtoany": "nav",
    "shariff": "nav",
    "social": "nav",
    "socials": "nav",
    "socialmedia": "nav",
    "sociallinks": "nav",
    "socialicons": "nav",
    "socialize": "nav",
    "sns": "nav",
    "follow": "nav",
    "followus": "nav",
    "teilen": "nav",
    "partager": "nav",
    "compartir": "nav",
    "udostepnij": "nav",
    "bookmarks": "nav",
    "bookmarking": "nav",
    # comments
    "trackback": "comment",
    "trackbacks": "comment",
    "pingback": "comment",
    "pingbacks": "comment",
    "gaestebuch": "comment",
    "kommentit": "comment",
    "commento": "comment",
    "commenti": "comment",
    "komentarz": "comment",
    "komentarze": "comment",
    "komentare": "comment",
    "komentari": "comment",
    "kommentarii": "comment",
    "kommentariy": "comment",
    "reactie": "comment",
    "reacties": "comment",
    "reaktionen": "comment",
    "yorum": "comment",
    "yorumlar": "comment",
    "opinie": "comment",
    "sxolia": "comment",
    # lists in the main column
    "references": "list",
    "reflist": "list",
    "bibliography": "list",
    "biblio": "list",
    "literatur": "list",
    "footnotes": "list",
    "endnotes": "list",
    "footnote": "list",
    "related": "list",
    "relatedposts": "list",
    "recommended": "list",
    "recommendations": "list",
    "outbrain": "list",
    "taboola": "list",
    "zergnet": "list",
    "partners": "list?",
    "sponsors": "list?",
    "clients": "list?",
    "verwandte": "list",
    "linkliste": "list",
    "linkdirectory": "list",
}

#: Parts of a word that hardly any other word has: ``sphinxsidebar``, ``usercomments``.
STEMS = {
    "sidebar": "sidebar",
    "footer": "footer",
    "header": "header",
    "masthead": "header",
    "breadcrumb": "nav",
    "breadcrum": "nav",
    "paginat": "nav",
    "naviga": "nav",
    "navbar": "nav",
    "menu": "nav",
    "comment": "comment",
    "kommentar": "comment",
    "comentario": "comment",
    "guestbook": "comment",
    "disqus": "comment",
    "livefyre": "comment",
    "blogroll": "side?",
}

#: Two words side by side that mean more together than each alone, in either order.
PAIRS = {
    "side bar": "sidebar",
    "side column": "sidebar",
    "side col": "sidebar",
    "side box": "sidebar",
    "side panel": "sidebar",
    "side content": "sidebar",
    "side nav": "sidebar",
    "side menu": "sidebar",
    "left nav": "sidebar",
    "left menu": "sidebar",
    "right nav": "sidebar",
    "right menu": "sidebar",
    "right side": "side?",
    "left side": "side?",
    "right column": "side?",
    "left column": "side?",
    "right col": "side?",
    "left col": "side?",
    "right bar": "sidebar",
    "left bar": "sidebar",
    "right content": "side?",
    "right wrap": "side?",
    "left wrap": "side?",
    "barra lateral": "sidebar",
    "colonna destra": "side?",
    "colonna sinistra": "side?",
    "columna derecha": "side?",
    "columna izquierda": "side?",
    "colonne droite": "side?",
    "colonne gauche": "side?",
    "rechte spalte": "side?",
    "linke spalte": "side?",
    "spalte rechts": "side?",
    "spalte links": "side?",
    "prawa kolumna": "side?",
    "lewa kolumna": "side?",
    "right panel": "side?",
    "left panel": "side?",
    "right rail": "sidebar",
    "left rail": "sidebar",
    "page bottom": "footer?",
    "bottom links": "footer?",
    "bottom nav": "footer?",
    "bottom menu": "footer?",
    "site info": "footer?",
    "site generator": "footer",
    "powered by": "footer?",
    "top bar": "header",
    "site title": "header",
    "site branding": "header",
    "page top": "header?",
    "tag cloud": "nav",
    "tag list": "nav",
    "skip link": "nav",
    "quick links": "nav",
    "lang switch": "nav",
    "language switcher": "nav",
    "lang switcher": "nav",
    "table contents": "nav",
    "external links": "list",
    "link list": "list",
    "further reading": "list",
    "read also": "list",
    "search results": "list",
    "search result": "list",
    "recent comments": "side?",
    "recent comment": "side?",
    "latest comments": "side?",
    "last comments": "side?",
    "most commented": "side?",
    "neue kommentare": "side?",
    "letzte kommentare": "side?",
    "customer reviews": "comment",
    "user reviews": "comment",
    "review list": "comment",
}

#: Words before "header" or "footer" that say whose it is: a piece of the content's, not the page's.
PIECE_WORDS = _words_of("""
    post entry article story section card panel item content news blog product event teaser listing
    module recipe review caption box block hentry accordion result profile question group tab table
    list widget modal comment
    """)
#: Words of posts of others shown in the text.
EMBED_WORDS = frozenset({"embed", "embedded", "oembed", "tweet"})
#: Words that take the meaning from every other word of the class: it describes a state of the page.
STATE_WORDS = _words_of("""
    has no with without not for enabled disabled layout style theme skin
    """)
#: Beside these, "comment" names a number or a control in the line below a title.
NEUTRAL_WORDS = _words_of("""
    count counter num number link toggle icon btn button trigger open closed
    """)

_words = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: A quarter or a third of a grid of twelve, as the common frameworks name it.
_narrow = re.compile(
    r"(?:col|span|grid|large|medium|small|column|columns|cell|unit|g)[-_]?(?:(?:xs|sm|md|lg|xl|l|m|s|d|t)[-_]?)?[234]"
    r"(?:[-_](?:12|of[-_]12))?"
    r"|(?:two|three|four|one-third|onethird|one-fourth|one-quarter|one_third|w-1/[34]|md:w-1/[34]|lg:w-1/[34])"
)
_stem = re.compile("|".join(sorted(STEMS, key=len, reverse=True)))
#: Characters read of ``class`` and ``id``, and classes read of one element.
LONGEST_NAMES, _MOST_CLASSES, _LONGEST_RULE = 400, 20, 60


class Mark(NamedTuple):
    """What an element's own names say: a place, the rule, and whether it is only likely."""

    place: str
    rule: str
    likely: bool


@lru_cache(maxsize=65536)
def mark_of(tag: str, role: str | None, item: str | None, names: str, element_id: str) -> Mark | None:
    """The place an element names by itself, or ``None``.

    Role, ``itemtype`` and element name come before class and id. Only where those say no more
    than "navigation" does a name which tells the region win: ``<nav class="sidebar">`` is one.
    """
    told = _by_role(role) or _by_item(item)
    if told is None and (by_tag := TAGS.get(tag)) is not None:
        told = Mark(by_tag, f"tag:{tag}", False)
    named = _by_names(names, element_id)
    if told is None:
        return named
    if (
        told.place == "nav"
        and named is not None
        and named.place in ("sidebar", "footer")
        and not named.likely
    ):
        return named
    if tag == "aside" and named is not None and named.place == "list":
        return named  # footnotes, as some tools write them
    if told.place in ("piece", "main") and named is not None and named.place == "comment":
        return named
    return told


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


#: When an element's class and id name several places, the more telling wins.
_ORDER = ("column", "main", "piece", "box", "header", "nav", "list", "sidebar", "footer", "comment")


def _by_names(names: str, element_id: str) -> Mark | None:
    best: Mark | None = None
    for source, token in (("id", element_id), *(("class", token) for token in names.split()[:_MOST_CLASSES])):
        mark = _by_token(source, token) if token else None
        if mark is not None and (best is None or _weight(mark) > _weight(best)):
            best = mark
    return best


def _weight(mark: Mark) -> int:
    return _ORDER.index(mark.place) + (0 if mark.likely else len(_ORDER))


@lru_cache(maxsize=65536)
def _by_token(source: str, token: str) -> Mark | None:
    lowered = token.lower()
    whole = WHOLE.get(lowered)
    if whole is not None:
        return _made(whole, source, lowered) if whole else None
    if _narrow.fullmatch(lowered) is not None:
        return Mark("column", f"{source}:{lowered[:_LONGEST_RULE]}", True)
    words = [word.lower() for word in _words.findall(token)]
    if not STATE_WORDS.isdisjoint(words):
        return None
    if not EMBED_WORDS.isdisjoint(words):
        return _made("piece", source, lowered)
    for one, other in pairwise(words):
        named = PAIRS.get(f"{one} {other}") or PAIRS.get(f"{other} {one}")
        if named is not None:
            return _made(named, source, lowered)
    for at, word in enumerate(words):
        named = WORDS.get(word)
        start = 0
        if named is None:
            stem = _stem.search(word)
            if stem is None:
                continue
            named, start = STEMS[stem[0]], stem.start()
        if named in ("header", "footer") and (word[:start] or (words[at - 1] if at else "")) in PIECE_WORDS:
            return _made("piece", source, lowered)
        if named == "nav" and "content" in words:
            continue  # what the menu is about, or stands beside
        if named == "comment" and not NEUTRAL_WORDS.isdisjoint(words):
            continue
        return _made(named, source, lowered)
    return None


def _made(place: str, source: str, name: str) -> Mark:
    likely = place.endswith("?")
    place = place.rstrip("?")
    return Mark("sidebar" if place == "side" else place, f"{source}:{name[:_LONGEST_RULE]}", likely)
