"""Evidence adds up to the score, point by point, and says where to look."""

from __future__ import annotations

import numpy as np
import pytest

from backlit.signals.table import signals
from backlit.verdicts.judge import Judge

KEYS = {"id", "family", "clause", "sentence", "value", "usual", "points", "log_odds", "where"}


def test_the_points_of_every_link_add_up_to_its_scores(judge: Judge) -> None:
    rows = np.arange(len(judge.ground.links))
    found = judge.verdicts(rows)
    for begin in range(0, len(rows), 5000):
        part = rows[begin : begin + 5000]
        some = judge.verdicts(part)
        items, terms = judge.evidence(part, some), judge.quality_terms(some)
        for i, row in enumerate(part.tolist()):
            score = round(float(found.toxicity.score[row]), 1)
            assert sum(item["points"] for item in items[i]) == pytest.approx(score, abs=0.02)
            quality = float(found.quality.score[row])
            if not np.isnan(quality):
                assert sum(t["points"] for t in terms[i] if t["points"] is not None) == pytest.approx(
                    quality, abs=0.05
                )


def test_items_carry_all_that_a_reader_needs(judge: Judge) -> None:
    worst = np.argsort(-judge.toxicity.score, kind="stable")[:50]
    for items in judge.evidence(worst, judge.verdicts(worst)):
        assert items[0]["id"] == "base"
        assert len(items) > 2
        for item in items:
            assert set(item) == KEYS
            assert item["sentence"].endswith((".", ").", "”."))
            assert "{" not in item["sentence"]
            if item["family"] not in ("base", "neighbours", "rule") and not item["id"].startswith("cap_"):
                assert item["where"]["rows"] >= 1
            if item["id"] in signals():
                assert item["value"] is not None


def test_the_same_links_have_the_same_evidence_alone_and_among_others(judge: Judge) -> None:
    rows = np.argsort(-judge.toxicity.score, kind="stable")[:20]
    together = judge.evidence(rows, judge.verdicts(rows))
    for i in (0, 7, 19):
        one = rows[i : i + 1]
        assert judge.evidence(one, judge.verdicts(one))[0] == together[i]
