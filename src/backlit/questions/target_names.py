"""The brand names, keywords and rivals that the owner keeps for a target, and the anchors' context with them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from backlit.errors import IndexNotFound
from backlit.state.store import open_state
from backlit.state.targets import KINDS, Kind, TargetNames, names_of
from backlit.text.anchors import AnchorContext
from backlit.web.target import Target

__all__ = ["KINDS", "Kind", "TargetNames", "context_of", "target_names"]


def target_names(root: Path, target: Target | str) -> TargetNames:
    """What is kept for the domain of ``target`` in the index at ``root``; empty where there is none."""
    domain = (target if isinstance(target, Target) else Target.parse(target)).domain
    with contextlib.suppress(IndexNotFound), open_state(root, write=False) as state:
        return names_of(state, domain)
    return TargetNames(target=domain)


def context_of(reader: Any, target: Target, titles: Iterable[str]) -> AnchorContext:
    """What anchors of links to ``target`` are held against in listings and profiles: its host, the titles of its
    pages, and what its owner keeps. Verdicts do without the last: what somebody says of himself acquits nobody."""
    root = getattr(getattr(reader, "layout", None), "root", None)
    kept = TargetNames(target=target.domain) if root is None else target_names(root, target)
    return AnchorContext.of(
        target.domain,
        [target.host] if target.host else [],
        titles,
        named=kept.brands,
        keywords=kept.keywords,
    )
