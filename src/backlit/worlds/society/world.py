"""A world in the making: sites, pages and links, and the only ways to add one.

Days are numbers since 1970-01-01. A site is what the Public Suffix List takes for one; links within a site are
no backlinks, so ``tie`` leaves them out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from backlit.web.domain import split_host
from backlit.worlds.society.draw import Draw
from backlit.worlds.society.hosting import Facts, Hosting
from backlit.worlds.society.speech import Speech
from backlit.worlds.society.topics import LANGUAGE_WEIGHTS, LANGUAGES, TOPIC_WORDS, TOPICS, TRADES
from backlit.worlds.society.words import HOST_ENDINGS

#: Names of pages that sites of no relation share.
_COMMON = (
    "links", "partners", "resources", "friends", "about", "sponsors", "hello-world", "news", "recommended", "blog-1",
    "imprint", "coupons", "scholarships",
)  # fmt: skip
_no_word = re.compile(r"[^a-z0-9]+")


class Label(NamedTuple):
    """The truth about a link: whether it is toxic, which scheme or kind it is of, and in which campaign."""

    toxic: bool
    what: str
    campaign: str


HONEST = Label(False, "base", "")


class Dials(NamedTuple):
    """What is different from world to world."""

    #: Share of honest links that stay within the topic; within the language.
    topic: float
    language: float
    #: Share of honest anchors that are keywords.
    keywords: float
    #: Share of honest links that come in the wake of some event of their target.
    events: float
    #: Share of links whose first sight is that of a monthly crawl.
    crawl: float
    #: Share of sites, and of their single facts, that the table of hosts knows; share of pages known.
    hosts: float
    facts: float
    pages: float
    #: Share of a text's words that belong to its topic.
    thickness: float
    #: How careful campaigns are on the average, 0 to 1.
    care: float
    #: How often spammers' sites link to honest ones as well.
    camouflage: float


@dataclass(slots=True)
class Site:
    """A site. ``key`` is its name under the Public Suffix List with private suffixes."""

    number: int
    host: str
    key: str
    root: str
    kind: str
    topic: str
    lang: str
    brand: str
    fame: float
    born: int
    most_pages: int
    facts: Facts
    paths: int
    #: Its policy for links of visitors, and for all links out.
    comment_rel: str
    link_rel: str
    #: Buys links now and then.
    buys: bool = False
    pages: list[Page] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    #: Phrases that its promoters want to be found for.
    phrases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A page. ``extra`` is how many links out it has to sites outside the world."""

    number: int
    site: Site
    url: str
    title: str
    lang: str
    text: str
    words: int
    born: int
    internal: int
    extra: int
    ads: int
    status: int
    links: list[Link] = field(default_factory=list)


@dataclass(slots=True)
class Link:
    """A link as it stands on its page."""

    target: Site
    url: str
    kind: str
    anchor: str
    rel: str
    placement: str
    hidden: bool
    first: int
    last: int
    before: str
    after: str
    label: Label


