"""Which question each endpoint asks of the index."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from backlit.server.dataforseo import account, bulk, intersections, listings, series
from backlit.server.dataforseo.endpoints import ENDPOINTS
from backlit.server.dataforseo.fields import available_filters
from backlit.server.dataforseo.requests import Request
from backlit.server.dataforseo.totals import Totals
from backlit.work.task_log import TaskLog

if TYPE_CHECKING:
    from backlit.index import Reader
    from backlit.server.serving import Serving

#: What an endpoint answers of an index: one result.
Answer = Callable[["Reader", Request], dict[str, Any]]

OF_INDEX: dict[str, Answer] = {
    "summary": listings.summary,
    **dict.fromkeys(
        (
            "backlinks",
            "anchors",
            "domain_pages",
            "domain_pages_summary",
            "referring_domains",
            "referring_networks",
            "competitors",
        ),
        listings.listing,
    ),
    "domain_intersection": intersections.domains,
    "page_intersection": intersections.pages,
    **dict.fromkeys(("history", "timeseries_summary", "timeseries_new_lost_summary"), series.over_time),
    **{endpoint.function: bulk.many for endpoint in ENDPOINTS if endpoint.function.startswith("bulk_")},
}


class Answers:
    """Answers requests; used from many threads at once."""

    def __init__(self, serving: Serving, log: TaskLog) -> None:
        self._serving = serving
        self._log = log
        self._totals = Totals()

    def of(self, request: Request, login: str) -> list[dict[str, Any]]:
        """The results of a request. Raises ``TaskError`` for what only the index can tell is wrong."""
        match request.endpoint.function:
            case "available_filters":
                return [available_filters()]
            case "user_data":
                return [account.user_data(login)]
            case "id_list":
                return account.id_list(self._log, request)
            case "errors":
                return account.errors(self._log, request)
        with self._serving.reader() as reader:
            if request.endpoint.function == "index":
                return [self._totals.of(reader)]
            return [OF_INDEX[request.endpoint.function](reader, request)]
