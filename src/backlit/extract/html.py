"""The bytes of a page to its links to other sites and to what is known of the page."""

from __future__ import annotations

import gc
import re
from typing import Any

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from backlit import settings
from backlit.errors import URLError
from backlit.extract import facts as page_facts
from backlit.extract.digest import template_digest, words_of
from backlit.extract.encoding import to_utf8
from backlit.extract.facts import Metas, fold
from backlit.extract.identities import identities_of
from backlit.extract.outline import (
    BASE,
    FORM,
    FRAME,
    IFRAME,
    L_HREF,
    LINK,
    NOTED,
    STYLE,
    LinkMark,
    Note,
    Outline,
    outline_of,
)
from backlit.extract.page import ExtractedPage
from backlit.extract.placement import Places, Target
from backlit.extract.redirect import bare_link
from backlit.extract.rel import links_of_header, passes, refresh_target, rel_tokens, robots_of
from backlit.extract.soup import defused
from backlit.extract.terms import terms_of
from backlit.extract.visibility import StyleRules, style_rules
from backlit.web.domain import split_host
from backlit.web.url import canonical, host_of, resolve

#: An address that cannot leave the site of the page, told without parsing it.
_plainly_inside = re.compile(r"[#?.]|/(?![/\\\t\n\r])|[A-Za-z0-9_%~-][^:]*\Z|\Z").match
_credentials = re.compile(r"//[^/?#]*@")
_LONGEST_REL = 200
_OPTIONS = int(LexborDocumentOptions.WO_EVENTS)


def extract_html(
    body: bytes,
    url: str,
    *,
    charset: str | None = None,
    x_robots_tag: str | None = None,
    link_header: str | None = None,
) -> ExtractedPage:
    """Read one page: its links to other sites, with place and context, and its facts.

    ``url`` is the page's address; ``charset`` the label of its ``Content-Type``. The values of
    several ``X-Robots-Tag`` headers are joined by line ends, of several ``Link`` headers by
    commas. Any bytes give an answer; what could not be read is in ``problems``. Only an
    address of the page itself that no browser would open raises ``URLError``.
    """
    reading = _Reading(canonical(url))
    # A page makes thousands of small objects and no cycles; looking for some costs 7 % here.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return reading.read(body, charset, x_robots_tag, link_header)
    finally:
        if collecting:
            gc.enable()


