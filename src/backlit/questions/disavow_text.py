"""The text of a disavow file: its entries under comments that say why, and sentences about the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from backlit.web.disavow.entry import Entry
from backlit.web.disavow.file import Group, comment_lines
from backlit.web.target import Target

#: Reasons that a comment over a group names.
_REASONS = 3


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and why it is there. ``equity_share`` is of the target's whole; null where equity is unknown."""

    entry: str
    width: str
    why_no_wider: str
    source_site: str
    decided_by: str
    network: str | None
    reasons: list[str]
    note: str | None
    links: int
    counting_links: int
    toxicity: float | None
    equity_share: float | None


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is not listed although it is risky or was decided so, and why."""

    source_site: str
    links: int
    equity_share: float | None
    why: str


def grouped(planned: Sequence[Planned], date: str) -> list[Group]:
    """Entries under a comment each network and reason has, networks first."""
    by: dict[tuple[str, str], list[Planned]] = defaultdict(list)
    for one in planned:
        if one.network is not None:
            by["0", one.network].append(one)
        elif one.decided_by != "verdict":
            by["1", one.note or "no note"].append(one)
        else:
            by["2", one.reasons[0] if one.reasons else "risky by its verdict"].append(one)
    found = []
    for (kind, name), some in sorted(by.items()):
        comments = {
            "0": f"Network {name}: {count(len(some), 'entry', 'entries')}",
            "1": f"Decided by review: {name}",
            "2": name,
        }[kind]
        lines = comment_lines(f"{comments} ({date})")
        if kind == "0":
            reasons = Counter(reason for one in some for reason in one.reasons)
            for reason, _ in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:_REASONS]:
                lines += comment_lines(reason)
            lines += [
                line
                for note in sorted({one.note for one in some if one.note})
                for line in comment_lines(note)
            ]
        entries = sorted((entry_of(one) for one in some), key=lambda entry: entry.text)
        found.append(Group(tuple(lines), tuple(entries)))
    return found


def entry_of(planned: Planned) -> Entry:
    """The entry itself."""
    if planned.entry.startswith("domain:"):
        return Entry("domain", planned.entry.removeprefix("domain:"))
    return Entry("url", planned.entry)


def head_lines(target: Target, planned: Sequence[Planned], date: str) -> list[str]:
    """The first lines of the file."""
    many = count(len(planned), "entry", "entries")
    return comment_lines(f"Disavow file for {target.label}, written on {date}: {many}") if planned else []


def file_text(head: Sequence[str], groups: Sequence[Group]) -> str:
    """The file, a blank line between its groups."""
    parts = ["".join(f"{line}\n" for line in head)] if head else []
    parts += ["".join(f"{line}\n" for line in (*g.comments, *(e.text for e in g.entries))) for g in groups]
    return "\n".join(parts)


def sentences(
    target: Target,
    planned: Sequence[Planned],
    left_out: Sequence[LeftOut],
    refused: Sequence[LeftOut],
    counts: Counter[str | None],
    links: int,
    judged: bool,
) -> list[str]:
    """What a reader of the file should know of it."""
    says = []
    if not planned:
        says.append(
            f"No entry is called for: of {count(links, 'link', 'links')} to {target.label} "
            + (f"{counts['risky']:,} are risky" if judged else "none was judged")
            + ", and no decision to disavow stands that could be listed. An empty list is a fine answer."
        )
    elif not any(one.counting_links for one in planned):
        says.append("None of the entries matches a followed, visible link: the file would change nothing.")
    if not judged:
        says.append("No verdicts were given, so only your decisions count.")
    if counts["worthless"]:
        says.append(
            f"{count(counts['worthless'], 'link is', 'links are')} worthless: ignored anyway, so not listed."
        )
    if counts["review"]:
        says.append(
            f"{count(counts['review'], 'link waits', 'links wait')} for your review, and nothing is done before."
        )
    says += [f"{one.source_site} is not listed. {one.why}" for one in refused]
    if planned:
        says.append(WHEN_WORD)
    return says


#: When a disavow file is called for at all.
WHEN_WORD = (
    "Upload it only for a manual action, or for links that you know were bought or made for you, and ask for "
    "removal first; Google ignores other bad links by itself, and Bing has had no disavow tool since October 2023."
)


def count(many: int, one: str, more: str) -> str:
    """A number with its noun."""
    return f"{many:,} {one if many == 1 else more}"
