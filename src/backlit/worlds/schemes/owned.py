"""Schemes of sites put up, or bought up, to link: farms, private networks, expired domains, spun blogs, doorways."""

from __future__ import annotations

from dataclasses import replace

from backlit.worlds.schemes.campaign import Campaign
from backlit.worlds.society.people import honest_tie
from backlit.worlds.society.topics import TOPIC_WORDS
from backlit.worlds.society.words import PLATFORMS, SMALL_TALK
from backlit.worlds.society.world import Label, Site


def star_farm(c: Campaign, size: int) -> None:
    """Small sites, each of which links to the clients and to little else."""
    clients = c.clients[: c.draw.whole(1, 3)]
    for _ in range(max(5, size // len(clients))):
        site = c.own_site(pages=(0, 2 + int(4 * c.care)))
        for client in clients:
            if c.draw.chance(0.92):
                day = c.day()
                for _ in range(1 + c.draw.steep(3, 2.0)):
                    place = "content" if c.draw.chance(0.7) else c.draw.pick(("footer", "sidebar", "list"))
                    c.place(c.draw.pick(site.pages), client, day, placement=place)


def linked_back_farm(c: Campaign, size: int) -> None:
    """Farms whose clients link back, and leagues of farms with leaders that link to one another."""
    draw = c.draw
    clients = c.clients[: draw.whole(1, 2)]
    farm = [c.own_site(pages=(0, 3)) for _ in range(max(5, int(size / (len(clients) * 1.8))))]
    leaders = farm[: draw.whole(2, 5)] if draw.chance(0.5) else []
    for site in farm:
        for client in clients:
            day = c.day()
            if leaders and site not in leaders and draw.chance(0.7):
                other = draw.pick(leaders)
                c.place(draw.pick(site.pages), other, day, anchor=other.brand)
                c.place(draw.pick(other.pages), site, day, anchor=site.brand, placement="list")
            else:
                c.place(draw.pick(site.pages), client, day)
            if draw.chance(0.6 - 0.3 * c.care):
                c.place(
                    draw.pick(client.pages),
                    site,
                    day,
                    anchor=site.brand,
                    placement=draw.pick(("footer", "list")),
                )
    for one in leaders:
        for other in leaders:
            if one is not other:
                c.place(draw.pick(one.pages), other, c.day(), anchor=other.brand, placement="sidebar")


def private_network(c: Campaign, size: int) -> None:
    """Blogs that look alive, on hosting that agrees more or less, each with posts for several clients."""
    draw = c.draw
    each = min(len(c.clients), draw.whole(2, 5))
    network = []
    for _ in range(max(5, size // each)):
        network.append(c.own_site(pages=(2, 8 + int(14 * c.care)), kind="pbn"))
    for site in network:
        site.link_rel = ""
        c.stray(site, draw.steep(8, 2.0))
        for client in draw.some(c.clients, each):
            for _ in range(1 + draw.steep(3, 2.5)):
                day = c.day()
                place = "content" if draw.chance(0.85) else draw.pick(("sidebar", "footer"))
                c.place(c.post(site, client, day), client, day, placement=place)
        if draw.chance(0.4 - 0.35 * c.care):
            other = draw.pick(network)
            c.place(draw.pick(site.pages), other, c.day(), anchor=other.brand)


def expired_domains(c: Campaign, size: int) -> None:
    """Domains with an honest past, registered anew for commercial posts. The old links to them stay honest."""
    draw, world = c.draw, c.world
    each = min(len(c.clients), draw.whole(1, 4))
    for _ in range(max(5, size // each)):
        old_topic = world.topic(0.0)
        site = world.site(
            "expired", old_topic, c.lang, born=world.start - draw.whole(200, 2500), fame=draw.between(0.5, 4), pages=12,
            facts=c.facts(c.begin),
        )  # fmt: skip
        site.facts = replace(site.facts, registered=c.begin - draw.whole(5, 60))
        site.link_rel = ""
        old = Label(False, "old-honest", c.label.campaign)
        gone = c.begin - draw.whole(40, 400)
        for _ in range(int(draw.lognormal(9, 0.8))):
            source = c.crowd.one(old_topic if draw.chance(0.6) else "", c.lang)
            day = world.start + int(draw.unit() * max(gone - world.start, 5))
            honest_tie(world, source, site, old, day)
        if draw.chance(0.5):
            for _ in range(draw.whole(1, 5)):
                page = world.page(site, topic=old_topic, born=world.start + draw.whole(0, 60))
                if draw.chance(0.6):
                    target = c.crowd.one(old_topic, c.lang)
                    world.tie(page, target, day=page.born, anchor=target.brand, label=old)
        for _ in range(draw.whole(1, 6)):
            world.page(site, topic=c.topic, born=c.day())
        for client in draw.some(c.clients, each):
            day = c.day()
            sitewide = draw.chance(0.3 - 0.2 * c.care)
            if sitewide:
                for page in site.pages[:8]:
                    c.place(page, client, day, placement="sidebar", anchor=c.phrase(client))
            else:
                c.place(c.post(site, client, day), client, day)


def spun_network(c: Campaign, size: int) -> None:
    """Articles rewritten by machine from a few models, on blogs of one operator, on the client's own topic."""
    draw, world = c.draw, c.world
    each = min(len(c.clients), draw.whole(1, 3))
    models = {}
    for client in c.clients:
        models[client.number] = [
            (
                world.speech.title(client.topic, c.lang),
                world.speech.words(client.topic, c.lang, draw.whole(90, 260)),
            )
            for _ in range(draw.whole(1, 4))
        ]
    change = 0.05 + 0.5 * c.care * draw.unit()
    for _ in range(max(5, size // each)):
        site = c.own_site(pages=(1, 6), kind="spun")
        for client in draw.some(c.clients, each):
            title, words = draw.pick(models[client.number])
            synonyms = (*SMALL_TALK[c.lang], *TOPIC_WORDS[client.topic][c.lang])
            text = " ".join(draw.pick(synonyms) if draw.chance(change) else word for word in words)
            if draw.chance(0.2 + 0.6 * c.care):
                title = world.speech.title(client.topic, c.lang)
            day = c.day()
            page = world.page(site, title=title, topic=client.topic, text=text, born=day)
            c.place(page, client, day, about=client.topic)
            if draw.chance(world.dials.camouflage):
                famous = c.crowd.one(client.topic, c.lang)
                world.tie(
                    page,
                    famous,
                    day=day,
                    anchor=famous.brand,
                    label=Label(False, "camouflage", c.label.campaign),
                )


def platform_blogs(c: Campaign, size: int) -> None:
    """Blogs on platforms, a few posts each, made to link."""
    draw, world = c.draw, c.world
    each = min(len(c.clients), draw.whole(1, 2))
    shared = world.speech.words(c.topic, c.lang, 150)
    for _ in range(max(5, size // each)):
        born = c.day()
        facts = replace(world.hosting.facts(born), ip="", nameserver="", registrar="")
        name = f"{world.speech.name()}{draw.whole(1, 999) if draw.chance(0.5) else ''}"
        if draw.chance(0.3 - 0.2 * c.care):
            name = f"{world.speech.money(c.topic, 'en').replace(' ', '').lower()}{draw.whole(1, 9999)}"
            name = "".join(ch for ch in name if ch.isascii() and ch.isalnum())
        site = world.site(
            "web20",
            c.topic,
            c.lang,
            host=f"{name}.{draw.pick(PLATFORMS)}",
            born=born,
            fame=0.1,
            pages=4,
            facts=facts,
        )
        site.link_rel = ""
        for client in draw.some(c.clients, each):
            text = None
            if draw.chance(0.6 - 0.5 * c.care):
                text = " ".join(word for word in shared if draw.chance(0.93))
            page = world.page(site, topic=c.subject(client), text=text, born=born)
            c.place(page, client, born + draw.whole(0, 3))
        if draw.chance(world.dials.camouflage):
            c.camouflage(site, draw.whole(1, 3))
        c.stray(site, draw.steep(3, 2.0))


def redirect_ring(c: Campaign, size: int) -> None:
    """Bought domains that redirect to the client, some of them by way of each other."""
    draw, world = c.draw, c.world
    ring: list[Site] = []
    for _ in range(max(5, size)):
        born = world.start - draw.whole(0, 1500)
        site = world.site("redirect", world.topic(0.1), c.lang, born=born, fame=0.3, facts=c.facts(born))
        home = site.pages[0]
        home.text, home.words, home.status, home.title = "", 0, 301, ""
        home.internal = 0
        old = Label(False, "old-honest", c.label.campaign)
        for _ in range(draw.steep(12, 2.0)):
            source = c.crowd.one(site.topic if draw.chance(0.5) else "", c.lang)
            honest_tie(world, source, site, old, world.day(max(born, world.start)))
        target = draw.pick(ring) if ring and draw.chance(0.15) else c.client()
        c.place(home, target, c.day(), kind="redirect", anchor="", rel="")
        ring.append(site)


def doorways(c: Campaign, size: int) -> None:
    """Pages made by machine under the same paths and titles on many domains."""
    draw, world = c.draw, c.world
    each = min(len(c.clients), draw.whole(1, 3))
    number = draw.whole(100, 900)
    titles = {client.number: c.phrase(client).title() for client in c.clients}
    for _ in range(max(5, size // each)):
        if draw.chance(0.25):
            site = draw.pick(c.hosts(("local", "personal", "company", "tenant"), 12, near=False))
        else:
            site = c.own_site(pages=(0, 2), kind="doorway")
        for client in draw.some(c.clients, each):
            for part in range(1 + draw.steep(4, 2.0)):
                name = "-".join(titles[client.number].lower().split())
                path = f"{world_slug(name)}-{number + part}.html"
                day = c.day()
                topic = client.topic if draw.chance(0.6) else c.topic
                page = world.page(
                    site, title=titles[client.number] if draw.chance(0.8) else None, path=path, topic=topic, born=day,
                    words=draw.whole(20, 90), extra=draw.steep(60, 2.0), lang=client.lang,
                )  # fmt: skip
                place = draw.pick(("content", "content", "list", "footer"))
                c.place(page, client, day, placement=place)


def world_slug(text: str) -> str:
    """A path of small letters and hyphens."""
    from backlit.worlds.society.world import slug

    return slug(text) or "page"
