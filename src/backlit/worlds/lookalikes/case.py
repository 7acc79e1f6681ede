"""A case of an honest look-alike, and what such cases have in common."""

from __future__ import annotations

from dataclasses import replace

from backlit.worlds.society.hosting import Facts
from backlit.worlds.society.people import Crowd, new_site
from backlit.worlds.society.world import Label, Page, Site, World


class Case:
    """One case of a kind: the honest links of one event, owner or habit."""

    def __init__(self, world: World, what: str, crowd: Crowd) -> None:
        self.world = world
        self.draw = world.draw
        self.crowd = crowd
        self.label = Label(False, what, world.campaign(what))
        self.lang = world.language()
        self.topic = world.topic(0.0)
        self.seen: set[tuple[str, str]] = set()

    def sites(
        self, kinds: tuple[str, ...], number: int, *, topic: str = "", lang: str | None = None
    ) -> list[Site]:
        """Sites of some kinds, of a topic (empty: any) and language as far as there are enough."""
        lang = self.lang if lang is None else lang
        pool = [s for s in self.world.sites if s.kind in kinds]
        for close in (
            [s for s in pool if s.lang == lang and s.topic == topic],
            [s for s in pool if s.lang == lang and not topic],
            [s for s in pool if s.topic == topic],
            [s for s in pool if s.lang == lang],
        ):
            if len(close) >= number:
                return self.draw.some(close, number)
        return self.draw.some(pool, number)

    def new(
        self, kind: str, *, topic: str | None = None, lang: str | None = None, born: int | None = None
    ) -> Site:
        """A new site of a kind."""
        more = {} if born is None else {"born": born}
        return new_site(self.world, kind, topic or self.topic, lang or self.lang, **more)

    def tie(self, page: Page, target: Site, day: int, anchor: str, **more: object) -> bool:
        """An honest link of this case."""
        done = self.world.tie(page, target, day=day, anchor=anchor, label=self.label, **more)  # type: ignore[arg-type]
        if done:
            self.seen.add((page.site.key, target.key))
        return done

    def all_over(self, site: Site, target: Site, day: int, anchor: str, place: str, **more: object) -> None:
        """The same link on most pages of a site."""
        share = self.draw.between(0.5, 1.0)
        url = self.world.address(target, 0.05)
        for page in self.draw.some(site.pages, max(1, min(round(share * len(site.pages)), 9))):
            self.tie(page, target, day, anchor, placement=place, url=url, **more)

    def one_owner(self, sites: list[Site]) -> None:
        """Give sites the ids, network and name servers of one owner, as far as owners do."""
        draw, model = self.draw, sites[0].facts
        shared = [draw.chance(share) for share in (0.75, 0.4, 0.6, 0.7, 0.5)]
        for site in sites[1:]:
            facts: Facts = site.facts
            bears = [used and draw.chance(0.85) for used in shared]
            if bears[0]:
                facts = replace(facts, analytics_id=model.analytics_id)
            if bears[1]:
                facts = replace(facts, adsense_id=model.adsense_id)
            if bears[2] and "." in model.ip:
                head = model.ip.rpartition(".")[0]
                facts = replace(facts, ip=f"{head}.{draw.whole(1, 254)}", asn=model.asn)
            if bears[3]:
                facts = replace(facts, nameserver=model.nameserver)
            if bears[4]:
                facts = replace(facts, cms=model.cms, theme=model.theme)
            site.facts = facts
