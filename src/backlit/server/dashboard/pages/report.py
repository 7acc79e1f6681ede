"""A report to hand on: a form that chooses what it holds, a preview, and the report as a file.

The choice is in the address, so that a report can be made again tomorrow; a logo is sent with a form and kept nowhere.
"""

from __future__ import annotations

import contextlib
import io
import re
import threading
import zipfile
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from backlit.errors import BrowserFailed, BrowserMissing, InputError, ResourceError
from backlit.questions.report_order import JUDGED, SECTIONS, Order, order
from backlit.questions.web_reader import WebReader
from backlit.server.api.answers import MEDIA_TYPES, REPORT_POLICY
from backlit.server.dashboard import judging
from backlit.server.dashboard.forms import Form
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View

if TYPE_CHECKING:
    from backlit.questions.report_read import Report

MAKES = ("preview", "html", "pdf", "json", "charts")
#: Words of the form, in the address too.
_WORDS = ("title", "client", "introduction", "before", "after")
#: A Chromium at a time: one takes a core and some hundred megabytes.
_PRINTING = threading.Semaphore(1)
_TURN_SECONDS = 10.0


def show(view: View) -> dict[str, Any] | Response:
    """The form; or, where ``make`` asks for it, the report."""
    make = view.choice("make", ("form", *MAKES), "form")
    said = {name: view.one(name) for name in _WORDS}
    if make == "form":
        return _form(view, said)
    return _made(view, make, _order(view, view.several("sections"), said, None))


def act(view: View, form: Form) -> Response:
    """The report with the logo that was sent."""
    make = form.one("make") or "preview"
    if make not in ("preview", "html", "pdf"):
        raise InputError(f"A report with a logo is made as preview, html or pdf, not as {make[:40]!r}.")
    upload = form.files.get("logo")
    if upload is None or not upload.content:
        raise InputError(str(text("report.no_logo")))
    chosen = _order(view, form.all("sections"), {name: form.one(name) for name in _WORDS}, upload.content)
    answer = _made(view, make, chosen)
    if not isinstance(answer, Response):
        return view.site.page(view, answer["template"], answer)  # type: ignore[attr-defined]
    return answer


def _order(view: View, sections: list[str], said: dict[str, str | None], logo: bytes | None) -> Order:
    return order(
        sections,
        title=said["title"],
        client=said["client"],
        introduction=said["introduction"],
        before=said["before"],
        after=said["after"],
        logo=logo,
        settings=view.settings,
    )


def _form(view: View, said: dict[str, str | None]) -> dict[str, Any]:
    problem = chosen = None
    given = view.several("sections")
    try:
        chosen = _order(view, given, said, None)
    except InputError as error:
        problem = str(error)
    standing = None
    if chosen is not None and _judges(view, chosen):
        standing = view.judgement()  # begins with them, so that they are there when they are asked for
    sections = chosen.sections if chosen else [name for name in given if name in SECTIONS] or list(SECTIONS)
    return {
        "sections": [(name, name in sections) for name in SECTIONS],
        "names": sections,
        "said": said,
        "problem": problem,
        "standing_of": standing,
        "urls": {name: view.here(make=name, sections=",".join(given) or None) for name in MAKES},
        "no_browser": _no_browser(),
        "limits": view.settings.report,
    }


def _no_browser() -> str | None:
    """Why there is no PDF here; None where there is."""
    from backlit.work.browser import find_browser

    try:
        find_browser()
    except BrowserMissing as error:
        return str(error)
    return None


def _judges(view: View, chosen: Order) -> bool:
    return any(name in JUDGED for name in chosen.sections) and not isinstance(
        view.index_or_release(), WebReader
    )


def _made(view: View, make: str, chosen: Order) -> dict[str, Any] | Response:
    """The report in one shape; or the page that says that its verdicts are on their way."""
    from backlit.questions.report_read import report

    risk = None
    if _judges(view, chosen):
        standing = view.judgement()
        if standing.value is None:
            return judging.pending(standing)
        risk = standing.value.risk
    found = report(view.index_or_release(), view.target, chosen, settings=view.settings, risk=risk)
    name = _name(found)
    if make == "preview":
        headers = {"content-security-policy": REPORT_POLICY, "cache-control": "no-store"}
        return Response(found.to_html(), headers=headers, media_type=MEDIA_TYPES["html"])
    if make == "html":
        return _file(found.to_html().encode("utf-8", "replace"), f"{name}.html", "text/html; charset=utf-8")
    if make == "json":
        return _file(found.to_json().encode("utf-8", "replace"), f"{name}.json", "application/json")
    if make == "charts":
        return _file(_charts(view, found), f"{name}-charts.zip", "application/zip")
    return _file(_printed(lambda: found.to_pdf(settings=view.settings)), f"{name}.pdf", "application/pdf")


def _printed(make: Any) -> Any:
    """What a Chromium makes, when it is its turn."""
    if not _PRINTING.acquire(timeout=_TURN_SECONDS):
        raise ResourceError("Other reports are being printed: ask again in a moment.")
    try:
        return make()
    finally:
        _PRINTING.release()


def _charts(view: View, found: Report) -> bytes:
    """The charts in one file: SVG, and PNG where there is a Chromium."""
    drawn = found.charts()
    if not drawn:
        raise InputError(str(text("report.no_charts")))
    painted: dict[str, bytes] = {}
    with contextlib.suppress(BrowserMissing, BrowserFailed):  # the drawings alone serve too
        painted = _printed(lambda: found.chart_pictures(settings=view.settings))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, svg in drawn.items():
            archive.writestr(f"{name}.svg", svg)
        for name, png in painted.items():
            archive.writestr(f"{name}.png", png)
    return packed.getvalue()


def _name(found: Report) -> str:
    """What its file is called."""
    about = re.sub(r"[^A-Za-z0-9.-]+", "-", found.meta.target)[:80].strip("-.")
    return f"backlinks-{about or 'report'}-{found.meta.data_date or 'undated'}"


def _file(content: bytes, name: str, media: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, headers=headers, media_type=media)


PAGE = Page(
    name="report", path="/report", group="profile", order=70, show=show, act=act, writes=False,
    example="?target=shop.com",
)  # fmt: skip
