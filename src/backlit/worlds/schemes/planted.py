"""Schemes on sites of other people who know nothing of it: hacked pages, comments, widgets, directories, blasts."""

from __future__ import annotations

from backlit.worlds.schemes.campaign import Campaign
from backlit.worlds.society.topics import TOPIC_WORDS, TRADES
from backlit.worlds.society.world import Site, slug


def hacked_pages(c: Campaign, size: int) -> None:
    """Hidden links on the pages of institutions and others, or pages of another trade in a folder of theirs."""
    draw, world = c.draw, c.world
    in_folder = draw.chance(0.3)
    folder = draw.pick(
        ("wp-content/uploads/", "images/cache/", "modules/mod_feed/", "tmp/", "blog/wp-includes/css/")
    )
    each = min(len(c.clients), draw.whole(1, 6))
    kinds = ("institution", "company", "local", "blog", "personal")
    victims = c.hosts(("institution",), max(2, size // (2 * each)), near=False)
    victims += c.hosts(kinds, max(5, size // each) - len(victims), near=False)
    for site in victims[: max(5, size // each)]:
        day = c.day()
        for client in draw.some(c.clients, each):
            if in_folder:
                path = f"{folder}{slug(c.phrase(client)) or 'p'}-{draw.whole(10, 9999)}.php"
                page = world.page(
                    site, path=path, topic=client.topic, lang=client.lang, born=day, title=c.phrase(client).title(),
                    words=draw.whole(40, 200),
                )  # fmt: skip
                c.place(page, client, day, rel="")
            else:
                for page in [site.pages[0], *draw.some(site.pages[1:], draw.steep(4, 2.0))]:
                    place = draw.pick(("footer", "content", "header", "footer"))
                    c.place(page, client, day, hidden=True, rel="", placement=place)


def comment_spam(c: Campaign, size: int) -> None:
    """Comments, forum posts and profiles with keyword names; some sites mark what visitors write, some do not."""
    draw, world = c.draw, c.world
    hosts = c.hosts(("forum", "blog", "tenant", "media"), max(5, size // 2), near=False)
    for at in range(max(5, size)):
        site, client, day = hosts[at % len(hosts)], c.client(), c.day()
        page = draw.pick(site.pages)
        if site.kind == "forum" and draw.chance(0.3):
            page = world.page(
                site, path=f"member/{draw.whole(1000, 99999)}/", title=world.speech.person(), words=25
            )
        person = draw.chance(0.1 + 0.5 * c.care)
        anchor = world.speech.person() if person else c.anchor(client)
        c.place(page, client, day, placement="comment", anchor=anchor)


def widgets(c: Campaign, size: int) -> None:
    """A counter, badge or calculator given away, with a keyword link inside."""
    draw = c.draw
    client = c.client()
    anchor = c.phrase(client)
    url = c.world.address(client, 0.3)
    before = draw.pick(("Counter by", "Widget by", "Provided by", "Calculator:", "Badge", ""))
    c.days = max(c.days, draw.whole(60, 600))
    for site in c.hosts(
        ("blog", "personal", "local", "tenant", "forum", "company"), max(5, size), near=False
    ):
        day, place = c.day(), draw.pick(("sidebar", "footer", "sidebar"))
        said = anchor if draw.chance(0.9 - 0.5 * c.care) else c.anchor(client)
        on = draw.some(site.pages, max(1, min(round(draw.between(0.05, 1.0) * len(site.pages)), 10)))
        rel = "nofollow" if draw.chance(0.05) else ""
        for page in on:
            c.place(
                page, client, day, placement=place, anchor=said, url=url, before=before, after="", rel=rel
            )


def low_directories(c: Campaign, size: int) -> None:
    """Directories and bookmark sites that take everything, all of one make."""
    draw, world = c.draw, c.world
    places: list[Site] = [c.own_site(pages=(2, 6), kind="linkdir") for _ in range(max(3, min(size // 6, 30)))]
    clients = draw.some(c.buyers, min(max(size // len(places), 3), len(c.buyers)))
    honest = [c.crowd.one("", c.lang) for _ in range(max(4, len(clients) // 2))]
    made = 0
    for site in places:
        title = draw.pick(
            ("Directory", "Bookmarks", "Submit your site", "Business listings", "Web catalogue")
        )
        for client in clients:
            if made >= max(size, 5) or draw.chance(0.2):
                continue
            day = c.day()
            words = TOPIC_WORDS[client.topic][c.lang]
            page = world.page(
                site, title=f"{draw.pick(words).title()} - {title}", topic=client.topic, born=day,
                extra=draw.whole(5, 150),
                words=draw.whole(20, 80), path=f"category/{slug(words[0]) or 'c'}/{draw.whole(1, 4000)}/",
            )  # fmt: skip
            place = "list" if draw.chance(0.8) else "content"
            c.place(page, client, day, placement=place, rel="nofollow" if draw.chance(0.15) else "")
            made += 1
        for target in draw.some(honest, draw.steep(6, 1.5)):
            page = draw.pick(site.pages)
            label = c.label._replace(toxic=False, what="camouflage")
            world.tie(page, target, day=c.day(), anchor=target.brand, placement="list", label=label)


def negative_blast(c: Campaign, size: int) -> None:
    """Trash aimed at an honest site by somebody who wishes it ill. The victim's other links are as before."""
    draw, world = c.draw, c.world
    good = [s for s in world.sites if s.kind in ("company", "shop", "blog", "media", "local") and not s.buys]
    victims = draw.some([s for s in good if s.lang == c.lang] or good, 1 + draw.steep(2, 2.0))
    trade = draw.pick(TRADES)
    c.days = draw.whole(4, 40) + int(80 * c.care * draw.unit())
    phrases = [world.speech.money(trade, draw.pick(("en", c.lang)), 3) for _ in range(draw.whole(1, 8))]
    junk = [c.own_site(pages=(0, 3), kind="junk") for _ in range(max(3, size // (2 + 3 * len(victims))))]
    junk += [s for s in world.sites if s.kind in ("linkdir", "doorway", "spam", "web20")][: size // 3]
    junk += c.hosts(("forum", "blog", "tenant"), max(2, size // 3), near=False)
    made = 0
    while made < max(5, size):
        site = junk[made % len(junk)]
        victim, day = draw.pick(victims), c.day()
        place = "comment" if site.kind in ("forum", "blog") else draw.pick(("content", "list", "footer"))
        if place == "comment" or draw.chance(0.4):
            page = draw.pick(site.pages)
        else:
            page = world.page(
                site, topic=trade if draw.chance(0.6) else None, born=day, words=draw.whole(20, 120)
            )
        anchor = draw.pick(phrases) if draw.chance(0.8) else victim.brand
        c.place(page, victim, day, placement=place, anchor=anchor, about=trade)
        made += 1
