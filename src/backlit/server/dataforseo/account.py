"""What the server knows of its own use: tasks, failed tasks, and an account that costs nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from backlit import settings
from backlit.server.dataforseo.endpoints import ENDPOINTS
from backlit.server.dataforseo.envelope import TIME_FORMAT, now
from backlit.server.dataforseo.requests import Request
from backlit.work.task_log import Task, TaskLog, Wanted, asked_of

_SECOND = 1_000_000
#: Asking for the log is no entry of the list, so that its pages stand still while one reads them.
UNLISTED = ("id_list", "errors")


def micros(moment: datetime) -> int:
    """A moment as the log keeps it."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def shown(moment: int) -> str:
    """A moment of the log as answers write it."""
    return datetime.fromtimestamp(moment // _SECOND, UTC).strftime(TIME_FORMAT)


def id_list(log: TaskLog, request: Request) -> list[dict[str, Any]]:
    """The tasks posted from one moment to another, both included to the second."""
    values = request.values
    found = log.find(
        Wanted(
            first=micros(values["datetime_from"]),
            end=micros(values["datetime_to"]) + _SECOND,
            without=UNLISTED,
            descending=values["sort"] == "desc",
            limit=values["limit"],
            offset=values["offset"],
        )
    )
    return [
        {
            "id": task.task,
            "url": task.url,
            "datetime_posted": shown(task.posted),
            "datetime_done": shown(task.done),
            "status": task.message,
            "cost": 0,
            "metadata": asked_of(task) if values["include_metadata"] else None,
        }
        for task in found
    ]


def errors(log: TaskLog, request: Request) -> list[dict[str, Any]]:
    """The tasks that failed within the last days, the latest first."""
    values = request.values
    oldest = now() - timedelta(days=settings.default().tasks.failed_days)
    first = max(values["datetime_from"] or oldest, oldest)
    function = values["filtered_function"]
    found = log.find(
        Wanted(
            first=micros(first),
            end=micros(values["datetime_to"] or now()) + _SECOND,
            failed=True,
            functions=() if function is None else (function,),
            descending=True,
            limit=values["limit"],
            offset=values["offset"],
        )
    )
    return [_error(task) for task in found]


def _error(task: Task) -> dict[str, Any]:
    path = next(endpoint.path for endpoint in ENDPOINTS if endpoint.function == task.function)
    return {
        "id": task.task,
        "datetime": shown(task.posted),
        "function": path.partition("/")[2],
        "error_code": task.code,
        "error_message": task.message,
        "http_url": task.url,
        "http_method": "POST",
        "http_code": 500 if task.code >= 50000 else 200,
        "http_time": (task.done - task.posted) / _SECOND,
        "http_response": None,
    }


def user_data(login: str) -> dict[str, Any]:
    """The account: nothing is paid, and what is limited is the number of requests."""
    per_minute = float(settings.default().server.rate_per_minute)
    functions = [endpoint for endpoint in ENDPOINTS if endpoint.api == "backlinks"]

    def of_each(live: Any, single: Any) -> dict[str, Any]:
        return {
            endpoint.function: live if endpoint.live else single
            for endpoint in functions
            if endpoint.function != "index"
        }

    nothing = {"total": 0.0, "total_backlinks": 0.0, "backlinks": of_each({"live": 0.0}, 0.0)}
    return {
        "login": login,
        "timezone": "UTC",
        "rates": {
            "limits": {
                "day": None,
                "minute": {"total": per_minute, "backlinks": of_each({"live": per_minute}, per_minute)},
            },
            "statistics": {"day": None, "minute": None},
        },
        "money": {
            "total": 0.0,
            "balance": 0.0,
            "limits": {"day": None, "minute": None},
            "statistics": {
                "day": {**nothing, "value": now().strftime("%Y-%m-%d")},
                "minute": {**nothing, "value": now().strftime("%Y-%m-%d %H:%M")},
            },
        },
        "price": None,
        "backlinks_subscription_expiry_date": None,
        "llm_mentions_subscription_expiry_date": None,
    }
