"""Schemes on sites of other people who take part: paid posts, advertorials, sitewide links, exchanges, releases."""

from __future__ import annotations

from backlit.worlds.schemes.campaign import Campaign
from backlit.worlds.society.words import DISCLOSURE, PARTNERS
from backlit.worlds.society.world import Page


def link_exchange(c: Campaign, size: int) -> None:
    """Rings of two, three or four sites that have nothing to do with each other, on partner pages or in posts."""
    draw, world = c.draw, c.world
    pool = c.hosts(("company", "shop", "blog", "local", "personal"), max(6, size), near=False)
    pool += [client for client in c.clients if client not in pool]
    partner_pages: dict[int, Page] = {}
    on_pages = draw.chance(0.75 - 0.4 * c.care)
    made, tries = 0, 0
    while made < size and tries < 4 * size:
        tries += 1
        ring = draw.some(pool, draw.weighted((2, 3, 4), (0.5, 0.3, 0.2)))
        day = c.day()
        for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
            when = min(day + draw.whole(0, 25), world.end - 1)
            page = partner_pages.get(one.number)
            if page is None:
                if on_pages:
                    page = world.page(
                        one, title=draw.pick(PARTNERS[one.lang]), born=when, words=draw.whole(15, 60),
                        path=draw.pick(("partners.html", "links/", "resources/", "friends.html")),
                        extra=draw.steep(25, 1.5),
                    )  # fmt: skip
                    partner_pages[one.number] = page
                else:
                    page = world.some_page(one, when)
            place = "list" if on_pages else draw.pick(("content", "sidebar", "content"))
            anchor = c.anchor(other) if draw.chance(0.7) else other.brand
            if c.place(page, other, when, placement=place, anchor=anchor, url=other.root):
                made += 1


def sitewide_paid(c: Campaign, size: int) -> None:
    """A paid link in the footer or side column of most pages of a site."""
    draw = c.draw
    for site in c.hosts(
        ("blog", "media", "personal", "forum", "tenant", "directory"), max(5, size), near=False
    ):
        client, day = c.client(), c.day()
        place = draw.pick(("footer", "sidebar", "footer"))
        anchor = c.anchor(client)
        url = c.world.address(client, 0.2)
        begin = draw.between(0.5, 1.0)
        on = draw.some(site.pages, max(1, min(round(begin * len(site.pages)), 12)))
        for page in on:
            c.place(page, client, day, placement=place, anchor=anchor, url=url, rel="")


def guest_posts(c: Campaign, size: int) -> None:
    """Posts paid for and not said to be, on blogs that are otherwise what they seem."""
    draw = c.draw
    blogs = c.hosts(
        ("blog", "media", "personal", "company"), max(5, size), near=draw.chance(0.3 + 0.5 * c.care)
    )
    for at in range(max(5, size)):
        site, client, day = blogs[at % len(blogs)], c.client(), c.day()
        page = c.post(site, client, day)
        bio = draw.chance(0.4)
        before = None
        if bio:
            before = (
                f"{c.world.speech.person()} {' '.join(c.world.speech.words(c.subject(client), site.lang, 6))}"
            )
        c.place(page, client, day + draw.steep(4, 2.0), rel="", before=before, about=c.subject(client))
        if draw.chance(c.world.dials.camouflage):
            c.camouflage_on(page)


def advertorials(c: Campaign, size: int) -> None:
    """Articles in media for money, disclosed to readers at times, with links that pass credit."""
    draw = c.draw
    media = c.hosts(("media", "blog"), max(5, size), near=False)
    for at in range(max(5, size)):
        site, client, day = media[at % len(media)], c.client(), c.day()
        page = c.post(site, client, day)
        before = None
        if draw.chance(0.7 - 0.5 * c.care):
            words = " ".join(c.world.speech.words(client.topic, site.lang, 4))
            before = f"{draw.pick(DISCLOSURE[site.lang])} {words}"
        anchor = c.anchor(client)
        c.place(page, client, day, rel="", before=before, anchor=anchor)
        if draw.chance(0.3):
            c.place(page, client, day, rel="")
        c.camouflage_on(page)


