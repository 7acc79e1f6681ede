"""The rule tables of placement: which names on an element stand for which part of a page.

A rule is looked up by element name, by ``role``, by ``itemtype``/``itemprop`` and by the words
of ``class`` and ``id``. A class is read as a whole (``widget-area``) and as its words, split at
hyphens, underscores, digits and humps (``siteFooter`` is *site*, *footer*), because ``thread``
holds "head" and means something else. The definitions are in docs/placement.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

#: Elements whose name alone tells the place. ``header`` and ``footer`` of an article are its own.
TAGS = {
    "nav": "nav",
    "header": "header",
    "footer": "footer",
    "aside": "sidebar",
    "main": "main",
    "article": "piece",
    "menu": "nav",
    "blockquote": "piece",
    "figure": "piece",
}

#: Elements reported as ``semantic_location``.
SEMANTIC = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "dialog",
        "figcaption",
        "figure",
        "footer",
        "header",
        "main",
        "nav",
        "search",
        "section",
    ]
)

ROLES = {
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "tablist": "nav",
    "toolbar": "nav",
    "directory": "list",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "sidebar",
    "main": "main",
    "article": "piece",
    "feed": "main",
    "comment": "comment",
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
    "secondary": "sidebar",
    "tertiary": "sidebar",
    "widget": "sidebar",
    "widgets": "sidebar",
    "widget-area": "sidebar",
    "widgetarea": "sidebar",
    "right-col": "sidebar",
    "left-col": "sidebar",
    "rhs": "sidebar",
    "lhs": "sidebar",
    "right": "side?",
    "left": "side?",
    "side": "sidebar",
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
    "postbody": "comment",
    "postcontent": "comment",
    "postbit": "comment",
    "postbitlegacy": "comment",
    "post_body": "comment",
    "postmessage": "comment",
    "topic-post": "comment",
    "cpost": "comment",
    "ipscomment_content": "comment",
    "bbp-reply-content": "comment",
    "bbp-topic-content": "comment",
    "messagetext": "comment",
    "message-body": "comment",
    "message-usercontent": "comment",
    "post-signature": "comment",
    "signature": "comment",
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
    "footer": "footer",
    "footers": "footer",
    "colophon": "footer",
    "fusszeile": "footer",
    "pied": "footer?",
    "rodape": "footer",
    "stopka": "footer",
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
    "header": "header",
    "masthead": "header",
    "banner": "header?",
    "topbar": "header",
    "headerbar": "header",
    "logo": "header?",
    "branding": "header?",
    "kopfzeile": "header",
    "kopf": "header",
    "entete": "header",
    "cabecera": "header",
    "cabecalho": "header",
    "naglowek": "header",
    "shapka": "header",
    "leaderboard": "header?",
    # side columns
    "sidebar": "sidebar",
    "sidebars": "sidebar",
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
    "rightsidebar": "sidebar",
    "leftsidebar": "sidebar",
    "rightrail": "sidebar",
    "rail": "sidebar",
    "aside": "sidebar",
    "seitenleiste": "sidebar",
    "randspalte": "sidebar",
    "marginal": "sidebar",
    "marginalspalte": "sidebar",
    "barre": "side?",
    "lateral": "sidebar",
    "blogroll": "side?",
    # navigation
    "nav": "nav",
    "navi": "nav",
    "navs": "nav",
    "navigation": "nav",
    "navbar": "nav",
    "navlist": "nav",
    "navlinks": "nav",
    "navmenu": "nav",
    "topnav": "nav",
    "mainnav": "nav",
    "subnav": "nav",
    "sidenav": "sidebar",
    "footnav": "footer",
    "bottomnav": "footer?",
    "menu": "nav",
    "menus": "nav",
    "mainmenu": "nav",
    "topmenu": "nav",
    "submenu": "nav",
    "menubar": "nav",
    "menue": "nav",
    "dropdown": "nav",
    "megamenu": "nav",
    "breadcrumb": "nav",
    "breadcrumbs": "nav",
    "crumb": "nav",
    "crumbs": "nav",
    "brotkrumen": "nav",
    "breadcrum": "nav",
    "pagination": "nav",
    "paginator": "nav",
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
    "menuprincipal": "nav",
    "login": "nav",
    "signin": "nav",
    "popup": "nav",
    "modal": "nav",
    "lightbox": "nav",
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
    "comment": "comment",
    "comments": "comment",
    "commentlist": "comment",
    "commentsection": "comment",
    "commentary": "comment?",
    "commenter": "comment",
    "disqus": "comment",
    "livefyre": "comment",
    "trackback": "comment",
    "trackbacks": "comment",
    "pingback": "comment",
    "pingbacks": "comment",
    "guestbook": "comment",
    "gaestebuch": "comment",
    "kommentar": "comment",
    "kommentare": "comment",
    "kommentarer": "comment",
    "kommentit": "comment",
    "commentaire": "comment",
    "commentaires": "comment",
    "comentario": "comment",
    "comentarios": "comment",
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

#: Pairs of words that mean more together than each alone.
PAIRS = {
    frozenset({"side", "bar"}): "sidebar",
    frozenset({"side", "column"}): "sidebar",
    frozenset({"side", "col"}): "sidebar",
    frozenset({"side", "box"}): "sidebar",
    frozenset({"side", "panel"}): "sidebar",
    frozenset({"side", "content"}): "sidebar",
    frozenset({"right", "side"}): "sidebar",
    frozenset({"left", "side"}): "sidebar",
    frozenset({"right", "column"}): "side?",
    frozenset({"left", "column"}): "side?",
    frozenset({"right", "col"}): "side?",
    frozenset({"left", "col"}): "side?",
    frozenset({"right", "bar"}): "sidebar",
    frozenset({"left", "bar"}): "sidebar",
    frozenset({"right", "panel"}): "side?",
    frozenset({"left", "panel"}): "side?",
    frozenset({"right", "rail"}): "sidebar",
    frozenset({"foot", "er"}): "footer",
    frozenset({"page", "bottom"}): "footer?",
    frozenset({"bottom", "bar"}): "footer?",
    frozenset({"bottom", "links"}): "footer?",
    frozenset({"site", "info"}): "footer?",
    frozenset({"site", "generator"}): "footer",
    frozenset({"powered", "by"}): "footer?",
    frozenset({"top", "bar"}): "header",
    frozenset({"top", "header"}): "header",
    frozenset({"site", "title"}): "header",
    frozenset({"site", "branding"}): "header",
    frozenset({"page", "top"}): "header?",
    frozenset({"tag", "cloud"}): "nav",
    frozenset({"tag", "list"}): "nav",
    frozenset({"skip", "link"}): "nav",
    frozenset({"quick", "links"}): "nav",
    frozenset({"lang", "switch"}): "nav",
    frozenset({"language", "switcher"}): "nav",
    frozenset({"lang", "switcher"}): "nav",
    frozenset({"table", "contents"}): "nav",
    frozenset({"external", "links"}): "list",
    frozenset({"link", "list"}): "list",
    frozenset({"further", "reading"}): "list",
    frozenset({"read", "also"}): "list",
    frozenset({"you", "may"}): "list",
    frozenset({"search", "results"}): "list",
    frozenset({"search", "result"}): "list",
    frozenset({"reply", "content"}): "comment",
    frozenset({"review", "list"}): "comment",
    frozenset({"customer", "reviews"}): "comment",
    frozenset({"user", "reviews"}): "comment",
}

#: Words beside "header" or "footer" that say it belongs to a piece of the content.
PIECE_WORDS = frozenset(
    [
        "post",
        "entry",
        "article",
        "story",
        "section",
        "card",
        "panel",
        "block",
        "item",
        "content",
        "news",
        "blog",
        "product",
        "event",
        "teaser",
        "listing",
        "module",
        "recipe",
        "review",
        "caption",
        "box",
        "title",
        "single",
        "hentry",
        "body",
        "text",
        "table",
        "list",
        "row",
        "cell",
        "accordion",
        "result",
        "profile",
        "question",
    ]
)
#: Words that take the meaning from every other word of the class: it describes a state of the page.
STATE_WORDS = frozenset(
    [
        "has",
        "no",
        "with",
        "without",
        "is",
        "not",
        "enabled",
        "disabled",
        "active",
        "open",
        "closed",
        "hide",
        "show",
        "hidden",
        "js",
        "allow",
    ]
)
#: Words that make "sidebar", "menu" and so on name a column layout or a control, not the place.
NEUTRAL_WORDS = frozenset(
    ["count", "counter", "num", "number", "link", "toggle", "icon", "btn", "button", "trigger", "wrapper"]
)
#: With these beside them, the words of navigation and sharing name an article's subject or a layout.
LAYOUT_WORDS = frozenset(["content", "pane", "panes", "container", "page", "layout"])

_words = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: Characters read of ``class`` and ``id``.
_LONGEST = 400


class Mark(NamedTuple):
    """What an element's own names say: a place, the rule, and whether it is only likely."""

    place: str
    rule: str
    likely: bool


