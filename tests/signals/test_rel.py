"""Links that are marked as not to count."""

from __future__ import annotations

from typing import Any

import pytest

from backlit.settings import default
from backlit.signals.load import ground_of
from backlit.signals.rel import SIGNALS, measure
from signal_grounds import plain


@pytest.mark.parametrize(
    ("row", "qualified", "marked", "unmarked"),
    [
        ({}, None, None, None),
        ({"rel": ""}, 0, None, None),
        ({"rel": "nofollow"}, 1, None, None),
        ({"rel": "sponsored noopener", "placement": "content"}, 1, 0, 0),
        ({"rel": "ugc", "placement": "comment"}, 1, 1, 0),
        ({"rel": "nofollow", "placement": "comment"}, 1, 0, 0),
        ({"rel": "", "placement": "comment"}, 0, 0, 1),
        ({"follow": False, "placement": "comment"}, 1, 0, 0),
        ({"placement": "comment"}, None, None, None),
    ],
)
def test_marks_are_read(
    row: dict[str, Any], qualified: float | None, marked: float | None, unmarked: float | None
) -> None:
    found = measure(
        ground_of([{"source_url": "https://a.test/", "target_url": "https://t.test/"} | row]), default()
    )
    assert list(found) == [signal.id for signal in SIGNALS]
    assert [plain(m.value) for m in found.values()] == [[qualified], [marked], [unmarked]]
