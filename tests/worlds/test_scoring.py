"""The figures that tell how well scores tell links of schemes from honest ones."""

from __future__ import annotations

import numpy as np
import pytest

from backlit.worlds.judged import Truth, cases
from backlit.worlds.scoring import report

SCORE = np.array([90.0, 70.0, 65.0, 40.0, 20.0, 10.0])
TOXIC = np.array([True, False, True, False, False, True])
KIND = np.array(["farm", "viral", "farm", "", "viral", "exchange"])
CAMPAIGN = np.array(["farm-1", "", "farm-2", "", "", "exchange-1"])


def test_a_report_of_six_cases() -> None:
    found = report(SCORE, TOXIC, KIND, CAMPAIGN)
    assert (found.cases, found.toxic, found.hard) == (6, 3, 2)
    # Of nine couples 3 + 2 + 0 are in order; against the look-alikes 2 + 1 + 0 of six.
    assert found.auc == pytest.approx(5 / 9)
    assert found.auc_hard == pytest.approx(3 / 6)
    assert found.average_precision == pytest.approx((1 + 2 / 3 + 3 / 6) / 3)
    # No honest case may pass: the cut lies at 70.
    assert found.recall == pytest.approx(1 / 3)
    assert found.recall_of == {"exchange": 0, "farm": 0.5}
    assert found.worst_campaign == ("exchange: exchange-1", 0)
    assert (found.honest_flagged, found.recall_at_toxic) == pytest.approx((1 / 3, 2 / 3))
    assert found.flagged_of == {"viral": 0.5}
    assert found.precision_at_toxic == pytest.approx(2 / 3)
    assert found.brier == pytest.approx((0.01 + 0.49 + 0.1225 + 0.16 + 0.04 + 0.81) / 6)
    assert found.reliability[0] == pytest.approx((0.1, 0.2, 1, 0.1, 1.0))


def test_a_report_without_toxic_cases_has_no_shares_of_them() -> None:
    none = np.zeros(6, np.bool_)
    found = report(SCORE, none, KIND, CAMPAIGN)
    assert (found.auc, found.average_precision, found.recall, found.precision_at_toxic) == (None,) * 4


def test_a_pair_has_the_score_of_its_worst_link_and_the_truth_of_its_toxic_one() -> None:
    truth = Truth(
        np.array([False, True, False, False]),
        np.array(["viral", "farm", "", "badge"]),
        np.array(["", "farm-1", "", ""]),
    )
    pair = np.array([0, 0, 1, 1], np.int32)
    found = cases(pair, np.array([0, 2]), truth, np.array([80.0, 20.0, 5.0, 7.0]))
    assert found.score.tolist() == [80, 7]
    assert found.toxic.tolist() == [True, False]
    assert (found.kind.tolist(), found.campaign.tolist()) == (["farm", "badge"], ["farm-1", ""])
