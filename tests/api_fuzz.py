"""Requests made from the API's own description, wrong ones too: none is a fault, each answer is as described."""

from __future__ import annotations

import time
from typing import Any

import hypothesis
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
#: What a generated text rarely is, so that not all end at the first look.
TARGETS = ("shop.com", "https://shop.com/", "shop.com/*", "a.com", "nobody.example")


def fuzz(base: str, examples: int, seconds: float | None = None, seed: int = 0) -> int:
    """Ask every operation below ``/api/v1`` with ``examples`` right and wrong inputs; gives how many were sent.

    With ``seconds`` it goes on, round after round, until they are over. Raises for an answer that is not as described.
    """
    schema = schemathesis.openapi.from_url(f"{base}/openapi.json").include(path_regex="^/api/v1")
    operations = [found.ok() for found in schema.get_all_operations()]
    sent, until = 0, None if seconds is None else time.monotonic() + seconds
    with requests.Session() as session:
        while True:
            for operation in operations:
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    try:
                        strategy = operation.as_strategy(generation_mode=mode)
                    except Exception:  # nothing about this operation can be wrong
                        continue
                    sent += _ask(session, strategy, examples, seed)
            seed += 1
            if until is None or time.monotonic() > until:
                return sent


def _ask(session: requests.Session, strategy: Any, examples: int, seed: int) -> int:
    sent = 0

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(strategy, hypothesis.strategies.sampled_from([*TARGETS, None, None]))
    def run(case: Any, target: str | None) -> None:
        nonlocal sent
        query = getattr(case, "query", None)
        if target is not None and isinstance(query, dict) and isinstance(query.get("target"), str):
            query["target"] = target
        if len(f"{query}{getattr(case, 'path_parameters', None)}") > 4_000:
            return  # a head larger than the server takes: HTTP itself refuses it
        sent += 1
        response = case.call(session=session, timeout=120)
        case.validate_response(response, checks=CHECKS)

    try:
        run()
    except hypothesis.errors.Unsatisfiable:
        return sent
    return sent
