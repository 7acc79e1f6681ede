"""Templates: Jinja2 with everything escaped and nothing undefined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from backlit.questions import report_charts as charts
from backlit.questions.report_parts import swatch
from backlit.questions.shown_names import name_of
from backlit.server.dashboard import format as shown
from backlit.server.dashboard import registry, static
from backlit.server.dashboard.listing import provenance_line
from backlit.server.dashboard.strings import text, text_or

#: Characters that are in no valid page.
_NOWHERE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@cache
def environment() -> jinja2.Environment:
    """The one environment of all templates."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("backlit.server.dashboard"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {
        "number": shown.number,
        "decimal": shown.decimal,
        "percent": shown.percent,
        "score": shown.score,
        "size": shown.size,
        "day": shown.day,
        "sentence": shown.sentence,
        "foreign": shown.foreign,
        "address": shown.address,
        "host": shown.host,
        "moment": shown.moment,
        "duration": shown.duration,
    }
    made.globals |= {
        "t": text,
        "t_or": text_or,
        "static": static.url,
        "pages": registry.found,
        "groups": registry.GROUPS,
        "unknown": shown.unknown,
        "outward": shown.outward,
        "provenance": provenance_line,
        "has_page": registry.is_there,
        "name_of": name_of,
        "bar_of": lambda share: Markup(charts.bar(share)),
        "swatch": lambda kind: Markup(swatch(kind)),
        "hatch": lambda: Markup(charts.hatch()),
    }
    return made


def page(template: str, values: Mapping[str, Any]) -> str:
    """A template filled in, without the characters that no page may hold, whoever wrote them."""
    return _NOWHERE.sub("\ufffd", environment().get_template(template).render(values))
