"""How well scores tell links of schemes from honest ones: the figures every change of a verdict reports.

A case is a pair of sites. ``score`` and ``toxic`` have one value a case; ``kind`` names the scheme or the honest
look-alike it belongs to ("" for honest ones that look like nothing else) and ``campaign`` the campaign.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One world's figures. Shares between 0 and 1; ``None`` where a class is empty."""

    cases: int
    toxic: int
    hard: int
    auc: float | None
    average_precision: float | None
    #: Against honest look-alikes only.
    auc_hard: float | None
    #: At the cut where one in a hundred honest cases is flagged.
    recall: float | None
    recall_of: dict[str, float]
    worst_campaign: tuple[str, float] | None
    #: Honest cases at or above ``toxic`` (the product's own threshold).
    honest_flagged: float | None
    flagged_of: dict[str, float]
    recall_at_toxic: float | None
    #: With as many honest as toxic cases.
    precision_at_toxic: float | None
    brier: float | None
    calibration_error: float | None
    #: From, to, cases, mean score (as a probability), share toxic.
    reliability: list[tuple[float, float, int, float, float]]


def auc(score: npt.NDArray[Any], toxic: Flags) -> float | None:
    """Chance that a toxic case scores higher than an honest one; ties count half (Mann & Whitney 1947)."""
    positive, negative = int(toxic.sum()), int((~toxic).sum())
    if not positive or not negative:
        return None
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    return float((rank[inverse][toxic].sum() - positive * (positive + 1) / 2) / (positive * negative))


def average_precision(score: npt.NDArray[Any], toxic: Flags) -> float | None:
    """Mean precision over the toxic cases in falling order of score; equal scores share one place."""
    if not toxic.any():
        return None
    levels, inverse, counts = np.unique(-score, return_inverse=True, return_counts=True)
    hits = np.bincount(inverse, weights=toxic, minlength=len(levels))
    precision = np.cumsum(hits) / np.cumsum(counts)
    return float((precision * hits).sum() / hits.sum())


def cut_at(score: npt.NDArray[Any], toxic: Flags, share: float = 0.01) -> float:
    """The least score above which at most ``share`` of the honest cases lie."""
    honest = np.sort(score[~toxic])[::-1]
    allowed = int(share * len(honest))
    return float(honest[min(allowed, len(honest) - 1)]) if len(honest) else -np.inf


def recall(score: npt.NDArray[Any], toxic: Flags, share: float = 0.01) -> float | None:
    """The share of toxic cases above the cut that this share of the honest ones passes."""
    return _mean(score[toxic] > cut_at(score, toxic, share))


def report(
    score: Doubles,
    toxic: Flags,
    kind: npt.NDArray[np.str_],
    campaign: npt.NDArray[np.str_],
    *,
    threshold: float = 60,
    share: float = 0.01,
) -> Report:
    """All figures of one world; ``score`` is 0-100."""
    hard = ~toxic & (kind != "")
    cut = cut_at(score, toxic, share)
    caught, flagged = score > cut, score >= threshold
    by_campaign = {
        f"{kind[toxic & (campaign == name)][0]}: {name}": float(caught[toxic & (campaign == name)].mean())
        for name in np.unique(campaign[toxic]).tolist()
        if name
    }
    found, honest = _mean(flagged[toxic]), _mean(flagged[~toxic])
    both = (found or 0) + (honest or 0)
    precision = None if found is None or honest is None or not both else found / both
    probability = score / 100
    bins = np.minimum((probability * 10).astype(int), 9)
    table = [
        (
            b / 10,
            (b + 1) / 10,
            int(inside.sum()),
            float(probability[inside].mean()),
            float(toxic[inside].mean()),
        )
        for b in range(10)
        if (inside := bins == b).any()
    ]
    cases = len(score)
    return Report(
        cases=cases,
        toxic=int(toxic.sum()),
        hard=int(hard.sum()),
        auc=auc(score, toxic),
        average_precision=average_precision(score, toxic),
        auc_hard=auc(score[toxic | hard], toxic[toxic | hard]),
        recall=recall(score, toxic, share),
        recall_of={k: float(caught[toxic & (kind == k)].mean()) for k in np.unique(kind[toxic]).tolist()},
        worst_campaign=min(by_campaign.items(), key=lambda item: item[1]) if by_campaign else None,
        honest_flagged=honest,
        flagged_of={k: float(flagged[hard & (kind == k)].mean()) for k in np.unique(kind[hard]).tolist()},
        recall_at_toxic=found,
        precision_at_toxic=precision,
        brier=_mean((probability - toxic) ** 2),
        calibration_error=sum(n * abs(mean - real) for _, _, n, mean, real in table) / cases
        if cases
        else None,
        reliability=table,
    )


def _mean(values: npt.NDArray[Any]) -> float | None:
    return float(values.mean()) if len(values) else None
