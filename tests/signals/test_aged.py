"""Domains given up and taken by somebody else."""

from __future__ import annotations

from backlit.settings import default
from backlit.signals import aged
from backlit.signals.load import ground_of
from relation_grounds import alone, classed, link, owned, told

KINDS = {"buy": "exact commercial", "acme": "brand", "choir": "other", "church": "title"}
#: Three organisations linked to old.test, the last of them on the third of March.
OLD = [
    link(f"f{i}.test/p", "old.test/", first_seen=f"2015-03-0{i}", anchor="choir concerts in the church",
         source_title="singing together every sunday evening")
    for i in (1, 2, 3)
]  # fmt: skip
HOSTS = [{"host": "old.test", "registered": "2020-03-03"}]


def new(target: str, anchor: str, day: str | None = "2020-06-01") -> dict[str, object]:
    return link(f"old.test/{target}", f"{target}.test/", first_seen=day, anchor=anchor,
                source_title="casino bonus guide for online players")  # fmt: skip


def measured(rows, hosts=HOSTS, family=()):
    ground = ground_of(rows, (), hosts)
    owner = owned(ground, family) if family else alone(ground)
    found = aged.measures(ground, owner, classed(ground, **KINDS), default())
    return {
        name: {pair.split()[1][0]: v for pair, v in told(ground, m).items() if pair.startswith("old.test")}
        for name, m in found.items()
    }


def test_a_domain_registered_after_links_to_it() -> None:
    rows = [*OLD, new("x", "buy pills"), new("y", "buy poker"), new("z", "acme")]
    found = measured([*rows, new("u", "buy", None), new("v", "choir", "2016-01-01")])
    # Five years, of which two have a day more.
    assert found["registered_again"] == {"x": 1827, "y": 1827, "z": 1827, "u": None, "v": 0}
    assert found["sells_since"] == {"x": 0.67, "y": 0.67, "z": 0.67, "u": None, "v": 0}
    assert found["topic_broken"] == {"x": 1, "y": 1, "z": 1, "u": None, "v": 0}


def test_a_site_that_goes_on_with_its_topic_is_not_broken() -> None:
    rows = [*OLD]
    for target in "xyz":
        row = new(target, "choir concerts in the church")
        rows.append(row | {"source_title": "singing together every sunday evening"})
    assert measured(rows)["topic_broken"] == {"x": 0, "y": 0, "z": 0}


def test_fewer_old_links_or_one_owner_of_them_say_nothing() -> None:
    rows = [new("x", "buy pills")]
    assert measured([*OLD[:2], *rows])["registered_again"] == {"x": None}
    assert measured([*OLD, *rows], family=("f1.test", "f2.test"))["registered_again"] == {"x": None}


def test_an_old_registration_is_honest() -> None:
    hosts = [{"host": "old.test", "registered": "2010-01-01"}]
    found = measured([*OLD, new("x", "buy pills", "2015-04-01")], hosts)
    assert found["registered_again"] == {"x": 0}
    assert found["topic_broken"] == {"x": None}


def test_a_long_silence_after_the_old_links() -> None:
    found = measured([*OLD, new("x", "buy pills"), new("y", "acme", "2015-05-01")], ())
    assert found["registered_again"] == {"x": None, "y": None}
    # From the first of May 2015 to the first of June 2020.
    assert found["long_silence"] == {"x": 1858, "y": 0}


def test_a_site_that_speaks_all_the_time_is_not_silent() -> None:
    rows = [new("x", "acme", "2015-05-01"), new("y", "acme", "2015-08-01"), new("z", "acme", "2015-10-01")]
    found = measured([*OLD, *rows], ())
    assert found["long_silence"] == {"x": 0, "y": 0, "z": 0}
    assert found["sells_since"] == {"x": None, "y": None, "z": None}


def test_without_dates_nothing_is_known() -> None:
    rows = [{**row, "first_seen": None} for row in (*OLD, new("x", "buy pills"))]
    assert measured(rows) == {signal.id: {"x": None} for signal in aged.SIGNALS}
