"""Figures about the server itself, in the text format that Prometheus reads.

The format is a few lines to write, so no package is needed for it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#: Upper edges of the histogram of durations, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counts of requests; a line of it is a route's template, never an address that was asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, str, int], int] = {}
        self._durations: dict[str, list[float]] = {}
        self._turned_away: dict[str, int] = {}
        self._begun = time.time()
        self.in_flight = 0
        #: Requests whose work has not ended, those that were given up for their time among them.
        self.working = 0
        self.abandoned = 0

    def began(self) -> None:
        """A request began."""
        with self._lock:
            self.in_flight += 1

    def ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request ended."""
        with self._lock:
            self.in_flight -= 1
            key = (method, route, status)
            self._requests[key] = self._requests.get(key, 0) + 1
            counts = self._durations.setdefault(route, [0.0] * (len(BUCKETS) + 2))
            at = next((i for i, edge in enumerate(BUCKETS) if seconds <= edge), len(BUCKETS))
            counts[at] += 1
            counts[-1] += seconds

    def turned_away(self, why: str) -> None:
        """A request was refused for a limit."""
        with self._lock:
            self._turned_away[why] = self._turned_away.get(why, 0) + 1

    def page(self, gauges: Iterable[tuple[str, str, float | None]]) -> str:
        """All figures; ``gauges`` are (name, help, value) of what is known elsewhere, None for unknown."""
        with self._lock:
            requests = sorted(self._requests.items())
            durations = sorted((route, list(counts)) for route, counts in self._durations.items())
            turned_away = sorted(self._turned_away.items())
            in_flight, abandoned = self.in_flight, self.abandoned
        lines = _head("backlit_requests_total", "counter", "Requests answered.")
        lines += [
            f'backlit_requests_total{{method="{_label(method)}",route="{_label(route)}",status="{status}"}} {count}'
            for (method, route, status), count in requests
        ]
        name = "backlit_request_duration_seconds"
        lines += _head(name, "histogram", "Seconds from a request to the end of its answer.")
        for route, counts in durations:
            label, so_far = _label(route), 0.0
            for edge, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=False):
                so_far += count
                lines.append(f'{name}_bucket{{route="{label}",le="{edge}"}} {so_far:g}')
            lines.append(f'{name}_sum{{route="{label}"}} {counts[-1]:.6f}')
            lines.append(f'{name}_count{{route="{label}"}} {so_far:g}')
        lines += _head("backlit_requests_turned_away_total", "counter", "Requests refused for a limit.")
        lines += [
            f'backlit_requests_turned_away_total{{limit="{why}"}} {count}' for why, count in turned_away
        ]
        known: list[tuple[str, str, float | None]] = [
            ("backlit_requests_in_flight", "Requests being answered.", in_flight),
            (
                "backlit_requests_abandoned",
                "Requests over their time whose work has not ended yet.",
                abandoned,
            ),
            ("process_start_time_seconds", "When the process started, in seconds since 1970.", self._begun),
            ("process_resident_memory_bytes", "Memory of the process.", resident_bytes()),
            *gauges,
        ]
        for gauge, meaning, value in known:
            if value is not None:
                lines += [*_head(gauge, "gauge", meaning), f"{gauge} {value:.16g}"]
        return "\n".join(lines) + "\n"


def resident_bytes() -> float | None:
    """The memory of this process; None where it cannot be known."""
    try:
        with open("/proc/self/statm", "rb") as handle:
            return float(int(handle.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    except (OSError, ValueError, IndexError):
        return None


def cache_bytes(reader: object) -> float:
    """The memory that tables of links take which are kept with a reader between requests."""
    module = sys.modules.get("backlit.questions.backlinks.tables")
    if module is None or reader is None:
        return 0.0
    return float(module.kept(reader).bytes)


def _head(name: str, kind: str, meaning: str) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]


def _label(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
