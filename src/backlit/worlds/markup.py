"""Pages of a generated world as HTML, in four makes of template and with a dozen ways of hiding a link.

Each site has one make and keeps it. What stands where follows ``layout.slots``, so that the links of a page come
out of extraction in the order, and at the places, that the tables say.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from backlit.worlds.layout import Slot, slots
from backlit.worlds.society.world import Link, Page, Site

#: Ways to hide a link, as an opening and a closing tag around it.
HIDING = (
    ('<div style="display:none">', "</div>"),
    ('<span style="visibility: hidden">', "</span>"),
    ('<div style="position:absolute; left:-9999px">', "</div>"),
    ('<div style="text-indent:-9999px">', "</div>"),
    ('<span style="font-size:0">', "</span>"),
    ('<div style="background:#ffffff"><span style="color:#fff">', "</span></div>"),
    ("<div hidden>", "</div>"),
    ('<div class="zq-off">', "</div>"),
    ('<div style="opacity:0">', "</div>"),
    ('<div style="position:absolute;top:-4000px">', "</div>"),
    ("<noscript>", "</noscript>"),
    ('<div id="zq-none">', "</div>"),
)
_STYLE = "<style>.zq-off{position:absolute;left:-5000px}#zq-none{display:none}body{margin:0}</style>"
_WORDS_A_PARAGRAPH = 55


class Make(NamedTuple):
    """The tags around each part of a page, opening and closing."""

    header: tuple[str, str]
    nav: tuple[str, str]
    body: tuple[str, str]
    article: tuple[str, str]
    comments: tuple[str, str]
    comment: tuple[str, str]
    sidebar: tuple[str, str]
    footer: tuple[str, str]
    end: str


MAKES = (
    Make(
        ("<header>", "</header>"), ("<nav><ul>", "</ul></nav>"), ("<main>", ""), ("<article>", "</article>"),
        ('<section id="comments" class="comments">', "</section>"), ('<div class="comment">', "</div>"),
        ("</main><aside>", "</aside>"), ("<footer>", "</footer>"), "",
    ),
    Make(
        ('<div id="header">', "</div>"), ('<div id="menu"><ul class="nav">', "</ul></div>"),
        ('<div id="wrapper"><div id="content">', ""), ('<div class="post entry">', "</div>"),
        ('<div id="comments"><ol class="commentlist">', "</ol></div>"), ('<li class="comment">', "</li>"),
        ('</div><div id="sidebar">', "</div></div>"), ('<div id="footer">', "</div>"), "",
    ),
    Make(
        ('<div class="site-header" role="banner">', "</div>"),
        ('<div role="navigation" class="navbar"><ul class="navbar-nav">', "</ul></div>"),
        ('<div class="container"><div role="main" class="col-md-8">', ""), ('<article class="post">', "</article>"),
        ('<div class="comments-area">', "</div>"), ('<article class="comment-body">', "</article>"),
        ('</div><div role="complementary" class="sidebar col-md-4">', "</div></div>"),
        ('<div class="site-footer" role="contentinfo">', "</div>"), "",
    ),
    Make(
        ('<table width="100%"><tr><td class="header" colspan="2">', "</td></tr>"),
        ('<tr><td class="topmenu navigation" colspan="2"><ul>', "</ul></td></tr>"), ('<tr><td class="maintext">', ""),
        ("", ""), ('<div class="guestbook comments">', "</div>"), ('<div class="comment">', "</div>"),
        ('</td><td class="sidebar" width="180">', "</td></tr>"),
        ('<tr><td class="footer" colspan="2">', "</td></tr></table>"), "",
    ),
)  # fmt: skip


def make_of(site: Site) -> Make:
    """The make of a site's pages; old table layouts on a few only."""
    return MAKES[(0, 1, 2, 1, 0, 2, 3)[site.number % 7]]


