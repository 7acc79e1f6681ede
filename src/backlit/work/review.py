"""Reviewing: decisions about links, domains and networks are kept, exported and brought in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec

from backlit.errors import InputError, TableError
from backlit.index import Index
from backlit.questions.disavow_files import Upload, platforms
from backlit.state.requests import Request, add_requests
from backlit.state.reviews import COLUMNS, DECISIONS, SCOPES, Decision, Review, Scope, add_reviews, now
from backlit.state.store import open_state
from backlit.web.domain import suffix_section
from backlit.web.ids import pair_id
from backlit.web.target import Target
from backlit.web.url import canonical


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept, and what a reader should know of it."""

    reviews: list[Review]
    added: int
    says: list[str]


def review(
    index: Index,
    target: str,
    decision: str | None,
    *,
    domains: Sequence[str] = (),
    links: Sequence[str] = (),
    to: str | None = None,
    networks: Sequence[str] = (),
    note: str | None = None,
    at: str | None = None,
) -> Reviewed:
    """Keep a decision (null takes an earlier one back) about sources of links to ``target``.

    ``links`` are addresses of pages that link; ``to`` is the page they link to, else all of the target's that
    the index knows of. ``at`` is the time, else now.
    """
    if decision is not None and decision not in DECISIONS:
        raise InputError(f"A decision is one of {', '.join(DECISIONS)}, not {decision!r}.")
    if not domains and not links and not networks:
        raise InputError("Name what the decision is about: --domain, --link or --network.")
    about = Target.parse(target).domain
    time = at or now()
    found: list[Review] = []
    says: list[str] = []

    def keep(scope: Scope, key: str, source: str | None = None, page: str | None = None) -> None:
        found.append(
            Review(
                target=about,
                scope=scope,
                key=key,
                decision=decision,  # type: ignore[arg-type]
                note=note,
                decided_at=time,
                source_url=source,
                target_url=page,
            )
        )

    with index.reader() as reader:
        for name in domains:
            parsed = Target.parse(name)
            if parsed.kind not in ("domain", "host"):
                raise InputError(f"{name!r} is a page: name it with --link, or the host with --domain.")
            host = parsed.host or parsed.domain
            if host == about or host.endswith("." + about):
                raise InputError(f"{host} is the target itself: decisions are about those who link to it.")
            keep("domain", host)
            sql, parameters = reader.links_sql(Target.parse(about, "domain"), with_authority=False)
            [count] = reader.query(
                f"SELECT count(*) AS n FROM ({sql}) WHERE lost_at IS NULL "
                "AND (source_host = ? OR ends_with(source_host, ?))",
                [*parameters, host, "." + host],
            )["n"].to_pylist()
            if not count:
                says.append(f"No link from {host} to {about} is known in this index.")
            if decision == "disavow" and (host in platforms() or suffix_section(host) is not None):
                says.append(
                    f"{host} is a platform of many: a disavow file will name the hosts or pages that link."
                )
        for link in links:
            source = canonical(link)
            sql, parameters = reader.links_sql(Target.parse(about, "domain"), with_authority=False)
            pages = reader.query(
                f"SELECT DISTINCT target_url FROM ({sql}) WHERE source_url = ? ORDER BY target_url",
                [*parameters, source],
            )["target_url"].to_pylist()
            chosen = [canonical(to)] if to is not None else pages
            if not chosen:
                raise InputError(
                    f"No link from {source} to {about} is known: name the page it links to with --to."
                )
            if to is not None and chosen[0] not in pages:
                says.append(f"No link from {source} to {chosen[0]} is known in this index.")
            for page in chosen:
                keep("link", str(pair_id(source, page)), source, page)
        for network in networks:
            keep("network", network)
    with open_state(index.path, write=True) as state:
        added, changed = add_reviews(state, found)
    says += [
        f"The earlier decision about {one.label} was {one.decision} ({one.decided_at[:10]}); the later one holds."
        for one in changed
    ]
    return Reviewed(reviews=found, added=added, says=says)


