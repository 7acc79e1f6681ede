"""The portrait of a target: quality or quantity, where it comes from, how it moves, how risky, and what to do next."""

from __future__ import annotations

from typing import Any, NamedTuple

from backlit.questions.authority import AuthorityReport
from backlit.questions.next_steps import Step, next_steps
from backlit.questions.profile_data import ProfileData
from backlit.questions.quality_quantity import Grid, quality_quantity
from backlit.server.dashboard import portrait
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.view import View

_CARRIERS = 8


class Portrait(NamedTuple):
    """What the page shows beside the verdicts: the same for a whole generation. ``counted``: links are known."""

    profile: ProfileData
    counted: bool
    steps: list[Step]
    grid: Grid | None
    authority: AuthorityReport | None


def show(view: View) -> dict[str, Any]:
    """The portrait without verdicts, and the verdicts if they are there already."""
    found = _portrait(view)
    standing = view.judgement() if found.counted and found.profile.found else None
    return {
        "profile": found.profile,
        "steps": found.steps,
        "grid": found.grid,
        "authority": found.authority,
        "standing_of_verdicts": standing,
        "risk": standing.value.risk if standing and standing.value else None,
        "refresh": 3 if standing is not None and standing.pending else None,
        "charts": portrait,
    }


def _portrait(view: View) -> Portrait:
    from backlit.questions.web_reader import WebReader

    source = view.index_or_release()
    if isinstance(source, WebReader):
        return _made(view, source)
    key = ("portrait", view.reader.identity, view.target, view.target_text, view.settings.digest)
    # What a web-graph release answers is not of this generation, and may change with another release.
    return view.site.kept.get(key, lambda: _made(view, source), keep=lambda made: made.counted)


def _made(view: View, source: Any) -> Portrait:
    from backlit.questions.profile import profile
    from backlit.questions.web_reader import WebReader

    found: ProfileData = profile(source, view.target, settings=view.settings)
    report = _report(view, found)
    if isinstance(source, WebReader) or found.totals.links is None:
        return Portrait(found, False, [], None, report)
    steps = next_steps(view.reader, view.target, found, view.settings)
    grid = quality_quantity(view.reader, view.target, view.settings) if found.found else None
    return Portrait(found, True, steps, grid, report)


def _report(view: View, found: ProfileData) -> AuthorityReport | None:
    """The parts of the authority of the target's domain, where a ranked release knows them."""
    from backlit.questions.authority import authority

    if not found.found or found.meta.authority_release is None:
        return None
    [report] = authority(view.serving.path, [view.target.domain], top=_CARRIERS, settings=view.settings)
    return report if report.found else None


PAGE = Page(
    name="overview", path="/overview", group="profile", order=10, show=show, example="?target=shop.com"
)
