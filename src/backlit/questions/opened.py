"""What ``backlit.open`` gives: an index that can be asked, and one generation of it held still.

    index = backlit.open("my-index")
    index.site("python.org").links(where="follow").rows()

    with backlit.open("my-index") as index:       # all answers of one generation
        ...

Outside a ``with`` each answer is of the newest generation there is when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.index.layout import Manifest
from backlit.questions.site import Site
from backlit.settings import Settings, default
from backlit.web.target import Target

if TYPE_CHECKING:
    from backlit.questions.authority import AuthorityReport
    from backlit.questions.explain import Explained
    from backlit.questions.info import Info
    from backlit.questions.result import Result


class Lent(Reader):
    """Somebody else's reader: questions that end close it, and it stays open."""

    def __init__(self, reader: Reader) -> None:
        # All that a reader keeps is kept by both.
        self.__dict__ = reader.__dict__

    def close(self) -> None:
        """Nothing: who opened it closes it."""


class PinnedIndex(Index):
    """The one generation of an index that ``reader`` has open, as an index; it opens no reader of its own."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.layout.root)
        self._lent = Lent(reader)

    @property
    def manifest(self) -> Manifest:
        """That of the generation pinned."""
        return self._lent.manifest

    def reader(self, threads: int | None = None) -> Reader:
        """The reader that was handed over, as it is; closing it does nothing."""
        return self._lent


class OpenIndex(Index):
    """An index with its questions. In a ``with`` block it holds one generation still."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._settings: Settings | None = None
        self._pinned: list[Reader] = []

    @classmethod
    def open(cls, path: str | Path, *, settings: Settings | None = None) -> OpenIndex:
        """The index at ``path``. Raises ``IndexNotFound``, ``IndexTooNew``, ``IndexTooOld`` or ``IndexDamaged``."""
        index = cls(Path(path))
        index.layout.read_manifest()
        index._settings = settings
        return index

    @property
    def manifest(self) -> Manifest:
        """The manifest of the generation that is held, or of the newest."""
        return self._pinned[-1].manifest if self._pinned else self.layout.read_manifest()

    def reader(self, threads: int | None = None) -> Reader:
        """A reader of the generation that is held, as it is, or of the newest; close it, or use it in ``with``."""
        return Lent(self._pinned[-1]) if self._pinned else super().reader(threads)

    def __enter__(self) -> OpenIndex:
        self._pinned.append(super().reader())
        return self

    def __exit__(self, *exc: object) -> None:
        self._pinned.pop().close()

    # -- questions --------------------------------------------------------------------------------

    def site(self, target: Target | str) -> Site:
        """A target to ask about: ``python.org``, ``docs.python.org``, ``python.org/doc/*`` or an address.

        Reads nothing. Raises ``TargetError`` for a text that names no target.
        """
        return Site(self, target, settings=self._settings)

    def info(self) -> Info:
        """What the index holds and what made it."""
        from backlit.questions.info import info

        return info(self)

    def authority(self, domains: Sequence[str], *, before: str | None = None) -> list[AuthorityReport]:
        """The authority of several domains, in their order."""
        from backlit.questions.authority import authority

        if isinstance(domains, str):
            raise InputError(f"Name the domains in a list: [{domains!r}].")
        return authority(self, domains, before=before, settings=self._settings)

    def explain(self, link: str | int) -> list[Explained]:
        """The verdicts in full on a link, by its ``link_id`` or the address of its page."""
        from backlit.questions.explain import explain

        return explain(self, link, settings=self._settings or default())

    def sql(self, statement: str) -> Result:
        """The rows of one read-only statement over the views ``links, pages, domains, hosts, snapshots``."""
        from backlit.questions.sql import sql

        return sql(self, statement)

    def __repr__(self) -> str:
        manifest = self.manifest
        return (
            f"<index {self.path}: {manifest.links:,} links, {manifest.pages:,} pages; "
            f"data of {manifest.data_date or 'unknown date'}, generation {manifest.generation}>"
        )

    def _repr_html_(self) -> str:
        """What it holds, for notebooks."""
        from backlit.questions.notebook import record_html

        manifest = self.manifest
        return record_html(
            f"Index {self.path}",
            [
                ("links", manifest.links),
                ("pages", manifest.pages),
                ("data of", manifest.data_date),
                ("generation", manifest.generation),
                ("made by", f"backlit {manifest.code_version}"),
            ],
        )
