"""Many honest links at once, or many alike: successes, causes, young firms, names that are keywords."""

from __future__ import annotations

import math

from backlit.worlds.lookalikes.case import Case
from backlit.worlds.society.people import honest_tie
from backlit.worlds.society.topics import TRADES
from backlit.worlds.society.world import Page

_PEOPLE = ("blog", "media", "forum", "personal", "tenant")


def viral_story(c: Case, size: int) -> None:
    """A page that everybody links to within days, for its title, from sites of all topics."""
    draw, world = c.draw, c.world
    star = draw.pick(c.sites(("blog", "personal", "project", "media", "company"), 20))
    begin = world.day(max(star.born, world.start))
    story = world.page(star, born=begin, topic=star.topic)
    for site in c.sites(_PEOPLE, max(8, size)):
        day = begin - int(draw.between(3, 15) * math.log(1 - draw.unit()))
        page = world.some_page(site, day, 0.8)
        anchor = draw.pick((story.title, story.title, star.brand, story.url, world.speech.generic(site.lang)))
        place = "comment" if site.kind == "forum" else "content"
        c.tie(page, star, max(day, page.born), anchor, url=story.url, placement=place)


def charity_badge(c: Case, size: int) -> None:
    """The badge of a cause on blogs of all topics, on every page, with the same words or a picture."""
    draw, world = c.draw, c.world
    cause = c.new("institution", topic=draw.pick(("health", "pets", "school", "energy", "history")))
    begin = world.day(max(cause.born, world.start))
    words = draw.pick((f"Proud supporter of {cause.brand}", f"I donated to {cause.brand}", cause.brand,
                       f"{world.speech.partial(cause.topic, c.lang)} {cause.brand}",
                       world.speech.partial(cause.topic, c.lang)))  # fmt: skip
    for site in c.sites(("blog", "personal", "shop", "local", "tenant", "company"), max(8, size)):
        picture = draw.chance(0.4)
        day = begin + int(draw.lognormal(60, 1.0))
        c.all_over(site, cause, day, "" if picture else words, draw.pick(("sidebar", "footer")),
                   kind="image" if picture else "anchor")  # fmt: skip


def product_campaign(c: Case, size: int) -> None:
    """A launch that the trade writes about, within weeks, by the product's name."""
    draw, world = c.draw, c.world
    firm = draw.pick(c.sites(("company", "shop", "project"), 10, topic=c.topic))
    begin = world.day(max(firm.born, world.start))
    product = f"{firm.brand} {world.speech.name().capitalize()}"
    launch = world.page(firm, born=begin, title=product)
    for site in c.sites(("blog", "media", "forum", "shop"), max(8, size), topic=firm.topic):
        day = begin + draw.whole(0, 30)
        page = world.some_page(site, day, 0.8)
        anchor = draw.pick(
            (product, product, firm.brand, launch.url, world.speech.partial(firm.topic, site.lang))
        )
        c.tie(page, firm, day, anchor, url=launch.url if draw.chance(0.7) else firm.root)


def keyword_brand(c: Case, size: int) -> None:
    """A firm whose name is what it sells, so that its brand anchors are keywords."""
    draw, world = c.draw, c.world
    topic = draw.pick(TRADES) if draw.chance(0.25) else c.topic
    name = world.speech.money(topic, c.lang).title()
    firm = world.site(draw.pick(("shop", "company")), topic, c.lang, brand=name, fame=3.0, pages=9)
    firm.brand = name
    firm.events = [world.day(max(firm.born, world.start)) for _ in range(2)]
    for site in c.sites(
        ("blog", "media", "forum", "directory", "company", "local", "personal"), max(8, size), topic=topic
    ):
        honest_tie(world, site, firm, c.label)
        if draw.chance(0.55):
            page = world.some_page(site, world.day(firm.born))
            c.tie(page, firm, page.born, name if draw.chance(0.7) else name.lower())


def young_startup(c: Case, size: int) -> None:
    """A firm of a few months whose first links come from other young and little-known sites."""
    draw, world = c.draw, c.world
    begin = world.start + int(draw.between(0.4, 0.95) * (world.end - world.start))
    firm = c.new("company", born=begin)
    firm.buys = False
    pitch = world.speech.partial(firm.topic, c.lang)
    friends = [
        c.new(draw.pick(("personal", "blog", "tenant")), born=begin - draw.whole(0, 300))
        for _ in range(max(2, size // 12))
    ]
    for site in [
        *friends,
        *c.sites(("directory", "blog", "personal", "tenant", "forum", "local"), max(6, size)),
    ]:
        day = begin + int(draw.lognormal(40, 0.8))
        page = world.some_page(site, day, 0.7)
        anchor = draw.weighted(
            (firm.brand, firm.root, pitch, f"{firm.brand} {pitch}"), (0.5, 0.15, 0.2, 0.15)
        )
        c.tie(
            page,
            firm,
            day,
            anchor,
            placement="comment" if site.kind == "forum" else draw.pick(("content", "list")),
        )


def foreign_press(c: Case, size: int) -> None:
    """Papers of another language report on a site, some of them in the same days."""
    draw, world = c.draw, c.world
    star = draw.pick(c.sites(("company", "institution", "blog", "project", "media"), 20))
    other = draw.pick([lang for lang in ("en", "de", "fr", "es", "it", "pl") if lang != star.lang])
    begin = world.day(max(star.born, world.start))
    for site in c.sites(("media", "blog"), max(6, size), lang=other):
        day = begin + int(draw.lognormal(9, 1.0))
        page = world.some_page(site, day, 0.9)
        c.tie(
            page, star, day, draw.pick((star.brand, star.brand, star.host, world.speech.generic(site.lang)))
        )


def translations(c: Case, size: int) -> None:
    """Volunteers put a text into their languages, each with a link to the first and to some others."""
    draw, world = c.draw, c.world
    source = draw.pick(c.sites(("blog", "project", "personal", "institution"), 15))
    begin = world.day(max(source.born, world.start))
    original = world.page(source, born=begin)
    done: list[Page] = []
    for _ in range(max(5, size // 2)):
        lang = world.language()
        site = draw.pick(c.sites(("blog", "personal", "project", "tenant"), 6, lang=lang))
        day = begin + int(draw.lognormal(90, 0.9))
        page = world.page(site, title=original.title, topic=source.topic, born=day)
        c.tie(page, source, day, draw.pick((original.title, source.brand, original.url)), url=original.url)
        for other in draw.some(done, 2):
            c.tie(page, other.site, day, f"{other.lang}: {other.title}", url=other.url, placement="list")
        done.append(page)