def import_reviews(index: Index, path: Path | Upload) -> Reviewed:
    """Bring in reviews from a CSV file with the columns of an export; what is there already is left out."""
    reviews: list[Review] = []
    try:
        with _text_of(path) as handle:
            rows = csv.DictReader(handle)
            missing = [
                name for name in ("target", "scope", "decision") if name not in (rows.fieldnames or ())
            ]
            if missing:
                raise TableError(
                    f"{path} has no column {missing[0]!r}: reviews have the columns {', '.join(COLUMNS)}."
                )
            reviews += [_row(path, rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise TableError(f"{path} cannot be read as CSV in UTF-8: {exc}.") from exc
    with open_state(index.path, write=True) as state:
        added, changed = add_reviews(state, reviews)
    says = [
        f"{one.label} was decided {one.decision} on {one.decided_at[:10]}; the later of both decisions holds."
        for one in changed
    ]
    return Reviewed(reviews=reviews, added=added, says=says)


def record_requests(
    index: Index,
    target: str,
    domains: Sequence[str],
    *,
    day: str,
    way: str | None = None,
    note: str | None = None,
) -> int:
    """Keep that the owners of ``domains`` were asked on ``day`` to take their links away."""
    if not domains:
        raise InputError("Name the domains whose owners were asked: --domain.")
    _day(day)
    about = Target.parse(target).domain
    requests = []
    for name in domains:
        parsed = Target.parse(name)
        requests.append(
            Request(target=about, domain=parsed.host or parsed.domain, sent_at=day, way=way, note=note)
        )
    with open_state(index.path, write=True) as state:
        return add_requests(state, requests)


def _text_of(path: Path | Upload) -> TextIO:
    if isinstance(path, Upload):
        return io.StringIO(path.data.decode("utf-8-sig"), newline="")
    return open(path, encoding="utf-8-sig", newline="")


def _row(path: Path | Upload, line: int, row: dict[str, str | None]) -> Review:
    value = {name: _unquoted((row.get(name) or "").strip()) or None for name in COLUMNS}
    place = f"{path}, line {line}"
    scope, decision, key = value["scope"], value["decision"], value["key"]
    if scope not in SCOPES:
        raise TableError(f"{place}: the scope is {scope!r}; it must be one of {', '.join(SCOPES)}.")
    if decision is not None and decision not in DECISIONS:
        raise TableError(f"{place}: the decision is {decision!r}; it must be one of {', '.join(DECISIONS)}.")
    if value["target"] is None:
        raise TableError(f"{place}: the target is missing.")
    source, page = value["source_url"], value["target_url"]
    try:
        about = Target.parse(value["target"]).domain
        if scope == "link" and source is not None and page is not None:
            source, page = canonical(source), canonical(page)
            key = str(pair_id(source, page))
        elif scope == "domain" and key is not None:
            parsed = Target.parse(key)
            key = parsed.host or parsed.domain
    except InputError as exc:
        raise TableError(f"{place}: {exc}") from exc
    if key is None:
        raise TableError(f"{place}: the key is missing; a link needs its source_url and target_url.")
    time = value["decided_at"] or now()
    try:
        datetime.fromisoformat(time)
    except ValueError as exc:
        raise TableError(f"{place}: {time!r} is no time such as 2026-01-31T12:00:00Z.") from exc
    return Review(
        target=about,
        scope=scope,
        key=key,
        decision=_decision(decision),
        note=value["note"],
        decided_at=time,
        source_url=source,
        target_url=page,
    )


def _decision(text: str | None) -> Decision | None:
    return next((known for known in DECISIONS if known == text), None)


def _unquoted(text: str) -> str:
    """A cell without the apostrophe that an export puts before what a spreadsheet would run."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _day(text: str) -> None:
    try:
        datetime.strptime(text, "%Y-%m-%d")
    except ValueError as exc:
        raise InputError(f"{text!r} is no day such as 2026-01-31.") from exc