def press_releases(c: Campaign, size: int) -> None:
    """A release with keyword anchors, printed word for word by wire sites and some media."""
    draw, world = c.draw, c.world
    wires = [c.own_site(pages=(4, 14), kind="wire") for _ in range(max(2, size // 25))]
    papers = c.hosts(("media", "blog", "company"), max(5, size), near=False)
    made = 0
    while made < size:
        client = c.client()
        title = world.speech.title(client.topic, c.lang)
        words = world.speech.words(client.topic, c.lang, draw.whole(80, 220))
        anchor, day = c.anchor(client), c.day()
        url = world.address(client, 0.4)
        printed = min(draw.whole(4, 25), max(size - made, 3))
        for site in [*draw.some(wires, len(wires)), *draw.some(papers, printed)][:printed]:
            kept = " ".join(words if draw.chance(0.8) else words[: draw.whole(40, len(words))])
            page = world.page(site, title=title, text=kept, born=day, lang=c.lang)
            c.place(page, client, day + draw.steep(4, 2.0), anchor=anchor, url=url, rel="")
            made += 1


def coupon_abuse(c: Campaign, size: int) -> None:
    """Sections of discount codes that strangers run on the name of a newspaper or a school."""
    draw, world = c.draw, c.world
    sites = c.hosts(("media", "institution"), max(2, size // 12), near=False)
    shops = [s for s in c.buyers if s.kind in ("shop", "company")] or c.buyers
    made, tries = 0, 0
    while made < size and tries < 5 * size:
        tries += 1
        site, day = draw.pick(sites), c.day()
        page = world.page(
            site, path=f"{draw.pick(('coupons', 'discounts', 'deals', 'vouchers'))}/{draw.whole(1, 99999)}/", born=day,
            topic=draw.pick(shops).topic, words=draw.whole(30, 110), extra=draw.steep(40, 2.0),
        )  # fmt: skip
        for shop in draw.some(shops, draw.whole(1, 6)):
            word = draw.pick(("discount code", "coupon", "promo code", "deal", "voucher"))
            anchor = f"{shop.brand} {word}" if draw.chance(0.5) else c.anchor(shop)
            rel = "" if draw.chance(0.85) else "sponsored"
            if c.place(page, shop, day, anchor=anchor, placement=draw.pick(("list", "content")), rel=rel):
                made += 1


def scholarships(c: Campaign, size: int) -> None:
    """A small grant of a firm that has nothing to do with learning, listed by schools."""
    draw, world = c.draw, c.world
    schools = c.hosts(("institution",), max(5, size), near=False)
    extra = max(0, size - len(schools))
    schools += c.hosts(("blog", "directory", "personal"), extra, near=False)
    for at in range(size):
        site, client, day = (
            schools[at % len(schools)],
            c.clients[at // len(schools) % len(c.clients)],
            c.day(),
        )
        titled = [p for p in site.pages if "scholarship" in p.url or "aid" in p.url]
        page = titled[0] if titled else world.page(
            site, path=draw.pick(("financial-aid/external/", "scholarships.html", "students/funding-aid/")),
            topic="school", born=min(day, world.day()), extra=draw.steep(60, 1.5),
        )  # fmt: skip
        anchor = f"{client.brand} Scholarship" if draw.chance(0.6) else c.anchor(client)
        c.place(page, client, day, placement="list", anchor=anchor, about="school")
        if draw.chance(0.4):  # such a page lists honest foundations, too
            other = c.crowd.one("", site.lang)
            honest = c.label._replace(toxic=False, what="camouflage")
            world.tie(
                page,
                other,
                day=page.born,
                anchor=f"{other.brand} Scholarship",
                placement="list",
                label=honest,
            )
