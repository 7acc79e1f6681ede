"""What a tool asks of: the newest generation of the index, pinned for one call, and the limits of an answer."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from backlit.errors import IndexNotFound
from backlit.index import Index
from backlit.questions.opened import PinnedIndex
from backlit.questions.result import Provenance
from backlit.questions.site import Site
from backlit.questions.web_reader import WebReader, web_reader
from backlit.server.mcp.foreign import OPEN, WORD, clean
from backlit.server.mcp.shapes import Answer
from backlit.server.serving import Serving
from backlit.settings import Mcp, Settings, default

A = TypeVar("A", bound=Answer)


#: An option of the command line in a note: here it is an argument.
_OPTION = re.compile(r"--(where|sort|status|limit|offset) ")


class Told(NamedTuple, Generic[A]):
    """An answer, and the lines that say it to people."""

    answer: A
    lines: list[str]

    @property
    def text(self) -> str:
        """The lines, the notes, and where the figures come from."""
        one = self.answer
        notes = [f"Note: {note}" for note in one.notes]
        if any(OPEN in line for line in self.lines):
            notes.append(WORD)
        where = f"Data of {one.data_date or 'an unknown date'}; origin: {one.origin}; generation {one.generation}."
        return "\n".join([*self.lines, *notes, where])


class Asking:
    """One call of a tool: its index, its settings, and whom to tell how far it is."""

    def __init__(
        self,
        serving: Serving,
        settings: Settings | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self._serving = serving
        self.settings = settings or default()
        self.progress = progress

    @property
    def rules(self) -> Mcp:
        """The limits of an answer."""
        return self.settings.mcp

    @property
    def path(self) -> Path:
        """The folder of the index."""
        return self._serving.path

    @property
    def live(self) -> Index:
        """The index itself, for what is written."""
        return self._serving.index()

    @contextlib.contextmanager
    def index(self) -> Iterator[PinnedIndex]:
        """The newest generation, the same until the block ends."""
        with self._serving.reader() as reader:
            yield PinnedIndex(reader)

    @contextlib.contextmanager
    def site(self, target: str) -> Iterator[Site]:
        """A target in it."""
        with self.index() as index:
            yield Site(index, target, settings=self.settings)

    @contextlib.contextmanager
    def index_or_graph(self) -> Iterator[PinnedIndex | WebReader]:
        """The same; where there is no index but a web graph, that."""
        with contextlib.ExitStack() as stack:
            found: PinnedIndex | WebReader
            try:
                found = stack.enter_context(self.index())
            except IndexNotFound:
                graph = web_reader(self.path)
                if graph is None:
                    raise
                found = stack.enter_context(graph)
            yield found

    # -- values -----------------------------------------------------------------------------------

    def band(self, authority: float | None) -> str:
        """The word for an authority."""
        if authority is None:
            return "unknown"
        edges = self.settings.bands
        return "excellent" if authority >= edges.excellent else "okay" if authority >= edges.okay else "weak"

    def limit(self, asked: int | None) -> int:
        """How many rows to give."""
        return self.rules.rows if asked is None else min(asked, self.rules.most_rows)

    def foreign(self, text: str | None) -> str | None:
        """A stranger's text for the structured answer."""
        return clean(text, self.rules.foreign_characters)

    def address(self, url: str | None) -> str | None:
        """An address."""
        return clean(url, self.rules.address_characters)

    def name(self, text: str | None) -> str:
        """A name of the web in the text of an answer: a domain, an address, a class."""
        return clean(text, self.rules.address_characters) or "unknown"


def source(where: Provenance, notes: Sequence[str] = ()) -> dict[str, Any]:
    """The fields that every answer has."""
    origin = ", ".join(where.origins) or "none"
    if where.authority is not None:
        origin += f" (authority: {where.authority})"
    return {
        "data_date": where.data_date,
        "origin": origin,
        "generation": where.generation,
        "notes": [_OPTION.sub(r"\1=", note) for note in notes],
    }


def page(total: int | None, offset: int, given: int, asked: int) -> dict[str, Any]:
    """The fields of a page of a listing."""
    more = given == asked and given > 0 if total is None else offset + given < total
    return {"total": total, "offset": offset, "next_offset": offset + given if more and given else None}


def counted(fields: dict[str, Any], given: int) -> str:
    """``21 to 40 of 97; ask with offset=40 for more``: where a page of a listing stands."""
    total, offset = fields["total"], fields["offset"]
    if not given:
        return "none" if not total else f"none from offset {offset} on, of {total:,}"
    of = "" if total is None else f" of {total:,}"
    more = f"; ask with offset={fields['next_offset']} for more" if fields["next_offset"] is not None else ""
    return f"{offset + 1:,} to {offset + given:,}{of}{more}"


def day(value: Any) -> str | None:
    """A date or time as ``2026-01-31``."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat()[:10] if isinstance(value, date) else str(value)[:10]


def known(value: Any, unit: str = "") -> str:
    """A figure in words; ``unknown`` where it is not known."""
    if value is None:
        return f"unknown{f' {unit}' if unit else ''}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return f"{text} {unit}".rstrip()


def many(value: int | None, one: str) -> str:
    """A number with its noun; ``links unknown`` where it is not known."""
    from backlit.questions.profile_format import plural

    return f"{one}s unknown" if value is None else plural(value, one)


def seen(first: str | None, last: str | None) -> str:
    """When something was first and last seen."""
    if first is None:
        return f"first seen unknown, last seen {last or 'unknown'}"
    return f"seen {first} to {last or 'unknown'}"


def share(value: float | None) -> str:
    """A share as a percentage."""
    from backlit.questions.profile_format import percent

    return "unknown" if value is None else percent(value)


def score(value: float | None) -> str:
    """An authority as a whole number."""
    return "unknown" if value is None else f"{value:.0f}"
