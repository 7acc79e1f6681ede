"""Write docs/signals.md: every signal that verdicts rest on, from the table in the code.

scripts/make_signal_docs.py           writes the page
scripts/make_signal_docs.py --check   fails when the page is stale
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from backlit.settings import default
from backlit.signals.clauses import CLAUSES
from backlit.signals.signal import Signal
from backlit.signals.table import signals

PAGE = Path(__file__).resolve().parent.parent / "docs" / "signals.md"

HEAD = """# Signals

This page is written by `scripts/make_signal_docs.py`; a test fails when it is stale.

A signal is one thing that can be measured on a link, its page, the pair of sites, the source or the target. It has
a *value* in natural units and a *strength* from 0 to 1: none at the low edge, full at the high edge, evenly
between on the value or (log) on ln(1 + value). Unknown values have no strength: missing data never counts against a
link. What a strength is worth is fitted on generated worlds and stands in `settings/fitted.toml` as log-odds at a
third, two thirds and the whole ([verdicts.md](verdicts.md)); 0 means that the fit gave it no weight of its own.
Signals marked *factor* count only together with others. The sign says whether it can only raise (+) or only lower
(−) toxicity.

Clauses are those of Google's link-spam policy in the order of its list, and of neighbouring policies:

"""


def page() -> str:
    """The whole page."""
    fitted = default().judging
    text = HEAD + "\n".join(f"- **{name}** {meaning}" for name, meaning in CLAUSES.items()) + "\n"
    for family, members in groupby(signals().values(), key=lambda signal: signal.family):
        cap = fitted.caps[family]
        text += f"\n## {family}\n\nThe family adds or takes away at most {cap:g} log-odds.\n\n"
        text += "| signal | of the | says | clause | from–to | log-odds | needs |\n|---|---|---|---|---|---|---|\n"
        text += "".join(row(signal, fitted.signals.get(signal.id)) for signal in members)
    together = fitted.together
    text += "\n## Together\n\nStrengths multiplied, so that each is nothing without the others. "
    text += f"The family adds at most {fitted.caps['together']:g} log-odds.\n\n| signals | log-odds |\n|---|---|\n"
    text += "".join(f"| `{name}` | {shape(values)} |\n" for name, values in together.items())
    return text


def row(signal: Signal, values: tuple[float, float, float] | None) -> str:
    """One signal."""
    sign = "+" if signal.sign > 0 else "−"
    scale = " (log)" if signal.scale == "log" else ""
    worth = "factor" if signal.only_factor else shape(values or (0, 0, 0))
    return (
        f"| `{signal.id}` {sign} | {signal.level} | {signal.sentence} | {signal.clause or ''} | "
        f"{signal.low:g}–{signal.high:g}{scale} | {worth} | {', '.join(signal.needs)} |\n"
    )


def shape(values: tuple[float, float, float]) -> str:
    """Log-odds at the three strengths."""
    return " / ".join(f"{value:.2f}" for value in values) if any(values) else "0"


def main() -> None:
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text("utf-8") != text:
            sys.exit("docs/signals.md is stale: run scripts/make_signal_docs.py.")
        return
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
