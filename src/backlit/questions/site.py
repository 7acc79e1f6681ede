"""A target to ask about: ``index.site("python.org")`` and all its questions, as one object.

Making a site reads nothing. Its listings (``links``, ``domains``, ``anchors`` …) are described and read when their
rows are wanted (``questions.lazy``); its portraits (``profile``, ``risk``, ``authority`` …) are read when called and
are frozen records with named fields.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from backlit.errors import InputError
from backlit.questions.chance_columns import BROKEN, GAP, GAP_SITES, RIVALS
from backlit.questions.columns import (
    ANCHORS,
    AUDIT,
    HISTORY,
    LINKS,
    NETWORKS,
    TARGET_PAGES,
    WEB_REFERRING,
    Table,
)
from backlit.questions.lazy import Listing, Question
from backlit.questions.listing import Request
from backlit.questions.result import Result
from backlit.settings import Settings, default
from backlit.web.target import Target

if TYPE_CHECKING:
    from backlit.index import Index
    from backlit.questions.authority import AuthorityReport
    from backlit.questions.broken import State
    from backlit.questions.changes_data import Changes
    from backlit.questions.disavow_plan import Plan
    from backlit.questions.disavow_simulate import Simulation
    from backlit.questions.explain import Explained
    from backlit.questions.gap import Mode
    from backlit.questions.profile import Profile
    from backlit.questions.report_read import Report
    from backlit.questions.risk_data import Risk
    from backlit.questions.venn import By
    from backlit.questions.whatif import WhatIfReport


class Site:
    """One target of an index: a domain, a host, a URL prefix or one URL."""

    def __init__(self, index: Index, target: Target | str, *, settings: Settings | None = None) -> None:
        """Raises ``TargetError`` when ``target`` is a text that names no target."""
        self.index = index
        self.target = target if isinstance(target, Target) else Target.parse(target)
        self._settings = settings or default()

    # -- listings: read when their rows are wanted ------------------------------------------------

    def links(
        self,
        where: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        status: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> Listing:
        """The links, strongest sources first: ``where='follow and placement = content'``, ``status='lost'`` …"""
        from backlit.questions.links import links

        return self._listing(
            "links to",
            lambda r: links(self.index, self.target, *r, status=status, columns=columns),
            Request(where, sort, limit, offset),
            LINKS,
        )

    def domains(
        self,
        where: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        status: str = "live",
    ) -> Listing:
        """The referring domains, strongest first."""
        from backlit.questions.domains import domains

        return self._listing(
            "domains that link to",
            lambda r: domains(self.index, self.target, *r, status=status),
            Request(where, sort, limit, offset),
            WEB_REFERRING,
        )

    def anchors(
        self, where: str | None = None, sort: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Listing:
        """The texts that link, each with its class, those that most domains use first."""
        from backlit.questions.anchors import anchors

        return self._listing(
            "anchors of",
            lambda r: anchors(self.index, self.target, *r, settings=self._settings),
            Request(where, sort, limit, offset),
            ANCHORS,
        )

    def pages(
        self, where: str | None = None, sort: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Listing:
        """The pages that are linked to, those with most referring domains first."""
        from backlit.questions.pages import pages

        return self._listing(
            "linked pages of",
            lambda r: pages(self.index, self.target, *r),
            Request(where, sort, limit, offset),
            TARGET_PAGES,
        )

    def history(
        self,
        where: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        by: str = "month",
    ) -> Listing:
        """What was new and lost in each ``day``, ``month`` or ``year``, the latest first."""
        from backlit.questions.history import history

        return self._listing(
            "history of",
            lambda r: history(self.index, self.target, *r, by=by),
            Request(where, sort, limit, offset),
            HISTORY,
        )

    def audit(
        self,
        where: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        columns: Sequence[str] | None = None,
    ) -> Listing:
        """The verdict on each link, what looks most like a scheme first: ``where='verdict = risky'`` …"""
        from backlit.questions.audit import audit

        return self._listing(
            "audit of",
            lambda r: audit(self.index, self.target, *r, columns=columns, settings=self._settings),
            Request(where, sort, limit, offset),
            AUDIT,
        )

    def networks(
        self, where: str | None = None, sort: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Listing:
        """The networks among the sites that link, those that carry most followed weight first."""
        from backlit.questions.networks import networks

        return self._listing(
            "networks linking to",
            lambda r: networks(self.index, self.target, *r, settings=self._settings),
            Request(where, sort, limit, offset),
            NETWORKS,
        )

    def gap(
        self,
        versus: Sequence[Target | str],
        where: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        mode: Mode = "missing",
        at_least: int | Literal["all"] = 1,
        by: By = "domain",
        web: bool = False,
    ) -> Listing:
        """Who links to the rivals ``versus`` and not here (or by ``mode``: to both, only here); ``.summary`` counts."""
        from backlit.questions.gap import gap

        rivals = _several(versus)
        return self._listing(
            f"gap ({mode}) to {', '.join(str(one) for one in rivals)} of",
            lambda r: gap(
                self.index,
                self.target,
                rivals,
                *r,
                mode=mode,
                at_least=at_least,
                by=by,
                web=web,
                settings=self._settings,
            ),
            Request(where, sort, limit, offset),
            GAP_SITES if by == "site" else GAP,
        )

    def broken(
        self,
        where: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        state: State = "broken",
    ) -> Listing:
        """Linked pages that answer with an error (or are in another ``state``), those that lose most first."""
        from backlit.questions.broken import broken

        return self._listing(
            f"{state} pages of",
            lambda r: broken(self.index, self.target, *r, state=state, settings=self._settings),
            Request(where, sort, limit, offset),
            BROKEN,
        )

    def rivals(
        self,
        where: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        web: bool = False,
    ) -> Listing:
        """Domains linked from the same referring domains, those most like this one first."""
        from backlit.questions.rivals import rivals

        return self._listing(
            "domains linked like",
            lambda r: rivals(self.index, self.target, *r, web=web, settings=self._settings),
            Request(where, sort, limit, offset),
            RIVALS,
        )

    def compare(
        self, others: Sequence[Target | str], *, days: int | None = None, web: bool = False
    ) -> Listing:
        """This target and ``others`` side by side, a row each; ``.summary`` says what every two share."""
        from backlit.questions.compare import compare

        beside = _several(others)
        return self._listing(
            f"{', '.join(str(one) for one in beside)} beside",
            lambda r: _part(
                compare(self.index, [self.target, *beside], days=days, web=web, settings=self._settings), r
            ),
            Request(),
        )

    def reviews(self, *, history: bool = False) -> Listing:
        """The decisions about links to the target's domain; with ``history`` earlier ones too."""
        from backlit.questions.reviews import reviews

        return self._listing(
            "reviews of links to",
            lambda r: _part(reviews(self.index, self.target, history=history), r),
            Request(),
        )

    def _listing(
        self, name: str, question: Question, request: Request, table: Table | None = None
    ) -> Listing:
        return Listing(name, self.target.label, question, request, table)

    # -- portraits: read when called --------------------------------------------------------------

    def profile(self, *, audit: bool = False) -> Profile:
        """Quality or quantity? The portrait of the links; with ``audit`` what their verdicts come to as well."""
        from backlit.questions.profile import profile

        return profile(self.index, self.target, settings=self._settings, audit=audit)

    def risk(self) -> Risk:
        """What the verdicts on the links come to: counts, clauses of the spam policy, networks."""
        from backlit.questions.risk import risk

        return risk(self.index, self.target, settings=self._settings)

    def explain(self, link: str | int) -> list[Explained]:
        """The verdicts in full on a link to the target, by its ``link_id`` or the address of its page."""
        from backlit.questions.explain import explain

        return explain(self.index, link, self._address(), settings=self._settings)

    def authority(self, *, before: str | None = None, top: int = 10) -> AuthorityReport:
        """The authority of the target's domain, and who carries it; ``before`` names an earlier release."""
        from backlit.questions.authority import authority

        [report] = authority(
            self.index, [self.target.domain], before=before, top=top, settings=self._settings
        )
        return report

    def whatif(
        self, *, gain: Sequence[str] = (), lose: Sequence[str] = (), exact: bool = False
    ) -> WhatIfReport:
        """The authority of the domain if the domains ``gain`` linked to it and ``lose`` did no longer."""
        from backlit.questions.whatif import whatif

        return whatif(
            self.index, self.target.domain, gain=gain, lose=lose, exact=exact, settings=self._settings
        )

    def report(
        self,
        sections: Sequence[str] | None = None,
        *,
        title: str | None = None,
        client: str | None = None,
        introduction: str | None = None,
        logo: str | Path | bytes | None = None,
        before: str | None = None,
        after: str | None = None,
    ) -> Report:
        """A report to hand on: ``.to_html()``, ``.to_pdf()``, ``.to_json()``, ``.charts()``; all sections, or some."""
        from backlit.questions.report_order import order
        from backlit.questions.report_read import report

        asked = order(
            sections,
            title=title,
            client=client,
            introduction=introduction,
            logo=logo,
            before=before,
            after=after,
            settings=self._settings,
        )
        return report(self.index, self.target, asked, settings=self._settings)

    def changes(self, before: str, after: str) -> Changes:
        """What came and went between the ends of two days (``2026-06-01``): links, domains, bands, anchors."""
        from backlit.questions.changes import changes

        return changes(self.index, self.target, before, after, settings=self._settings)

    def disavow_plan(
        self,
        *,
        own: Collection[str] = (),
        brands: Collection[str] = (),
        force: bool = False,
        date: str | None = None,
    ) -> Plan:
        """What a disavow file would hold, with every reason; ``.text`` is the file, and nothing is written."""
        from backlit.questions.disavow_plan import disavow_plan
        from backlit.questions.verdict_rows import link_verdicts

        return disavow_plan(
            self.index,
            self.target,
            verdicts=link_verdicts(self.index, self.target, settings=self._settings),
            own=own,
            brands=brands,
            force=force,
            date=date or datetime.datetime.now(datetime.UTC).date().isoformat(),
            settings=self._settings,
        )

    def simulate_disavow(self, plan: Plan | str) -> Simulation:
        """What disavowing would cost: ``plan`` is one of ``disavow_plan``, or the text of a disavow file."""
        from backlit.questions.disavow_simulate import simulate_disavow
        from backlit.web.disavow.file import parse

        text = plan if isinstance(plan, str) else plan.text
        return simulate_disavow(self.index, self.target, parse(text).entries, settings=self._settings)

    def _address(self) -> str:
        """The target in a form that is read as the same target again."""
        one = self.target
        return one.text if one.kind != "domain" else one.domain

    # -- showing ----------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<site {self.target.label} ({self.target.kind}) in {self.index.path}>"

    def _repr_html_(self) -> str:
        """The profile in short, for notebooks."""
        from backlit.questions.notebook import profile_html

        return profile_html(self.profile())

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Site) and (self.index.path, self.target) == (other.index.path, other.target)

    def __hash__(self) -> int:
        return hash((self.index.path, self.target))


def _several(names: Sequence[Target | str]) -> list[Target | str]:
    """Names in a list; one name alone would be read letter by letter."""
    if isinstance(names, str | Target):
        raise InputError(f"Name the others in a list: [{str(names)!r}].")
    return list(names)


def _part(found: Result, request: Request) -> Result:
    """The page asked for of a short answer that knows no pages; it can be neither filtered nor sorted."""
    if request.where is not None or request.sort is not None:
        raise InputError("This answer has neither filter nor order: take its rows and choose.")
    request.check()
    end = None if request.limit is None else request.offset + request.limit
    rows = list(found.tuples())[request.offset : end]
    return Result(
        rows,
        found.provenance,
        schema=found.schema,
        total=found.total,
        notes=found.notes,
        summary=found.summary,
    )