class _Reading:
    """The reading of one page."""

    def __init__(self, url: str) -> None:
        limits = settings.default().limits
        self.limits = limits
        self.url = url
        self.host = host_of(url)
        self.domain, self.site = split_host(self.host)
        self.base = url
        self.rows: list[tuple[int, tuple[Any, ...]]] = []
        self.nths: dict[tuple[str, str], int] = {}
        self.problems: list[tuple[str, str]] = []
        self.counts: dict[str, int] = {}
        self.first_bad: dict[str, str] = {}
        self.resolved: dict[str, Target | None] = {}

    def read(
        self, body: bytes, charset: str | None, x_robots_tag: str | None, link_header: str | None
    ) -> ExtractedPage:
        cut = len(body) > self.limits.max_html_bytes
        if cut:
            self._problem(
                "page-cut",
                f"The page has {len(body):,} bytes and was read up to limits.max_html_bytes, "
                f"{self.limits.max_html_bytes:,}; links after that are not known.",
            )
            body = body[: self.limits.max_html_bytes]
        source, encoding = to_utf8(body, charset, cut=cut)
        parsed, taken = defused(source)
        if taken is not None:
            self._problem("explosive-markup", f"To be read at all, the page was parsed without {taken}.")
        tree = LexborHTMLParser(parsed, options=_OPTIONS)
        root = tree.root
        outline = outline_of(root, self.limits.max_links_per_page) if root is not None else _EMPTY
        if outline.links_cut:
            self._problem(
                "too-many-links",
                f"The page has more links than limits.max_links_per_page, {self.limits.max_links_per_page:,}; "
                "those after that were not read.",
            )
        metas = Metas(outline)
        robots = robots_of(metas.robots, x_robots_tag)
        self.follow = not robots.nofollow
        self._find_base(outline)
        external, internal = self._read_links(outline)
        self._read_notes(outline, metas)
        canonical_url = self._read_canonical(outline, link_header)
        for cause, count in self.counts.items():
            self._problem(cause, _SENTENCES[cause].format(count=count, first=self.first_bad[cause]))
        text = outline.text
        words = words_of(text)
        author, published = page_facts.author_and_date(metas, outline)
        self.rows.sort(key=_first)
        said: dict[str, object] = {
            "title": page_facts.title_of(outline),
            "language": page_facts.language_of(_declared_language(root), text),
            "encoding": encoding,
            "words": words.number,
            "text_digest": words.digest,
            "terms": terms_of(text),
            "template_digest": template_digest(page_facts.skeleton_paths(tree.body)),
            "external_links": external,
            "internal_links": internal,
            "noindex": robots.noindex,
            "nofollow": robots.nofollow,
            "canonical": canonical_url,
            "author": author,
            "published": published,
            **identities_of(source)._asdict(),
        }
        complete = not cut and not outline.links_cut
        return ExtractedPage([row for _, row in self.rows], said, complete, self.problems)

    # -- addresses -----------------------------------------------------------------

    def _find_base(self, outline: Outline) -> None:
        """The first ``<base>`` with an address holds for the whole document, also above it."""
        for node, *_ in outline.notes[BASE]:
            if (href := node.attrs.get("href")) is not None:
                try:
                    found = resolve(self.url, href)
                except URLError:
                    found = None
                if found is not None:
                    self.base = found[0]
                return

    def _resolve(self, href: str) -> Target | None:
        """``(url, host, domain, site)`` of an address on this page; ``None`` when it leads nowhere."""
        if href in self.resolved:
            return self.resolved[href]
        answer: Target | None = None
        if len(href) > self.limits.max_url_characters:
            self._count("long-url", href)
        else:
            try:
                found = resolve(self.base, href)
            except URLError:
                self._count("bad-url", href)
            else:
                if found is not None:
                    answer = (*found, *split_host(found[1]))
                    if "@" in href and "@" in href.partition("//")[2].partition("/")[0]:
                        self._count("credentials", href)
        self.resolved[href] = answer
        return answer

    # -- links ------------------------------------------------------------------------

    def _read_links(self, outline: Outline) -> tuple[int, int]:
        """Add the rows of ``a`` and ``area``; give the numbers of external and internal ones."""
        links = outline.links
        external = [False] * len(links)
        crossing: list[tuple[int, LinkMark, Target]] = []
        outside = inside = 0
        home = split_host(host_of(self.base))[1] == self.site
        own = (f"https://{self.host}/", f"http://{self.host}/")
        longest = self.limits.max_url_characters
        for position, link in enumerate(links):
            href = link[L_HREF]
            if home and len(href) <= longest and (href.startswith(own) or _plainly_inside(href) is not None):
                inside += 1
                continue
            target = self._resolve(href)
            if target is None:
                continue
            if target[2] != self.domain:
                outside += 1
                external[position] = True
            else:
                inside += 1
            if target[3] != self.site:
                crossing.append((position, link, target))
        rules: StyleRules | None = None
        if crossing or any(outline.notes[tag_id] for tag_id in _PLACED):
            rules = style_rules(node.text() for node, *_ in outline.notes[STYLE])
        self.places = Places(outline, external, rules, self.host)
        for position, link, target in crossing:
            self._add_link(outline.text, position, link, target)
        return outside, inside

    def _add_link(self, text: str, position: int, link: LinkMark, target: Target) -> None:
        start, end, node, _, picture = link
        attributes = node.attributes
        anchor = fold(text[start:end])[: self.limits.max_anchor_characters]
        alt = None if picture is None else _alt(picture)[: self.limits.max_anchor_characters]
        kind = "image" if not anchor and picture is not None else "anchor"
        rel = attributes.get("rel")
        tokens = rel_tokens(rel[:_LONGEST_REL]) if rel else ""
        placement, rule, semantic, hidden_rule = self.places.of(node, attributes, start, target, anchor)
        row = (
            *target,
            kind,
            self._nth(target[0], kind),
            anchor,
            alt,
            tokens,
            self.follow and passes(tokens),
            placement,
            rule,
            semantic,
            hidden_rule is not None,
            hidden_rule,
            position,
            self._before(text, start),
            self._after(text, end),
        )
        self.rows.append((2 * position + 1, row))

    def _before(self, text: str, start: int) -> str:
        """The words before an offset: whole ones, as many as fit."""
        most = self.limits.max_context_characters
        for reach in (most + most // 4, 2 * most, 40 * most):  # white space may fill the nearer ones
            folded = fold(text[max(0, start - reach) : start])
            if len(folded) > most:
                return folded[folded.find(" ", len(folded) - most - 1) + 1 or len(folded) :]
            if start <= reach:
                return folded
        return folded.partition(" ")[2]  # the first word may be cut

    def _after(self, text: str, end: int) -> str:
        """The words after an offset: whole ones, as many as fit."""
        most = self.limits.max_context_characters
        for reach in (most + most // 4, 2 * most, 40 * most):
            folded = fold(text[end : end + reach])
            if len(folded) > most:
                return folded[: max(0, folded.rfind(" ", 0, most + 1))]
            if end + reach >= len(text):
                return folded
        return folded.rpartition(" ")[0]

    def _nth(self, url: str, kind: str) -> int:
        key = (url, kind)
        nth = self.nths.get(key, 0)
        self.nths[key] = nth + 1
        return nth

    # -- other links ------------------------------------------------------------------

    def _read_notes(self, outline: Outline, metas: Metas) -> None:
        for kind, tag_id, attribute in (
            ("frame", IFRAME, "src"),
            ("frame", FRAME, "src"),
            ("form", FORM, "action"),
        ):
            for note in outline.notes[tag_id]:
                self._add_element(note, kind, note[0].attrs.get(attribute))
        for note, content in metas.refresh:
            href = refresh_target(content)
            if href is not None:
                self._add_bare(2 * note[2], href, "redirect")

    def _add_element(self, note: Note, kind: str, href: str | None) -> None:
        if not href or (target := self._resolve(href)) is None or target[3] == self.site:
            return
        node, at, links_before, _ = note
        attributes = node.attributes
        tokens = rel_tokens((attributes.get("rel") or "")[:_LONGEST_REL])
        placement, rule, semantic, hidden_rule = self.places.of(node, attributes, at, target, None)
        title = fold(
            (attributes.get("title") or attributes.get("aria-label") or "")[
                : self.limits.max_anchor_characters
            ]
        )
        row = (
            *target,
            kind,
            self._nth(target[0], kind),
            "",
            title or None,
            tokens,
            self.follow and passes(tokens),
            placement,
            rule,
            semantic,
            hidden_rule is not None,
            hidden_rule,
            None,
            None,
            None,
        )
        self.rows.append((2 * links_before, row))

    def _add_bare(self, order: int, href: str, kind: str) -> str | None:
        target = self._resolve(href)
        if target is None:
            return None
        if target[3] != self.site:
            url, host = target[:2]
            self.rows.append((order, bare_link(url, host, kind, self._nth(url, kind), self.follow)))
        return target[0]

    def _read_canonical(self, outline: Outline, link_header: str | None) -> str | None:
        """Add rows of ``link`` elements and the ``Link`` header; give the page's canonical address.

        A canonical counts in the head, and below it as long as no text and no link has come:
        an ``<img>`` in a ``<noscript>`` closes the head early. Text that follows could be
        written by a visitor.
        """
        chosen: str | None = None
        for node, at, links_before, _ in outline.notes[LINK]:
            attributes = node.attributes
            rel, href = attributes.get("rel"), attributes.get("href")
            if not rel or not href:
                continue
            tokens = rel_tokens(rel[:_LONGEST_REL]).split()
            if "canonical" in tokens:
                parent = node.parent
                in_head = parent is not None and parent.tag == "head"
                if chosen is None and (in_head or (links_before == 0 and not outline.text[:at].strip())):
                    chosen = self._add_bare(2 * links_before, href, "canonical")
            elif "alternate" in tokens and "stylesheet" not in tokens:
                self._add_bare(2 * links_before, href, "alternate")
        base, self.base = self.base, self.url
        if base != self.url:
            self.resolved = {}
        for href, rel in links_of_header(link_header) if link_header else ():
            if chosen is None and "canonical" in rel.split():
                chosen = self._add_bare(0, href, "canonical")
        return chosen

    # -- problems ---------------------------------------------------------------------

    def _problem(self, cause: str, sentence: str) -> None:
        self.problems.append((cause, sentence))

    def _count(self, cause: str, href: str) -> None:
        self.counts[cause] = self.counts.get(cause, 0) + 1
        self.first_bad.setdefault(cause, ascii(_credentials.sub("//", href[:80])))


_SENTENCES = {
    "bad-url": "{count:,} addresses on the page are ones no browser would open and were left out; "
    "the first is {first}.",
    "long-url": "{count:,} addresses on the page are longer than limits.max_url_characters and were left out; "
    "the first begins {first}.",
    "credentials": "{count:,} addresses on the page hold a user name or password, which was not kept; "
    "the first is {first}.",
}
_PLACED = (IFRAME, FRAME, FORM)
_EMPTY = Outline("", [], [], {}, {tag_id: [] for tag_id in NOTED}, False)


def _first(row: tuple[int, tuple[Any, ...]]) -> int:
    return row[0]


def _alt(picture: LexborNode) -> str:
    """What a picture in a link says instead of itself: ``alt``, or the title of a drawing."""
    if picture.tag == "img":
        return fold(picture.attrs.get("alt") or "")
    label = picture.attrs.get("aria-label")
    if not label:
        title = picture.css_first("title")
        label = title.text() if title is not None else ""
    return fold(label)


def _declared_language(root: LexborNode | None) -> str | None:
    if root is None:
        return None
    attributes = root.attributes
    return attributes.get("lang") or attributes.get("xml:lang")
