"""What the linkers of a target are like."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from backlit.settings import default
from backlit.signals import target
from backlit.signals.groups import peer_quantile
from backlit.signals.load import ground_of
from relation_grounds import alone, classed, link, owned, told

KINDS = {
    "buy": "exact commercial",
    "acme": "brand",
    "blue": "other",
    "www": "bare address",
    "part": "partial keyword",
}


def rules(**more: object):
    base = default()
    around = msgspec.structs.replace(base.relations.around, **more)
    return msgspec.structs.replace(base, relations=msgspec.structs.replace(base.relations, around=around))


def measured(rows, hosts=(), family=(), settings=None, **more):
    ground = ground_of(rows, (), hosts, **more)
    owner = owned(ground, family) if family else alone(ground)
    found = target.measures(ground, owner, classed(ground, **KINDS), settings or default())
    return {name: told(ground, m).get("t.test") for name, m in found.items()}


USED = (
    ("buy pills", ""),
    ("buy pills", ""),
    ("part of acme", ""),
    ("acme", "nofollow"),
    ("www", ""),
    ("blue", ""),
)
ROWS = [link(f"s{i}.test/p", "t.test/", anchor=anchor, rel=rel) for i, (anchor, rel) in enumerate(USED)]


def test_shares_of_linking_organisations() -> None:
    authority = {f"s{i}.test": value for i, value in enumerate((2.0, 2.0, 10.0, 20.0, 30.0))}
    found = measured(
        [*ROWS, ROWS[0] | {"source_url": "https://s0.test/q"}], authority=authority, trusted=["s4.test"]
    )
    assert found == {
        "target_weak_linkers": 0.4,
        "target_networked_linkers": None,
        "target_linkers_born_together": None,
        "target_commercial_anchors": None,  # there are no peers
        "target_few_anchors": None,
        "target_follow_share": None,
        "target_links_a_linker": 1.17,
        "target_few_linkers": 6,
        "target_trusted_linkers": 0.17,
        "target_named_by_linkers": 0.33,
    }


def test_a_family_is_one_linker() -> None:
    assert measured(ROWS, family=("s3.test", "s4.test"))["target_named_by_linkers"] == 0.2
    assert measured(ROWS, family=("s3.test", "s4.test", "t.test"))["target_named_by_linkers"] is None


def test_few_linkers_say_nothing() -> None:
    assert measured(ROWS[:4]) == {signal.id: None for signal in target.SIGNALS} | {"target_few_linkers": 4}


def test_linkers_in_networks() -> None:
    hosts = [{"host": f"s{i}.test", "adsense_id": f"ca-pub-{max(i, 2)}"} for i in range(6)]
    assert measured(ROWS, hosts)["target_networked_linkers"] == 0.5


def test_linkers_registered_together() -> None:
    def born(days: list[str], everywhere: list[str]) -> float | None:
        hosts = [{"host": f"s{i}.test", "registered": day} for i, day in enumerate(days)]
        hosts += [{"host": f"x{i}.test", "registered": day} for i, day in enumerate(everywhere)]
        others = [link(f"x{i}.test/p", f"y{i}.test/") for i in range(len(everywhere))]
        return measured(ROWS + others, hosts)["target_linkers_born_together"]

    apart = [f"20{i + 10}-01-01" for i in range(6)]
    together = ["2020-05-02", "2020-05-03", "2020-05-04", "2020-05-05", "2010-01-01", "2011-01-01"]
    assert born(apart, apart * 5) == 0
    assert born(together, apart * 5) == 3.77  # three others, 5 * 4 / 36 by chance
    assert born(together, ["2020-05-03"] * 30) == 0
    assert born(together[:4], apart) is None


def test_places_among_targets_with_as_many_linkers() -> None:
    rows = []
    for t in range(4):
        for s in range(5):
            anchor, rel = ("buy pills" if s < t else f"blue {s}"), ("nofollow" if s < t else "")
            rows.append(link(f"s{s}.test/p{t}", f"t{t}.test/", anchor=anchor, rel=rel))
    ground = ground_of([*rows, link("s9.test/p", "t9.test/", anchor="buy pills")])
    found = target.measures(ground, alone(ground), classed(ground, **KINDS), rules(least_peers=4))

    def places(name: str) -> list[float | None]:
        values = told(ground, found[name])
        return [values[f"t{t}.test"] for t in (0, 1, 2, 3, 9)]

    assert places("target_commercial_anchors") == [0, 0.33, 0.67, 1, None]
    assert places("target_follow_share") == [1, 0.67, 0.33, 0, None]
    # t0 and t1 have five different texts, t2 four, t3 three.
    assert places("target_few_anchors") == [0.17, 0.17, 0.67, 1, None]


def test_one_linker_more_moves_a_place_among_peers_a_little() -> None:
    rng = np.random.default_rng(3)
    size = rng.integers(5, 400, 3000)
    value = np.clip(rng.normal(np.log(size) / 6, 0.2), 0, 1).astype(np.float32)
    before = peer_quantile(value, size, 20)
    steps = []
    for row in range(0, 3000, 30):
        more = size.copy()
        more[row] += 1
        steps.append((abs(float(peer_quantile(value, more, 20)[row] - before[row])), int(size[row])))
    assert max(step for step, _ in steps) < 0.12
    assert max(step for step, of in steps if of >= 60) < 0.02


def test_places_lie_among_those_of_like_size() -> None:
    size = np.array([8] * 40 + [500] * 40)
    value = np.append(np.linspace(0, 0.5, 40), np.linspace(0.5, 1, 40)).astype(np.float32)
    found = peer_quantile(value, size, 20)
    assert found[[0, 39, 40, 79]].tolist() == pytest.approx([0, 1, 0, 1])
    assert np.isnan(peer_quantile(value, np.append(size[:-1], 100_000), 20)[-1])
    assert peer_quantile(np.full(30, 0.4, np.float32), np.full(30, 9), 20).tolist() == pytest.approx(
        [0.5] * 30
    )
    assert np.isnan(peer_quantile(value[:19], size[:19], 20)).all()
    assert len(peer_quantile(value[:0], size[:0], 20)) == 0
