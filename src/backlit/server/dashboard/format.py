"""Figures, days and foreign texts as the pages show them."""

from __future__ import annotations

import datetime
import re
from typing import Any

from markupsafe import Markup, escape

from backlit.questions.profile_format import percent as _percent
from backlit.questions.report_html import el
from backlit.questions.shown_names import Name, name_of
from backlit.text.visible import visible

#: Between groups of three digits: narrow, and no line breaks at it.
THIN = "\u202f"
DASH = "–"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_GROUPS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CODE = re.compile(r"`([^`]*)`")
_TITLE_CHARACTERS = 2000
#: Characters of an address for which every column has room, and of its end that is never left out.
_SURELY_SHOWN, _TAIL = 24, 18
#: Characters of a text that three lines of a column hold, which is what a table shows.
_SURELY_WHOLE = 60
REL = "noopener noreferrer nofollow"


def number(value: int | float | None) -> str:
    """``1234567`` with thin separators; a dash where it is unknown."""
    return DASH if value is None else f"{value:,.0f}".replace(",", THIN)


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with few decimals, none where it is whole."""
    if value is None:
        return DASH
    told = f"{value:,.{digits}f}".replace(",", THIN)
    return told.rstrip("0").rstrip(".") if "." in told else told


def percent(share: float | None) -> str:
    """A share, 0 to 1, as a percentage; never nothing for something, nor all for a part."""
    return _percent(share)


def score(value: float | None) -> str:
    """A score of 0 to 100, whole."""
    return DASH if value is None else f"{value:.0f}"


def size(count: int | None) -> str:
    """Bytes as kB, MB, GB."""
    if count is None:
        return DASH
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            return (
                f"{amount:.0f}{THIN}{unit}" if unit == "B" or amount >= 100 else f"{amount:.1f}{THIN}{unit}"
            )
        amount /= 1000
    raise AssertionError


def sentence(text: str) -> Markup:
    """A sentence of the library with its figures as the pages write them, and nothing that acts on the screen."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(_GROUPS.sub(THIN, visible(text))))))


def day(value: Any) -> Markup:
    """A day as ``2 Oct 2026``, a month as ``Oct 2026``, with the ISO form for machines; a dash where unknown."""
    if value is None or value == "":
        return unknown()
    iso = value.isoformat() if isinstance(value, datetime.date | datetime.datetime) else str(value)
    return Markup(el("time", day_text(iso), datetime=iso[:10], title=iso[:19].replace("T", " ")))


def day_text(iso: str) -> str:
    """``2026-10-02…`` as ``2 Oct 2026``, ``2026-10`` as ``Oct 2026``; other texts as they are."""
    found = re.match(r"(\d{4})-(\d\d)(?:-(\d\d))?", iso)
    if found is None or not 1 <= int(found[2]) <= 12:
        return visible(iso, 40)
    month = f"{_MONTHS[int(found[2]) - 1]}\u00a0{found[1]}"
    return f"{int(found[3])}\u00a0{month}" if found[3] else month


def moment(value: Any) -> Markup:
    """A time as ``2 Oct 2026, 14:05`` (UTC), with the ISO form for machines."""
    if not value:
        return unknown()
    iso = value.isoformat() if isinstance(value, datetime.datetime) else str(value)
    return Markup(
        el("time", f"{day_text(iso)}, {iso[11:16]}", datetime=iso, title=f"{iso[:19].replace('T', ' ')} UTC")
    )


def duration(seconds: float | None) -> str:
    """Seconds as a person says them: ``40 s``, ``3 min``, ``2 h``."""
    if seconds is None:
        return DASH
    for least, unit in ((3600, "h"), (60, "min")):
        if seconds >= least:
            return f"{seconds / least:.0f}\u00a0{unit}"
    return f"{max(1, round(seconds))}\u00a0s"


def unknown(why: str | None = None) -> Markup:
    """The mark of what is unknown, with its reason where that is known."""
    return Markup(el("span", DASH, class_="na", title=why or "unknown"))


def cut(text: str, limit: int) -> str:
    """``text`` with its end left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut_middle(text: str, limit: int) -> str:
    """``text`` with its middle left out: both ends of an address matter."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def foreign(text: str | None, limit: int = 160) -> Markup:
    """A text of strangers in its own direction, with marks for what acts; cut to ``limit``, whole on hover."""
    if text is None:
        return unknown()
    shown = visible(text, _TITLE_CHARACTERS)
    if not shown:
        return Markup(el("span", "(empty)", class_="soft"))
    short = cut(shown, limit)
    return Markup(el("bdi", short, dir="auto", title=shown if len(shown) > _SURELY_WHOLE else None))


def address(url: str | None, limit: int = 110) -> Markup:
    """An address as a link to it, its middle left out where it is long; whole on hover and on focus.

    In tables the style sheet leaves out as much of the ``start`` as the column has no room for.
    """
    if url is None:
        return unknown()
    shown = visible(url, _TITLE_CHARACTERS)
    plain = re.sub(r"^https?://", "", shown)
    short = cut_middle(plain, limit)
    parts: list[Any] = [el("bdi", _in_two(short), dir="ltr", class_="cut")]
    if len(plain) > _SURELY_SHOWN:
        parts.append(el("bdi", shown, dir="ltr", class_="whole"))
    if not url.startswith(("http://", "https://")) or visible(url) != url:
        return Markup(el("span", parts, class_="url", title=shown))
    return Markup(el("a", parts, class_="url", href=url, rel=REL, title=shown))


def _in_two(text: str) -> Any:
    """The start of an address, and its end, which is always shown."""
    if len(text) <= _SURELY_SHOWN:
        return text
    last = len(text) - text.rstrip("/").rfind("/") - 1
    tail = last if 0 < last <= _TAIL else _TAIL
    return [el("span", text[:-tail], class_="start"), el("span", text[-tail:], class_="end")]


def host(name: str, href: str | None = None, limit: int = 48) -> Markup:
    """A host in the spelling that people read, the other on hover; a mark where its scripts are mixed.

    ``href`` is an address of ours.
    """
    found = name_of(name)
    inner = el("bdi", cut_middle(visible(found.shown), limit), dir="ltr")
    title = other_spelling(found)
    linked = el("a", inner, href=href, title=title) if href else el("span", inner, title=title)
    return Markup(linked + " " + MIXED) if found.mixed else Markup(linked)


#: Beside names whose labels mix scripts.
MIXED = el(
    "span",
    "mixed scripts",
    class_="tag warn",
    title="Letters of several scripts: it may be meant to look like another name.",
)


def other_spelling(found: Name) -> str | None:
    """What hovering over a name tells: its other spelling, or all of a long one."""
    for spelled in (found.ascii, visible(found.unicode)):
        if spelled != found.shown:
            return spelled
    return found.ascii if len(found.ascii) > 48 else None


def outward(url: str, word: str) -> Markup:
    """A small link to a page of strangers; ``word`` says where it leads."""
    if visible(url) != url:
        return Markup("")
    return Markup(el("a", "↗", href=url, rel=REL, class_="out", title=word, aria_label=word))
