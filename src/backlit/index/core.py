"""``Index``: a directory that is an index, to read from and to ask about its health."""

from __future__ import annotations

from pathlib import Path

from backlit.index.check import check as check_layout
from backlit.index.check import digest as digest_rows
from backlit.index.layout import Layout, Manifest
from backlit.index.reader import Reader


class Index:
    """An index directory. Opening reads one small file; nothing is locked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.layout = Layout(path)

    @classmethod
    def open(cls, path: str | Path) -> Index:
        """The index at ``path``. Raises ``IndexNotFound``, ``IndexTooNew`` or ``IndexDamaged``."""
        index = cls(Path(path))
        index.layout.read_manifest()
        return index

    @property
    def manifest(self) -> Manifest:
        """The current generation's manifest, read anew."""
        return self.layout.read_manifest()

    def reader(self, threads: int | None = None) -> Reader:
        """A reader pinned to the current generation; close it, or use it in ``with``.

        ``threads`` is how many a single question may use, by default one a processor.
        """
        return Reader(self.layout, threads)

    def check(self) -> list[str]:
        """What is wrong with the index, a sentence each; empty when it is sound."""
        manifest, pin = self.layout.pin()
        try:
            return check_layout(self.layout, manifest)
        finally:
            if pin is not None:
                pin.close()

    def digest(self) -> str:
        """Equal for indexes with equal rows and scores, whatever their layout."""
        with self.reader() as reader:
            return digest_rows(reader)
