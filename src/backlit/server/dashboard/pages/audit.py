"""The audit: verdicts as a queue, by network and by referring domain, what matters first."""

from __future__ import annotations

from typing import Any

from backlit.questions.columns import AUDIT
from backlit.questions.filter_tests import joined
from backlit.questions.result import Result
from backlit.server.dashboard import deciding, judging
from backlit.server.dashboard.listing import Asked, Listing, listed
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View

#: Groups on a page, and links shown of each.
GROUPS = 15
LINKS = 4
#: The tests that the tabs stand for, in the language of filters.
TESTS = {"open": "severity >= 2 and decision is null", "decided": "decision is known", "all": None}


def show(view: View) -> dict[str, Any]:
    """The queue, or that the verdicts are on their way."""
    from backlit.questions.audit_queue import Queue, audit_queue

    judged = judging.links(view)
    if judged.links is None:
        return judged.page
    links = judged.links
    tab: Any = view.choice("tab", tuple(TESTS), "open")
    made: list[Queue] = []

    def ask(view: View, asked: Asked) -> Result:
        import pyarrow as pa

        queue = audit_queue(
            view.reader, view.target, links, where=asked.where, tab=tab, limit=GROUPS, offset=asked.offset,
            rows=LINKS, settings=view.settings,
        )  # fmt: skip
        made.append(queue)
        return Result([], queue.provenance, schema=pa.schema([]), total=queue.total)

    box = listed(
        view, Listing(name="audit", table=AUDIT, ask=ask, shown=("verdict",), sort="place", carry=("tab",))
    )
    if not made:
        # The filter cannot be read: the figures stand all the same, and the box tells what is wrong.
        ask(view, Asked(None, None, GROUPS, 0, None, []))
    [queue] = made
    return {
        "queue": queue,
        "box": box,
        "tab": tab,
        "tabs": [(name, view.here(tab=None if name == "open" else name, offset=None, said=None, seen=None))
                 for name in TESTS],
        "offset": box.offset,
        "size": GROUPS,
        "files": _files(view, tab, box.where),
        "group_where": lambda group: _where(view, tab, box.where, group),
        **deciding.about(view),
        **judging.shown(),
        "nothing_followed": bool(queue.judged) and all(one.weight_share is None for one in queue.counts),
    }  # fmt: skip


def _where(view: View, tab: str, where: str, group: Any) -> str:
    """The address of all links of a group, as a table."""
    column = "network" if group.is_network else "source_domain"
    name = group.key.replace("'", "''")
    tests = [f"{column} = '{name}'", *([] if group.is_network else ["network is null"])]
    tests += [test for test in (TESTS[tab], where or None) if test]
    return view.url("audit_links", where=joined(tests))


def _files(view: View, tab: str, where: str) -> list[tuple[str, str]]:
    tests = [test for test in (TESTS[tab], where or None) if test]
    asked = joined(tests) if tests else None
    kinds = (("csv", "CSV"), ("parquet", "Parquet"), ("jsonl", text("audit.json_lines")))
    return [(str(label), view.api("/audit", where=asked, format=kind)) for kind, label in kinds]


PAGE = Page(
    name="audit", path="/audit", group="risk", order=10, show=show, act=deciding.decide,
    example="?target=shop.com",
)  # fmt: skip
