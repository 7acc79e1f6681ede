"""The rivals of a page: read from its address, and written into addresses of other states."""

from __future__ import annotations

from typing import NamedTuple

from backlit.errors import InputError, TargetError
from backlit.server.dashboard.view import Elsewhere, View
from backlit.web.target import Target

#: Names that forms may give rivals by: ``versus`` in a box, ``key`` from rows that were selected.
GIVEN = ("versus", "key")


class Rival(NamedTuple):
    """A rival as it was typed, for people, and the address of the page without it."""

    name: str
    label: str
    without: str


def rivals_of(view: View) -> list[str]:
    """The rivals that the address names, each once, in their order.

    Raises ``Elsewhere`` where they are not joined by commas in one parameter, so that each state has one address.
    """
    found: list[str] = []
    for given in GIVEN:
        for text in view.several(given):
            found += [name for part in text.splitlines() for name in part.split() if name not in found]
    if (
        len(view.given.get("versus", ())) > 1
        or view.given.get("key")
        or joined(found) != (view.one("versus") or "")
    ):
        raise Elsewhere(view.here(versus=joined(found) or None, key=None, offset=None))
    return found


def joined(names: list[str]) -> str:
    """Rivals as one parameter."""
    return ",".join(names)


def shown(view: View, names: list[str]) -> list[Rival]:
    """The rivals for people. One that cannot be read is shown as it was typed."""
    return [
        Rival(
            name,
            _label(name),
            view.here(
                versus=joined([one for one in names if one != name]) or None, offset=None, at_least=None
            ),
        )
        for name in names
    ]


class Kept(NamedTuple):
    """The rivals that are kept for the target, and whether they are those of the page already."""

    names: list[str]
    joined: str
    same: bool


def kept(view: View, names: list[str]) -> Kept:
    """What the settings of the target say of its rivals."""
    from backlit.questions.target_names import target_names

    found = list(target_names(view.serving.path, view.target).rivals)[: view.settings.gap.most_rivals]
    return Kept(found, joined(found), set(found) <= set(names) and bool(found))


def read(names: list[str]) -> None:
    """Raise ``InputError`` for a rival that is no target, with its name."""
    for name in names:
        try:
            Target.parse(name)
        except TargetError as error:
            raise InputError(f"The rival {name[:80]!r} cannot be read. {error}") from error


def _label(name: str) -> str:
    try:
        return Target.parse(name).label
    except TargetError:
        return name
