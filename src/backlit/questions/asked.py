"""The targets of one question that sets several against each other: read, checked, each once."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.errors import InputError
from backlit.web.target import Target


def read_targets(
    first: Target | str, others: Sequence[Target | str], most: int, *, word: str = "rival"
) -> tuple[list[Target], list[str]]:
    """``first`` and ``others`` as targets, with sentences on what was put right.

    One that is named twice counts once. Raises ``InputError`` when there is no other, when one of them is
    ``first`` again, or when there are more than ``most``.
    """
    if isinstance(others, str | Target):
        others = [others]
    target = _target(first)
    found: list[Target] = []
    notes: list[str] = []
    for given in others:
        one = _target(given)
        if one == target:
            raise InputError(
                f"{one.label} cannot be its own {word}: name others than the target that is asked about."
            )
        if one not in found:
            found.append(one)
        else:
            notes.append(f"{one.label} is named twice and counts once.")
    if not found:
        raise InputError(f"Name at least one {word} of {target.label}.")
    if len(found) > most:
        raise InputError(
            f"{len(found)} {word}s are too many: at most {most} can be set against {target.label} at a time."
        )
    return [target, *found], [*dict.fromkeys(notes), *_inside(target, found)]


def _target(given: Target | str) -> Target:
    return given if isinstance(given, Target) else Target.parse(given)


def _inside(target: Target, others: list[Target]) -> list[str]:
    """A sentence for each pair of which one covers the other."""
    every = [target, *others]
    return [
        f"{small.label} lies within {large.label}: links to it are links to both."
        for large in every
        for small in every
        if small is not large and _covers(large, small)
    ]


def _covers(large: Target, small: Target) -> bool:
    if large.domain != small.domain or large.kind == "url":
        return False
    if large.kind == "domain":
        return True
    if large.kind == "host":
        host = small.host or ""
        return host == large.host or host.endswith(f".{large.host}")
    starts = small.prefixes or ((small.url,) if small.url else ())
    return bool(starts) and all(start.startswith(large.prefixes) for start in starts)
