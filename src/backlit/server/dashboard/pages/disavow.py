"""Disavow: what a file would hold and why, what it would cost, a check of a file, letters and the dossier."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import Response

from backlit.errors import BacklitError, InputError
from backlit.server.dashboard import deciding, disavowing, judging
from backlit.server.dashboard.forms import Form
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.site import back
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View

PARTS = ("plan", "cost", "check", "requests", "dossier")
#: Entries, letters and findings on a page.
_ROWS = 100
_FINDINGS = 500
_PREVIEW = 20_000
_LONGEST = 4_000_000


def show(view: View) -> dict[str, Any] | Response:
    """One part of it, or a file."""
    part = view.choice("part", PARTS, "plan")
    wanted = view.choice("file", ("none", "txt", "json", "letters", "dossier"), "none")
    chosen = disavowing.options(view)
    common = _common(view, part, chosen)
    if part == "check" and wanted == "none":
        return common | {"report": None, "given": "", "repaired": None}
    judged = judging.links(view)
    if judged.links is None:
        return judged.page
    answer = disavowing.prepared(view, chosen)
    if answer.value is None:
        return judging.pending(answer, "disavow")
    found: disavowing.Prepared = answer.value
    if wanted != "none":
        return _file(view, wanted, found)
    offset = view.whole("offset", 0, 10_000_000)
    common |= {
        "found": found, "plan": found.plan, "offset": offset, "size": _ROWS, "preview": found.plan.text[:_PREVIEW],
        "cut": len(found.plan.text) > _PREVIEW, "empty_why": _why_empty(found),
        "says": _says(found.plan),
    }  # fmt: skip
    if part == "cost":
        cost = disavowing.cost(view, chosen, found.plan)
        if cost.value is None:
            return judging.pending(cost, "disavow")
        common |= {"cost": cost.value}
    return common


def act(view: View, form: Form) -> Response:
    """Check a file that was sent (nothing is kept of it), or record that owners were asked."""
    if form.one("do") == "sent":
        return _sent(view, form)
    upload = form.files.get("file")
    pasted = "".join(value for key, value in form.pairs if key == "text")
    name, data = ("disavow.txt", pasted.encode("utf-8", "replace"))
    if upload is not None and upload.content:
        name, data = upload.name, upload.content
    if not data.strip():
        raise InputError("There is nothing to check: choose a file, or paste its lines.")
    if len(data) > _LONGEST:
        raise InputError(
            f"A file of {len(data):,} bytes is not checked here; a disavow file has at most 2 MB."
        )
    from backlit.questions.disavow_files import Upload, check_file, repair_file

    file = Upload(name[:200], data)
    own = [one for field in form.all("own") for one in re.split(r"[\s,]+", field) if one]
    own = [*own, view.target.domain]
    if form.one("do") == "repair":
        written = repair_file(file, own=own, settings=view.settings)
        return _attachment(written.text, f"disavow-{view.target.domain}-repaired.txt")
    report = check_file(file, own=own, settings=view.settings)
    try:
        repaired = repair_file(file, own=own, settings=view.settings)
    except BacklitError:
        repaired = None
    chosen = disavowing.options(view)._replace(own=tuple(one for one in own if one != view.target.domain))
    values = _common(view, "check", chosen) | {
        "report": report, "given": data.decode("utf-8", "replace"), "repaired": repaired, "most": _FINDINGS,
    }  # fmt: skip
    return view.site.page(view, "disavow.html", values)


def _common(view: View, part: str, chosen: disavowing.Options) -> dict[str, Any]:
    kept = {
        "own": ",".join(chosen.own),
        "brand": ",".join(chosen.brands),
        "force": "1" if chosen.force else None,
    }
    return {
        "part": part,
        "parts_of": [
            (name, view.url("disavow", part=None if name == "plan" else name, **kept)) for name in PARTS
        ],
        "chosen": chosen,
        "kept": kept,
        "today": disavowing.today(),
        "file_url": lambda kind: view.url("disavow", file=kind, **kept),
        **deciding.about(view),
        **judging.shown(),
    }


def _why_empty(found: disavowing.Prepared) -> list[str]:
    """Why nothing is listed: in figures first, then what else there is to know."""
    # The first of the others says the same without figures.
    return [*found.plan.says[:1], *found.pointless[1:]] if not found.plan.entries else []


def _says(plan: Any) -> list[str]:
    """What there is to know of the plan, without what stands in its tables."""
    refused = {f"{one.source_site} is not listed. {one.why}" for one in plan.refused}
    return [said for said in plan.says if said not in refused]


def _sent(view: View, form: Form) -> Response:
    from backlit.work.review import record_requests

    if not view.may_write:
        raise InputError(str(text("base.read_only")))
    record_requests(
        view.index, view.target.domain, form.all("site"), day=form.one("day") or disavowing.today(),
        way=form.one("way"), note=form.one("note"),
    )  # fmt: skip
    return back(view.url("disavow", part="dossier"))


def _file(view: View, wanted: str, found: disavowing.Prepared) -> Response:
    """A file to take along; nothing is written on the server."""
    import msgspec

    name = f"disavow-{view.target.domain}-{found.plan.date}"
    if wanted == "json":
        document = msgspec.json.format(msgspec.json.encode(found.plan)).decode()
        return _attachment(document, f"{name}.json", "application/json")
    if wanted == "letters":
        letters = f"\n{'-' * 72}\n\n".join(letter.text for letter in found.letters)
        return _attachment(letters, f"removal-requests-{view.target.domain}-{found.plan.date}.txt")
    if wanted == "dossier":
        document = msgspec.json.format(msgspec.json.encode(found.dossier)).decode()
        return _attachment(
            document, f"dossier-{view.target.domain}-{found.plan.date}.json", "application/json"
        )
    if not found.plan.entries:
        raise InputError(
            "There is no entry, so there is no file: an empty upload would take back every earlier one."
        )
    return _attachment(found.plan.text, f"{name}.txt")


def _attachment(content: str, name: str, media: str = "text/plain") -> Response:
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    headers = {"content-disposition": f'attachment; filename="{safe}"', "cache-control": "no-store"}
    return Response(content.encode("utf-8", "replace"), headers=headers, media_type=f"{media}; charset=utf-8")


PAGE = Page(
    name="disavow", path="/disavow", group="risk", order=30, show=show, act=act, writes=False,
    example="?target=shop.com",
)  # fmt: skip
