"""What to do next about a target's links: concrete steps that its figures call for, each with the rows it is about.

A step is there only when there is something to do; ``rule`` is stable, ``n`` says of how many ``listing`` with
the filter ``where`` shows. Cheap: two statements over rollups, beside a profile that is there already.
"""

from __future__ import annotations

from typing import NamedTuple

from backlit.index import Reader
from backlit.questions.listing import as_target, fetch
from backlit.questions.profile_data import ProfileData
from backlit.settings import Settings
from backlit.web.target import Target


class Step(NamedTuple):
    """One thing to do. ``listing`` is where its rows are (links, domains, pages, anchors or none)."""

    rule: str
    n: int
    listing: str | None = None
    where: str | None = None
    status: str | None = None
    detail: str | None = None


def next_steps(reader: Reader, target: Target | str, profile: ProfileData, settings: Settings) -> list[Step]:
    """The steps, what matters most first."""
    asked = as_target(target)
    okay = settings.bands.okay
    found: list[Step] = []
    if not profile.found:
        return [Step("near", len(profile.near), detail=profile.near[0])] if profile.near else []
    movement = profile.movement
    if movement.lost_domains:
        since = movement.start or ""
        found.append(Step("lost-domains", movement.lost_domains, "domains", f"lost_at >= {since}", "lost"))
    elif movement.lost_links:
        found.append(Step("lost-links", movement.lost_links, "links", f"lost_at >= {movement.start}", "lost"))
    pages_sql, values = reader.rollup_sql("target_pages", asked)
    [(orphans,)] = fetch(
        reader, f"SELECT count(*) FROM ({pages_sql}) WHERE links = 0 AND lost_links > 0", values
    )
    if orphans:
        found.append(Step("orphaned-pages", int(orphans), "pages", "links = 0"))
    referring_sql, values = reader.rollup_sql("referring", asked)
    [(unfollowed, aside)] = fetch(
        reader,
        f"SELECT count(*) FILTER (follow_links = 0 AND nofollow_links > 0), "
        f"count(*) FILTER (content_links = 0 AND follow_links > 0) "
        f"FROM ({referring_sql}) WHERE links > 0 AND source_authority >= {float(okay)!r}",
        values,
    )
    strong = f"source_authority >= {okay:g}"
    if unfollowed:
        found.append(Step("strong-nofollow", int(unfollowed), "domains", f"{strong} and follow_links = 0"))
    if aside:
        found.append(
            Step(
                "strong-aside", int(aside), "domains", f"{strong} and content_links = 0 and follow_links > 0"
            )
        )
    if profile.hidden_links:
        found.append(Step("hidden", profile.hidden_links, "links", "hidden"))
    commercial = next((one for one in profile.anchors.classes if one.name == "exact commercial"), None)
    share = None if commercial is None else (commercial.site_share or commercial.share)
    if commercial is not None and share is not None and share >= settings.profile.commercial_share:
        found.append(Step("commercial", commercial.links, "anchors", 'class = "exact commercial"'))
    return [*found, *_of_the_data(profile)]


def _of_the_data(profile: ProfileData) -> list[Step]:
    """What would make the figures better."""
    found: list[Step] = []
    depth = profile.facets.get("depth")
    if depth is not None and depth.values:
        shallow = sum(value.links or 0 for value in depth.values if value.value != "html")
        if shallow:
            found.append(Step("shallow", shallow, "links", "depth < 3"))
    if profile.meta.authority_release is None:
        found.append(Step("no-release", 0))
    if (profile.meta.snapshots or 0) == 1:
        found.append(Step("one-snapshot", 1))
    return found
