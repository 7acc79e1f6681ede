"""Load on `backlit serve`: 64 connections, an open loop, while `add` publishes new generations.

    python benchmarks/serve.py INDEX [--seconds 300] [--rate 25] [--connections 64] [--add-every 30] [--saturate]

INDEX is copied (by hard links where it can be), so that what is added stays out of it. Requests are a mix of summaries,
lists of links, domains and anchors through both APIs, for targets that the index has many links to (``medium``: 1,000
to 20,000) and few (``small``: 10 to 500). Requests are sent at fixed times whether or not earlier ones were answered;
the time of a request counts from when it was due, so that waiting for a free connection is in it. Each answer is read
whole and held against itself: its status, the number of its rows, and that the answers of one generation to one
question are equal. Prints percentiles in milliseconds by kind, every fault, and the server's memory over time.
``--saturate`` raises the rate by half as long as at least 95 % of the requests sent are answered within a second.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np

from backlit.index import Index

BACKLIT = [sys.executable, "-m", "backlit"]
HEADERS = {"content-type": "application/json"}


class Ask(NamedTuple):
    """A request: its kind, and how it is sent."""

    kind: str
    method: str
    path: str
    body: bytes | None


class Answer(NamedTuple):
    """When it was due, what it took from then, and what was wrong with it."""

    kind: str
    due: float
    seconds: float
    fault: str | None


def targets(index: Path, low: int, high: int, number: int) -> list[str]:
    """Some targets with ``low`` to ``high`` live links."""
    with Index.open(index).reader() as reader:
        rows = reader.query(
            f"SELECT target_domain FROM {reader.table_sql('totals')} WHERE links BETWEEN ? AND ? "
            "ORDER BY hash(target_domain) LIMIT ?",
            [low, high, number],
        )
    return [str(name) for name in rows["target_domain"].to_pylist()]


def asks(size: str, names: list[str]) -> list[Ask]:
    """The questions about targets of one size."""
    made = []
    for name in names:
        for path, more in (
            ("summary", {}),
            ("backlinks", {"limit": 50}),
            ("referring_domains", {"limit": 50}),
            ("anchors", {"limit": 50}),
            ("bulk_ranks", None),
        ):
            task = {"targets": [name]} if more is None else {"target": name, **more}
            body = json.dumps([task]).encode()
            made.append(Ask(f"{size} {path}", "POST", f"/v3/backlinks/{path}/live", body))
        for path in ("profile", "links", "domains", "anchors", "history"):
            query = urlencode({"target": name} | ({} if path in ("profile", "history") else {"limit": 50}))
            made.append(Ask(f"{size} api {path}", "GET", f"/api/v1/{path}?{query}", None))
    return made


def fault_of(ask: Ask, status: int, raw: bytes, seen: dict[tuple[str, int], bytes]) -> str | None:
    """What is wrong with an answer, or None."""
    if status != 200:
        return f"{ask.kind}: status {status}: {raw[:200]!r}"
    try:
        answer: Any = json.loads(raw)
    except ValueError:
        return f"{ask.kind}: no JSON: {raw[:80]!r}"
    if ask.method == "POST":
        task = answer["tasks"][0]
        if task["status_code"] != 20000:
            return f"{ask.kind}: {task['status_code']} {task['status_message']}"
        result = task["result"][0]
        items = result.get("items")
        if items is not None and "total_count" in result and len(items) != result["items_count"]:
            return f"{ask.kind}: {len(items)} items, {result['items_count']} said"
        return None
    rows, total = answer.get("data"), answer.get("total")
    if isinstance(rows, list) and total is not None and len(rows) > total:
        return f"{ask.kind}: {len(rows)} rows of {total}"
    generation = (answer.get("provenance") or {}).get("generation")
    if generation is not None:
        first = seen.setdefault((ask.path, generation), raw)
        if first != raw:
            return f"{ask.kind}: two answers of generation {generation} differ"
    return None


def run(port: int, mix: list[Ask], rate: float, seconds: float, connections: int, seed: int) -> list[Answer]:
    """Send requests at fixed times; the answers, in any order."""
    due: queue.Queue[tuple[float, Ask] | None] = queue.Queue()
    answers: list[Answer] = []
    seen: dict[tuple[str, int], bytes] = {}

    def work() -> None:
        line: http.client.HTTPConnection | None = None
        while (job := due.get()) is not None:
            at, ask = job
            try:
                if line is None:
                    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                line.request(ask.method, ask.path, ask.body, HEADERS if ask.body else {})
                response = line.getresponse()
                raw = response.read()
                fault = fault_of(ask, response.status, raw, seen)
            except (OSError, http.client.HTTPException) as error:
                fault, line = f"{ask.kind}: {type(error).__name__}: {error}", None
            answers.append(Answer(ask.kind, at, time.monotonic() - at, fault))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(connections)]
    for thread in threads:
        thread.start()
    chance = random.Random(seed)
    begin = time.monotonic()
    for number in range(int(rate * seconds)):
        at = begin + number / rate
        time.sleep(max(at - time.monotonic(), 0))
        due.put((at, chance.choice(mix)))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return answers


def memory(process: int) -> int:
    """Resident bytes of a process."""
    with open(f"/proc/{process}/statm", encoding="ascii") as handle:
        return int(handle.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def processor_seconds(process: int) -> float:
    """What a process has used of the processors, its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table_of(number: int, folder: Path, names: list[str]) -> Path:
    """A small table of new links to some of the targets."""
    path = folder / f"new-{number}.csv"
    rows = [
        f"https://new-{number}-{i}.example.net/page,https://{name}/,new words" for i, name in enumerate(names)
    ]
    path.write_text("source_url,target_url,anchor\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def start(index: Path, folder: Path) -> tuple[subprocess.Popen[bytes], int, float]:
    """A server on a port of its own choice: the process, the port, and seconds until it was ready."""
    begin = time.monotonic()
    with open(folder / "serve.log", "wb") as log:
        process = subprocess.Popen(
            [
                *(*BACKLIT, "--index", str(index), "serve", "--port", "0"),
                *("--access-log", str(folder / "access.log")),
            ],
            stdout=log,
            stderr=log,
        )
    while True:
        said = (folder / "serve.log").read_text("utf-8", "replace")
        at = said.find("http://127.0.0.1:")
        if at >= 0:
            digits = said[at + 17 :].split()[0].rstrip("/.,;—-")
            return process, int("".join(c for c in digits if c.isdigit())), time.monotonic() - begin
        if process.poll() is not None:
            raise SystemExit(f"The server ended: {said}")
        time.sleep(0.02)


def percentiles(answers: list[Answer]) -> str:
    values = np.array([a.seconds for a in answers]) * 1000
    return "  ".join(
        f"{name} {np.percentile(values, q):7.1f}" for name, q in (("p50", 50), ("p95", 95), ("p99", 99))
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--rate", type=float, default=25)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--add-every", type=float, default=30)
    parser.add_argument("--saturate", action="store_true")
    options = parser.parse_args()
    small, medium = targets(options.index, 10, 500, 40), targets(options.index, 1000, 20000, 40)
    mix = asks("small", small) + asks("medium", medium)
    with tempfile.TemporaryDirectory(dir=options.index.parent) as named:
        folder = Path(named)
        copy = folder / "index"
        shutil.copytree(options.index, copy, copy_function=os.link)
        for own in ("manifest.json", "writer.lock", "state.sqlite"):  # files that are written in place
            if (copy / own).exists():
                kept = (copy / own).read_bytes()
                (copy / own).unlink()
                (copy / own).write_bytes(kept)
        process, port, ready = start(copy, folder)
        print(f"ready after {ready:.2f} s; {len(small)} small and {len(medium)} medium targets", flush=True)
        over, held, added = threading.Event(), [memory(process.pid)], [0]

        def watch() -> None:
            while not over.wait(5):
                held.append(memory(process.pid))

        def publish() -> None:
            while not over.wait(options.add_every):
                added[0] += 1
                table = table_of(added[0], folder, medium[:10])
                subprocess.run(
                    [*BACKLIT, "--index", str(copy), "add", str(table)], check=True, capture_output=True
                )

        beside = [threading.Thread(target=f, daemon=True) for f in (watch, publish)]
        for thread in beside:
            thread.start()
        before = processor_seconds(process.pid)
        answers = run(port, mix, options.rate, options.seconds, options.connections, 1)
        spent = (processor_seconds(process.pid) - before) / len(answers)
        over.set()
        beside[1].join()
        faults = [a.fault for a in answers if a.fault]
        print(f"{len(answers):,} answers, {len(faults)} faults, {added[0]} generations published meanwhile")
        print(f"{1000 * spent:.0f} ms of processor an answer, generations made ready included")
        for fault in sorted(set(faults))[:10]:
            print("  ", fault)
        print(f"  {'all':28} {percentiles(answers)} ms")
        for kind in sorted({a.kind for a in answers}):
            print(f"  {kind:28} {percentiles([a for a in answers if a.kind == kind])} ms")
        begun = min(a.due for a in answers)
        windows: dict[int, list[Answer]] = {}
        for a in answers:
            windows.setdefault(int((a.due - begun) / options.seconds * 10), []).append(a)
        told = (f"{np.percentile([a.seconds for a in windows[at]], 95) * 1000:.0f}" for at in sorted(windows))
        print(f"  p95 in ms of each tenth of the time: {' '.join(told)}")
        marks = [held[int(i)] / 1e6 for i in np.linspace(0, len(held) - 1, min(7, len(held)))]
        print("memory, MB: " + " ".join(f"{m:.0f}" for m in marks) + f"; at most {max(held) / 1e6:.0f}")
        rate = options.rate
        while options.saturate:
            found = run(port, mix, rate, 20, options.connections, int(rate))
            good = np.mean([a.seconds < 1 and a.fault is None for a in found])
            print(
                f"at {rate:.0f} a second: {percentiles(found)} ms, {100 * good:.1f} % within a second",
                flush=True,
            )
            if good < 0.95:
                break
            rate *= 1.5
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()