@lru_cache(maxsize=65536)
def mark_of(tag: str, role: str | None, item: str | None, names: str, element_id: str) -> Mark | None:
    """The place an element names by itself, strongest rule first, or ``None``."""
    if role is not None:
        for word in role.lower().split():
            if (place := ROLES.get(word)) is not None:
                return Mark(place, f"role:{word}", False)
    if item is not None:
        last = item.rpartition("/")[2].lower()
        if (place := ITEM_TYPES.get(last) or ITEM_PROPS.get(last)) is not None:
            return Mark(place, f"itemtype:{last}", False)
    by_tag = TAGS.get(tag)
    if by_tag in ("nav", "sidebar", "main"):
        return Mark(by_tag, f"tag:{tag}", False)
    by_name = _by_names("id", element_id) or _by_names("class", names)
    if by_tag is not None and (by_name is None or by_name.likely or by_name.place in ("main", "piece")):
        return Mark(by_tag, f"tag:{tag}", False)
    return by_name


def _by_names(source: str, value: str) -> Mark | None:
    best: Mark | None = None
    for token in value.split()[:20]:
        mark = _by_token(source, token)
        if mark is not None and (best is None or _weight(mark) > _weight(best)):
            best = mark
    return best


#: When several classes of one element name places, the more telling wins.
_ORDER = ("main", "piece", "list", "header", "nav", "sidebar", "footer", "comment")


