"""One call from its bytes to its answer: tasks are read, carried out, logged and wrapped."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from backlit.server.dataforseo.body import read_tasks
from backlit.server.dataforseo.endpoints import Endpoint
from backlit.server.dataforseo.envelope import ONE_TASK, TaskError, envelope, internal_error, respond, task
from backlit.server.dataforseo.fields import available_filters
from backlit.server.dataforseo.flat import flattened
from backlit.server.dataforseo.requests import Request, echo, read_request

if TYPE_CHECKING:
    from starlette.responses import Response

    from backlit.server.serving import Serving

_log = logging.getLogger(__name__)


class Call(NamedTuple):
    """What came in: an endpoint, its form, the body, and the address it was asked at."""

    endpoint: Endpoint
    flat: bool
    body: bytes
    url: str
    path: str


class Calls:
    """Answers calls on a served index. Its methods are used from many threads at once."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving

    def answer(self, call: Call) -> Response:
        """The answer of one call. What goes wrong on our side is logged and told as HTTP 500."""
        started = time.perf_counter()
        try:
            answer = self._answer(call, started)
        except Exception:
            _log.exception("a call of %s failed", call.path)
            return internal_error(call.path)
        return respond(flattened(answer) if call.flat else answer)

    def _answer(self, call: Call, started: float) -> dict[str, Any]:
        try:
            tasks = [{}] if call.endpoint.method == "GET" else read_tasks(call.body)
        except TaskError as exc:
            return envelope(None, started, code=exc.code, message=exc.message)
        done = [self._task(call, number, given) for number, given in enumerate(tasks)]
        return envelope(done, started)

    def _task(self, call: Call, number: int, given: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        path = ["v3", *call.endpoint.path.split("/")]
        data = echo(call.endpoint, given)
        try:
            if number and call.endpoint.live:
                raise TaskError(ONE_TASK)
            request = read_request(call.endpoint, given, flat=call.flat)
            return task(path=path, data=data, result=self._result(request), started=started)
        except TaskError as exc:
            return task(
                path=path, data=data, result=None, started=started, code=exc.code, message=exc.message
            )

    def _result(self, request: Request) -> list[Any]:
        if request.endpoint.function == "available_filters":
            return [available_filters()]
        raise NotImplementedError(request.endpoint.path)
