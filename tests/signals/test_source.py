"""What a source does with its other links."""

from __future__ import annotations

from backlit.settings import default
from backlit.signals import source
from backlit.signals.load import ground_of
from relation_grounds import alone, classed, link, owned, told

KINDS = {"buy": "exact commercial", "acme": "brand", "blue": "other"}


def measured(rows, family=(), pages=()):
    ground = ground_of(rows, pages)
    owner = owned(ground, family) if family else alone(ground)
    found = source.measures(ground, owner, classed(ground, **KINDS), default())
    return {
        name: {
            pair.removeprefix("s.test "): v
            for pair, v in told(ground, m).items()
            if pair.startswith("s.test")
        }
        for name, m in found.items()
    }


def out(target: str, anchor: str, page: str | None = None, **more: object) -> dict[str, object]:
    return link(f"s.test/{page or target}", f"{target}.test/", anchor=anchor, **more)


#: Six targets, three of them bought.
ROWS = [out(t, "buy pills") for t in "abc"] + [out(t, "acme") for t in "de"] + [out("f", "blue")]


def test_a_link_is_no_evidence_against_itself() -> None:
    found = measured(ROWS)
    assert found["source_money_targets"] == {f"{t}.test": 2 for t in "abc"} | {f"{t}.test": 3 for t in "def"}
    assert found["source_commercial_share"] == {f"{t}.test": 0.4 for t in "abc"} | {
        f"{t}.test": 0.6 for t in "def"
    }
    assert found["source_sells_once"] == found["source_commercial_share"]
    assert found["source_names_its_targets"] == {f"{t}.test": 0.4 for t in "abcf"} | {
        f"{t}.test": 0.2 for t in "de"
    }
    assert found["source_sells_openly"] == {f"{t}.test": 0 for t in "abcdef"}
    assert set(found["source_hidden_share"].values()) == {None}
    assert found["source_money_pages"] == {"s.test": None}


def test_unfollowed_and_hidden_links_sell_nothing_and_families_count_once() -> None:
    rows = [*(row | {"rel": "sponsored"} for row in ROWS[:3]), *ROWS[3:]]
    assert set(measured(rows)["source_money_targets"].values()) == {0}
    rows = [*(row | {"hidden": True} for row in ROWS[:3]), *ROWS[3:]]
    assert set(measured(rows)["source_money_targets"].values()) == {0}
    assert measured(ROWS, ("a.test", "b.test", "c.test"))["source_money_targets"]["f.test"] == 1
    found = measured(ROWS, ("s.test", "a.test"))["source_money_targets"]
    assert found == {"a.test": None, "b.test": 1, "c.test": 1, "d.test": 2, "e.test": 2, "f.test": 2}


def test_a_client_of_many_pages_or_in_the_footer_is_not_sold_once() -> None:
    rows = [
        out("a", "buy pills", "p1"),
        out("a", "buy pills", "p2"),
        out("b", "buy pills", placement="footer"),
    ]
    found = measured([*rows, out("c", "buy pills", placement="content"), *ROWS[3:]])["source_sells_once"]
    assert found == {f"{t}.test": 0.2 for t in "abdef"} | {"c.test": 0}


def test_offers_beside_followed_links() -> None:
    rows = [row | {"source_title": "Write for us"} for row in ROWS[:2]]
    rows.append(ROWS[2] | {"source_title": "Write for us", "rel": "sponsored"})
    found = measured([*rows, *ROWS[3:]])["source_sells_openly"]
    assert found == {"a.test": 0.2, "b.test": 0.2, "c.test": 0.4, "d.test": 0.4, "e.test": 0.4, "f.test": 0.4}


def test_share_of_hidden_links_among_the_others() -> None:
    rows = [row | {"hidden": i < 2} for i, row in enumerate(ROWS)]
    found = measured(rows)["source_hidden_share"]
    assert found == {"a.test": 0.2, "b.test": 0.2} | {f"{t}.test": 0.4 for t in "cdef"}


def test_pages_with_one_link_that_is_sold() -> None:
    external = {"a": 1, "b": 1, "c": 7, "d": 1, "e": 9, "f": None}
    rows = [row | {"source_external_links": n} for row, n in zip(ROWS, external.values(), strict=True)]
    assert measured(rows)["source_money_pages"] == {"s.test": 0.4}


def test_few_targets_have_no_shares() -> None:
    found = measured(ROWS[:4])
    assert set(found["source_commercial_share"].values()) == {None}
    assert found["source_money_targets"] == {"a.test": 2, "b.test": 2, "c.test": 2, "d.test": 3}
