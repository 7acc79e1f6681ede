"""Profiles at the edges: nothing, one link, only unknowns, hostile and huge texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backlit.errors import TargetError
from backlit.questions.profile import profile
from backlit.questions.profile_show import last_months

Link = Callable[..., dict[str, Any]]
SHOP = "https://shop.example/"


def test_no_link_names_near_ones(link: Link, memory_reader: Any) -> None:
    reader = memory_reader([link("https://a.test/1", SHOP), link("https://a.test/1", "https://other.test/")])
    found = profile(reader, "shop.test")
    assert not found.found
    assert found.near == ["shop.example"]
    assert found.verdict.kind == "none"
    assert found.verdict.headline == "No link to shop.test in this index. Known near names: shop.example."
    assert found.totals.links == 0
    assert found.follow.share is None
    assert found.hidden_links is None
    assert found.unknown == []


def test_no_link_to_a_host_names_its_domain(link: Link, memory_reader: Any) -> None:
    found = profile(memory_reader([link("https://a.test/1", SHOP)]), "www.shop.example")
    assert found.near == ["shop.example"]


def test_an_empty_index_has_no_near_name(memory_reader: Any) -> None:
    found = profile(memory_reader([], snapshots=[]), "shop.example")
    assert found.verdict.headline == "No link to shop.example in this index, and no name near it."
    assert found.meta.data_date is None
    assert found.movement.start is None


def test_only_lost_links_are_said_to_be_lost(link: Link, memory_reader: Any) -> None:
    reader = memory_reader([link("https://a.test/1", SHOP, lost_at="2026-02-01", lost_reason="gone")])
    found = profile(reader, "shop.example")
    assert found.verdict.headline == "No live link to shop.example in this index; 1 link to it is lost."
    assert (found.totals.lost_links, found.totals.lost_domains) == (1, 1)


def test_one_link_of_which_nothing_is_known(link: Link, memory_reader: Any) -> None:
    found = profile(memory_reader([link("https://a.test/1", SHOP, depth=1, origin="table")]), "shop.example")
    assert found.verdict.headline == "Too few to judge: 1 referring domain, of unknown authority."
    assert found.verdict.findings == []
    assert found.facets["placement"].known == 0
    assert found.facets["placement"].effective is None
    assert found.anchors.known == 0
    assert found.anchors.classes == []
    assert found.follow.share is None
    assert found.concentration.gini == 0.0


def test_only_one_nofollow_link(link: Link, memory_reader: Any) -> None:
    reader = memory_reader([link("https://a.test/1", SHOP, rel="nofollow", follow=False, anchor="x")])
    assert [f.text for f in profile(reader, "shop.example").verdict.findings] == [
        "The one link is nofollow, ugc or sponsored."
    ]


@pytest.mark.parametrize(
    ("domains", "excellent", "okay", "weak", "kind", "begin"),
    [
        (9, 9, 0, 0, "too-few", "Too few to judge: 9 referring domains (9 excellent)."),
        (20, 1, 0, 5, "unknown",
         "Quantity known, quality not: authority is known for 6 of 20 referring domains."),
        (100, 30, 20, 50, "both",
         "Quality and quantity: 30 of 100 referring domains are excellent, 20 okay."),
        (10, 5, 0, 5, "quality", "Quality over quantity: 5 of 10 referring domains are excellent, 0 okay."),
        (10, 1, 1, 8, "mixed", "Mixed quality: 1 of 10 referring domains is excellent, 1 okay."),
        (120, 2, 5, 113, "quantity",
         "Few strong, many weak: 2 of 120 referring domains are excellent, 5 okay."),
        (120, 0, 0, 120, "quantity",
         "Quantity, not quality: 0 of 120 referring domains are excellent, 0 okay."),
        (20, 0, 1, 15, "neither",
         "Few and mostly weak: 0 of 20 referring domains are excellent, 1 okay (authority known for 16)."),
    ],
)  # fmt: skip
def test_headline_rules(
    link: Link, memory_reader: Any, domains: int, excellent: int, okay: int, weak: int, kind: str, begin: str
) -> None:
    names = [f"d{at}.test" for at in range(domains)]
    scores = [60.0] * excellent + [40.0] * okay + [39.9] * weak
    reader = memory_reader(
        [link(f"https://{name}/", SHOP) for name in names], dict(zip(names, scores, strict=False))
    )
    verdict = profile(reader, "shop.example").verdict
    assert (verdict.kind, verdict.headline) == (kind, begin)


def test_band_edges_are_settings(link: Link, memory_reader: Any) -> None:
    import msgspec

    from backlit.settings import Bands, default

    settings = msgspec.structs.replace(default(), bands=Bands(excellent=80, okay=20))
    reader = memory_reader(
        [link("https://a.test/", SHOP), link("https://b.test/", SHOP)], {"a.test": 79.9, "b.test": 20}
    )
    bands = profile(reader, "shop.example", settings=settings).bands
    assert [(band.name, band.referring_domains) for band in bands] == [
        ("excellent", 0), ("okay", 2), ("weak", 0), ("unknown", 0),
    ]  # fmt: skip


def test_sites_are_not_counted_beyond_the_limit(link: Link, memory_reader: Any) -> None:
    import msgspec

    from backlit.settings import default

    limits = msgspec.structs.replace(default().profile, most_links_for_sites=1, most_anchors=1)
    settings = msgspec.structs.replace(default(), profile=limits)
    links = [link("https://a.test/1", SHOP, anchor="shop"), link("https://a.test/2", SHOP, anchor="other")]
    found = profile(memory_reader(links), "shop.example", settings=settings)
    assert found.anchors.sites is None
    assert [cls.sites for cls in found.anchors.classes] == [None]
    assert (found.anchors.known, found.anchors.classified, found.anchors.distinct) == (2, 1, 2)
    assert "class of the anchor" in [gap.what for gap in found.unknown]


def test_international_names_are_given_both_ways(link: Link, memory_reader: Any) -> None:
    reader = memory_reader([link("https://xn--bcher-kva.test/", "https://xn--mgbab2bd.example/")])
    found = profile(reader, "xn--mgbab2bd.example")
    assert (found.meta.label, found.meta.ascii) == ("بازار.example", "xn--mgbab2bd.example")
    assert (found.referring_domains[0].domain, found.referring_domains[0].label) == (
        "xn--bcher-kva.test", "bücher.test",
    )  # fmt: skip


def test_no_target_is_refused(memory_reader: Any) -> None:
    with pytest.raises(TargetError):
        profile(memory_reader([]), "not a target")


def test_months_without_events_are_filled_in(link: Link, memory_reader: Any) -> None:
    dates = ["2025-11-05", "2026-02-07"]
    links = [
        link(f"https://d{at}.test/", SHOP, first_seen=date, depth=1, origin="table")
        for at, date in enumerate(dates)
    ]
    movement = profile(memory_reader(links, snapshots=[("2026-03-01", "table")]), "shop.example").movement
    assert [(month.period, month.new_links) for month in last_months(movement, 36)] == [
        ("2025-11", 1), ("2025-12", 0), ("2026-01", 0), ("2026-02", 1), ("2026-03", 0),
    ]  # fmt: skip
    assert [month.period for month in last_months(movement, 2)] == ["2026-02", "2026-03"]
