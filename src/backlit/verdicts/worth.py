"""The terms of a link's quality as items, which add up to it: what each gave, and what the gate took.

An item has ``id, sentence, points, most``; ``points`` are null where the term is unknown. As JSON, like evidence.
"""

from __future__ import annotations

import msgspec
import numpy as np

from backlit.settings import Settings
from backlit.verdicts.quality import COUNTS, TERMS, Qualities

#: Points below this are not worth an item.
_LEAST = 0.005

_SENTENCES = {
    "authority": "Authority of the source's domain.",
    "relevance": "How near the page and its site are to the target's topic.",
    "editorial": "Where it stands on the page, and whether it stands on every page.",
    "trust": "How much of the source's standing comes from trusted sites.",
    "dilution": "How few other links leave the page.",
    "anchor": "How natural the text is.",
    "page": "Whether the page is alive, indexable and has something to say.",
}


def quality_texts(found: Qualities, settings: Settings) -> list[str]:
    """The terms of the quality of each link of ``found``, as JSON."""
    known, unknown = [], []
    for name in TERMS:
        most = msgspec.json.encode(float(getattr(settings.quality, name))).decode()
        known.append((f'{{"id":"{name}","sentence":"{_SENTENCES[name]}","points":', f',"most":{most}}}'))
        unknown.append(
            f'{{"id":"{name}","sentence":"{_SENTENCES[name][:-1]}: unknown.","points":null,"most":{most}}}'
        )
    gates = [f'{{"id":"gate","sentence":"Held down: {reason}.","points":' for reason in COUNTS]
    points = found.points.astype(np.float64)
    score = found.score.astype(np.float64)
    lost = np.round(score - np.nansum(points, axis=1), 2)
    gated = (np.abs(lost) >= _LEAST).tolist()
    rows = np.round(points, 2).tolist()
    out = []
    for row, gate, away, counts in zip(rows, gated, lost.tolist(), found.counts.tolist(), strict=True):
        texts = [
            f"{begin}{value}{end}" if value == value else nothing
            for value, (begin, end), nothing in zip(row, known, unknown, strict=True)
        ]
        if gate:
            texts.append(f'{gates[counts]}{away},"most":null}}')
        out.append(f"[{','.join(texts)}]")
    return out