def _weight(mark: Mark) -> int:
    return _ORDER.index(mark.place) + (0 if mark.likely else len(_ORDER))


@lru_cache(maxsize=65536)
def _by_token(source: str, token: str) -> Mark | None:
    token = token[:_LONGEST]
    lowered = token.lower()
    place = WHOLE.get(lowered)
    if place is not None:
        return _made(place, f"{source}:{lowered}")
    words = [word.lower() for word in _words.findall(token)]
    present = set(words)
    if present & STATE_WORDS:
        return None
    for pair, named in PAIRS.items():
        if pair <= present:
            return _made(named, f"{source}:{lowered}")
    for word in words:
        named_by_word = WORDS.get(word)
        if named_by_word is None:
            continue
        place = named_by_word.rstrip("?")
        others = present - {word}
        if (
            place in ("header", "footer", "nav")
            and others & PIECE_WORDS
            and word not in ("share", "sharing", "social")
        ):
            if place == "nav":
                continue
            return _made("piece", f"{source}:{lowered}")
        if place == "comment" and others & NEUTRAL_WORDS:
            continue
        return _made(named_by_word, f"{source}:{lowered}")
    return None


def _made(place: str, rule: str) -> Mark:
    return Mark("sidebar" if place == "side?" else place.rstrip("?"), rule, place.endswith("?"))
