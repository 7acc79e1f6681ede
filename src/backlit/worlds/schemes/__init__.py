"""Link schemes of a generated web: twenty ways to make links that nobody would give.

``SCHEMES`` names them all. ``scheme`` draws how much of each there is in a world and in how many campaigns.
"""

from __future__ import annotations

from collections.abc import Callable

from backlit.worlds.schemes import bought, owned, planted
from backlit.worlds.schemes.campaign import Campaign
from backlit.worlds.society.people import KINDS, Crowd
from backlit.worlds.society.world import World

Scheme = Callable[[Campaign, int], None]

SCHEMES: dict[str, Scheme] = {
    "star_farm": owned.star_farm,
    "linked_back_farm": owned.linked_back_farm,
    "private_network": owned.private_network,
    "expired_domain": owned.expired_domains,
    "link_exchange": bought.link_exchange,
    "sitewide_paid": bought.sitewide_paid,
    "hacked": planted.hacked_pages,
    "widget": planted.widgets,
    "comment_spam": planted.comment_spam,
    "platform_blogs": owned.platform_blogs,
    "guest_posts": bought.guest_posts,
    "advertorial": bought.advertorials,
    "press_release": bought.press_releases,
    "low_directory": planted.low_directories,
    "negative_seo": planted.negative_blast,
    "spun_network": owned.spun_network,
    "redirect_ring": owned.redirect_ring,
    "coupon_abuse": bought.coupon_abuse,
    "scholarship": bought.scholarships,
    "doorway": owned.doorways,
}

#: Toxic pairs of sites in a world of full size.
TOXIC_PAIRS = 5_100


def scheme(world: World) -> None:
    """All schemes of a world: of each at least one campaign, more while its share is not used up."""
    draw = world.draw
    crowd = Crowd(world, [site for site in world.sites if site.kind in KINDS])
    buyers = [site for site in world.sites if site.buys]
    # Negative blasts come last, for they use the sites of the others.
    names = [*draw.some([name for name in SCHEMES if name != "negative_seo"], len(SCHEMES)), "negative_seo"]
    weights = {name: draw.lognormal(1.0, 0.4) for name in names}
    whole = TOXIC_PAIRS * world.scale
    for name in names:
        share = whole * weights[name] / sum(weights.values())
        before = len(world.toxic_pairs)
        while True:
            left = share - (len(world.toxic_pairs) - before)
            had = world.campaigns(name)
            if had and (left < 5 or had >= 40):
                break
            size = min(max(int(draw.lognormal(45, 0.9)), 5), 300, max(int(left), 5))
            if not had and share > 40:
                size = min(size, int(share / 2))
            SCHEMES[name](Campaign(world, name, crowd, buyers), size)
