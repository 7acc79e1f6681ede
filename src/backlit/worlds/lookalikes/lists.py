"""Honest pages of many links, and honest trade: licensed firms, news agencies, lists, registries, affiliates."""

from __future__ import annotations

from backlit.worlds.lookalikes.case import Case
from backlit.worlds.society.people import honest_tie
from backlit.worlds.society.topics import TOPIC_WORDS, TRADES
from backlit.worlds.society.words import DISCLOSURE
from backlit.worlds.society.world import slug


def licensed_trade(c: Case, size: int) -> None:
    """Licensed casinos, pharmacies and lenders, linked to by their own trade in its own words."""
    draw, world = c.draw, c.world
    trade = draw.pick(TRADES[:4])
    firms = [c.new(draw.pick(("company", "shop")), topic=trade) for _ in range(max(1, size // 45))]
    circle = c.sites(("blog", "media", "directory", "forum", "company"), max(5, size // 8), topic=trade)
    circle += [
        c.new(draw.pick(("blog", "media", "blog", "directory")), topic=trade)
        for _ in range(max(2, size // 25))
    ]
    made, tries = 0, 0
    for firm in firms:
        firm.buys = False
    while made < size and tries < 3 * size:
        tries += 1
        site, firm = draw.pick(circle), draw.pick(firms)
        if draw.chance(0.4):
            day = world.day(max(site.born, firm.born, world.start))
            page = world.some_page(site, day)
            words = (
                world.speech.money(trade, site.lang)
                if draw.chance(0.5)
                else world.speech.partial(trade, site.lang)
            )
            made += c.tie(page, firm, day, words, rel="nofollow" if draw.chance(0.3) else None)
        else:
            honest_tie(world, site, firm, c.label)
            made += 1


def syndicated_news(c: Case, size: int) -> None:
    """An agency's report, printed word for word by many papers on the day, with the link it came with."""
    draw, world = c.draw, c.world
    made = 0
    while made < max(6, size):
        star = draw.pick(c.sites(("company", "institution", "project", "shop"), 30))
        begin = world.day(max(star.born, world.start))
        topic = star.topic
        title, text = world.speech.title(topic, c.lang), world.speech.text(topic, c.lang, draw.whole(80, 250))
        anchor = draw.pick((star.brand, star.brand, world.speech.partial(topic, c.lang), star.host))
        for site in c.sites(("media", "blog"), draw.whole(6, 22)):
            day = begin + draw.steep(4, 2.0)
            page = world.page(site, title=title, text=text, born=day, lang=c.lang)
            made += c.tie(page, star, day, anchor, url=star.root)


def conference_sponsors(c: Case, size: int) -> None:
    """A meeting's page of sponsors, their logos in rows, and some sponsors' notes in return."""
    draw, world = c.draw, c.world
    made = 0
    while made < max(6, size):
        meeting = c.new(draw.pick(("institution", "project", "company")))
        meeting.buys = False
        for _ in range(draw.whole(1, 3)):
            day = world.day(max(meeting.born, world.start))
            page = world.page(
                meeting,
                title=f"{meeting.brand} sponsors",
                path=f"{1970 + day // 365}/sponsors/",
                born=day,
                words=40,
            )
            topic = meeting.topic if draw.chance(0.6) else ""
            for firm in c.sites(("company", "shop", "project", "local"), draw.whole(10, 40), topic=topic):
                picture = draw.chance(0.45)
                rel = draw.weighted(("", "sponsored", "nofollow"), (0.7, 0.2, 0.1))
                made += c.tie(page, firm, day, "" if picture else firm.brand, placement="list", rel=rel,
                              kind="image" if picture else "anchor", url=firm.root)  # fmt: skip
                if draw.chance(0.25):
                    made += c.tie(world.some_page(firm, day), meeting, day + draw.whole(0, 20), meeting.brand)


def package_docs(c: Case, size: int) -> None:
    """A registry of packages: a page each under the same kind of path, with links to home pages and sources."""
    draw, world = c.draw, c.world
    registry = c.new("project", topic="software")
    for project in c.sites(("project", "personal", "company", "tenant"), max(10, size)):
        day = world.day(max(registry.born, project.born, world.start))
        name = slug(project.brand)
        page = world.page(
            registry, title=f"{name} · {registry.brand}", path=f"package/{name}/", born=day, words=60
        )
        for anchor in draw.some(("Homepage", "Documentation", "Source"), draw.whole(1, 2)):
            c.tie(
                page,
                project,
                day,
                anchor,
                placement=draw.pick(("sidebar", "list")),
                rel="nofollow" if draw.chance(0.3) else "",
            )
        if draw.chance(0.4):
            back = world.some_page(project, day)
            c.tie(back, registry, day, registry.brand, url=page.url)


def bibliography(c: Case, size: int) -> None:
    """A page with hundreds of sources on one subject, or on none."""
    draw, world = c.draw, c.world
    site = draw.pick(c.sites(("institution", "personal", "project", "blog"), 20))
    topic = site.topic if draw.chance(0.75) else ""
    page = world.page(site, title=f"Bibliography: {site.topic}", born=world.day(max(site.born, world.start)), words=200,
                      extra=draw.whole(60, 500))  # fmt: skip
    for _ in range(max(20, int(size * 1.2))):
        target = c.crowd.one(topic, c.lang if draw.chance(0.6) else "")
        if (site.key, target.key) not in c.seen:
            title = draw.pick(target.pages).title
            c.tie(
                page,
                target,
                page.born + draw.steep(300, 2.0),
                draw.pick((title, title, target.brand, target.host)),
                placement="list",
            )


def affiliates(c: Case, size: int) -> None:
    """Reviews with links to shops, marked as search engines ask, with keywords for anchors."""
    draw, world = c.draw, c.world
    shops = c.sites(("shop", "company"), max(2, size // 25), topic=c.topic)
    phrases = {
        shop.number: [world.speech.money(shop.topic, shop.lang) for _ in range(draw.whole(1, 5))]
        for shop in shops
    }
    for site in c.sites(("blog", "media", "personal", "tenant"), max(6, size), topic=c.topic):
        shop, day = draw.pick(shops), world.day(max(site.born, world.start))
        page = world.some_page(site, day, 0.7)
        anchor = draw.pick(phrases[shop.number]) if draw.chance(0.7) else shop.brand
        rel = draw.weighted(("sponsored", "nofollow", "nofollow sponsored"), (0.4, 0.35, 0.25))
        before = f"{draw.pick(DISCLOSURE[site.lang])}:" if draw.chance(0.4) else None
        for _ in range(draw.whole(1, 3)):
            place = draw.pick(("content", "content", "sidebar"))
            c.tie(page, shop, day, anchor, rel=rel, before=before, placement=place)


def merchant_directory(c: Case, size: int) -> None:
    """A small directory of one trade or town, kept by hand, with what each firm does as its anchor at times."""
    draw, world = c.draw, c.world
    made = 0
    while made < max(8, size):
        site = c.new("directory")
        site.buys = False
        for word in draw.some(TOPIC_WORDS[c.topic][c.lang], draw.whole(3, 7)):
            page = world.page(site, title=f"{word.title()} - {site.brand}", path=f"{slug(word) or 'list'}/", words=40,
                              born=world.day(max(site.born, world.start)), extra=draw.whole(0, 80))  # fmt: skip
            for firm in c.sites(("local", "company", "shop"), draw.whole(6, 14), topic=c.topic):
                anchor = draw.weighted(
                    (firm.brand, f"{word} {world.speech.town()}", firm.host), (0.6, 0.25, 0.15)
                )
                made += c.tie(
                    page, firm, page.born + draw.steep(500, 2.0), anchor, placement="list", url=firm.root
                )


def resource_page(c: Case, size: int) -> None:
    """A hand-picked list of good sites on a narrow subject, most of them little known."""
    draw, world = c.draw, c.world
    made = 0
    while made < max(6, size):
        site = draw.pick(c.sites(("institution", "blog", "personal", "project"), 12, topic=c.topic))
        title = f"{world.speech.partial(site.topic, site.lang)} links"
        page = world.page(site, title=title, path="resources/", words=50,
                          born=world.day(max(site.born, world.start)))  # fmt: skip
        for target in c.sites(
            ("blog", "personal", "company", "shop", "project", "local"), draw.whole(10, 35), topic=site.topic
        ):
            words = (
                target.brand,
                draw.pick(target.pages).title,
                world.speech.partial(target.topic, site.lang),
            )
            made += c.tie(
                page,
                target,
                page.born + draw.steep(200, 2.0),
                draw.weighted(words, (0.5, 0.25, 0.25)),
                placement="list",
            )
