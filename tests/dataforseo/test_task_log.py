"""The log of tasks: whole for whoever reads it, bounded, and there without the right to write."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from backlit import settings
from backlit.state.store import open_state
from backlit.state.tasks import add_tasks, find_tasks
from backlit.work.task_log import Task, TaskLog, Wanted, asked_of, packed

ALL = Wanted(first=0, end=1 << 60)


def task(number: int, **more: object) -> Task:
    values = {
        "task": f"t{number}",
        "function": "summary",
        "url": "http://localhost/v3/backlinks/summary/live",
        "posted": number,
        "done": number + 1,
        "code": 20000,
        "message": "Ok.",
        "failed": False,
        "asked": packed({"target": f"{number}.com"}),
    }
    return Task(**(values | more))  # type: ignore[arg-type]


def ids(tasks: list[Task]) -> list[str]:
    return [each.task for each in tasks]


def test_a_task_is_found_at_once_by_this_log_and_by_another(tmp_path: Path) -> None:
    log = TaskLog(tmp_path)
    for number in range(3):
        log.add(task(number))
        assert ids(log.find(ALL)) == [f"t{each}" for each in range(number + 1)]
    assert asked_of(TaskLog(tmp_path).find(ALL)[2]) == {"target": "2.com"}


@pytest.mark.parametrize(
    ("rules", "numbers"),
    [({"write_seconds": 0.01}, (1,)), ({"write_seconds": 3600, "waiting": 3}, (1, 2, 3))],
)
def test_what_waits_is_written_after_a_while_or_when_it_is_much(
    rules: dict[str, float], numbers: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = TaskLog(tmp_path)
    monkeypatch.setattr(log, "_rules", msgspec.structs.replace(settings.default().tasks, **rules))
    log.add(task(numbers[0]))
    timer = log._timer
    assert timer is not None
    for number in numbers[1:]:
        log.add(task(number))
    # Much that waits stops the timer, which then ends without having written.
    timer.join(60)
    assert timer.finished.is_set()
    with open_state(tmp_path, write=False) as state:
        assert ids(find_tasks(state, ALL)) == [f"t{number}" for number in numbers]


@pytest.mark.parametrize("writable", [True, False])
def test_tasks_are_chosen_by_time_function_and_outcome(
    writable: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # A folder that is not there can no more be written to than one without the right.
    log = TaskLog(tmp_path if writable else tmp_path / "gone")
    with caplog.at_level(logging.WARNING):
        for number in range(6):
            log.add(
                task(number, failed=number % 2 == 1, function=("summary", "id_list", "anchors")[number % 3])
            )

        def found(**more: object) -> str:
            wanted = msgspec.structs.replace(ALL, **more)
            return "".join(each.task[1:] for each in log.find(wanted))

        assert found() == "012345"
        assert found(first=2, end=4) == "23"
        assert found(failed=True) == "135"
        assert found(functions=("summary", "anchors"), descending=True) == "5320"
        assert found(without=("id_list",)) == "0235"
        assert found(descending=True, limit=2, offset=1) == "43"
    assert len([record for record in caplog.records if "in memory" in record.message]) == (
        0 if writable else 1
    )
    assert (tmp_path / "gone").exists() is False


def test_the_log_is_bounded(tmp_path: Path) -> None:
    with open_state(tmp_path, write=True) as state:
        for first in range(0, 30, 3):
            add_tasks(state, [task(n) for n in range(first, first + 3)], rows=10, asked_rows=4)
        found = find_tasks(state, ALL)
    assert ids(found) == [f"t{n}" for n in range(20, 30)]
    assert [each.asked is not None for each in found] == [False] * 6 + [True] * 4


def test_parameters_that_are_very_long_are_not_kept() -> None:
    assert packed({"targets": ["x" * 70_000]}) is None
    assert packed({"tag": "\ud800"}) is not None
