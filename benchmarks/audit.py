"""Measure audits: of every link of an index, and of one target with very many links.

    python benchmarks/audit.py FOLDER [--rows 10000000] [--profile 1000000]

Makes links as ``benchmarks/generate_links.py`` does, adds them to an index, and times ``backlit audit --all --out
FILE.csv`` as a process of its own, with the memory it takes at the peak. For the second figure the same sources
link to pages of one target. Files that stand in FOLDER are used again. Wall seconds and those of the processor are
both given: on a shared machine only the second can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from generate_links import generate

BACKLIT = [sys.executable, "-m", "backlit"]
#: What an audit may take: seconds, and bytes at the peak where there is a limit.
CLAIMS = {"all": (1200.0, None), "profile": (60.0, 4 << 30)}
_COLUMNS = ("source_url", "anchor", "rel", "placement", "hidden", "first_seen", "last_seen", "position")


def one_target(paths: list[Path], folder: Path) -> list[Path]:
    """The same links, to pages of one target."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for path in paths:
        out = folder / path.name
        made.append(out)
        if out.exists():
            continue
        table = pq.read_table(path, columns=[*_COLUMNS, "target_url"])
        page = pc.replace_substring_regex(
            table["target_url"], r"^https://[^/]*", "https://www.audited.example"
        )
        table = table.drop_columns(["target_url"]).append_column("target_url", page)
        temporary = out.with_suffix(".tmp")
        pq.write_table(table, temporary)
        temporary.replace(out)
    return made


def indexed(index: Path, paths: list[Path]) -> None:
    """An index of these tables, unless it stands."""
    if not index.exists():
        subprocess.run(
            [*BACKLIT, "--index", str(index), "add", *map(str, paths)], check=True, capture_output=True
        )


def measured(arguments: list[str]) -> dict[str, float]:
    """Wall and processor seconds of a process, and its memory at the peak."""
    begin = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} failed with status {status}.")
    return {
        "seconds": round(time.monotonic() - begin, 1),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_bytes": usage.ru_maxrss * 1024,
    }


def audited(name: str, index: Path, asked: list[str], out: Path) -> dict[str, object]:
    """One audit into a file, beside what is claimed of it."""
    found = measured([*BACKLIT, "--index", str(index), "audit", *asked, "--out", str(out)])
    with open(out, "rb") as handle:
        rows = sum(1 for _ in handle) - 1
    seconds, memory = CLAIMS[name]
    held = found["seconds"] <= seconds and (memory is None or found["peak_bytes"] <= memory)
    per_link = round(1e6 * found["processor_seconds"] / max(rows, 1), 1)
    return {"audit": name, "links": rows, **found, "processor_us_a_link": per_link, "claim_holds": held}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--rows", type=int, default=10_000_000, help="links of the whole index; 0: not measured"
    )
    parser.add_argument(
        "--profile", type=int, default=1_000_000, help="links to the one target; 0: not measured"
    )
    options = parser.parse_args()
    folder: Path = options.folder
    if options.rows:
        paths = generate(folder / "tables", options.rows)
        indexed(folder / f"all-{options.rows}", paths)
        print(json.dumps(audited("all", folder / f"all-{options.rows}", ["--all"], folder / "all.csv")))
    if options.profile:
        paths = one_target(generate(folder / "tables", options.profile), folder / "one-target")
        index = folder / f"profile-{options.profile}"
        indexed(index, paths)
        print(json.dumps(audited("profile", index, ["audited.example"], folder / "profile.csv")))


if __name__ == "__main__":
    main()
