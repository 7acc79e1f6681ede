"""What the signals of single sites, pages and links go by."""

from __future__ import annotations

import msgspec


class Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When sites have one owner."""

    account_share: float
    account_most: int
    old_days: int
    least_linkers: int
    titles: int


class Reputation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a site's place in the graph of sites, its name and its age say."""

    least_linkers: int
    least_targets: int


class Placing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where on the pages of a site a link stands."""

    least_pages: int
    most_makers: int
    least_links: int


class Visibility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Links that readers are not meant to see."""

    least_words: int
    folder_pages: int
    folder_share: float


class Traits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the families ``organisation``, ``reputation``, ``placement`` and ``visibility`` of signals."""

    organisation: Organisation
    reputation: Reputation
    placement: Placing
    visibility: Visibility
