"""One network: what joins its sites, who they are, where they link, and a decision about all of it."""

from __future__ import annotations

from typing import Any

from backlit.questions.network_case import NetworkCase, network_case
from backlit.server.dashboard import deciding, judging
from backlit.server.dashboard import network_picture as pictures
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View

#: Members on a page.
MEMBERS = 100
#: Traits shown at once.
TRAITS = 10


def show(view: View) -> dict[str, Any]:
    """The case; 404 where there is none of that id."""
    judged = judging.links(view)
    if judged.links is None:
        return judged.page
    name = view.path("network")
    case = network_case(view.reader, view.target, name, judged.links, view.settings)
    if case is None:
        return {"status": 404, "template": "no_network.html"}
    offset = view.whole("offset", 0, 10_000_000)
    entries = deciding.log(view, "network", name)
    parts = parts_of(case)
    says = str(text("network.picture_says", n=len(case.members), parts=len(parts), targets=case.target_count))
    targets = [(one.site, len(one.by), one.here) for one in case.targets]
    return {
        "case": case,
        "members": case.members[offset : offset + MEMBERS],
        "offset": offset,
        "size": MEMBERS,
        "some_traits": TRAITS,
        "picture": pictures.between(parts, targets, says),
        "targets_left": case.target_count - min(len(case.targets), pictures.MOST_TARGETS),
        "standing": entries[-1] if entries and entries[-1]["decision"] else None,
        "history": entries[::-1],
        "trait_name": lambda kind: text(f"network.trait.{kind}"),
        **deciding.about(view),
        **judging.shown(),
    }


def parts_of(case: NetworkCase) -> list[pictures.Part]:
    """Members by the trait that most of them share: each stands with the largest group it belongs to."""
    free = {member.site: at for at, member in enumerate(case.members)}
    groups: list[tuple[str, list[int]]] = []
    for trait in case.traits:
        some = [free.pop(site) for site in trait.members if site in free]
        if len(some) > 1 and len(groups) < pictures.MOST_GROUPS - 1:
            kind = text(f"network.trait.{trait.kind}").unescape()
            groups.append((f"{kind} {trait.value}", some))
        else:
            free |= {case.members[at].site: at for at in some}
    if free:
        groups.append((str(text("network.part_rest" if groups else "network.part_all")), list(free.values())))
    found = []
    for name, some in groups:
        inside = set(some)
        risky = sum(case.members[at].verdict in ("risky", "review") for at in some)
        links = [len(inside.intersection(one.by)) for one in case.targets]
        count = text("network.part_sites", n=len(some))
        found.append(pictures.Part(f"{count}: {name}", len(some), risky, links))
    return sorted(found, key=lambda part: (-part.sites, part.label))


PAGE = Page(
    name="network", path="/networks/{network}", group="risk", order=21, show=show, act=deciding.decide, nav=False,
)  # fmt: skip
