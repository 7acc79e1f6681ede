"""Toxicity: shapes, caps, what counts together, neighbours, the rule of two, and settings that cannot be."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.errors import SettingsError
from backlit.settings import Judging, default
from backlit.signals.load import ground_of
from backlit.signals.signal import Measure
from backlit.verdicts.toxicity import FORMS, Model, enough_witnesses, factors, formed, toxicity

NAMES = ("anchor_repeated", "hidden", "sitewide", "qualified")


def rules(**changes: object) -> Judging:
    """Settings with a few shapes and no neighbours."""
    base = msgspec.structs.replace(
        default().judging,
        base=-2.0,
        source_neighbours=0.0,
        target_neighbours=0.0,
        calibration=((-30.0, -30.0), (30.0, 30.0)),
        signals={
            "anchor_repeated": (0.5, 1.0, 4.0),
            "hidden": (1.0, 2.0, 3.0),
            "qualified": (-0.5, -1.0, -1.5),
        },
        together={"anchor_repeated & sitewide": (1.0, 1.0, 2.0)},
    )
    return msgspec.structs.replace(base, **changes)


def own(*strengths: float, judging: Judging | None = None) -> float:
    """``z`` of one link, of strengths in the order of ``NAMES``."""
    return float(Model(judging or rules(), NAMES).own(np.array([strengths], np.float32))[0])


def test_a_link_of_which_nothing_is_known_has_the_base() -> None:
    assert own(0, 0, 0, 0) == -2
    assert own(*[float("nan")] * 4) == -2


def test_log_odds_are_straight_between_their_knots() -> None:
    assert own(1 / 6, 0, 0, 0) == pytest.approx(-1.75)
    assert own(2 / 3, 0, 0, 0) == pytest.approx(-1)
    assert own(0, 0, 0, 1) == pytest.approx(-3.5)


def test_a_family_adds_no_more_than_its_cap() -> None:
    assert default().judging.caps["anchors"] == 2.5
    assert own(1, 0, 0, 0) == pytest.approx(0.5)


def test_signals_together_are_the_product_of_their_strengths() -> None:
    assert own(1, 0, 1, 0) == pytest.approx(0.5 + 2)
    assert own(1, 0, float("nan"), 0) == pytest.approx(0.5)


def test_an_absence_counts_where_it_is_known() -> None:
    judging = rules(together={"anchor_repeated & no qualified": (1.0, 1.0, 2.0)})
    assert own(1, 0, 0, 0, judging=judging) == pytest.approx(0.5 + 2)
    assert own(1, 0, 0, 1, judging=judging) == pytest.approx(0.5 - 1.5)
    assert own(1, 0, 0, float("nan"), judging=judging) == pytest.approx(0.5)
    assert factors("a & no b & much c") == (("a", ""), ("b", "no"), ("c", "much"))
    x = np.array([0, 0.25, 0.5, 1], np.float32)
    assert {word: formed(x, word).tolist() for word in ("", *FORMS)} == {
        "": [0, 0.25, 0.5, 1],
        "no": [1, 0.75, 0.5, 0],
        "hardly": [1, 0.25, 0, 0],
        "some": [0, 0.75, 1, 1],
        "much": [0, 0, 0, 1],
    }
    with pytest.raises(SettingsError, match="'very b': before a signal stands nothing or one of no, hardly"):
        factors("a & very b")


def test_one_family_alone_is_no_witness_but_hiding_is() -> None:
    model = Model(rules(), NAMES)
    strengths = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]], np.float32)
    capped = np.clip(model.by_family(model.log_odds(strengths)), -model.caps, model.caps)
    assert enough_witnesses(model, capped).tolist() == [False, True, True, False]


def test_shapes_that_turn_evidence_round_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"'hidden' the log-odds \[1.0, 0.5, 2.0\]: it raises toxicity"):
        Model(rules(signals={"hidden": (1.0, 0.5, 2.0)}), NAMES)
    with pytest.raises(SettingsError, match=r"'qualified' .*: it lowers toxicity, so they must fall"):
        Model(rules(signals={"qualified": (0.5, 1.0, 2.0)}), NAMES)
    with pytest.raises(SettingsError, match="weigh a signal 'hiden', which there is not"):
        Model(rules(signals={"hiden": (1.0, 1.0, 2.0)}), NAMES)
    with pytest.raises(SettingsError, match="hidden raises toxicity, so its absence must not"):
        Model(rules(together={"anchor_repeated & hardly hidden": (1.0, 1.0, 2.0)}), NAMES)
    with pytest.raises(SettingsError, match="no cap for the family 'visibility'"):
        Model(rules(caps={"anchors": 1.0, "together": 1.0, "rel": 1.0}), NAMES)


@given(
    st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4),
    st.integers(0, 3),
    st.floats(0, 1, width=32),
)
def test_more_of_a_signal_never_moves_against_its_sign(before: list[float], which: int, more: float) -> None:
    after = list(before)
    after[which] = max(after[which], more)
    sign = -1 if NAMES[which] == "qualified" else 1
    assert sign * (own(*after) - own(*before)) >= -1e-5


LINKS = [
    {"source_url": f"https://{source}.test/", "target_url": f"https://{target}.example/", "anchor": "x"}
    for source, target in (("a", "t"), ("b", "t"), ("c", "t"), ("a", "u"))
]


def measured(values: list[float]) -> dict[str, Measure]:
    return {"anchor_repeated": Measure("link", np.array(values, np.float32))}


def test_neighbours_add_by_how_many_of_the_other_pairs_look_bad() -> None:
    ground = ground_of(LINKS)
    names = [
        (ground.sites.name[int(s)].as_py(), ground.sites.name[int(t)].as_py())
        for s, t in zip(ground.links.source, ground.links.target, strict=True)
    ]
    assert names == [
        (f"{s}.test", f"{t}.example") for s, t in (("a", "t"), ("b", "t"), ("c", "t"), ("a", "u"))
    ]
    # Full strength of a.test only: 2.5 above base (the cap of its family).
    judging = rules(
        source_neighbours=0.5, target_neighbours=0.2,
        neighbours_cap=9, neighbours_usual=0.1, neighbours_prior=2.0, neighbours_top=0.5,
    )  # fmt: skip
    found = toxicity(ground, measured([2.5, 0, 0, 0]), judging)
    assert found.own.tolist() == pytest.approx([0.5, -2, -2, -2])
    good, bad = 1 / (1 + math.exp(2)), 1 / (1 + math.exp(-0.5))

    def share(*others: float) -> float:
        return math.log((sum(others) + 0.2) / (len(others) + 2) / 0.1)

    assert found.source_neighbours.tolist() == pytest.approx([0.5 * share(good), 0, 0, 0.5 * share(bad)])
    assert found.target_neighbours.tolist() == pytest.approx(
        [0.2 * share(good, good), 0.2 * share(bad, good), 0.2 * share(bad, good), 0]
    )
    top = toxicity(ground, measured([2.5, 0, 0, 0]), msgspec.structs.replace(judging, neighbours_top=0.2))
    assert top.source_neighbours[3] == pytest.approx(0.5 * math.log(2))


def test_the_rule_of_two_holds_a_score_below_toxic_and_keeps_the_order() -> None:
    judging = rules(
        caps=default().judging.caps | {"anchors": 9.0}, signals={"anchor_repeated": (3.0, 5.0, 9.0)}
    )
    found = toxicity(ground_of(LINKS), measured([2.5, 1.8, 0, 0]), judging)
    assert found.held_back.tolist() == [True, True, False, False]
    assert 59.7 < found.score[1] < found.score[0] < 60
