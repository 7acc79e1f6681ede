"""The progress of a long job on standard error: live bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from backlit.cli.cells import for_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_ENDED = ("read", "skipped", "failed")


class Event(Protocol):
    """One step of one input, or of the index itself when ``file`` is empty."""

    @property
    def file(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def bytes_done(self) -> int: ...
    @property
    def bytes_total(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def links(self) -> int: ...
    @property
    def problems(self) -> int: ...


class Step(NamedTuple):
    """One step of work on the index itself."""

    file: str
    kind: str
    state: str
    bytes_done: int
    bytes_total: int
    pages: int = 0
    links: int = 0
    problems: int = 0


def stages(show: Callable[[Event], None]) -> Callable[[str, int, int], None]:
    """A callback for work that only tells stage, steps done and steps in all."""
    return lambda stage, done, total: show(Step("", stage, "merging", done, total))


@contextmanager
def progress_view() -> Iterator[Callable[[Event], None]]:
    """A callback that shows events as they come, fitting to where standard error goes."""
    if not sys.stderr.isatty():
        yield Lines().show
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %", markup=False),
        TextColumn("{task.fields[counts]}", markup=False),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True, highlight=False, emoji=False),
        transient=True,
    ) as progress:
        yield Bars(progress).show


class Bars:
    """A bar for each input being read, one for all of them, and one for the merge."""

    def __init__(self, progress: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        self.progress = progress
        self.clock = clock
        self.began = clock()
        self.tasks: dict[str, TaskID] = {}
        self.latest: dict[str, Event] = {}
        self.whole = progress.add_task("all inputs", total=None, counts="")

    def show(self, event: Event) -> None:
        """Move the bar of the event's input, and the bar of all."""
        if event.state == "done":
            return
        key = event.file or f"merging: {event.kind}"
        if key not in self.tasks:
            self.tasks[key] = self.progress.add_task(_name(event), total=None, counts="")
        task = self.tasks[key]
        self.progress.update(
            task, completed=event.bytes_done, total=event.bytes_total or None, counts=_counts(event)
        )
        if event.file:
            self.latest[event.file] = event
            self._show_whole()
        if event.state in _ENDED or (not event.file and event.bytes_done >= event.bytes_total):
            self.progress.update(task, visible=False)

    def _show_whole(self) -> None:
        events = self.latest.values()
        seconds = max(self.clock() - self.began, 1e-3)
        pages, links = sum(e.pages for e in events), sum(e.links for e in events)
        rate = f"{pages / seconds:,.0f} pages/s" if pages else f"{links / seconds:,.0f} links/s"
        self.progress.update(
            self.whole,
            completed=sum(e.bytes_done for e in events),
            total=sum(e.bytes_total for e in events) or None,
            counts=f"{links:,} links, {rate}",
        )


class Lines:
    """One line when an input is finished, and one for each stage of the merge: fit for a log."""

    def __init__(self) -> None:
        self.stages: set[str] = set()

    def show(self, event: Event) -> None:
        """Write the line of an event that ends something."""
        if event.file and event.state in _ENDED:
            counts = _counts(event)
            sys.stderr.write(f"{event.state} {_name(event)}{f' ({counts})' if counts else ''}\n")
        elif not event.file and event.state == "merging" and event.kind not in self.stages:
            self.stages.add(event.kind)
            sys.stderr.write(f"merging: {for_terminal(event.kind)}\n")
        sys.stderr.flush()


class Transfer(Protocol):
    """How far a download is, over all its files."""

    @property
    def bytes_done(self) -> int: ...
    @property
    def bytes_total(self) -> int: ...
    @property
    def rate(self) -> float: ...
    @property
    def seconds_left(self) -> float | None: ...


@contextmanager
def transfer_view() -> Iterator[Callable[[Transfer], None]]:
    """A callback that shows size, rate and time left: one line on a terminal, one each tenth elsewhere."""
    live = sys.stderr.isatty()
    shown = -1

    def show(transfer: Transfer) -> None:
        nonlocal shown
        tenth = transfer.bytes_done * 10 // max(transfer.bytes_total, 1)
        if live:
            ended = transfer.bytes_done >= transfer.bytes_total
            sys.stderr.write(f"\r{told_transfer(transfer)}\x1b[K{chr(10) if ended else ''}")
        elif tenth != shown:
            sys.stderr.write(f"{told_transfer(transfer)}\n")
        shown = tenth
        sys.stderr.flush()

    yield show


def told_transfer(transfer: Transfer) -> str:
    """``1.2 of 16.1 GB, 35.0 MB/s, 7:06 left``."""
    done, total = transfer.bytes_done / 1e9, transfer.bytes_total / 1e9
    left = "" if transfer.seconds_left is None else f", {clock(transfer.seconds_left)} left"
    return f"{done:,.2f} of {total:,.2f} GB, {transfer.rate / 1e6:,.1f} MB/s{left}"


def clock(seconds: float) -> str:
    """``1:02:03`` or ``2:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _name(event: Event) -> str:
    return for_terminal(Path(event.file).name) if event.file else f"merging: {for_terminal(event.kind)}"


def _counts(event: Event) -> str:
    if not event.file or event.kind == "download":
        return ""
    if event.kind == "web graph":
        return f"{event.links:,} lines" if event.links else ""
    parts = [f"{event.pages:,} pages"] if event.pages else []
    parts.append(f"{event.links:,} links")
    if event.problems:
        parts.append(f"{event.problems:,} problems")
    return ", ".join(parts)
