"""Sites that belong together and say so: families, groups, brands, makers and their customers, mirrors, friends."""

from __future__ import annotations

from dataclasses import replace

from backlit.worlds.lookalikes.case import Case
from backlit.worlds.society.people import honest_tie
from backlit.worlds.society.words import CREDIT, MONEY, PARTNERS
from backlit.worlds.society.world import Site

_CREDIT_KINDS = ("local", "company", "shop", "personal", "blog", "tenant")


def university_family(c: Case, size: int) -> None:
    """A university with its hospital, press, museum and societies under names of their own."""
    draw, world = c.draw, c.world
    head = c.new("institution")
    count = max(4, int(size**0.5) + draw.whole(0, 3))
    parts = [c.new("institution" if draw.chance(0.7) else "personal") for _ in range(count - 1)]
    family = [head, *parts]
    c.one_owner(family)
    for site in family:
        site.born = min(site.born, world.start - draw.whole(100, 2000))
    for faculty in range(draw.whole(2, 6)):  # links of subdomains are those of the university
        host = f"{draw.pick(('cs', 'law', 'arts', 'med', 'lib', 'phys', 'math', 'bio'))}{faculty}.{head.key}"
        page = world.page(head, host=host, path="", born=world.start + draw.whole(0, 300))
        for other in draw.some(parts, 3):
            c.tie(page, other, page.born, other.brand, placement=draw.pick(("nav", "list", "content")))
    _all_know_each_other(c, family, 0.8)


def publisher_group(c: Case, size: int) -> None:
    """Papers or magazines of one house, each with all the others in its footer."""
    group = [c.new("media", topic=c.world.topic(0.0)) for _ in range(max(4, int(size**0.5) + 1))]
    c.one_owner(group)
    _all_know_each_other(c, group, 0.95)


def brand_family(c: Case, size: int) -> None:
    """A firm with many brands, each a shop with a name that may be a keyword."""
    draw, world = c.draw, c.world
    family = [c.new("company")]
    for _ in range(max(3, int(size**0.5))):
        name = world.speech.money(c.topic, c.lang).title() if draw.chance(0.35) else None
        site = world.site("shop", c.topic, c.lang, brand=name, fame=1.0, pages=6)
        family.append(site)
    c.one_owner(family)
    for site in family:
        site.buys = False
    _all_know_each_other(c, family, 0.9)


def _all_know_each_other(c: Case, family: list[Site], share: float) -> None:
    draw, world = c.draw, c.world
    place = draw.pick(("footer", "nav", "footer", "header"))
    for site in family:
        begin = max(site.born, world.start) + draw.whole(0, 60)
        for other in family:
            if other is not site and draw.chance(share):
                c.all_over(site, other, begin, other.brand, place)


def agency_credit(c: Case, size: int) -> None:
    """The agency that made a site, in its footer; some agencies say their trade and town instead of their name."""
    draw, world = c.draw, c.world
    agency = c.new("company", topic="software")
    agency.buys = False
    keyword = draw.chance(0.35)
    trade = draw.pick(("Web design", "Webdesign", "Website design", "Digital agency"))
    words = f"{trade} {world.speech.town()}" if keyword else agency.brand
    before = draw.pick(CREDIT[c.lang])
    shares_id = draw.chance(0.5)
    for site in c.sites(("local", "company", "shop", "institution", "personal"), max(8, size)):
        begin = world.day(max(site.born, agency.born, world.start))
        if shares_id and draw.chance(0.6):
            site.facts = replace(site.facts, analytics_id=agency.facts.analytics_id)
        if draw.chance(0.4):
            site.facts = replace(
                site.facts, ip=agency.facts.ip, asn=agency.facts.asn, nameserver=agency.facts.nameserver
            )
        c.all_over(
            site,
            agency,
            begin,
            words,
            "footer",
            before=before,
            after="",
            rel="nofollow" if draw.chance(0.06) else "",
        )


def system_credit(c: Case, size: int) -> None:
    """ "Powered by": the maker of a system or theme, in the footer of all who use it."""
    draw, world = c.draw, c.world
    maker = c.new("project", topic="software")
    words = draw.pick(
        (maker.brand, f"{maker.brand} theme", "Free theme", f"{maker.brand} CMS", "WordPress theme")
    )
    before = draw.pick((*CREDIT["en"], "Counter by", "Widget by", "Provided by"))
    for site in c.sites(_CREDIT_KINDS, max(8, size)):
        begin = world.day(max(site.born, world.start))
        site.facts = replace(site.facts, cms=site.facts.cms or "WordPress", theme=maker.brand.lower())
        c.all_over(site, maker, begin, words, "footer", before=before, after="")


