"""What the disavow page shows, computed beside requests: the plan, letters and dossier, and what it would cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from backlit.server.dashboard import deciding
from backlit.server.dashboard.prepared import Answer, prepared_of

if TYPE_CHECKING:
    from backlit.index import Reader
    from backlit.questions.disavow_dossier import Dossier, RemovalRequest
    from backlit.questions.disavow_plan import Plan
    from backlit.server.dashboard.view import View

#: A small target is shown at once; a large one comes back by itself.
_WAIT_SECONDS = 1.5


class Options(NamedTuple):
    """What the user said of the file: own domains and brands, and whether sources of real equity may be listed."""

    own: tuple[str, ...]
    brands: tuple[str, ...]
    force: bool


class Prepared(NamedTuple):
    """The plan, why it would be pointless, the letters, and the dossier."""

    plan: Plan
    pointless: list[str]
    letters: list[RemovalRequest]
    dossier: Dossier


def options(view: View) -> Options:
    """Those of the address."""
    return Options(tuple(view.several("own")), tuple(view.several("brand")), view.one("force") == "1")


def prepared(view: View, chosen: Options) -> Answer:
    """The ``Prepared`` for the target, under the decisions that stand now."""
    target, settings, date = view.target, view.settings, today()

    def make(reader: Reader) -> Prepared:
        from backlit.questions.disavow_dossier import dossier, pointless_reasons, removal_requests
        from backlit.questions.disavow_plan import disavow_plan
        from backlit.questions.opened import PinnedIndex
        from backlit.questions.verdict_rows import link_verdicts

        index = PinnedIndex(reader)
        verdicts = link_verdicts(reader, target, settings=settings)
        plan = disavow_plan(
            index, target, verdicts=verdicts, own=chosen.own, brands=chosen.brands, force=chosen.force,
            date=date, settings=settings,
        )  # fmt: skip
        letters = removal_requests(index, target, verdicts=verdicts)
        return Prepared(plan, pointless_reasons(plan), letters, dossier(index, target, plan))

    return _ask(view, ("plan", date, chosen), make)


def cost(view: View, chosen: Options, plan: Plan) -> Answer:
    """What the plan's file would cost: a ``Simulation``."""
    target, settings = view.target, view.settings

    def make(reader: Reader) -> Any:
        from backlit.questions.disavow_simulate import simulate_disavow
        from backlit.questions.disavow_text import entry_of
        from backlit.questions.opened import PinnedIndex

        entries = [entry_of(one) for one in plan.entries]
        return simulate_disavow(PinnedIndex(reader), target, entries, settings=settings)

    return _ask(view, ("cost", chosen), make)


def _ask(view: View, what: tuple[Any, ...], make: Callable[[Reader], Any]) -> Answer:
    from backlit.server.serving import Serving

    serving: Serving = view.serving
    decided = deciding.log(view)
    stamp = (len(decided), decided[-1]["decided_at"] if decided else None, _requests(view))
    key = (view.reader.identity, view.target, stamp, view.settings.digest, *what)

    def work() -> Any:
        with serving.reader() as reader:
            return make(reader)

    return prepared_of(view.request.app).ask(key, work, wait=_WAIT_SECONDS)


def _requests(view: View) -> int:
    """How many requests for removal were recorded, so that a new one is seen."""
    from backlit.errors import IndexNotFound
    from backlit.questions.reviews import sent_requests

    try:
        return sent_requests(view.index, view.target)
    except IndexNotFound:
        return 0


def today() -> str:
    """The day, in UTC."""
    return datetime.now(UTC).date().isoformat()
