"""What the owner says of a target, and what other weights would change before anybody takes them."""

from __future__ import annotations

import contextlib
from typing import Any

from starlette.responses import Response

from backlit.errors import InputError, SettingsError
from backlit.server.dashboard.forms import Form
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.site import back
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View
from backlit.settings import QUALITY_TERMS, Settings, default
from backlit.settings.difference import changed, difference

#: The values of the form: table and key of the settings, by the names of their boxes.
TERMS = {f"q_{name}": ("quality", name) for name in QUALITY_TERMS}
EDGES = {
    "worthless": ("quality", "worthless"),
    "r_okay": ("risk", "okay"),
    "r_excellent": ("risk", "excellent"),
    "b_okay": ("bands", "okay"),
    "b_excellent": ("bands", "excellent"),
}
BOXES = TERMS | EDGES
_LONGEST = 20


def show(view: View) -> dict[str, Any] | Response:
    """The names, the weights, and their effect where others were given."""
    from backlit.questions.target_names import target_names

    kept = target_names(view.serving.path, view.target)
    about: dict[str, Any] = {
        "names": kept,
        "domain": view.target.domain,
        "rivals": [*dict.fromkeys([*kept.rivals, *view.several("rivals")])],
        "more_rivals": bool(set(view.several("rivals")) - set(kept.rivals)),
        "kept_now": view.one("kept") is not None,
        "boxes": {name: view.one(name) or f"{_of(view.settings, name):g}" for name in BOXES},
        "running": {name: f"{_of(view.settings, name):g}" for name in BOXES},
        "terms": list(TERMS),
        "edges": list(EDGES),
        "problem": None,
        "effect": None,
        "pending": None,
        "file": None,
        "live": False,
    }
    given = {name: value for name in BOXES if (value := view.one(name)) is not None}
    if not given:
        return about
    try:
        then = _then(view.settings, given)
    except SettingsError as error:
        return about | {"problem": str(error), "status": 400}
    written = difference(then, default())
    if view.one("file"):
        head = {"content-disposition": 'attachment; filename="settings.toml"'}
        return Response(
            str(text("settings.file_head")) + written, 200, head, "application/toml; charset=utf-8"
        )
    about |= {"file": written, "same": then == view.settings, "file_url": view.here(file=1)}
    if then == view.settings:
        return about
    standing = view.judgement()
    if standing.value is None:
        return about | {"pending": standing, "live": standing.pending}
    from backlit.questions.weights import weights_effect

    return about | {"effect": weights_effect(view.reader, view.target, view.settings, then)}


def _of(settings: Settings, box: str) -> float:
    table, key = BOXES[box]
    return float(getattr(getattr(settings, table), key))


def _then(now: Settings, given: dict[str, str]) -> Settings:
    """The settings with what was typed; what is no number goes to the loader as it is, which says so."""
    values: dict[str, dict[str, Any]] = {}
    for box, typed in given.items():
        table, key = BOXES[box]
        value: Any = typed[:_LONGEST]
        with contextlib.suppress(ValueError):
            value = float(typed.replace(",", ".")) if len(typed) <= _LONGEST else typed[:_LONGEST]
        values.setdefault(table, {})[key] = value
    return changed(now, values)


def act(view: View, form: Form) -> Response:
    """Keep the names of the target."""
    from backlit.work.target_names import keep_names

    def lines(name: str) -> list[str]:
        return [part for line in (form.one(name) or "").splitlines() for part in line.split(",")]

    rivals = [name for part in lines("rivals") for name in part.split()]
    if not (form.one("target") or "") == view.target.domain:
        raise InputError(str(text("settings.other_target")))
    view.index  # noqa: B018 - names are kept with an index, so there must be one
    keep_names(
        view.serving.path, view.target, brands=lines("brands"), keywords=lines("keywords"), rivals=rivals
    )
    return back(view.url("settings", kept=1))


PAGE = Page(
    name="settings", path="/settings", group="index", order=30, show=show, act=act, example="?target=shop.com"
)
