"""Every route of the API in one table: what it asks, with what, and how it answers.

The routes, the OpenAPI document and docs/api.md are made from it, and a test holds it against the command line:
each command has its route here, or its reason why it has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from backlit.questions import chance_columns as chances
from backlit.questions import columns as c
from backlit.questions.report_order import SECTIONS
from backlit.questions.result import Result
from backlit.server.api import asking, bodies
from backlit.server.api import parameters as p

#: Commands that have no route, and why.
NOT_SERVED = {
    "sql": "statements of strangers are never run over HTTP",
    "serve": "it is the server",
    "mcp": "served at /mcp, where it is installed",
    "demo": "it makes files for a first look on this machine",
    "bench": "it measures this machine and generated worlds, not the index",
    "web pull": "a server fetches nothing from other machines",
    "web import": "a release is brought in on the machine that keeps it",
    "web export": "it writes whole releases; ask for what is needed of one",
}


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route. ``command`` is the command of the same name; ``answers`` says in what form.

    ``rows`` are those of ``table``, in any format. A ``record`` is a JSON object of the type named by ``of`` (module
    and class), or a list of them when ``many``; ``also`` names formats that it has besides, ``usual`` the one it has
    when none is asked for. ``writes`` needs
    permission. ``for_csv`` makes of rows with lists in them what a spreadsheet takes.
    """

    command: str
    path: str
    ask: asking.Ask
    says: str
    method: Literal["GET", "POST"] = "GET"
    parameters: tuple[p.Parameter, ...] = ()
    body: type[bodies.Body] | None = None
    answers: Literal["rows", "record"] = "record"
    table: c.Table | None = None
    of: str | None = None
    many: bool = False
    also: tuple[str, ...] = ()
    usual: str = "json"
    writes: bool = False
    for_csv: Callable[[Result], Result] | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats it answers in, the usual one first."""
        if self.answers == "rows":
            return p.FORMATS
        return (self.usual, *(name for name in ("json", *self.also) if name != self.usual))


def _listing(*more: p.Parameter, standing: p.Parameter) -> tuple[p.Parameter, ...]:
    return (p.TARGET, p.KIND, p.WHERE, p.SORT, p.LIMIT, p.OFFSET, standing, p.COLUMNS, *more)


_LIVE = p.status("live", default="live", says="Live links only: lost ones are not judged or counted here.")
_BY = p.Parameter("by", Literal["day", "month", "year"], "Length of a period.", "month", "month")
_WEB = p.Parameter("web", bool, "Ask the web-graph release, even where the index knows links.", False, False)
_REVIEWS: c.Table = (
    ("target", "text", "the domain whose links are decided about"),
    ("scope", "text", "link, domain or network"),
    ("key", "text", "pair_id of a link, name of a domain or host, or key of a network"),
    ("source_url", "text", "of a link: the page it stands on"),
    ("target_url", "text", "of a link: the page it leads to"),
    ("decision", "text", "keep, remove, disavow or ignore; unknown where an earlier one was taken back"),
    ("note", "text", "why"),
    ("decided_at", "text", "when, in UTC"),
)
_PLANNED = (p.TARGET, p.KIND, p.OWN, p.BRAND, p.FORCE)

ROUTES: tuple[Route, ...] = (
    Route(
        command="info",
        path="/info",
        ask=asking.info,
        of="backlit.questions.info:Info",
        says="What the index holds and what made it.",
    ),
    Route(
        command="profile",
        path="/profile",
        ask=asking.profile,
        of="backlit.questions.profile_data:ProfileData",
        also=("html",),
        parameters=(
            p.TARGET,
            p.KIND,
            p.Parameter(
                "audit", bool, "Judge the links too: verdicts, networks, risk by policy clause.", False, False
            ),
        ),
        says="The portrait of a target: how many links, how good, what the figures rest on and what is unknown.",
    ),
    Route(
        command="report",
        path="/report",
        ask=asking.report,
        of="backlit.questions.report_data:ReportData",
        also=("html",),
        usual="html",
        parameters=(
            p.TARGET,
            p.KIND,
            p.Parameter(
                "sections", list[str], f"Which sections, of {', '.join(SECTIONS)}; else all.", ["portrait"]
            ),
            p.Parameter("before", str, "Tell what changed from the end of this day …", None, max_length=10),
            p.Parameter("after", str, "… to the end of this one.", None, max_length=10),
            p.Parameter("title", str, "The title; else the target's name.", None, max_length=200),
            p.Parameter("client", str, "Whom it is for.", None, max_length=200),
            p.Parameter("introduction", str, "Words before it, plain text.", None, max_length=10_000),
        ),
        says="A report on a target to hand on, as one self-contained page or as JSON.",
    ),
    Route(
        command="links",
        path="/links",
        ask=asking.links,
        answers="rows",
        table=c.LINKS,
        parameters=_listing(standing=p.status("live", "lost", "all")),
        says="The links to a target, strongest sources first.",
    ),
    Route(
        command="domains",
        path="/domains",
        ask=asking.domains,
        answers="rows",
        table=c.WEB_REFERRING,
        parameters=_listing(
            standing=p.status(
                "live",
                "lost",
                "all",
                default="live",
                says="Domains with a live link, those with lost ones only, or all.",
            )
        ),
        says="The referring domains of a target, strongest first.",
    ),
    Route(
        command="anchors",
        path="/anchors",
        ask=asking.anchors,
        answers="rows",
        table=c.ANCHORS,
        parameters=_listing(standing=_LIVE),
        says="The texts that link to a target, each with its class.",
    ),
    Route(
        command="pages",
        path="/pages",
        ask=asking.pages,
        answers="rows",
        table=c.TARGET_PAGES,
        parameters=_listing(
            standing=p.status(
                "live",
                "lost",
                "all",
                default="all",
                says="Pages with a live link, those that lost all theirs, or all.",
            )
        ),
        says="The pages of a target that are or were linked to, most referring domains first.",
    ),
    Route(
        command="history",
        path="/history",
        ask=asking.history,
        answers="rows",
        table=c.HISTORY,
        parameters=_listing(
            _BY, standing=p.status("all", default="all", says="A history is of live and lost links.")
        ),
        says="New and lost links and domains over time, latest first.",
    ),
    Route(
        command="audit",
        path="/audit",
        ask=asking.audit,
        answers="rows",
        table=c.AUDIT,
        parameters=_listing(standing=_LIVE),
        says="The verdicts on the links to a target: risky, review, worthless or fine, with the evidence. Those on "
        "every link of the index are a job.",
    ),
    Route(
        command="networks",
        path="/networks",
        ask=asking.networks,
        answers="rows",
        table=c.NETWORKS,
        parameters=_listing(standing=_LIVE),
        says="The networks that link to a target, with what joins them.",
    ),
    Route(
        command="gap",
        path="/gap",
        ask=asking.gap,
        answers="rows",
        table=chances.GAP_SITES,
        of="backlit.questions.gap:Cells",
        for_csv=asking.flat_gap,
        parameters=_listing(
            p.Parameter(
                "versus", list[str], "Rivals, repeated or joined by commas.", ["rival.example"], required=True
            ),
            p.Parameter(
                "mode",
                Literal["missing", "shared", "only"],
                "Domains that link to rivals only, to both, or to the target only.",
                "missing",
                "missing",
            ),
            p.Parameter(
                "at_least",
                str,
                "Least number of rivals a domain links to, or `all`.",
                "1",
                "1",
                max_length=20,
            ),
            p.Parameter(
                "by",
                Literal["domain", "site"],
                "Two blogs of one platform are two sites.",
                "domain",
                "domain",
            ),
            _WEB,
            standing=_LIVE,
        ),
        says="The domains that link to rivals and not to a target; `summary` has every cell of the diagram.",
    ),
    Route(
        command="compare",
        path="/compare",
        ask=asking.compare,
        answers="rows",
        table=chances.COMPARISON,
        of="backlit.questions.compare:Overlap",
        parameters=(
            p.Parameter(
                "target",
                list[str],
                "What to compare: two or more, repeated or joined by commas.",
                ["example.com,rival.example"],
                required=True,
            ),
            p.Parameter(
                "days", int, "Days to look back for new and lost; else 90.", 90, least=1, most=100_000
            ),
            _WEB,
            p.COLUMNS,
        ),
        says="Targets side by side, one row each; `summary` has what every two of them share.",
    ),
    Route(
        command="compare",
        path="/rivals",
        ask=asking.rivals,
        answers="rows",
        table=chances.RIVALS,
        of="backlit.questions.rivals:Looked",
        parameters=_listing(_WEB, standing=_LIVE),
        says="The rivals of a target: domains that its referring domains link to as well (compare --find).",
    ),
    Route(
        command="broken",
        path="/broken",
        ask=asking.broken,
        answers="rows",
        table=chances.BROKEN,
        of="backlit.questions.broken:Checked",
        parameters=_listing(
            p.Parameter(
                "state",
                Literal["broken", "redirect", "fine", "unknown", "all"],
                "Addresses in this state; unknown ones were never asked for.",
                "broken",
                "broken",
            ),
            standing=_LIVE,
        ),
        says="The linked pages of a target that are broken, those that lose most first.",
    ),
    Route(
        command="explain",
        path="/explain",
        ask=asking.explain,
        of="backlit.questions.explain:Explained",
        many=True,
        parameters=(
            p.Parameter(
                "link",
                str,
                "A link_id, or the address of the page it stands on.",
                "https://blog.example.net/post",
                required=True,
                max_length=8192,
            ),
            p.TARGET._replace(required=False, says="Only links to this target."),
        ),
        says="The verdict on a link, point by point.",
    ),
    Route(
        command="risk",
        path="/risk",
        ask=asking.risk,
        of="backlit.questions.risk_data:Risk",
        parameters=(p.TARGET, p.KIND),
        says="What the verdicts on a target's links come to: counts, clauses of the spam policy, networks.",
    ),
    Route(
        command="authority",
        path="/authority",
        ask=asking.authority,
        of="backlit.questions.authority:AuthorityReport",
        many=True,
        parameters=(
            p.Parameter(
                "target",
                list[str],
                "One domain or more, repeated or joined by commas.",
                ["example.com"],
                required=True,
            ),
            p.RELEASE,
            p.Parameter(
                "before", str, "An earlier ranked release, to explain the movement.", None, max_length=200
            ),
            p.Parameter("limit", int, "Most referring domains to show.", 10, 10, least=0, most=10_000),
        ),
        says="The authority of domains, its parts, and the referring domains that carry it.",
    ),
    Route(
        command="whatif",
        path="/whatif",
        ask=asking.whatif,
        of="backlit.questions.whatif:WhatIfReport",
        parameters=(
            p.TARGET._replace(says="The domain that is asked about."),
            p.Parameter("gain", list[str], "Domains that would link to it.", ["a.example"]),
            p.Parameter("lose", list[str], "Domains that would no longer, or be ignored.", ["b.example"]),
            p.Parameter("exact", bool, "Solve the changed graph as well.", False, False),
            p.RELEASE,
        ),
        says="What a domain's authority would be with other links; needs a ranked web-graph release.",
    ),
    Route(
        command="web info",
        path="/web",
        ask=asking.web_info,
        of="backlit.questions.web_info:WebRelease",
        many=True,
        says="The web-graph releases of the index, newest first.",
    ),
    Route(
        command="review list",
        path="/reviews",
        ask=asking.reviews,
        answers="rows",
        table=_REVIEWS,
        parameters=(p.ABOUT, p.KIND, p.LIMIT, p.OFFSET, p.COLUMNS, p.HISTORY),
        says="The decisions that stand. With format=csv it is what the import of reviews reads.",
    ),
    Route(
        command="review set",
        path="/reviews",
        method="POST",
        ask=asking.set_review,
        body=bodies.Review,
        of="backlit.work.review:Reviewed",
        writes=True,
        says="Decide about those who link to a target: keep, remove, disavow or ignore.",
    ),
    Route(
        command="review import",
        path="/reviews/import",
        method="POST",
        ask=asking.import_reviews,
        body=bodies.Reviews,
        of="backlit.work.review:Reviewed",
        writes=True,
        says="Bring in decisions from CSV; what is there already is left out.",
    ),
    Route(
        command="disavow write",
        path="/disavow/plan",
        ask=asking.plan,
        of="backlit.questions.disavow_plan:Plan",
        also=("txt",),
        parameters=(*_PLANNED, p.DATE),
        says="The disavow file that decisions and risky verdicts call for, with every reason; format=txt is the file.",
    ),
    Route(
        command="disavow simulate",
        path="/disavow/simulate",
        ask=asking.simulate,
        of="backlit.questions.disavow_simulate:Simulation",
        parameters=(*_PLANNED, p.RELEASE),
        says="What the planned disavow file would cost: equity and authority without the links that it names.",
    ),
    Route(
        command="disavow simulate",
        path="/disavow/simulate",
        method="POST",
        ask=asking.simulate_text,
        body=bodies.Simulate,
        of="backlit.questions.disavow_simulate:Simulation",
        says="What the disavow file that is sent would cost.",
    ),
    Route(
        command="disavow check",
        path="/disavow/check",
        method="POST",
        ask=asking.check_text,
        body=bodies.Check,
        of="backlit.questions.disavow_files:Report",
        says="Everything that is wrong with a disavow file.",
    ),
    Route(
        command="disavow check",
        path="/disavow/repair",
        method="POST",
        ask=asking.repair_text,
        body=bodies.Check,
        of="backlit.questions.disavow_files:Written",
        says="A disavow file with its faults put right, each change told (disavow check --fix).",
    ),
    Route(
        command="disavow merge",
        path="/disavow/merge",
        method="POST",
        ask=asking.merge_texts,
        body=bodies.Merge,
        of="backlit.questions.disavow_files:Written",
        says="The union of disavow files.",
    ),
    Route(
        command="disavow diff",
        path="/disavow/diff",
        method="POST",
        ask=asking.diff_texts,
        body=bodies.Diff,
        of="backlit.questions.disavow_files:DiffReport",
        says="What a later disavow file adds, takes away, widens and narrows.",
    ),
    Route(
        command="disavow requests",
        path="/disavow/requests",
        ask=asking.requests,
        of="backlit.questions.disavow_dossier:RemovalRequest",
        many=True,
        parameters=(p.TARGET, p.KIND),
        says="A text for each linking site that asks for its links to be removed. Nothing is sent.",
    ),
    Route(
        command="disavow sent",
        path="/disavow/sent",
        method="POST",
        ask=asking.record_sent,
        body=bodies.Sent,
        writes=True,
        says="Record that owners were asked to remove their links.",
    ),
    Route(
        command="disavow dossier",
        path="/disavow/dossier",
        ask=asking.dossier,
        of="backlit.questions.disavow_dossier:Dossier",
        parameters=(*_PLANNED, p.DATE),
        says="The facts for a manual action: evidence by operator, requests, what was removed.",
    ),
)

#: Commands whose work is a job: ``POST /jobs`` with this kind.
JOBS = {"add": "import", "web rank": "rank", "compact": "compact", "check": "check", "audit": "audit"}

#: Commands that another route answers as well.
ANSWERED = {"review export": "/reviews"}
