"""What a scope chooses, open to be asked: ``selection`` and the relations over it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from backlit.index import Reader
from backlit.questions.backlinks.relations import KEPT, RELATIONS
from backlit.questions.backlinks.scope import Relation, Scope
from backlit.questions.backlinks.tables import Chosen, kept, table_of
from backlit.settings import default

#: About how many bytes a row of measures takes, with its maps.
_ROW_BYTES = 600


class Selection(Chosen):
    """The chosen single links, and what is counted of them."""

    def relation(self, name: str, **more: Any) -> Relation:
        """A relation of ``RELATIONS`` by its name. What is counted is counted once and kept beside the links."""
        if name not in KEPT:
            return RELATIONS[name](self, **more)
        key = (name, self.scope.rank_scale, *sorted(more.items()))
        with self.kept.ready:
            found = self.kept.counted.get(key)
            if found is None:
                found = f"{self.table}_{len(self.kept.counted)}"
                made = RELATIONS[name](self, **more)
                self.cursor.execute(f"CREATE TABLE {found} AS {made.sql}", list(made.parameters))
                self.kept.bytes += _ROW_BYTES * int(self.fetch(f"SELECT count(*) FROM {found}")[0][0])
                self.kept.counted[key] = found
        return Relation(f"SELECT * FROM {found}")


@contextlib.contextmanager
def selection(reader: Reader, scope: Scope) -> Iterator[Selection]:
    """The single links of ``scope`` in ``reader``'s generation; the table is made unless it is kept."""
    with selections(reader, {"": scope}) as chosen:
        yield chosen[""]


@contextlib.contextmanager
def selections(reader: Reader, scopes: Mapping[str, Scope]) -> Iterator[dict[str, Selection]]:
    """Several scopes at once, by name; all of them have one cursor."""
    with contextlib.ExitStack() as stack:
        tables = {name: stack.enter_context(table_of(reader, scope)) for name, scope in scopes.items()}
        cursor = stack.enter_context(contextlib.closing(reader.con.cursor()))
        yield {name: Selection(reader, scopes[name], table, cursor) for name, table in tables.items()}


def make_ready(old: Reader, new: Reader, go_on: Callable[[], bool]) -> None:
    """Make for ``new`` the tables that are kept for ``old``, the one asked for last first, while ``go_on()``.

    No more than half of what may be kept, so that those of both together stay near the limit.
    """
    store = kept(old)
    with store.lock:
        tables = [
            (table.scope, list(table.counted)) for table in reversed(store.tables.values()) if table.made
        ]
    beside = kept(new)
    for scope, counted in tables:
        for rank_scale in dict.fromkeys([scope.rank_scale, *(key[1] for key in counted)]):
            if not go_on() or beside.bytes > default().backlinks.cache_bytes / 2:
                return
            with selection(new, msgspec.structs.replace(scope, rank_scale=rank_scale)) as chosen:
                for name, of_scale, *more in counted:
                    if of_scale == rank_scale and go_on():
                        chosen.relation(name, **dict(more))
