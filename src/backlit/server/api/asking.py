"""From a request's parameters to a question of the library; each function is one route of the table."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backlit.errors import IndexNotFound, InputError
from backlit.questions.opened import PinnedIndex
from backlit.questions.result import Result
from backlit.server.api.parameters import names
from backlit.server.serving import Serving
from backlit.settings import Settings
from backlit.web.target import Target

if TYPE_CHECKING:
    from backlit.questions.disavow_plan import Plan
    from backlit.questions.web_reader import WebReader


@dataclass(frozen=True)
class Asking:
    """What a route needs to ask: the index of one generation, held until ``held`` is closed."""

    serving: Serving
    settings: Settings
    held: ExitStack

    def index(self) -> PinnedIndex:
        """The generation of this request, as an index."""
        return PinnedIndex(self.held.enter_context(self.serving.reader()))

    def index_or_release(self) -> PinnedIndex | WebReader:
        """The index; where there is none but a web-graph release, a reader of that."""
        from backlit.questions.web_reader import web_reader

        try:
            return self.index()
        except IndexNotFound:
            found = web_reader(self.serving.path)
            if found is None:
                raise
            return self.held.enter_context(found)

    def index_or_path(self) -> Any:
        """The index; where there is none, its path, for questions that a web-graph release answers alone."""
        try:
            return self.index()
        except IndexNotFound:
            return self.serving.path


Ask = Callable[..., Any]


def target_of(values: dict[str, Any]) -> Target:
    """The target that was named."""
    return Target.parse(values["target"], values.get("kind"))


def _rows(values: dict[str, Any]) -> tuple[Any, ...]:
    return values["where"], values["sort"], values["limit"], values["offset"]


def links(asking: Asking, **values: Any) -> Result:
    from backlit.questions.links import links

    wanted = names(values["columns"]) or None
    return links(asking.index(), target_of(values), *_rows(values), status=values["status"], columns=wanted)


def domains(asking: Asking, **values: Any) -> Result:
    from backlit.questions.domains import domains

    return domains(asking.index_or_release(), target_of(values), *_rows(values), status=values["status"])


def anchors(asking: Asking, **values: Any) -> Result:
    from backlit.questions.anchors import anchors

    return anchors(asking.index(), target_of(values), *_rows(values), settings=asking.settings)


def pages(asking: Asking, **values: Any) -> Result:
    from backlit.questions.columns import TARGET_PAGES
    from backlit.questions.listing import Request
    from backlit.questions.pages import pages

    where, sort, limit, offset = _rows(values)
    standing = {"all": None, "live": "links > 0", "lost": "links = 0"}[values["status"]]
    if standing is not None:
        # The user's filter is checked by itself first, so that a slip in it is told as it was written.
        Request(where, sort, limit, offset).check_columns(TARGET_PAGES)
        where = standing if where is None else f"({where}) and {standing}"
    return pages(asking.index(), target_of(values), where, sort, limit, offset)


def history(asking: Asking, **values: Any) -> Result:
    from backlit.questions.history import history

    return history(asking.index(), target_of(values), *_rows(values), by=values["by"])


def audit(asking: Asking, **values: Any) -> Result:
    from backlit.questions.audit import audit

    wanted = names(values["columns"]) or None
    return audit(asking.index(), target_of(values), *_rows(values), columns=wanted, settings=asking.settings)


def networks(asking: Asking, **values: Any) -> Result:
    from backlit.questions.networks import networks

    return networks(asking.index(), target_of(values), *_rows(values), settings=asking.settings)


def gap(asking: Asking, **values: Any) -> Result:
    from backlit.questions.gap import gap

    text = values["at_least"].strip().lower()
    if text != "all" and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InputError(f"How many rivals at least is a whole number or all, not {values['at_least']!r}.")
    return gap(
        asking.index_or_release(),
        target_of(values),
        names(values["versus"]),
        *_rows(values),
        mode=values["mode"],
        at_least="all" if text == "all" else int(text),
        by=values["by"],
        web=values["web"],
        settings=asking.settings,
    )


def compare(asking: Asking, **values: Any) -> Result:
    from backlit.questions.compare import compare

    return compare(
        asking.index_or_release(),
        names(values["target"]),
        days=values["days"],
        web=values["web"],
        settings=asking.settings,
    )


def rivals(asking: Asking, **values: Any) -> Result:
    from backlit.questions.rivals import rivals

    return rivals(
        asking.index_or_release(),
        target_of(values),
        *_rows(values),
        web=values["web"],
        settings=asking.settings,
    )


def broken(asking: Asking, **values: Any) -> Result:
    from backlit.questions.broken import broken

    return broken(
        asking.index(), target_of(values), *_rows(values), state=values["state"], settings=asking.settings
    )


def flat_gap(found: Result) -> Result:
    """The rows of a gap as a spreadsheet takes them."""
    from backlit.questions.gap import links_as_text

    return links_as_text(found)


def reviews(asking: Asking, **values: Any) -> Result:
    from backlit.questions.reviews import reviews

    about = None if values["target"] is None else target_of(values)
    found = reviews(asking.index(), about, history=values["history"])
    limit, offset = values["limit"], values["offset"]
    kept = list(found.tuples())[offset : None if limit is None else offset + limit]
    return Result(kept, found.provenance, schema=found.schema, total=found.total, notes=found.notes)


def profile(asking: Asking, **values: Any) -> Any:
    from backlit.questions.profile import profile

    return profile(
        asking.index_or_release(), target_of(values), settings=asking.settings, audit=values["audit"]
    )


def report(asking: Asking, **values: Any) -> Any:
    from backlit.questions.report_order import order
    from backlit.questions.report_read import report

    asked = order(
        names(values["sections"]),
        title=values["title"],
        client=values["client"],
        introduction=values["introduction"],
        before=values["before"],
        after=values["after"],
        settings=asking.settings,
    )
    return report(asking.index_or_release(), target_of(values), asked, settings=asking.settings)


def risk(asking: Asking, **values: Any) -> Any:
    from backlit.questions.risk import risk

    return risk(asking.index(), target_of(values), settings=asking.settings)


def explain(asking: Asking, **values: Any) -> Any:
    from backlit.questions.explain import explain

    return explain(asking.index(), values["link"], values["target"], settings=asking.settings)


def authority(asking: Asking, **values: Any) -> Any:
    from backlit.questions.authority import authority

    asked = names(values["target"])
    if not asked:
        raise InputError("Name at least one domain: target=example.com.")
    return authority(
        asking.index_or_path(),
        asked,
        release=values["release"],
        before=values["before"],
        top=values["limit"],
        settings=asking.settings,
    )


def whatif(asking: Asking, **values: Any) -> Any:
    from backlit.questions.whatif import whatif

    gain, lose = names(values["gain"]), names(values["lose"])
    if not gain and not lose:
        raise InputError("Name at least one domain to gain or to lose.")
    return whatif(
        asking.index_or_path(),
        values["target"],
        gain=gain,
        lose=lose,
        exact=values["exact"],
        release=values["release"],
        settings=asking.settings,
    )


def info(asking: Asking, **_values: Any) -> Any:
    from backlit.questions.info import info

    return info(asking.index())


def web_info(asking: Asking, **_values: Any) -> Any:
    from backlit.questions.web_info import web_info

    return web_info(asking.serving.path)


def plan(asking: Asking, **values: Any) -> Plan:
    from backlit.questions.disavow_plan import disavow_plan
    from backlit.questions.verdict_rows import link_verdicts

    index, target = asking.index(), target_of(values)
    return disavow_plan(
        index,
        target,
        verdicts=link_verdicts(index, target, settings=asking.settings),
        own=names(values["own"]),
        brands=names(values["brand"]),
        force=values["force"],
        date=day(values["date"]),
        settings=asking.settings,
    )


def simulate(asking: Asking, **values: Any) -> Any:
    from backlit.questions.disavow_text import entry_of

    entries = [entry_of(one) for one in plan(asking, **values, date=None).entries]
    return _simulated(asking, target_of(values), entries, values["release"])


def simulate_text(asking: Asking, body: Any) -> Any:
    from backlit.questions.disavow_files import Upload, read_disavow_file

    read, _ = read_disavow_file(Upload("disavow.txt", body.text.encode("utf-8", "replace")), asking.settings)
    return _simulated(asking, Target.parse(body.target, body.kind), read.entries, body.release)


def _simulated(asking: Asking, target: Target, entries: Sequence[Any], release: str | None) -> Any:
    from backlit.questions.disavow_simulate import simulate_disavow

    return simulate_disavow(asking.index(), target, entries, release=release, settings=asking.settings)


def requests(asking: Asking, **values: Any) -> Any:
    from backlit.questions.disavow_dossier import removal_requests
    from backlit.questions.verdict_rows import link_verdicts

    index, target = asking.index(), target_of(values)
    return removal_requests(index, target, verdicts=link_verdicts(index, target, settings=asking.settings))


def dossier(asking: Asking, **values: Any) -> Any:
    from backlit.questions.disavow_dossier import dossier

    return dossier(asking.index(), target_of(values), plan(asking, **values))


def check_text(asking: Asking, body: Any) -> Any:
    from backlit.questions.disavow_files import check_file

    return check_file(_upload("disavow.txt", body.text), own=body.own, settings=asking.settings)


def repair_text(asking: Asking, body: Any) -> Any:
    from backlit.questions.disavow_files import repair_file

    return repair_file(_upload("disavow.txt", body.text), own=body.own, settings=asking.settings)


def merge_texts(asking: Asking, body: Any) -> Any:
    from backlit.questions.disavow_files import merge_files

    files = [_upload(f"disavow-{number}.txt", text) for number, text in enumerate(body.texts, 1)]
    return merge_files(files, own=body.own, settings=asking.settings)


def diff_texts(asking: Asking, body: Any) -> Any:
    from backlit.questions.disavow_files import diff_files

    return diff_files(
        _upload("before.txt", body.before), _upload("after.txt", body.after), settings=asking.settings
    )


def set_review(asking: Asking, body: Any) -> Any:
    from backlit.work.review import review

    return review(
        asking.index(),
        body.target,
        None if body.decision == "withdraw" else body.decision,
        domains=body.domains,
        links=body.links,
        to=body.to,
        networks=body.networks,
        note=body.note,
    )


def import_reviews(asking: Asking, body: Any) -> Any:
    from backlit.work.review import import_reviews

    return import_reviews(asking.index(), _upload("reviews.csv", body.csv))


def record_sent(asking: Asking, body: Any) -> Any:
    from backlit.work.review import record_requests

    added = record_requests(
        asking.index(), body.target, body.domains, day=day(body.date), way=body.way, note=body.note
    )
    return {"added": added}


def day(given: str | None) -> str:
    """A day as it was given, or today. Raises ``InputError`` for what is no day."""
    if given is None:
        return datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        if len(given) != 10:
            raise ValueError
        return datetime.date.fromisoformat(given).isoformat()
    except ValueError as exc:
        raise InputError(f"{given!r} is no day such as 2026-01-31.") from exc


def _upload(name: str, text: str) -> Any:
    from backlit.questions.disavow_files import Upload

    return Upload(name, text.encode("utf-8", "replace"))