class World:
    """What has been made so far, and the means to make more."""

    def __init__(self, seed: int, sites: int) -> None:
        self.seed = seed
        self.scale = sites / 5800
        self.draw = draw = Draw(seed)
        self.end = 20_270 + draw.below(200)
        self.start = self.end - 4 * 365 - draw.below(120)
        self.dials = Dials(
            topic=draw.between(0.42, 0.72), language=draw.between(0.75, 0.93), keywords=draw.between(0.08, 0.22),
            events=draw.between(0.1, 0.4), crawl=draw.between(0.05, 0.4), hosts=draw.between(0.5, 0.92),
            facts=draw.between(0.6, 0.95), pages=draw.between(0.6, 0.9), thickness=draw.between(0.16, 0.36),
            care=draw.between(0.35, 0.65), camouflage=draw.between(0.3, 0.8),
        )  # fmt: skip
        self.speech = Speech(draw, self.dials.thickness)
        self.hosting = Hosting(draw, self.speech.name())
        self.sites: list[Site] = []
        self.pages: list[Page] = []
        self.links = 0
        self.toxic_pairs: set[tuple[str, str]] = set()
        self.trusted: list[Site] = []
        self._hosts: set[str] = set()
        self._urls: set[str] = set()
        self._crawl_day = draw.below(30)
        self._campaigns: dict[str, int] = {}

    # -- who ---------------------------------------------------------------------------

    def language(self) -> str:
        """A language, as frequent as it is written."""
        return self.draw.weighted(LANGUAGES, LANGUAGE_WEIGHTS)

    def topic(self, trades: float = 0.07) -> str:
        """A topic, one of the trades with this chance."""
        if self.draw.chance(trades):
            return self.draw.pick(TRADES)
        return TOPICS[self.draw.below(len(TOPICS) - len(TRADES))]

    def day(self, begin: int | None = None) -> int:
        """A day since ``begin`` (or the world's beginning); the web grows, and rests in summer and at year's end."""
        begin = self.start if begin is None else begin
        while True:
            day = begin + int(self.draw.unit() ** 0.8 * (self.end - begin))
            season = day % 365
            if not (200 < season < 235 or season > 355) or self.draw.chance(0.6):
                return min(day, self.end - 1)

    def site(
        self,
        kind: str,
        topic: str,
        lang: str,
        *,
        host: str | None = None,
        ending: str | None = None,
        brand: str | None = None,
        born: int | None = None,
        fame: float = 1.0,
        pages: int = 3,
        facts: Facts | None = None,
    ) -> Site:
        """A new site with a home page."""
        draw = self.draw
        born = self.day(self.start - 1500) if born is None else born
        if host is None:
            host, brand = self._named(topic, lang, ending, brand)
        www = draw.chance(0.35) and host.count(".") < 3 and split_host(host)[1] == host
        shown = f"www.{host}" if www else host
        made = Site(
            number=len(self.sites),
            host=shown,
            key=split_host(host)[1],
            root=f"{'https' if draw.chance(0.9) else 'http'}://{shown}/",
            kind=kind,
            topic=topic,
            lang=lang,
            brand=brand or host.partition(".")[0].replace("-", " ").title(),
            fame=fame,
            born=born,
            most_pages=max(pages, 1),
            facts=facts or self.hosting.facts(born),
            paths=draw.below(5),
            comment_rel=draw.weighted(("nofollow", "nofollow ugc", "ugc", ""), (0.4, 0.2, 0.1, 0.3)),
            link_rel="nofollow" if draw.chance(0.05) else "",
        )
        self._hosts.add(host)
        self.sites.append(made)
        self.page(made, path="", title=made.brand, born=max(born, self.start))
        return made

    def _named(self, topic: str, lang: str, ending: str | None, brand: str | None) -> tuple[str, str]:
        draw = self.draw
        while True:
            name = brand.lower() if brand else self.speech.name()
            if brand is None and draw.chance(0.35):
                name = f"{name} {draw.pick(TOPIC_WORDS[topic][lang])}"
            word = slug(name) if draw.chance(0.5) else slug(name).replace("-", "")
            tail = ending or draw.pick(HOST_ENDINGS[lang])
            host = f"{word}.{tail}"
            if host not in self._hosts:
                return host, name.title()
            brand = f"{name} {self.speech.name()}" if brand else None

    # -- what --------------------------------------------------------------------------

    def page(
        self,
        site: Site,
        *,
        title: str | None = None,
        path: str | None = None,
        topic: str | None = None,
        lang: str | None = None,
        text: str | None = None,
        words: int | None = None,
        born: int | None = None,
        host: str | None = None,
        internal: int | None = None,
        extra: int = 0,
        status: int = 200,
    ) -> Page:
        """A new page of a site; its text is written unless one is given."""
        draw = self.draw
        lang, topic = lang or site.lang, topic or site.topic
        title = self.speech.title(topic, lang) if title is None else title
        born = max(site.born, self.start) if born is None else born
        if path is None:
            path = self._path(site, title, born)
        root = site.root if host is None else f"https://{host}/"
        url = root + path
        while url in self._urls:
            path = f"{path.rstrip('/')}-{len(self.pages)}"
            url = root + path
        if text is None:
            count = words or max(25, min(int(draw.lognormal(95, 0.7)), 700))
            text = self.speech.text(topic, lang, count)
        page = Page(
            number=len(self.pages), site=site, url=url, title=title, lang=lang, text=text,
            words=text.count(" ") + 1 if text else 0, born=min(born, self.end - 1),
            internal=max(4, int(draw.lognormal(22, 0.6))) if internal is None else internal,
            extra=extra, ads=draw.steep(7, 3.0), status=status,
        )  # fmt: skip
        self._urls.add(url)
        self.pages.append(page)
        site.pages.append(page)
        return page

    def _path(self, site: Site, title: str, born: int) -> str:
        name = slug(title)[:60].strip("-") or "page"
        if self.draw.chance(0.04):
            name = self.draw.pick(_COMMON)
        year, month = 1970 + born // 365, 1 + born % 365 // 31
        return (
            f"{name}/",
            f"blog/{name}",
            f"{name}.html",
            f"{year}/{month:02d}/{name}/",
            f"article/{len(self.pages) * 7 + 1000}/{name}",
        )[site.paths]

    def some_page(self, site: Site, day: int, fresh: float = 0.5) -> Page:
        """A page of the site to put a link on: a new one with this chance while there is room."""
        if len(site.pages) < site.most_pages and self.draw.chance(fresh):
            return self.page(site, born=max(site.born, min(day, self.end - 1), self.start))
        return site.pages[self.draw.steep(len(site.pages), 1.3)]

    def tie(
        self,
        page: Page,
        target: Site,
        *,
        day: int,
        anchor: str,
        label: Label = HONEST,
        placement: str = "content",
        rel: str | None = None,
        hidden: bool = False,
        kind: str = "anchor",
        url: str | None = None,
        last: int | None = None,
        before: str | None = None,
        after: str | None = None,
        about: str | None = None,
    ) -> bool:
        """Put a link on a page; false when it would lead within its own site, or stand on a page that redirects.

        ``about`` is the topic of the words around it. ``rel`` is by the site's policy when not given.
        """
        source = page.site
        if source.key == target.key or (page.status == 301 and kind != "redirect"):
            return False
        draw = self.draw
        begin = min(max(page.born, target.born, self.start), self.end - 1)
        day = max(day, begin)
        if day >= self.end:  # what comes after the end would pile up on the last day
            day = draw.whole(begin, self.end - 1)
        if draw.chance(self.dials.crawl):
            seen = day + (self._crawl_day - day) % 30
            day = seen if seen < self.end else day
        if last is None:
            late = self.end - 1 - draw.steep(45, 2.0)
            last = late if draw.chance(0.88) else draw.whole(day, self.end - 1)
        if rel is None:
            rel = source.comment_rel if placement == "comment" else source.link_rel
        if kind == "redirect":
            placement, before, after = "", "", ""
        if before is None or after is None:
            words = self._around(page, target, placement, about)
            before, after = (words[0] if before is None else before, words[1] if after is None else after)
        page.links.append(
            Link(
                target=target, url=url or self.address(target), kind=kind, anchor=anchor, rel=rel, placement=placement,
                hidden=hidden, first=day, last=max(last, day), before=before, after=after, label=label,
            )
        )  # fmt: skip
        self.links += 1
        if label.toxic:
            self.toxic_pairs.add((source.key, target.key))
        return True

    def _around(self, page: Page, target: Site, placement: str, about: str | None) -> tuple[str, str]:
        draw = self.draw
        if placement in ("content", "comment"):
            topic = about or (target.topic if draw.chance(0.55) else page.site.topic)
            words = self.speech.words(topic, page.lang, 8 + draw.below(14))
            cut = draw.below(len(words))
            return " ".join(words[:cut]), " ".join(words[cut:])
        if placement == "list" and draw.chance(0.6):
            return "", " ".join(self.speech.words(about or target.topic, page.lang, 3 + draw.below(6)))
        return "", ""

    def address(self, target: Site, deep: float = 0.35) -> str:
        """Where a link to a site leads: its home page, or a page it has."""
        if len(target.pages) > 1 and self.draw.chance(deep):
            return target.pages[1 + self.draw.steep(len(target.pages) - 1, 2.0)].url
        return target.root

    def campaign(self, what: str) -> str:
        """The name of the next campaign, or case, of its kind."""
        number = self._campaigns[what] = self._campaigns.get(what, 0) + 1
        return f"{what}-{number}"

    def campaigns(self, what: str) -> int:
        """How many there are of a kind so far."""
        return self._campaigns.get(what, 0)


def slug(text: str) -> str:
    """A text as part of an address: small Latin letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("ß", "ss"))
    return _no_word.sub("-", plain.encode("ascii", "ignore").decode()).strip("-")