def page_html(page: Page) -> str:
    """The whole page."""
    make = make_of(page.site)
    parts: dict[str, list[Slot]] = {}
    for slot in slots(page):
        parts.setdefault(slot.place, []).append(slot)
    write = _Writer(page)
    title = escape(page.title or page.site.brand)
    out = [f'<!DOCTYPE html>\n<html lang="{page.lang}"><head><meta charset="utf-8"><title>{title}</title>']
    out += [_STYLE, "</head><body>\n", make.header[0]]
    for slot in parts.get("header", ()):
        out.append(f"<div>{write.link(slot, page.site.brand)}</div>")
    out += [
        make.header[1],
        "\n",
        make.nav[0],
        *(f"<li>{write.link(s)}</li>" for s in parts.get("nav", ())),
        make.nav[1],
    ]
    out += ["\n", make.body[0], make.article[0], f"<h1>{title}</h1>\n"]
    out += _paragraphs(page.text)
    out += _flowing(parts.get("content", ()), write)
    out.append(make.article[1])
    if "list" in parts:
        out += [
            "<h2>Links</h2><ul>",
            *(f"<li>{write.link(s)}{write.after(s)}</li>\n" for s in parts["list"]),
            "</ul>",
        ]
    if "more" in parts:
        out += [
            '<div class="related"><ul>',
            *(f"<li>{write.link(s)}</li>" for s in parts["more"]),
            "</ul></div>\n",
        ]
    if "comment" in parts:
        out.append(make.comments[0])
        for slot in parts["comment"]:
            before, after = write.around(slot)
            out += [make.comment[0], f"<p>{before} {write.link(slot)} {after}</p>", make.comment[1], "\n"]
        out.append(make.comments[1])
    out += [
        make.sidebar[0],
        "<ul>",
        *(f"<li>{write.link(s)}</li>\n" for s in parts.get("sidebar", ())),
        "</ul>",
        make.sidebar[1],
    ]
    out += ["\n", make.footer[0], f"<p>© {page.site.brand}</p>"]
    for slot in parts.get("footer", ()):
        before, after = write.around(slot)
        out.append(f"<p>{before} {write.link(slot)} {after}</p>")
    out += [make.footer[1], make.end, "</body></html>\n"]
    return "".join(out)


class _Writer:
    """Writes the links of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._inside = 0
        self._hidden = 0
        names: Iterable[Page] = page.site.pages
        self._near: list[tuple[str, str]] = [
            (other.url, other.title or "Home") for other in names if other is not page
        ][:30]

    def link(self, slot: Slot, words: str | None = None) -> str:
        """The link of a slot, hidden in one of the ways when it is."""
        if slot.link is None:
            return self._within(words)
        made = _anchor(slot.link)
        if slot.link.hidden:
            way = HIDING[(self._page.site.number + self._hidden) % len(HIDING)]
            self._hidden += 1
            made = f"{way[0]}{made}{way[1]}"
        return made

    def around(self, slot: Slot) -> tuple[str, str]:
        """The words before and after a link."""
        return ("", "") if slot.link is None else (escape(slot.link.before), escape(slot.link.after))

    def after(self, slot: Slot) -> str:
        """What a list says of its entry."""
        return f" - {escape(slot.link.after)}" if slot.link is not None and slot.link.after else ""

    def _within(self, words: str | None) -> str:
        at = self._inside
        self._inside += 1
        host = "/".join(self._page.url.split("/")[:3])
        if words is not None:
            return f'<a href="{host}/">{escape(words)}</a>'
        if at < len(self._near) and self._near[at][0].startswith(f"{host}/"):
            url, title = self._near[at]
            return f'<a href="{escape(url)}">{escape(title)}</a>'
        return f'<a href="/section/{at}">{self._page.site.brand.split()[0]} {at}</a>'


def _anchor(link: Link) -> str:
    rel = f' rel="{link.rel}"' if link.rel else ""
    inner = '<img src="/img/logo.png" alt="">' if link.kind == "image" else escape(link.anchor)
    return f'<a href="{escape(link.url)}"{rel}>{inner}</a>'


def _paragraphs(text: str) -> list[str]:
    words = text.split()
    return [
        f"<p>{escape(' '.join(words[at : at + _WORDS_A_PARAGRAPH]))}</p>\n"
        for at in range(0, len(words), _WORDS_A_PARAGRAPH)
    ]


def _flowing(content: Iterable[Slot], write: _Writer) -> list[str]:
    """Links in sentences, a paragraph each."""
    out = []
    for slot in content:
        before, after = write.around(slot)
        out.append(f"<p>{before} {write.link(slot)} {after}</p>\n")
    return out
