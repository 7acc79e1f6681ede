"""The relations over a selection, by name."""

from __future__ import annotations

from collections.abc import Callable

from backlit.questions.backlinks.competitors import competitors
from backlit.questions.backlinks.groups import (
    anchors,
    domain_pages_summary,
    referring_domains,
    referring_networks,
)
from backlit.questions.backlinks.pages import domain_pages
from backlit.questions.backlinks.rows import backlinks
from backlit.questions.backlinks.scope import Relation
from backlit.questions.backlinks.summary import summary
from backlit.questions.backlinks.timelines import history, timeseries_new_lost, timeseries_summary

RELATIONS: dict[str, Callable[..., Relation]] = {
    "backlinks": backlinks,
    "anchors": anchors,
    "referring_domains": referring_domains,
    "referring_networks": referring_networks,
    "domain_pages": domain_pages,
    "domain_pages_summary": domain_pages_summary,
    "summary": summary,
    "competitors": competitors,
    "history": history,
    "timeseries_summary": timeseries_summary,
    "timeseries_new_lost": timeseries_new_lost,
}

#: Those that are counted once for a selection and kept.
KEPT = frozenset(RELATIONS) - {"backlinks", "history", "timeseries_summary", "timeseries_new_lost"}