def friends(c: Case, size: int) -> None:
    """Clubs and people of one town who link to one another."""
    draw, world = c.draw, c.world
    made = 0
    while made < max(6, size):
        kinds = draw.pick((("personal", "local", "blog", "tenant"), ("company", "shop", "local")))
        circle = c.sites(kinds, draw.whole(3, 9), topic=c.topic)
        begin = world.day()
        for one in circle:
            page = world.page(
                one,
                title=draw.pick(PARTNERS[one.lang]),
                path=draw.pick(("links.html", "partners.html", "links/", "resources/", "friends.html")),
                words=25,
                born=begin,
            )
            for other in circle:
                if other is not one and draw.chance(0.7):
                    made += c.tie(
                        page, other, begin + draw.whole(0, 200), other.brand, placement="list", url=other.root
                    )


def project_mirrors(c: Case, size: int) -> None:
    """Copies of a project's pages on other people's servers, word for word, each with links to the first."""
    draw, world = c.draw, c.world
    home = c.new("project", topic=draw.pick(("software", "science")))
    sheets = [
        (world.speech.title(home.topic, "en"), world.speech.text(home.topic, "en", 150))
        for _ in range(draw.whole(2, 4))
    ]
    for _ in range(max(5, size)):
        site = draw.pick(c.sites(("institution", "project", "personal"), 40))
        day = world.day(max(site.born, world.start))
        for title, text in sheets:
            page = world.page(
                site,
                title=title,
                text=text,
                path=f"mirror/{home.host}/{len(title)}.html",
                born=day,
                lang="en",
            )
            c.tie(
                page,
                home,
                day,
                draw.pick((home.brand, home.host, "Official site")),
                placement=draw.pick(("header", "content", "footer")),
            )


def webring(c: Case, size: int) -> None:
    """A ring of hobby pages: previous, next, and the ring's own page."""
    draw, world = c.draw, c.world
    ring = c.sites(("personal", "blog", "tenant"), max(6, size // 3), topic=c.topic)
    ring += [c.new("personal") for _ in range(max(2, size // 12))]
    hub = c.new("personal")
    for at, site in enumerate(ring):
        begin = max(world.day(), site.born)
        page = site.pages[0]
        place = draw.pick(("footer", "footer", "sidebar"))
        for anchor, other in (
            ("Previous site", ring[at - 1]),
            ("Next site", ring[(at + 1) % len(ring)]),
            (hub.brand, hub),
        ):
            c.tie(page, other, begin, anchor, placement=place, url=other.root)
        c.tie(hub.pages[0], site, begin, site.brand, placement="list", url=site.root)


def local_business(c: Case, size: int) -> None:
    """A shop round the corner that only weak sites link to, by what it does and where."""
    draw, world = c.draw, c.world
    made = 0
    town = world.speech.town()
    while made < max(6, size):
        shop = c.new("local")
        shop.buys = False
        trade = draw.pick(MONEY[c.lang]).format(
            n=draw.pick(shop.phrases).split(" ")[0] if shop.phrases else shop.brand, c=town
        )
        for site in c.sites(("local", "directory", "personal", "tenant"), draw.whole(5, 14)):
            day = world.day(max(shop.born, world.start))
            page = world.some_page(site, day, 0.4)
            anchor = draw.weighted(
                (shop.brand, f"{shop.brand} {town}", trade, shop.host), (0.5, 0.2, 0.2, 0.1)
            )
            made += c.tie(page, shop, day, anchor, placement=draw.pick(("list", "content", "sidebar")))


def moved_domains(c: Case, size: int) -> None:
    """Firms that took a new name, or joined another, and left redirects where the old links lead."""
    draw, world = c.draw, c.world
    made = 0
    while made < max(5, size):
        now = draw.pick(c.sites(("company", "shop", "media", "project", "institution", "blog"), 30))
        for _ in range(1 + draw.steep(4, 2.0)):
            old = world.site("moved", now.topic, now.lang, born=world.start - draw.whole(0, 2500), fame=0.6)
            home = old.pages[0]
            home.text, home.words, home.status, home.title, home.internal = "", 0, 301, "", 0
            begin = world.day(max(now.born, world.start))
            for _ in range(draw.steep(14, 2.0)):
                source = c.crowd.one(old.topic if draw.chance(0.6) else "", old.lang)
                honest_tie(world, source, old, c.label._replace(what="old-honest"), world.day())
            made += c.tie(home, now, begin, "", kind="redirect", rel="")
            made += 1
