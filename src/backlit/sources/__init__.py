"""Readers of inputs: archives, folders of pages and tables, all giving ``records.Batch``."""

from backlit.sources.detect import open_source
from backlit.sources.source import KINDS, Source

__all__ = ["KINDS", "Source", "open_source"]
