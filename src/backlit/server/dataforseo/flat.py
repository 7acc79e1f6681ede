"""The short form of an answer, for paths that end in ``.ai``: no envelope, nothing empty, limits of ten."""

from __future__ import annotations

from typing import Any

from backlit.server.dataforseo.envelope import flat_failure

_DECIMALS = 3


def flattened(answer: dict[str, Any]) -> dict[str, Any]:
    """The first task of an answer as one flat object; of an answer without tasks its own failure.

    A result without items becomes the one item; several results become the items.
    """
    tasks = answer["tasks"]
    if not tasks:
        return flat_failure(answer["status_code"], answer["status_message"])
    task = tasks[0]
    head = flat_failure(task["status_code"], task["status_message"], task["id"])
    results = task["result"]
    if results is None:
        return head
    if len(results) == 1 and "items" in results[0]:
        beside = {key: value for key, value in results[0].items() if key != "items"}
        items = results[0]["items"] or []
    else:
        beside, items = {"items_count": len(results)}, results
    return {**head, **_rounded(beside), "items": [_without_empty(item) for item in items]}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return value


def _without_empty(value: Any) -> Any:
    """The value without the keys that say nothing: null, false, and what is empty; zeros stay."""
    if isinstance(value, dict):
        kept = ((key, _without_empty(each)) for key, each in value.items())
        return {
            key: each
            for key, each in kept
            if each is not None and each is not False and each not in ("", [], {})
        }
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return _rounded(value)
