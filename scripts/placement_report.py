"""Score the placement rules against the hand labels, and show what the rules half gets wrong.

The labels (``tests/data/placement-labels.csv``) come in two halves. Whoever writes rules may look
at the links of the *rules* half, which this report lists; of the *gate* half it prints scores only,
so that the gate stays a judge that no rule was fitted to.

Use: ``python scripts/placement_report.py [--data FOLDER] [--store]``. ``--store`` writes the scores
to ``tests/data/placement-baseline.json``, below which the gate test will not let the rules fall.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecordType

from backlit.extract.html import extract_html
from backlit.records import EXTRACTED_LINK, PLACEMENTS

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "tests" / "data" / "placement-labels.csv"
BASELINE = ROOT / "tests" / "data" / "placement-baseline.json"
HALVES = ("rules", "gate")
MISSING = "missing"  # The extractor gave no link at the labelled position.

_POSITION, _PLACEMENT, _RULE = map(
    EXTRACTED_LINK.get_field_index, ("position", "placement", "placement_rule")
)


class Judged(NamedTuple):
    """One labelled link and what the extractor said of it."""

    url: str
    position: int
    label: str
    half: str
    got: str
    rule: str


class ClassScore(NamedTuple):
    """How well one placement is found."""

    precision: float
    recall: float
    f1: float
    links: int


class Score(NamedTuple):
    """How well the rules do on one half."""

    macro_f1: float
    accuracy: float
    classes: dict[str, ClassScore]
    confusion: dict[tuple[str, str], int]  # (label, got) -> links


def judge(shared_data: Path) -> list[Judged]:
    """Run the extractor over every labelled page and pair its answers with the labels."""
    wanted: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    with LABELS.open(newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            wanted[row["file"]][row["url"]].append(row)
    judged: list[Judged] = []
    for name, pages in sorted(wanted.items()):
        for url, body in _pages(shared_data / "pages" / f"{name}.warc.gz", pages):
            said = {link[_POSITION]: link for link in extract_html(body, url).links}
            for row in pages.pop(url):
                position = int(row["position"])
                link = said.get(position)
                got = (link[_PLACEMENT] or MISSING) if link else MISSING
                rule = (link[_RULE] or "") if link else ""
                judged.append(Judged(url, position, row["label"], row["half"], got, rule))
        if pages:
            raise LookupError(f"{len(pages)} labelled pages are not in {name}.warc.gz, e.g. {min(pages)}")
    return sorted(judged)


def _pages(archive: Path, urls: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Give address and body of those pages of an archive that carry labels."""
    wanted = set(urls)
    with archive.open("rb") as handle:
        for record in ArchiveIterator(handle, record_types=WarcRecordType.response, parse_http=True):
            url = record.headers["WARC-Target-URI"]
            if url in wanted:
                yield url, record.reader.read()


def score(judged: Iterable[Judged]) -> Score:
    """Count precision, recall and F1 of each placement; the macro F1 weighs all seven alike."""
    confusion = Counter((item.label, item.got) for item in judged)
    classes = {}
    for placement in PLACEMENTS:
        right = confusion[placement, placement]
        labelled = sum(count for (label, _), count in confusion.items() if label == placement)
        called = sum(count for (_, got), count in confusion.items() if got == placement)
        precision = right / called if called else 0.0
        recall = right / labelled if labelled else 0.0
        f1 = 2 * right / (labelled + called) if labelled + called else 0.0
        classes[placement] = ClassScore(precision, recall, f1, labelled)
    total = sum(confusion.values())
    right = sum(count for (label, got), count in confusion.items() if label == got)
    macro = sum(of.f1 for of in classes.values()) / len(classes)
    return Score(macro, right / total if total else 0.0, classes, dict(confusion))


def table(result: Score) -> str:
    """Draw the scores of each placement and the confusion between them."""
    columns = [*PLACEMENTS, MISSING] if any(got == MISSING for _, got in result.confusion) else PLACEMENTS
    lines = ["label      links  prec   rec    F1  |  got: " + " ".join(f"{name:>7}" for name in columns)]
    for name, of in result.classes.items():
        row = " ".join(f"{result.confusion.get((name, got), 0):>7}" for got in columns)
        lines.append(
            f"{name:<10} {of.links:>5} {of.precision:>5.3f} {of.recall:>5.3f} {of.f1:>5.3f}  |       {row}"
        )
    lines.append(f"macro F1 {result.macro_f1:.4f}, accuracy {result.accuracy:.4f}")
    return "\n".join(lines)


def as_json(scores: dict[str, Score]) -> str:
    """Write scores as the baseline file keeps them: figures only, rounded to four places."""
    kept = {
        half: {
            "macro_f1": round(of.macro_f1, 4),
            "accuracy": round(of.accuracy, 4),
            "f1": {name: round(one.f1, 4) for name, one in of.classes.items()},
        }
        for half, of in scores.items()
    }
    return json.dumps(kept, indent=2) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the placement rules against the hand labels.")
    default = Path(os.environ.get("BACKLIT_SHARED_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default, help="the folder of real data")
    parser.add_argument(
        "--store", action="store_true", help="make these scores the baseline of the gate test"
    )
    options = parser.parse_args()
    judged = judge(options.data)
    scores = {half: score(item for item in judged if item.half == half) for half in HALVES}
    for half in HALVES:
        print(f"\n== {half} half ==\n{table(scores[half])}")
    print("\n== misses of the rules half: label, got, rule, position, address ==")
    misses = [item for item in judged if item.half == "rules" and item.got != item.label]
    for item in sorted(misses, key=lambda miss: (miss.label, miss.got, miss.rule, miss.url)):
        print(f"{item.label:<8} {item.got:<8} {item.rule:<28} {item.position:>5} {item.url}")
    if options.store:
        BASELINE.write_text(as_json(scores), encoding="utf-8")
        print(f"\nStored in {BASELINE.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
