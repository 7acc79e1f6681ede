"""The relations over a selection, by name."""

from __future__ import annotations

from collections.abc import Callable

from backlit.questions.backlinks.rows import backlinks
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.summary import summary

RELATIONS: dict[str, Callable[..., Relation]] = {"backlinks": backlinks, "summary": summary}

#: Those that are counted once for a selection and kept.
KEPT = frozenset(RELATIONS) - {"backlinks"}
