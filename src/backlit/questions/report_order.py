"""What a report is to hold: its sections, its own words and logo, and the two dates to compare."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import msgspec

from backlit.errors import InputError
from backlit.questions.changes import day_asked
from backlit.questions.report_logo import Logo, read_logo
from backlit.settings import Settings, default

#: The sections of a report in their order, and what each says.
SECTIONS = {
    "portrait": "verdict, key figures, how varied",
    "domains": "who links: authority bands, the strongest domains",
    "links": "the strongest links, and how they link",
    "anchors": "what they say",
    "pages": "what they link to",
    "origin": "languages and top-level domains",
    "history": "new and lost by month",
    "changes": "what came and went between two dates",
    "risk": "verdicts, quality, clauses of the link-spam policy",
    "networks": "sites that belong together",
    "unknown": "what the index cannot say",
    "evidence": "an appendix: every point against links called risky or review",
}
#: Those that need a verdict on every link.
JUDGED = ("risk", "networks", "evidence")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it was asked for, checked."""

    sections: tuple[str, ...]
    title: str | None = None
    client: str | None = None
    introduction: str | None = None
    logo: Logo | None = None
    before: str | None = None
    after: str | None = None


def order(
    sections: Sequence[str] | None = None,
    *,
    title: str | None = None,
    client: str | None = None,
    introduction: str | None = None,
    logo: str | Path | bytes | Logo | None = None,
    before: str | datetime.date | None = None,
    after: str | datetime.date | None = None,
    settings: Settings | None = None,
) -> Order:
    """A report to ask for. Without ``sections`` it has all (``changes`` where there are two dates).

    Raises ``InputError`` for a section there is none of, words too long, a logo or dates that cannot be used.
    """
    rules = settings or default()
    if isinstance(sections, str):
        raise InputError(f"Name the sections in a list: [{sections!r}].")
    if (before is None) != (after is None):
        raise InputError("To compare, name two dates: the one before and the one after.")
    wanted = list(dict.fromkeys(one.strip().lower() for one in sections or () if one.strip()))
    for name in wanted:
        if name not in SECTIONS:
            raise InputError(
                f"There is no section {name[:40]!r} in a report; there are {', '.join(SECTIONS)}."
            )
    if "changes" in wanted and before is None:
        raise InputError("The section changes needs two dates: the one before and the one after.")
    if not wanted:
        wanted = [name for name in SECTIONS if name != "changes" or before is not None]
    elif before is not None and "changes" not in wanted:
        wanted.append("changes")
    first, last = (None, None)
    if before is not None and after is not None:
        first, last = day_asked(before, "before"), day_asked(after, "after")
        if first >= last:
            raise InputError(f"The date before ({first}) must be earlier than the date after ({last}).")
    short, long = rules.report.title_characters, rules.report.introduction_characters
    return Order(
        sections=tuple(name for name in SECTIONS if name in wanted),
        title=_words("title", title, short),
        client=_words("name of the client", client, short),
        introduction=_words("introduction", introduction, long),
        logo=logo if isinstance(logo, Logo) or logo is None else read_logo(logo, settings=rules),
        before=first,
        after=last,
    )


def _words(what: str, text: str | None, most: int) -> str | None:
    if text is None or not text.strip():
        return None
    text = text.strip()
    if len(text) > most:
        raise InputError(f"The {what} has {len(text):,} characters; it may have {most:,}.")
    return text
