"""The one list of all signals, and their values for all links of an index."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

import numpy as np
import numpy.typing as npt

from backlit.settings import Settings
from backlit.signals.ground import Ground, Measures
from backlit.signals.signal import Measure, Signal

#: The modules with a family of signals each, in the order in which evidence is listed.
MODULES = (
    *("anchors", "networks", "lockstep", "duplicates", "exchange", "source", "target", "reputation"),
    *("placement", "visibility", "page", "paid", "velocity", "aged", "relevance", "rel", "organisation"),
)


@cache
def signals() -> dict[str, Signal]:
    """Every signal by its id."""
    found: dict[str, Signal] = {}
    for module in MODULES:
        for signal in import_module(f"backlit.signals.{module}").SIGNALS:
            if signal.id in found:
                raise ValueError(f"Two signals are called {signal.id}.")
            found[signal.id] = signal
    return found


def measure_all(
    ground: Ground, settings: Settings, progress: Callable[[str], None] | None = None
) -> dict[str, Measure]:
    """The values of all signals."""
    found: dict[str, Measure] = {}
    for module in MODULES:
        if progress is not None:
            progress(module)
        found |= import_module(f"backlit.signals.{module}").measure(ground, settings)
    return {name: found[name] for name in signals()}


def of_links(ground: Ground, measure: Measure, rows: slice | npt.NDArray[np.int64]) -> Measures:
    """A measure's value for each link of ``rows``, whatever its level."""
    links = ground.links
    match measure.level:
        case "link":
            return measure.value[rows]
        case "page":
            return measure.value[links.page[rows]]
        case "pair":
            return measure.value[links.pair[rows]]
        case "source":
            return measure.value[links.source[rows]]
        case "target":
            return measure.value[links.target[rows]]


def strengths(ground: Ground, measures: dict[str, Measure], rows: slice | npt.NDArray[np.int64]) -> Measures:
    """Strength (0-1, NaN unknown) of every signal for the links of ``rows``: one row a link, one column a signal."""
    table = signals()
    columns = [table[name].strength(of_links(ground, measure, rows)) for name, measure in measures.items()]
    return np.stack(columns, axis=1) if columns else np.zeros((0, 0), np.float32)
