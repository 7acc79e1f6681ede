"""Any domain: its authority, who links to it, what it links to, and its verdict as a source of the target."""

from __future__ import annotations

from typing import Any

from backlit.questions.result import Provenance
from backlit.server.dashboard import portrait
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View
from backlit.web.target import Target

_TOP = 15


def show(view: View) -> dict[str, Any]:
    """What the index, and a ranked release if there is one, know of a domain."""
    from backlit.questions.domain_card import domain_card
    from backlit.questions.listing import scored_provenance

    about = Target.parse(view.path("domain"), "domain")
    card = domain_card(view.index, about.domain, top=_TOP, settings=view.settings)
    target = view.target_or_none
    standing = None
    links = None
    if target is not None and target.domain != about.domain:
        links = card.links_to(target)
        if links.rows:
            standing = view.judgement()
    judged = standing.value.domains.get(about.domain) if standing and standing.value else None
    source: Provenance = scored_provenance(view.reader)
    return {
        "about": about,
        "card": card,
        "target": target,
        "links": links,
        "standing_of_verdicts": standing,
        "judged": judged,
        "refresh": 3 if standing is not None and standing.pending else None,
        "charts": portrait,
        "source": source,
    }


PAGE = Page(
    name="domain",
    path="/domain/{domain}",
    group="profile",
    order=90,
    show=show,
    needs="index",
    nav=False,
    example="/domain/a.com?target=shop.com",
)
