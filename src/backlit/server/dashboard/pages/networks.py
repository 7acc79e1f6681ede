"""The networks that link to a target: a picture of all of them, and each with what joins it."""

from __future__ import annotations

from typing import Any

import msgspec
from markupsafe import Markup

from backlit.questions.columns import NETWORKS
from backlit.questions.report_html import Html, el
from backlit.questions.result import Result
from backlit.server.dashboard import judging
from backlit.server.dashboard import network_picture as pictures
from backlit.server.dashboard.cells import Row
from backlit.server.dashboard.format import foreign, sentence
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View


def _ask(view: View, asked: Asked) -> Result:
    from backlit.questions.networks import networks

    return networks(view.reader, view.target, *asked[:4], settings=view.settings)


def _network(view: View, value: Any, row: Row) -> Markup:
    return Markup(el("a", el("code", value), href=view.url("network", network=value)))


def _proofs(view: View, value: Any, row: Row) -> Markup:
    lines = [el("li", sentence(one["sentence"])) for one in msgspec.json.decode(value)]
    return Markup(el("ul", lines, class_="proofs"))


def _examples(view: View, value: Any, row: Row) -> Markup:
    lines = [el("li", Html(foreign(one, 48))) for one in str(value).split(", ")]
    return Markup(el("ul", lines, class_="names-of"))


LISTING = Listing(
    name="networks",
    table=NETWORKS,
    ask=_ask,
    shown=(
        "network",
        "sites",
        "domains",
        "targets",
        "follow_links",
        "toxicity",
        "weight_share",
        "proofs",
        "examples",
    ),
    sort="weight_share desc, follow_links desc",
    api="/networks",
    cells={"network": _network, "proofs": _proofs, "examples": _examples},
)


def show(view: View) -> dict[str, Any]:
    """The picture and the listing, or that the verdicts are on their way."""
    judged = judging.links(view)
    if judged.links is None:
        return judged.page
    from backlit.questions.networks import networks

    every = networks(view.reader, view.target, limit=1000, settings=view.settings)
    rows = every.rows()
    risky = _risky_sites(judged.links)
    discs = [
        pictures.Disc(
            name=row["examples"].split(", ")[0].removesuffix(" …"),
            sites=row["sites"],
            risky=risky.get(row["network"], 0),
            href=view.url("network", network=row["network"]),
            title=str(text("networks.disc", network=row["network"], n=row["sites"])),
            share=row["weight_share"],
        )
        for row in sorted(rows, key=lambda row: (-row["sites"], row["network"]))
    ]
    picture = None
    if discs:
        says = str(text("networks.picture_says", n=len(discs), target=view.target.label))
        picture = pictures.around(discs, view.target.label, says)
    return {
        "listed": listed(view, LISTING),
        "picture": picture,
        "networks": len(rows),
        "sites": sum(row["sites"] for row in rows),
        "links": sum(row["links"] for row in rows),
        "share": _share(rows),
        "judged": judged.links.num_rows,
        **judging.shown(),
    }


def _share(rows: list[dict[str, Any]]) -> float | None:
    """What all networks carry of the followed weight; None where there is none."""
    known = [row["weight_share"] for row in rows if row["weight_share"] is not None]
    return sum(known) if known else None


def _risky_sites(links: Any) -> dict[str, int]:
    """Sites with a risky or review link to the target, by network."""
    import pyarrow.compute as pc

    if not links.num_rows:
        return {}
    some = links.filter(pc.and_(pc.greater_equal(links["severity"], 2), pc.is_valid(links["network"])))
    counted = some.group_by("network").aggregate([("source_site", "count_distinct")])
    return dict(
        zip(counted["network"].to_pylist(), counted["source_site_count_distinct"].to_pylist(), strict=True)
    )


PAGE = Page(
    name="networks", path="/networks", group="risk", order=20, show=show, example="?target=shop.com",
)  # fmt: skip
