"""Who hosts whom: providers with networks of their own, registrars, systems, themes and ids.

Addresses come from the ranges set aside for documentation and benchmarks (RFC 5737, RFC 2544) and from
10.0.0.0/8, autonomous systems from the private ones (RFC 6996): nobody real stands for anything here.
"""

from __future__ import annotations

from dataclasses import dataclass

from backlit.worlds.society.draw import Draw, Lottery

_PROVIDERS = 70
_NETWORKS = 24
_SYSTEMS = ("WordPress", "WordPress", "WordPress", "Joomla", "Drupal", "Shopify", "TYPO3", "Ghost", "Wix", "")


@dataclass(slots=True)
class Facts:
    """What is known of a host. An empty text is unknown."""

    ip: str
    asn: str
    nameserver: str
    registrar: str
    registered: int
    analytics_id: str
    adsense_id: str
    cms: str
    theme: str


class Hosting:
    """The providers of one world."""

    def __init__(self, draw: Draw, name: str) -> None:
        self._draw = draw
        self._providers = Lottery([1 / (i + 1) ** 0.9 for i in range(_PROVIDERS)])
        self._registrars = tuple(f"{name.capitalize()} Registrar {i}" for i in range(1, 31))
        self._of_registrars = Lottery([1 / (i + 1) ** 0.8 for i in range(30)])
        self._themes = Lottery([1 / (i + 1) ** 0.9 for i in range(120)])
        self._next_id = draw.whole(100_000, 400_000)

    def provider(self) -> int:
        """A provider, large ones more often; the first two are networks in front of half the web."""
        return self._providers.one(self._draw)

    def network(self, provider: int) -> int:
        """One of the /24 networks of a provider; shared hosters crowd a few of them."""
        return self._draw.steep(_NETWORKS, 2.0)

    def address(self, provider: int, network: int, shared: float = 0.35) -> str:
        """An address in a network; ``shared`` is how often it is one of the crowded ones."""
        last = self._draw.whole(1, 6) if self._draw.chance(shared) else self._draw.whole(7, 254)
        if provider == 0:
            return f"198.18.{network}.{last}"
        return f"10.{provider}.{network}.{last}"

    def fresh_id(self, kind: str) -> str:
        """A new id of an analytics (``G-``, ``UA-``) or ads (``ca-pub-``) account."""
        self._next_id += self._draw.whole(1, 90)
        return f"{kind}{self._next_id:010d}" if kind == "ca-pub-" else f"{kind}{self._next_id:08X}"

    def analytics(self) -> str:
        """A new analytics id of either form."""
        return self.fresh_id("G-" if self._draw.chance(0.6) else "UA-")

    def registrar(self) -> str:
        """A registrar, large ones more often."""
        return self._registrars[self._of_registrars.one(self._draw)]

    def theme(self) -> str:
        """A theme, well-known ones more often."""
        return f"theme-{self._themes.one(self._draw)}"

    def facts(self, born: int) -> Facts:
        """The facts of a site that has nothing to do with any other."""
        draw = self._draw
        provider = self.provider()
        cms = draw.pick(_SYSTEMS)
        return Facts(
            ip=self.address(provider, self.network(provider)),
            asn=f"AS{64512 + provider}",
            nameserver=f"ns1.provider{provider}.example ns2.provider{provider}.example",
            registrar=self.registrar(),
            registered=born - draw.whole(0, 400),
            analytics_id=self.analytics() if draw.chance(0.5) else "",
            adsense_id=self.fresh_id("ca-pub-") if draw.chance(0.14) else "",
            cms=cms,
            theme=self.theme() if cms else "",
        )
