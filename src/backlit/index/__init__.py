"""The index: a directory of Parquet files, a manifest, and a locked-down reader."""

from backlit.index.core import Index
from backlit.index.reader import Reader

__all__ = ["Index", "Reader"]
