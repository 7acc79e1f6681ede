"""The progress view: bars that move on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io

from rich.console import Console
from rich.progress import Progress

from backlit.cli.progress import Bars, Lines, Step, progress_view, stages


def events():
    yield Step("/in/a.warc.gz", "warc", "waiting", 0, 100)
    yield Step("/in/a.warc.gz", "warc", "reading", 50, 100, 10, 200)
    yield Step("/in/b\x1b.csv", "links", "reading", 30, 60, 0, 90)
    yield Step("/in/a.warc.gz", "warc", "read", 100, 100, 20, 400, 3)
    yield Step("/in/b\x1b.csv", "links", "failed", 30, 60, 0, 90, 1)
    yield Step("", "links", "merging", 0, 4)
    yield Step("", "links", "merging", 4, 4)
    yield Step("", "authority", "merging", 0, 1)
    yield Step("", "done", "done", 1, 1, 20, 400)


def test_away_from_a_terminal_one_line_tells_each_end(capsys):
    with progress_view() as show:
        assert show.__self__.__class__ is Lines
        for event in events():
            show(event)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "read a.warc.gz (20 pages, 400 links, 3 problems)\n"
        "failed b\\x1b.csv (90 links, 1 problems)\n"
        "merging: links\n"
        "merging: authority\n"
    )


def test_bars_follow_the_events():
    progress = Progress(console=Console(file=io.StringIO(), width=100))
    seconds = iter(range(100))
    bars = Bars(progress, clock=lambda: float(next(seconds)))
    for event in events():
        bars.show(event)
    shown = [(t.description, t.completed, t.total, t.visible, t.fields["counts"]) for t in progress.tasks]
    assert shown == [
        ("all inputs", 130, 160, True, "490 links, 4 pages/s"),
        ("a.warc.gz", 100, 100, False, "20 pages, 400 links, 3 problems"),
        ("b\\x1b.csv", 30, 60, False, "90 links, 1 problems"),
        ("merging: links", 4, 4, False, ""),
        ("merging: authority", 0, 1, True, ""),
    ]


def test_work_without_inputs_tells_its_stages():
    seen = []
    stages(seen.append)("links", 1, 2)
    assert seen == [Step("", "links", "merging", 1, 2)]
