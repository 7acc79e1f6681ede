"""The error tree. Everything backlit raises on purpose is a ``BacklitError``.

    BacklitError
    ├── InputError            what the user handed over cannot be used
    │   ├── SourceError       a file: missing, unreadable, not what its name says
    │   ├── TableError        a table: columns missing, a value of the wrong type
    │   ├── TargetError       a target that is no domain, host, prefix or URL
    │   ├── URLError          an address that no browser would open
    │   ├── FilterError       a ``--where`` or ``--sort`` that cannot be read
    │   └── GraphError        edges, vectors or numbers that a graph's kernel cannot work on
    ├── IndexFault            the index directory
    │   ├── IndexNotFound     there is none
    │   ├── IndexLocked       another writer holds it
    │   ├── IndexTooNew       a later backlit wrote it
    │   ├── IndexTooOld       an earlier backlit wrote it, before its files changed their meaning
    │   └── IndexDamaged      a file is missing or is not what the manifest says
    ├── SettingsError         the settings file
    ├── ResourceError         memory or disk space does not suffice
    │   └── BrowserFailed     Chromium did not make what it should, or not in time
    ├── MissingExtra          an optional package is needed and not there
    │   └── BrowserMissing    PDF and PNG need a Chromium, and there is none
    └── Interrupted           the user stopped a long job; what was finished is kept

A message is a whole sentence: what was wrong, where, and what to do.
"""

from __future__ import annotations


class BacklitError(Exception):
    """Base of all errors that backlit raises on purpose."""


class InputError(BacklitError):
    """Something the user handed over cannot be used."""


class SourceError(InputError):
    """A file is missing, unreadable, or not what its name says."""


class TableError(InputError):
    """A table lacks a column it needs, or holds a value of the wrong type."""


class TargetError(InputError):
    """A target is not a domain, host, URL prefix or URL."""


class URLError(InputError, ValueError):
    """An address that no browser would open, or that is not http or https."""


class FilterError(InputError):
    """A filter or sort expression cannot be read; the message points at the place."""


class GraphError(InputError, ValueError):
    """Edges, vectors or numbers that a kernel on graphs cannot work on."""


class IndexFault(BacklitError):
    """Base of errors about an index directory."""


class IndexNotFound(IndexFault):
    """There is no index at the path given."""


class IndexLocked(IndexFault):
    """Another process is writing to the index."""


class IndexTooNew(IndexFault):
    """The index was written by a later version of backlit."""


class IndexTooOld(IndexFault):
    """The index was written before its files changed their meaning; its inputs must be read again."""


class IndexDamaged(IndexFault):
    """A file of the index is missing or differs from what the manifest says."""


class SettingsError(BacklitError):
    """The settings file has an unknown key or a value of the wrong type."""


class ResourceError(BacklitError):
    """Memory or disk space does not suffice; the message says how much is needed."""


class MissingExtra(BacklitError):
    """An optional package is needed for this and is not installed."""


class BrowserMissing(MissingExtra):
    """PDF and PNG are made by a Chromium, and this machine has none."""


class BrowserFailed(ResourceError):
    """The Chromium of this machine did not make what it should, or not in time."""


class Interrupted(BacklitError):
    """The user stopped a long job; what was finished is kept."""
