"""Keeping the brand names, keywords and rivals of a target."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from backlit.errors import InputError, TargetError
from backlit.state.store import open_state
from backlit.state.targets import TargetNames, put_names
from backlit.text.tokens import words
from backlit.web.target import Target

#: Of one kind; and characters of one name.
MOST = 100
_LONGEST = 200


def keep_names(
    root: Path,
    target: Target | str,
    *,
    brands: Iterable[str] = (),
    keywords: Iterable[str] = (),
    rivals: Iterable[str] = (),
) -> TargetNames:
    """Keep names for the domain of ``target``, in place of all it had; each counts once, empty ones not at all.

    Raises ``InputError`` for too many, too long ones, a brand or keyword without a word, and a rival that is no
    target or the target itself.
    """
    about = (target if isinstance(target, Target) else Target.parse(target)).domain
    names = TargetNames(
        target=about,
        brands=_texts(brands, "brand name"),
        keywords=_texts(keywords, "keyword"),
        rivals=_targets(rivals, about),
    )
    with open_state(root, write=True) as state:
        put_names(state, names)
    return names


def _texts(given: Iterable[str], what: str) -> tuple[str, ...]:
    found = _checked(given, what)
    for text in found:
        if not words(text):
            raise InputError(f"The {what} {text!r} has no word in it.")
    return found


def _targets(given: Iterable[str], about: str) -> tuple[str, ...]:
    found = []
    for text in _checked(given, "rival"):
        try:
            rival = Target.parse(text)
        except TargetError as error:
            raise InputError(f"The rival {text!r} cannot be read. {error}") from error
        if rival.kind == "domain" and rival.domain == about:
            raise InputError(f"{about} cannot be its own rival.")
        found.append(text)
    return tuple(dict.fromkeys(found))


def _checked(given: Iterable[str], what: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text for one in given if (text := " ".join(one.split()))))
    if len(found) > MOST:
        raise InputError(f"{len(found)} {what}s are too many: at most {MOST} are kept for a target.")
    for text in found:
        if len(text) > _LONGEST:
            raise InputError(f"The {what} {text[:40]!r}… is longer than {_LONGEST} characters.")
    return found
