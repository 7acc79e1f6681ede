"""Rows for grounds whose relations are looked at, and what was measured on them, by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.signals.ground import Ground, Ints, Small
from backlit.signals.signal import Measure
from backlit.text.anchors import CLASSES


def link(source: str, target: str, **more: Any) -> dict[str, Any]:
    """A row of links: ``s.test`` or ``s.test/page`` to a target."""
    return {"source_url": f"https://{source}", "target_url": f"https://{target}", **more}


def alone(ground: Ground) -> Ints:
    """Each site its own organisation."""
    return np.arange(len(ground.sites), dtype=np.int32)


def owned(ground: Ground, *families: tuple[str, ...]) -> Ints:
    """The sites of each family are one organisation."""
    names = ground.sites.name.to_pylist()
    owner = alone(ground)
    for family in families:
        owner[[names.index(site) for site in family]] = names.index(family[0])
    return owner


def classed(ground: Ground, **of: str) -> Small:
    """Classes of anchors by their first word; -1 for other links."""
    texts = ground.texts.to_pylist()
    return np.array(
        [
            CLASSES.index(of[texts[i].split()[0]]) if i >= 0 and texts[i].split()[0] in of else -1
            for i in ground.links.anchor
        ],
        np.int8,
    )


def unheard(ground: Ground) -> Small:
    """No anchor is known."""
    return np.full(len(ground.links), -1, np.int8)


def told(ground: Ground, measure: Measure, digits: int = 2) -> dict[str, float | None]:
    """The values by name: ``s.test t.test`` a pair, ``s.test`` a site, ``s.test/page`` a page or a link's page."""
    sites = ground.sites.name.to_pylist()
    texts = ground.texts.to_pylist()
    pages, pairs = ground.pages, ground.pairs
    page = [sites[s] + texts[p] for s, p in zip(pages.site.tolist(), pages.path.tolist(), strict=True)]
    names = {
        "pair": [
            f"{sites[s]} {sites[t]}"
            for s, t in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)
        ],
        "link": [page[p] for p in ground.links.page.tolist()],
        "page": page,
        "source": sites,
        "target": sites,
    }[measure.level]
    assert len(names) == len(measure.value)
    assert measure.value.dtype == np.float32
    return {
        name: None if v != v else round(v, digits)
        for name, v in zip(names, measure.value.tolist(), strict=True)
    }
