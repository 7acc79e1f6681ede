"""A campaign: what one operator does for some clients, with more or less care.

A careless operator repeats a phrase, works in a few days, puts all sites on one network and takes clients of any
trade; a careful one varies anchors, takes years, spreads hosting and stays on topic. Care is drawn for each
campaign, and each trait for itself around it, so that footprints are partial.
"""

from __future__ import annotations

from dataclasses import replace

from backlit.worlds.society.hosting import Facts
from backlit.worlds.society.people import Crowd
from backlit.worlds.society.speech import Speech
from backlit.worlds.society.topics import TRADES
from backlit.worlds.society.words import CHEAP_ENDINGS, HOST_ENDINGS
from backlit.worlds.society.world import Label, Page, Site, World

_STYLES = ("exact", "partial", "brand", "bare", "generic", "title", "words")


class Campaign:
    """The means of one campaign of a scheme."""

    def __init__(self, world: World, what: str, crowd: Crowd, buyers: list[Site]) -> None:
        self.world = world
        self.draw = draw = world.draw
        self.crowd = crowd
        self.buyers = buyers
        self.label = Label(True, what, world.campaign(what))
        self.care = min(max(world.dials.care + 0.3 * draw.normal(), 0.0), 1.0)
        self.lang = world.language()
        span = world.end - world.start
        self.begin = world.start + int(draw.between(0.3, 0.96) * span)
        self.days = int(draw.lognormal(12 + 330 * self._near() ** 2, 0.6)) + 2
        #: Whether this campaign's anchors keep to few phrases, and how much of them is commercial.
        self.phrases = max(1, int(draw.lognormal(1.5 + 14 * self._near() ** 2, 0.5)))
        exact = 0.9 - 0.75 * self._near()
        rest = 1 - exact
        self._weights = (exact, 0.25 * rest, 0.3 * rest, 0.15 * rest, 0.1 * rest, 0.1 * rest, 0.1 * rest)
        self._said: dict[int, list[str]] = {}
        self.on_topic = draw.chance(self._near())
        self.topic = world.topic(0.12)
        self._prints = [draw.chance(0.8 - 0.72 * self._near()) for _ in range(6)]
        self._borne = draw.between(0.3, 1.0)
        provider = 1 + world.hosting.provider()
        self._provider, self._network = provider, draw.whole(0, 23)
        self._model = world.hosting.facts(self.begin)
        self._ids = (world.hosting.analytics(), world.hosting.fresh_id("ca-pub-"))
        self.topical = draw.between(0.2, 0.95)
        self.clients = self._clients()

    def _near(self) -> float:
        """A care around the campaign's own."""
        return min(max(self.care + 0.2 * self.draw.normal(), 0.0), 1.0)

    def _clients(self) -> list[Site]:
        """The buyers this operator works for, of one language for the most part."""
        draw = self.draw
        same = [s for s in self.buyers if s.lang == self.lang]
        pool = same if len(same) >= 3 and draw.chance(0.85) else self.buyers
        if draw.chance(0.2):
            pool = [s for s in pool if s.topic in TRADES] or pool
        clients = draw.some(pool, draw.whole(1, 5) + draw.steep(6, 2.0))
        self.topic = clients[0].topic if self.on_topic else self.topic
        return clients

    # -- what it writes ----------------------------------------------------------------

    def client(self) -> Site:
        """One of the clients, the first more often."""
        return self.clients[self.draw.steep(len(self.clients), 1.4)]

    def phrase(self, client: Site) -> str:
        """One of the phrases this campaign uses for a client."""
        speech: Speech = self.world.speech
        known = self._said.get(client.number)
        if known is None:
            known = list(client.phrases[: self.phrases])
            while len(known) < self.phrases:
                known.append(speech.money(client.topic, client.lang))
            self._said[client.number] = known
        return known[self.draw.steep(len(known), 1.5)]

    def anchor(self, client: Site) -> str:
        """An anchor in this campaign's mix of styles."""
        style = self.draw.weighted(_STYLES, self._weights)
        if style == "exact":
            return self.phrase(client)
        if style == "partial":
            return self.world.speech.partial(client.topic, client.lang)
        if style == "brand":
            return client.brand
        if style == "bare":
            return self.draw.pick((client.host, client.root, client.key))
        if style == "title":
            return self.draw.pick(client.pages).title
        if style == "words":
            return self.world.speech.text(client.topic, client.lang, self.draw.whole(3, 8)).rstrip(".")
        return self.world.speech.generic(client.lang)

    def subject(self, client: Site) -> str:
        """What a post made for a client is about."""
        return client.topic if self.draw.chance(self.topical) else self.topic

    def day(self) -> int:
        """A day of the campaign."""
        return self.begin + int(self.draw.unit() * min(self.days, self.world.end - self.begin))

    def post(
        self, site: Site, client: Site, day: int, *, text: str | None = None, title: str | None = None
    ) -> Page:
        """A post on a site in which a link for a client is to stand; an old post now and then."""
        if len(site.pages) > 2 and self.draw.chance(0.12) and text is None:
            return self.draw.pick(site.pages)
        return self.world.page(site, topic=self.subject(client), born=day, text=text, title=title)

    def place(self, page: Page, client: Site, day: int, **more: object) -> bool:
        """A toxic link for a client on a page."""
        more.setdefault("anchor", self.anchor(client))
        more.setdefault("url", self.world.address(client, 0.45))
        return self.world.tie(page, client, day=day, label=self.label, **more)  # type: ignore[arg-type]

    # -- what it owns ------------------------------------------------------------------

    def facts(self, born: int) -> Facts:
        """Hosting of one of its own sites, with some of the campaign's footprints."""
        draw, hosting, model = self.draw, self.world.hosting, self._model
        facts = hosting.facts(born)
        bears = [used and draw.chance(self._borne) for used in self._prints]
        if bears[0]:
            facts = replace(
                facts,
                ip=hosting.address(self._provider, self._network, 0.15),
                asn=f"AS{64512 + self._provider}",
            )
        if bears[1]:
            facts = replace(facts, analytics_id=self._ids[0])
        if bears[2]:
            facts = replace(facts, adsense_id=self._ids[1])
        if bears[3]:
            facts = replace(facts, nameserver=model.nameserver)
        if bears[4]:
            facts = replace(facts, theme=model.theme, cms=model.cms)
        if bears[5]:
            facts = replace(facts, registrar=model.registrar, registered=self.begin - draw.whole(5, 40))
        return facts

    def own_site(
        self, *, pages: tuple[int, int] = (1, 3), born: int | None = None, kind: str = "spam"
    ) -> Site:
        """A site put up for the campaign, with pages of its own that look like a site's."""
        draw, world = self.draw, self.world
        if born is None:
            born = max(world.start - 300, self.begin - int(draw.lognormal(30 + 500 * self.care, 0.7)))
        ending = draw.pick(CHEAP_ENDINGS if draw.chance(0.75 - 0.5 * self.care) else HOST_ENDINGS[self.lang])
        topic = self.topic if draw.chance(0.7) else world.topic(0.1)
        brand = None
        if draw.chance(0.25 - 0.2 * self.care):
            brand = f"{world.speech.money(topic, 'en').split(' in ')[0]} {draw.whole(1, 99)}"
        site = world.site(
            kind, topic, self.lang, ending=ending, brand=brand, born=born, fame=0.1, facts=self.facts(born)
        )
        site.comment_rel, site.link_rel = "", ""
        for _ in range(draw.whole(*pages)):
            world.page(site, born=max(born, world.start) + draw.whole(0, 200))
        if draw.chance(world.dials.camouflage):
            self.camouflage(site, 1 + int(draw.lognormal(4, 0.8)))
        self.stray(site, draw.steep(4 + int(6 * self.care), 2.2))
        return site

    def camouflage(self, site: Site, number: int) -> None:
        """Links to honest sites, as any site has; they are honest."""
        honest = Label(False, "camouflage", self.label.campaign)
        for _ in range(number):
            target = self.crowd.near(site)
            page = self.draw.pick(site.pages)
            day = page.born + self.draw.whole(0, 30)
            anchor = (
                target.brand if self.draw.chance(0.6) else self.world.speech.partial(target.topic, site.lang)
            )
            self.world.tie(
                page,
                target,
                day=day,
                anchor=anchor,
                label=honest,
                placement=self.draw.pick(("content", "list")),
            )

    def camouflage_on(self, page: Page) -> None:
        """A link to a well-known site beside a bought one, as a reference would be."""
        target = self.crowd.one(page.site.topic, page.lang)
        anchor = target.brand if self.draw.chance(0.6) else self.world.speech.partial(target.topic, page.lang)
        self.world.tie(
            page, target, day=page.born, anchor=anchor, label=Label(False, "camouflage", self.label.campaign)
        )

    def stray(self, site: Site, number: int) -> None:
        """Some links that honest sites give to one of the campaign's, not knowing better."""
        honest = Label(False, "stray", self.label.campaign)
        for _ in range(number):
            source = self.crowd.one("" if self.draw.chance(0.5) else site.topic, site.lang)
            if source.kind in ("blog", "personal", "forum", "tenant", "directory", "local", "company"):
                day = self.world.day(max(site.born, self.world.start))
                page = self.world.some_page(source, day, 0.2)
                place = "comment" if source.kind in ("forum", "blog") else self.draw.pick(("content", "list"))
                self.world.tie(page, site, day=day, anchor=site.brand, label=honest, placement=place)

    def hosts(self, kinds: tuple[str, ...], number: int, *, near: bool | None = None) -> list[Site]:
        """Honest sites of some kinds that the campaign puts links on; ``near``: of its topic and language."""
        pool = [s for s in self.world.sites if s.kind in kinds and not s.buys and s.lang == self.lang]
        if len(pool) < number:
            pool = [s for s in self.world.sites if s.kind in kinds and not s.buys]
        if near if near is not None else self.on_topic:
            close = [s for s in pool if s.topic == self.topic]
            if len(close) >= number:
                pool = close
        return self.draw.some(pool, number)
