"""Where the authority beside a figure comes from, in words: a web-graph release, or the index's own graph."""

from __future__ import annotations

from typing import Any

from backlit.authority.own import own_word
from backlit.index.layout import ScoreSource

OWN_BASIS = (
    "rank in the domain graph of this index alone: it is not comparable with other indexes or other tools"
)


def score_source(reader: Any) -> ScoreSource | None:
    """The release that the scores of an index's reader were taken from; ``None``: its own graph."""
    found: ScoreSource | None = getattr(getattr(reader, "manifest", None), "scores_from", None)
    return found


def authority_basis(reader: Any) -> str:
    """What authority rests on, in a sentence without its full stop."""
    told = getattr(reader, "authority_basis", None)
    if told is not None:
        return str(told)
    source = score_source(reader)
    if source is None:
        trusted = int(getattr(reader, "trusted_domains", 0))
        return _continued(own_word(trusted)) if trusted else OWN_BASIS
    return (
        f"in the web graph {source.release} (data of {source.data_date or 'unknown date'}), which knows "
        f"{source.known:,} of the {source.domains:,} domains of this index. {source.says.rstrip('.')}"
    )


def authority_release(reader: Any) -> str | None:
    """The title of the release whose authority is shown; ``None``: that of the index's own graph."""
    told = getattr(reader, "authority_release", None)
    if told is not None:
        return str(told)
    source = score_source(reader)
    return None if source is None else source.release


def authority_origin(reader: Any) -> str:
    """What stands beside a column of authority."""
    source = score_source(reader)
    if source is None:
        return "own graph"
    return f"web graph {source.release} of {source.data_date or 'unknown date'}"


def not_in_release(reader: Any) -> list[str]:
    """A sentence on the domains of an index that the release does not know, if there are any."""
    source = score_source(reader)
    if source is None or source.known == source.domains:
        return []
    missing = source.domains - source.known
    return [
        f"{missing:,} of the {source.domains:,} domains of this index {'is' if missing == 1 else 'are'} not in the web "
        f"graph {source.release}: without authority."
    ]


def _continued(sentence: str) -> str:
    """A sentence as it stands after a colon."""
    return sentence[0].lower() + sentence[1:].rstrip(".")
