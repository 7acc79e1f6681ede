"""Honest links that look bad: twenty-five kinds of success, ownership, trade and habit.

``KINDS_OF_CASES`` names them all; ``look_alike`` draws how many cases of each a world has.
"""

from __future__ import annotations

from collections.abc import Callable

from backlit.worlds.lookalikes import crowds, lists, owners
from backlit.worlds.lookalikes.case import Case
from backlit.worlds.society.people import KINDS, Crowd
from backlit.worlds.society.world import World

KINDS_OF_CASES: dict[str, Callable[[Case, int], None]] = {
    "viral": crowds.viral_story,
    "charity_badge": crowds.charity_badge,
    "campaign": crowds.product_campaign,
    "keyword_brand": crowds.keyword_brand,
    "young_startup": crowds.young_startup,
    "foreign_press": crowds.foreign_press,
    "translation": crowds.translations,
    "university_family": owners.university_family,
    "publisher_group": owners.publisher_group,
    "brand_family": owners.brand_family,
    "agency_credit": owners.agency_credit,
    "system_credit": owners.system_credit,
    "friends": owners.friends,
    "project_mirror": owners.project_mirrors,
    "moved_domain": owners.moved_domains,
    "webring": owners.webring,
    "local_business": owners.local_business,
    "licensed_trade": lists.licensed_trade,
    "syndicated_news": lists.syndicated_news,
    "conference_sponsors": lists.conference_sponsors,
    "package_docs": lists.package_docs,
    "bibliography": lists.bibliography,
    "affiliate": lists.affiliates,
    "merchant_directory": lists.merchant_directory,
    "resource_page": lists.resource_page,
}

#: Honest pairs of sites that look bad, in a world of full size.
HARD_PAIRS = 4_200


def look_alike(world: World) -> None:
    """All kinds of look-alikes of a world: of each at least one case, more while its share is not used up."""
    draw = world.draw
    crowd = Crowd(world, [site for site in world.sites if site.kind in KINDS])
    names = draw.some(tuple(KINDS_OF_CASES), len(KINDS_OF_CASES))
    weights = {name: draw.lognormal(1.0, 0.35) for name in names}
    for name in names:
        left = HARD_PAIRS * world.scale * weights[name] / sum(weights.values())
        while True:
            size = min(max(int(draw.lognormal(60, 0.7)), 5), 200, max(int(left), 5))
            case = Case(world, name, crowd)
            KINDS_OF_CASES[name](case, size)
            left -= max(len(case.seen), size / 2)
            if left < 8:
                break
