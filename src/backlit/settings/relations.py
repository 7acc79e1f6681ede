"""Settings of the signals that look at relations: who links together, back, at once, and for whom."""

from __future__ import annotations

import msgspec


class Networks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Footprints that the sites linking to one target share."""

    common_share: float
    common_least: int
    least_sites: int
    least_shared: int
    credit_share: float
    weights: dict[str, float]


class Lockstep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sources that link to the same rare targets, and the blocks they form."""

    most_indegree: int
    damping: float
    prior: float
    partners: int
    most_partners: int
    block_lockstep: float
    most_blocks: int
    least_sources: int
    least_targets: int


class Duplicates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Near copies of pages, of titles and of paths among organisations."""

    similarity: float
    least_words: int
    compared: int
    story_days: int
    story_share: float
    known_linkers: int
    story_trusted: float
    trusted_share: float
    least_organisations: int
    least_title_words: int
    least_path_characters: int


class Exchange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cycles of links and pages of partners."""

    most_links: int
    partner_links: int
    together_days: int
    together_chance: float


class Velocity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New organisations a week against what is usual."""

    smoothing: float
    prior: float
    alarm: float
    burst: float
    least_organisations: int


class Aged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Domains that were given up and taken by somebody else."""

    old_organisations: int
    least_gap_days: int
    least_words: int


class Around(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The neighbourhood of a target or a source."""

    least_organisations: int
    weak_quantile: float
    created_days: int
    networked_bits: float
    least_peers: int
    least_pages: int


class Relations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""

    networks: Networks
    lockstep: Lockstep
    duplicates: Duplicates
    exchange: Exchange
    velocity: Velocity
    aged: Aged
    around: Around
