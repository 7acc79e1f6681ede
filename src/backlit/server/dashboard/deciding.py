"""Decisions that pages take: what a form decides, and what the review log says of it afterwards.

The later of two decisions holds. Whoever decides is told what stood before, and when it came after the page was
loaded: from another tab, or from somebody else. The log keeps when, not who.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup
from starlette.responses import Response

from backlit.errors import IndexNotFound, InputError
from backlit.questions.report_html import el
from backlit.server.dashboard.format import day_text
from backlit.server.dashboard.site import back

if TYPE_CHECKING:
    from backlit.server.dashboard.forms import Form
    from backlit.server.dashboard.view import View

#: What can be decided, in the order of the buttons, with their keys.
DECISIONS = (("disavow", "d"), ("remove", "r"), ("ignore", "i"), ("keep", "x"))
SCOPES = ("link", "domain", "network")
#: A notice about a decision is shown for so long: its address may be kept as a bookmark.
_SHOWN_FOR = timedelta(minutes=30)
_MOST_TOLD = 12

Entry = dict[str, Any]


class Told(NamedTuple):
    """What became of one decision: itself, what stood before, whether that came after the page was loaded, and
    the one that holds instead, if it was not the last."""

    entry: Entry
    before: Entry | None
    meanwhile: bool
    since: Entry | None


def log(view: View, scope: str | None = None, key: str | None = None) -> list[Entry]:
    """Every decision about links to the target's domain, or about one name, in the order they were made."""
    from backlit.questions.reviews import reviews

    try:
        rows = reviews(view.index, view.target, history=True).rows()
    except IndexNotFound:
        return []  # Nothing was ever decided: there is no state yet.
    return [row for row in rows if scope is None or (row["scope"] == scope and row["key"] == key)]


def decide(view: View, form: Form) -> Response:
    """Do what a form decides, and go back to its page.

    ``key`` (several) and ``current`` (where none is ticked) say what about, as ``link:ID``, ``domain:NAME`` or
    ``network:ID``; ``decision`` what, ``note`` why, ``seen`` when the page was made, ``next`` where to go.
    """
    from backlit.work.review import review

    keys = list(dict.fromkeys(form.all("key"))) or [one for one in [form.one("current")] if one]
    if not keys:
        raise InputError("Nothing is chosen: tick links, domains or networks first, then decide about them.")
    decision, note = form.one("decision"), form.one("note")
    words = (*(name for name, _ in DECISIONS), "withdraw", "note")
    if decision not in words:
        raise InputError(f"A decision is one of {', '.join(words)}.")
    links, domains, networks = _parted(keys)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    target = view.target.domain

    def keep(word: str | None, **about: Any) -> None:
        review(view.index, target, None if word == "withdraw" else word, note=note, at=at, **about)

    found = _addresses(view, links)
    if decision == "note":
        # Only the note changes; what it stands with is what was decided before.
        standing = {(row["scope"], row["key"]): row["decision"] for row in log(view)}
        for pair, source, page in found:
            keep(_standing(standing, "link", pair), links=[source], to=page)
        for scope, names in (("domain", domains), ("network", networks)):
            for name in names:
                keep(_standing(standing, scope, name), **{f"{scope}s": [name]})
    else:
        for _, source, page in found:
            keep(decision, links=[source], to=page)
        if domains or networks:
            keep(decision, domains=domains, networks=networks)
    return back(with_parameters(form.one("next") or view.here(), said=at, seen=form.one("seen")))


def told(view: View) -> list[Told]:
    """What is to be said of the decisions that the address names (``said``: when they were made)."""
    said, seen = view.one("said"), view.one("seen") or ""
    if said is None or not _is_recent(said):
        return []
    every = log(view)
    found = []
    for entry in every:
        if entry["decided_at"] != said:
            continue
        same = [row for row in every if (row["scope"], row["key"]) == (entry["scope"], entry["key"])]
        at = next(i for i, row in enumerate(same) if row is entry)
        before = same[at - 1] if at else None
        later = same[at + 1 :]
        if later and later[0]["decided_at"] == said:
            continue  # Told with the one that came after it.
        meanwhile = before is not None and _is_time(seen) and before["decided_at"] > seen
        found.append(Told(entry, before, meanwhile, later[-1] if later else None))
        if len(found) > _MOST_TOLD:
            break
    return found


def now() -> str:
    """The time a page is made, as the log writes times."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def about(view: View) -> dict[str, Any]:
    """What the templates of decisions need."""
    return {"told": told(view), "label": label, "decisions": DECISIONS, "now": now(), "moment": moment}


def moment(iso: str) -> Markup:
    """A time of the log, to the minute."""
    shown = f"{day_text(iso)}, {iso[11:16]}\u00a0UTC" if len(iso) > 10 else day_text(iso)
    return Markup(el("time", shown, datetime=iso))


def label(entry: Entry) -> str:
    """What a decision is about, for people."""
    page = entry["source_url"] if entry["scope"] == "link" else None
    return str(page or entry["key"])


def _parted(keys: list[str]) -> tuple[list[int], list[str], list[str]]:
    links, domains, networks = [], [], []
    for key in keys:
        scope, _, name = key.partition(":")
        if scope == "link" and name.removeprefix("-").isdecimal() and len(name) <= 20:
            links.append(int(name))
        elif scope == "domain" and name:
            domains.append(name)
        elif scope == "network" and name:
            networks.append(name)
        else:
            raise InputError(f"{key[:80]!r} names no link, domain or network of this page.")
    return links, domains, networks


def _addresses(view: View, links: list[int]) -> list[tuple[int, str, str]]:
    """Pair, page and target of links by their ids. Raises ``InputError`` where one is not there."""
    if not links:
        return []
    if any(not -(2**63) <= one < 2**63 for one in links):
        raise InputError("A link has a number of 64 bits.")
    sql, parameters = view.reader.links_sql(view.target, with_authority=False)
    rows = view.reader.query(
        f"SELECT DISTINCT pair_id, source_url, target_url FROM ({sql}) "
        "WHERE link_id IN (SELECT unnest(?::BIGINT[])) ORDER BY source_url, target_url",
        [*parameters, links],
    ).to_pylist()
    if not rows:
        raise InputError("These links are not in this index any more: load the page again.")
    return [(row["pair_id"], row["source_url"], row["target_url"]) for row in rows]


def _standing(standing: dict[tuple[str, str], str | None], scope: str, key: Any) -> str:
    found = standing.get((scope, str(key)))
    if found is None:
        raise InputError("A note stands with a decision, and nothing was decided here: choose one with it.")
    return found


def with_parameters(address: str, **more: str | None) -> str:
    """``address`` with further parameters, before its fragment; earlier ones of these names go."""
    from urllib.parse import parse_qsl, urlencode

    path, mark, fragment = address.partition("#")
    path, _, query = path.partition("?")
    pairs = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in more]
    pairs += [(name, value) for name, value in more.items() if value]
    return f"{path}?{urlencode(pairs, safe='/:*,@')}{mark}{fragment}"


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_recent(text: str) -> bool:
    return _is_time(text) and abs(datetime.now(UTC) - datetime.fromisoformat(text)) < _SHOWN_FOR
