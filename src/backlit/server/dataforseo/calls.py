"""One call from its bytes to its answer: tasks are read, carried out, logged and wrapped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from backlit.server.dataforseo.account import micros
from backlit.server.dataforseo.answers import Answers
from backlit.server.dataforseo.body import read_tasks
from backlit.server.dataforseo.endpoints import Endpoint
from backlit.server.dataforseo.envelope import (
    INTERNAL,
    MESSAGES,
    OK,
    ONE_TASK,
    TaskError,
    envelope,
    new_id,
    now,
    respond,
    task,
)
from backlit.server.dataforseo.flat import flattened
from backlit.server.dataforseo.requests import echo, read_request
from backlit.work.task_log import Task, TaskLog, packed

if TYPE_CHECKING:
    from starlette.responses import Response

    from backlit.server.serving import Serving

#: Tasks of one call that are logged; more can only have been sent by mistake.
_LOGGED = 100
_LONGEST_URL = 2000


class Call(NamedTuple):
    """What came in: an endpoint, its form, the body, the address it was asked at, and who asked."""

    endpoint: Endpoint
    flat: bool
    body: bytes
    url: str
    login: str


class Calls:
    """Answers calls on a served index. Its methods are used from many threads at once."""

    def __init__(self, serving: Serving) -> None:
        self.log = TaskLog(serving.path)
        self.answers = Answers(serving, self.log)

    def answer(self, call: Call) -> Response:
        """The answer of one call. What goes wrong on our side is raised, when it has been logged."""
        started = time.perf_counter()
        try:
            tasks = [{}] if call.endpoint.method == "GET" else read_tasks(call.body)
        except TaskError as exc:
            answer = envelope(None, started, code=exc.code, message=exc.message)
        else:
            done = [self._task(call, number, given) for number, given in enumerate(tasks)]
            answer = envelope(done, started)
        return respond(flattened(answer) if call.flat else answer)

    def _task(self, call: Call, number: int, given: dict[str, Any]) -> dict[str, Any]:
        started, posted, id_ = time.perf_counter(), micros(now()), new_id()
        path = ["v3", *call.endpoint.path.split("/")]
        data = echo(call.endpoint, given)
        code, message, result = INTERNAL, MESSAGES[INTERNAL], None
        try:
            if number and call.endpoint.live:
                raise TaskError(ONE_TASK)
            request = read_request(call.endpoint, given, flat=call.flat)
            result = self.answers.of(request, call.login)
            code, message = OK, MESSAGES[OK]
        except TaskError as exc:
            code, message = exc.code, exc.message
        finally:
            if number < _LOGGED and call.endpoint.api == "backlinks":
                self.log.add(
                    Task(
                        task=id_,
                        function=call.endpoint.function,
                        url=call.url[:_LONGEST_URL].encode("utf-8", "replace").decode(),
                        posted=posted,
                        done=micros(now()),
                        code=code,
                        message=message.encode("utf-8", "replace").decode(),
                        failed=code != OK,
                        asked=packed(data),
                    )
                )
        return task(path=path, data=data, result=result, started=started, id_=id_, code=code, message=message)
