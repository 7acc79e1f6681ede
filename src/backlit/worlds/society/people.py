"""The honest base of a world: who is there, and whom they link to of their own accord.

Sites of eleven kinds, most of them little known, link mostly within their topic and language, and to the famous
(fame is a power law). Where on the page, how often, with which anchor and ``rel`` goes by the kind of site.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from backlit.worlds.society.draw import Draw, Lottery
from backlit.worlds.society.topics import TRADES
from backlit.worlds.society.words import CREDIT, DISCLOSURE, PLATFORMS, SCHOOL_ENDINGS, STATE_ENDINGS
from backlit.worlds.society.world import HONEST, Label, Site, World, slug


class Trait(NamedTuple):
    """What sites of a kind are like: medians and spreads of lognormals, and weights of placements."""

    share: float
    links: float
    pages: float
    fame: float
    places: tuple[float, ...]


PLACES = ("content", "list", "sidebar", "footer", "comment", "nav", "header")
KINDS = {
    "institution": Trait(0.04, 24, 30, 7.0, (0.45, 0.28, 0.1, 0.1, 0.0, 0.05, 0.02)),
    "media": Trait(0.05, 42, 55, 6.0, (0.82, 0.06, 0.05, 0.04, 0.01, 0.01, 0.01)),
    "company": Trait(0.2, 6, 9, 1.0, (0.42, 0.22, 0.06, 0.22, 0.0, 0.05, 0.03)),
    "blog": Trait(0.18, 22, 26, 1.0, (0.6, 0.06, 0.2, 0.04, 0.08, 0.01, 0.01)),
    "shop": Trait(0.09, 6, 11, 0.8, (0.4, 0.28, 0.05, 0.22, 0.0, 0.03, 0.02)),
    "forum": Trait(0.03, 45, 50, 1.5, (0.04, 0.02, 0.05, 0.03, 0.85, 0.01, 0.0)),
    "directory": Trait(0.015, 80, 16, 1.0, (0.03, 0.92, 0.03, 0.02, 0.0, 0.0, 0.0)),
    "local": Trait(0.15, 4, 4, 0.25, (0.35, 0.25, 0.1, 0.26, 0.0, 0.02, 0.02)),
    "personal": Trait(0.12, 9, 6, 0.35, (0.45, 0.33, 0.16, 0.03, 0.01, 0.02, 0.0)),
    "tenant": Trait(0.08, 9, 8, 0.2, (0.6, 0.08, 0.26, 0.01, 0.05, 0.0, 0.0)),
    "project": Trait(0.045, 15, 18, 1.6, (0.55, 0.25, 0.05, 0.07, 0.03, 0.04, 0.01)),
}
_WITH_TRADES = frozenset({"company", "shop", "blog", "media", "directory", "forum", "personal"})
_BASE_SITES, _BASE_PAIRS = 4150, 71_000


def settle(world: World) -> None:
    """The base sites of the world, and which of them a user would trust."""
    draw = world.draw
    kinds = tuple(KINDS)
    weights = [KINDS[kind].share for kind in kinds]
    for _ in range(max(int(_BASE_SITES * world.scale), 60)):
        kind = draw.weighted(kinds, weights)
        lang = world.language()
        new_site(world, kind, world.topic(0.09) if kind in _WITH_TRADES else world.topic(0.0), lang)
    for _ in range(max(int(70 * world.scale), 6)):
        _money_site(world)
    trusted = [s for s in world.sites if s.kind in ("institution", "media", "project") and draw.chance(0.45)]
    world.trusted = sorted(trusted, key=lambda s: -s.fame)[: max(int(110 * world.scale), 5)]


def new_site(world: World, kind: str, topic: str, lang: str, **more: int | str) -> Site:
    """A site as its kind is."""
    draw, trait = world.draw, KINDS[kind]
    host = ending = None
    if kind == "institution":
        ending = draw.pick(SCHOOL_ENDINGS[lang] if draw.chance(0.6) else (*STATE_ENDINGS[lang], "org"))
    elif kind == "tenant":
        name = world.speech.name()
        host = f"{name}{draw.whole(1, 99) if draw.chance(0.3) else ''}.{draw.pick(PLATFORMS)}"
    elif kind == "project" and draw.chance(0.4):
        host = f"{world.speech.name()}.github.io"
    born = more.get("born")
    made = world.site(
        kind,
        topic,
        lang,
        host=host,
        ending=ending,
        born=int(born) if born is not None else world.day(world.start - (3000 if trait.fame > 4 else 1400)),
        fame=trait.fame * min(draw.unit() ** -0.85, 400),
        pages=int(draw.lognormal(trait.pages, 0.85)) + 1,
    )
    if kind in ("company", "shop", "local", "directory"):
        made.buys = draw.chance(0.25 if topic in TRADES else 0.13)
    if kind == "tenant":  # what a look-up of such a host says is the platform's
        made.facts = replace(made.facts, ip="", nameserver="", registrar="")
    elif draw.chance(0.04):  # moved to another registrar, or bought back
        made.facts = replace(made.facts, registered=world.day())
    if site_sells(made):
        made.phrases = [world.speech.money(topic, lang, draw.whole(1, 4)) for _ in range(draw.whole(1, 8))]
    for _ in range(draw.below(3) + (1 if made.fame > 8 else 0)):
        made.events.append(world.day(max(made.born, world.start)))
    if draw.chance(0.7):
        for _ in range(draw.whole(1, 4)):
            world.page(made, born=max(made.born, world.start))
    return made


def _money_site(world: World) -> None:
    """A firm that lives on being found, by any means."""
    draw = world.draw
    topic = draw.pick(TRADES) if draw.chance(0.28) else world.topic(0.0)
    site = new_site(world, draw.pick(("shop", "company", "company")), topic, world.language())
    site.fame *= draw.between(0.1, 0.7)
    site.buys = True


class Crowd:
    """The sites that links go to, by topic and language, drawn by fame."""

    def __init__(self, world: World, sites: list[Site]) -> None:
        self._world = world
        self._all = sites
        groups: dict[tuple[str, str], list[Site]] = {}
        for site in sites:
            for key in ((site.topic, site.lang), (site.topic, ""), ("", site.lang), ("", "")):
                groups.setdefault(key, []).append(site)
        self._groups = {key: (group, Lottery([s.fame for s in group])) for key, group in groups.items()}

    def one(self, topic: str, lang: str) -> Site:
        """A site of this topic and language where there is one (empty: any), the famous more often."""
        group, lottery = self._groups.get((topic, lang)) or self._groups[("", lang)]
        draw = self._world.draw
        return group[lottery.one(draw) if draw.chance(0.8) else draw.below(len(group))]

    def near(self, site: Site) -> Site:
        """Whom a site would link to of its own accord."""
        draw, dials = self._world.draw, self._world.dials
        lang = site.lang if draw.chance(dials.language) else ""
        return self.one(site.topic if draw.chance(dials.topic) else "", lang)


def mingle(world: World) -> None:
    """The links of the base, about as many pairs as the world's size asks for."""
    draw = world.draw
    sites = [site for site in world.sites if site.kind in KINDS]
    crowd = Crowd(world, sites)
    wanted = [draw.lognormal(KINDS[site.kind].links, 0.95) for site in sites]
    factor = 1.3 * _BASE_PAIRS * world.scale / sum(wanted)
    for site, number in zip(sites, wanted, strict=True):
        seen: set[int] = set()
        for _ in range(min(max(round(number * factor), 1), len(sites) // 3)):
            target = crowd.near(site)
            if target is not site and target.number not in seen:
                seen.add(target.number)
                honest_tie(world, site, target)


def site_sells(site: Site) -> bool:
    """Whether a site has something to sell."""
    return site.kind in ("company", "shop", "local", "directory")


def honest_day(world: World, site: Site, target: Site) -> int:
    """When a site takes note of another: some day, or in the wake of an event."""
    begin = max(site.born, target.born, world.start)
    if target.events and world.draw.chance(world.dials.events):
        day = world.draw.pick(target.events) - int(25 * _log(world.draw))
        if day >= begin:
            return min(day, world.end - 1)
    return world.day(begin)


def honest_tie(
    world: World,
    site: Site,
    target: Site,
    label: Label = HONEST,
    day: int | None = None,
    place: str | None = None,
) -> None:
    """A link as sites of this kind make it; several rows when it stands on several pages."""
    draw = world.draw
    day = honest_day(world, site, target) if day is None else day
    place = place or draw.weighted(PLACES, KINDS[site.kind].places)
    if site.kind == "directory" and place == "list":
        page = world.some_page(site, day, 0.1)
        if len(site.pages) < site.most_pages and draw.chance(0.3):
            path = f"category/{slug(page.title)[:20].strip('-') or 'c'}/{draw.whole(1, 4000)}/"
            page = world.page(site, path=path, born=max(day, site.born), words=draw.whole(20, 80))
        page.extra = max(page.extra, draw.whole(10, 120))
    else:
        page = world.some_page(site, day)
    if place in ("content", "list") and draw.chance(0.7):
        day = max(day, page.born) if day - page.born > 400 else page.born + draw.steep(6, 2.0)
    anchor = honest_anchor(world, site, target, place)
    rel = before = None
    if place == "content" and draw.chance(0.03):
        rel = "sponsored" if draw.chance(0.5) else "nofollow"
        if draw.chance(0.5):
            before = f"{draw.pick(DISCLOSURE[site.lang])} {world.speech.text(target.topic, site.lang, 4)}"
    elif place == "content" and site.kind in ("blog", "media") and draw.chance(0.04):
        before = f"{world.speech.person()} {world.speech.text(target.topic, site.lang, 6)}"
    url = world.address(target, 0.12 if place in ("sidebar", "footer", "nav", "header") else 0.45)
    kind = "image" if anchor == "" else "anchor"
    if place == "footer" and draw.chance(0.5):
        before = draw.pick(CREDIT[site.lang])
    hidden = draw.chance(0.005) if place in ("nav", "sidebar") else draw.chance(0.0004)
    pages = [page]
    if place in ("sidebar", "footer", "nav", "header"):
        share = draw.between(0.2, 1.0) if draw.chance(0.6) else 0.0
        others = [p for p in site.pages if p is not page]
        pages += draw.some(others, min(round(share * len(others)), draw.whole(2, 12)))
    elif draw.chance(0.3):
        pages += draw.some([p for p in site.pages if p is not page], draw.whole(1, 4))
    for each in pages:
        world.tie(
            each, target, day=day, anchor=anchor, label=label, placement=place, rel=rel, hidden=hidden, kind=kind,
            url=url, before=before,
        )  # fmt: skip


def honest_anchor(world: World, site: Site, target: Site, place: str = "content") -> str:
    """What people call a site they link to; empty for a picture."""
    draw, speech = world.draw, world.speech
    if place == "comment" and draw.chance(0.45):
        return speech.person()
    if place in ("sidebar", "nav", "footer", "header", "list"):
        weights = (0.6, 0.08, 0.12, 0.02, 0.08, 0.1)
    else:
        weights = (0.36, 0.12, 0.2, 0.14, 0.12, 0.06)
    keyword = world.dials.keywords
    style = draw.weighted(
        ("brand", "bare", "title", "generic", "partial", "image", "words"), (*weights, 0.05)
    )
    if draw.chance(keyword):
        style = "partial" if draw.chance(0.7) else "money"
    if style == "brand":
        return target.brand
    if style == "bare":
        return draw.pick((target.host, target.root, target.key))
    if style == "title":
        return draw.pick(target.pages).title
    if style == "generic":
        return speech.generic(site.lang)
    if style == "partial":
        return speech.partial(target.topic, site.lang)
    if style == "words":
        return world.speech.text(target.topic, site.lang, draw.whole(3, 8)).rstrip(".")
    if style == "money":
        if target.phrases and draw.chance(0.5):
            return target.phrases[0]
        return speech.money(target.topic, target.lang)
    return ""


def _log(draw: Draw) -> float:
    import math

    return math.log(1 - draw.unit())
