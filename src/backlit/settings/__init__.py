"""Every weight, threshold and band edge, in one versioned TOML file with a typed loader."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from backlit.errors import SettingsError
from backlit.settings.relations import Relations
from backlit.settings.traits import Traits

DEFAULT_FILE = Path(__file__).with_name("default.toml")
#: What was fitted on generated worlds rather than chosen: scripts/fit_verdicts.py writes it.
FITTED_FILE = Path(__file__).with_name("fitted.toml")


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds on what is read from one record, so that no input can exhaust the machine."""

    max_record_bytes: int
    max_html_bytes: int
    max_url_characters: int
    max_anchor_characters: int
    max_context_characters: int
    max_links_per_page: int
    max_inflate_ratio: int


class Tracking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Query parameters that say where a visitor came from, not which page is meant."""

    parameters: tuple[str, ...]


class Bands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lower edges of the authority bands, on the 1-100 scale."""

    excellent: float
    okay: float


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rank behind authority and its 1-100 scale."""

    damping: float
    tolerance: float
    low_quantile: float
    high_quantile: float
    harmonic_share: float
    loop_from: float
    loop_full: float
    loop_steps: int
    topic_least_seeds: int


class Core(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is let into the trusted core."""

    sponsors: int
    named_sponsors: int
    rounds: int
    plain_share: float
    reach_origins: int
    reach_distance: int


class Trust(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Spam mass and truncated PageRank."""

    candidate_factor: float
    core_share: float
    usable_median: float
    truncated_links: int


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a link weighs by where and how it stands."""

    no_alt: float
    hidden: float
    repeat: float
    qualified: float
    qualified_visits: float
    position_divisor: float
    depth_decay: float
    placement: dict[str, float]
    kind: dict[str, float]


class WhatIf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How closely a wished-for link is looked at."""

    push_edges: int
    push_error: float
    look_edges: int
    loop_sources: int
    harmonic_low: float
    harmonic_high: float


class Storage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the index lies on disk."""

    row_group_rows: int
    zstd_level: int
    batch_links: int
    medium_rows: int
    large_rows: int
    delta_share: float
    delta_min_rows: int


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a profile shows."""

    top: int
    new_lost_days: int
    most_anchors: int
    most_links_for_sites: int
    most_titles: int
    few_domains: int
    many_domains: int
    known_share: float
    strong_share: float
    mixed_share: float
    concentrated_share: float
    commercial_share: float
    lost_share: float


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds on a filter or sort expression, which a stranger may have written."""

    max_characters: int
    max_depth: int
    max_tests: int
    max_values: int
    max_pattern_characters: int
    max_sort_columns: int


class Listings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a listing is given at a time."""

    rows: int
    batch_rows: int
    notebook_rows: int


class Backlinks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the tables of single links, and of pages, is kept in memory, in bytes, and which competitors are
    large domains."""

    cache_bytes: int
    pages_bytes: int
    bulk_links: int
    large_domains: int
    large_share: float


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How tables are imported, and what is cut or left out of them."""

    block_bytes: int
    max_row_bytes: int
    max_text_characters: int
    problems_in_full: int


class Judging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Toxicity: from strengths of signals (0-1) to log-odds, and from these to a score (``backlit.verdicts``).

    ``signals`` and ``together`` give log-odds at a third, two thirds and the whole of a strength; a name of
    ``together`` is the signals whose strengths are multiplied, joined by `` & ``.
    """

    toxic: float
    review: float
    witness: float
    alone: tuple[str, ...]
    caps: dict[str, float]
    base: float
    source_neighbours: float
    target_neighbours: float
    neighbours_cap: float
    neighbours_usual: float
    neighbours_prior: float
    neighbours_top: float
    calibration: tuple[tuple[float, float], ...]
    signals: dict[str, tuple[float, float, float]]
    together: dict[str, tuple[float, float, float]]


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the terms of a link's quality may give (they add up to 100), and what holds it down."""

    authority: float
    relevance: float
    editorial: float
    trust: float
    dilution: float
    anchor: float
    page: float
    qualified_most: float
    redirect: float
    unindexed: float
    thin_words: int
    worthless: float


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bands of quality, and from which share on the risk under a clause of the policy is medium or high."""

    excellent: float
    okay: float
    medium_share: float
    high_share: float
    top: int


class Disavow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits of a disavow file, and what is never put into one unasked."""

    max_lines: int
    max_bytes: int
    max_bytes_strict: int
    max_url_characters: int
    max_read_bytes: int
    equity_share: float
    domain_share: float
    authority_loss: float


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one client of the server may ask for, and how long anything may take."""

    request_seconds: float
    header_seconds: float
    body_seconds: float
    write_seconds: float
    idle_seconds: int
    stop_seconds: int
    ready_seconds: float
    ready_requests: int
    max_head_bytes: int
    max_body_bytes: int
    max_upload_bytes: int
    max_json_depth: int
    rate_per_minute: int
    concurrent: int
    threads: int
    failure_seconds: float
    failure_most_seconds: float
    waiting_failures: int
    jobs_waiting: int
    jobs_kept: int
    judged_bytes: int
    judged_waiting: int


class Tasks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the log of the API's tasks is kept."""

    rows: int
    asked_rows: int
    asked_bytes: int
    waiting: int
    write_seconds: float
    failed_days: int


class Gap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Targets set against each other."""

    most_rivals: int


class Broken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Linked pages that answer with an error."""

    most_redirect_domains: int


class Rivals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rivals found in the graph: which sources speak, and which domains are nobody's rivals."""

    least_shared: int
    most_linked: int
    most_sources: int
    giant_share: float
    giant_times: float
    giant_least: int
    leave_out: tuple[str, ...]
    most_edges_unsorted: int


class Mcp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much an assistant is told at once."""

    rows: int
    most_rows: int
    most_names: int
    foreign_characters: int
    address_characters: int
    sentences: int
    file_lines: int


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a report shows, and what may be put into it."""

    links: int
    changes: int
    evidence_links: int
    evidence_per_domain: int
    logo_bytes: int
    title_characters: int
    introduction_characters: int
    print_seconds: float


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole settings file."""

    version: int
    limits: Limits
    tracking: Tracking
    bands: Bands
    authority: Authority
    core: Core
    trust: Trust
    weights: Weights
    whatif: WhatIf
    traits: Traits
    storage: Storage
    profile: Profile
    report: Report
    tables: Tables
    filters: Filters
    listings: Listings
    backlinks: Backlinks
    judging: Judging
    quality: Quality
    risk: Risk
    relations: Relations
    disavow: Disavow
    server: Server
    tasks: Tasks
    gap: Gap
    rivals: Rivals
    broken: Broken
    mcp: Mcp

    @property
    def digest(self) -> str:
        """A short digest of every value: two runs with the same one used the same settings."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]


# msgspec learns a type at its first use, and two threads that do so at once crash the process
# (seen in 0.22): every type is made known while the module is imported, which happens in one thread.
msgspec.json.Decoder(Settings)


def load(path: Path | None = None) -> Settings:
    """Read settings from ``path``, or the shipped ones.

    A user's file may name only the values that differ; the rest is the shipped file's.
    Raises ``SettingsError`` with the key that is wrong.
    """
    base = msgspec.toml.decode(DEFAULT_FILE.read_bytes())
    _overlay(base, msgspec.toml.decode(FITTED_FILE.read_bytes()))
    if path is not None:
        try:
            _overlay(base, msgspec.toml.decode(path.read_bytes()))
        except (OSError, msgspec.DecodeError) as exc:
            raise SettingsError(f"The settings file {path} cannot be read: {exc}.") from exc
    try:
        found = msgspec.convert(base, Settings)
    except msgspec.ValidationError as exc:
        raise SettingsError(f"The settings file {path or DEFAULT_FILE} is wrong: {exc}.") from exc
    if wrong := check(found):
        raise SettingsError(f"The settings file {path or DEFAULT_FILE} is wrong: {wrong}")
    return found


#: What a link's quality is made of.
QUALITY_TERMS = ("authority", "relevance", "editorial", "trust", "dilution", "anchor", "page")


def check(settings: Settings) -> str | None:
    """A sentence on weights and edges that no type rules out and no score can be made of; None where all is well."""
    terms = {f"quality.{name}": getattr(settings.quality, name) for name in QUALITY_TERMS}
    for name, weight in terms.items():
        if not 0 <= weight <= 1000:
            return f"{name} is a weight from 0 to 1000, not {weight:g}."
    if not any(terms.values()):
        return "all terms of quality weigh nothing: give one of them a weight."
    for name, edges in (("bands", settings.bands), ("risk", settings.risk)):
        if not 0 <= edges.okay <= edges.excellent <= 100:
            return (
                f"{name}.okay and {name}.excellent are edges from 0 to 100, the first no higher than the second, "
                f"not {edges.okay:g} and {edges.excellent:g}."
            )
    if not 0 <= settings.quality.worthless <= 100:
        return f"quality.worthless is a quality from 0 to 100, not {settings.quality.worthless:g}."
    return None


@cache
def default() -> Settings:
    """The shipped settings, read once."""
    return load()


def _overlay(base: dict[str, object], over: dict[str, object]) -> None:
    for key, value in over.items():
        below = base.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            _overlay(below, value)
        else:
            base[key] = value
