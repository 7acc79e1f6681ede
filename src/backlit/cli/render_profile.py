"""A profile on the terminal: dense, aligned, readable at 80 and at 120 columns.

Every bar has its figure beside it and every band its word, so nothing is said by colour or
length alone. Foreign text stands at the end of its line, where text that runs from right to
left cannot move the figures, and its control characters are shown, never obeyed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from backlit.questions.profile_data import Band, Equity, Facet, Movement, ProfileData
from backlit.questions.profile_format import both_names, decimal, number, percent, percentile, plural, score
from backlit.questions.profile_show import (
    FACET_TITLES,
    anchor_text,
    band_edges,
    classes_by_links,
    full_label,
    last_months,
    shown_bands,
    unknown_sentence,
    value_name,
)
from backlit.text.visible import visible

#: Styles of the bands; the words say the same.
_BANDS = {"excellent": "bold green", "okay": "yellow", "weak": "red", "unknown": "dim"}
_EIGHTHS = " ▏▎▍▌▋▊▉"
_SPARKS = "▁▂▃▄▅▆▇█"
_PLAIN = str.maketrans(
    {"█": "#", "░": ".", "·": "*", "–": "-", "…": "~", "−": "-", "×": "x", "“": '"', "”": '"'}
)
_SHOWN_ROWS = 8
#: A facet needs this much.
_FACET_WIDTH = 35
_TLD = dict(FACET_TITLES)["tld"]
#: From this width on, lists stand beside each other.
_WIDE = 100


def render(profile: ProfileData, console: Console) -> None:
    """Print the profile, as wide as the console is but no wider than reads well."""
    width = min(console.width, 132)
    if console.options.ascii_only:
        plain = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
        plain.print(_page(profile, width))
        text = plain.file.getvalue()  # type: ignore[attr-defined]
        text = "".join("#" if char in _EIGHTHS[1:] else char for char in text).translate(_PLAIN)
        text = text.encode("ascii", "backslashreplace").decode()
        console.print(text, markup=False, highlight=False, end="", no_wrap=True, overflow="crop")
        return
    console.print(_page(profile, width), width=width)


def _page(profile: ProfileData, width: int) -> Group:
    parts: list[RenderableType] = [_head(profile, width), _verdict(profile)]
    if profile.found:
        parts += [_figures(profile, width), _bands(profile.bands, profile.totals.referring_domains, width)]
        parts.append(_domains(profile, width))
        if profile.totals.links is not None:
            parts += [_anchors(profile, width), _pages(profile, width)]
            parts += [_facets(profile, width), _movement(profile.movement, width)]
            parts += _pair(_concentration(profile), _diversity(profile), width)
            if profile.equity is not None and profile.equity.passing:
                parts.append(_equity(profile.equity, width))
        elif profile.facets["tld"].values:
            parts.append(_facet(profile.facets["tld"], f"{_TLD} (domains)", min(width, _WIDE // 2)))
        if profile.risk is not None:
            from backlit.cli.render_risk import risk_parts

            parts += risk_parts(profile.risk, width)
        if profile.unknown:
            parts.append(_unknown(profile))
    parts.append(_source(profile))
    spaced: list[RenderableType] = []
    for part in parts:
        spaced += [part, Text("")]
    return Group(*spaced[:-1])


def _head(profile: ProfileData, width: int) -> RenderableType:
    label = _squeezed(full_label(profile), max(20, width - 20))
    date = profile.meta.data_date
    facts = f"{profile.meta.kind}" + (f" · data to {date}" if date else "")
    name = Text(label, style="bold")
    if cell_len(label) + len(facts) + 3 > width:
        return Group(name, Text(facts, style="dim"))
    grid = Table.grid(expand=True)
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_row(name, Text(facts, style="dim"))
    return grid


def _verdict(profile: ProfileData) -> RenderableType:
    lines: list[RenderableType] = [Text(visible(profile.verdict.headline), style="bold cyan")]
    lines += [_bullet(visible(finding.text)) for finding in profile.verdict.findings]
    return Group(*lines)


def _bullet(text: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column()
    grid.add_row(Text("·", style="cyan"), Text(text))
    return grid


def _figures(profile: ProfileData, width: int) -> RenderableType:
    totals, follow, authority = profile.totals, profile.follow, profile.authority
    known = follow.follow_links + follow.nofollow_links
    standing = (
        f"{authority.band}, rank {number(authority.rank)}" if authority.rank else "not ranked in this index"
    )
    if authority.rank and authority.ranked_domains:
        standing += f" of {number(authority.ranked_domains)}"
    cells = [
        ("Referring domains", number(totals.referring_domains), f"{number(totals.lost_domains)} lost"),
        ("Backlinks", number(totals.links), f"{number(totals.lost_links)} lost"),
        ("Followed", percent(follow.share), f"of {number(known)} known"),
        ("Authority here", score(authority.authority), standing),
    ]
    more = (
        f"{plural(totals.referring_pages or 0, 'page')} · {plural(totals.referring_hosts or 0, 'host')} · "
        f"{plural(totals.referring_sites or 0, 'site')}, linking to "
        f"{plural(totals.target_pages or 0, 'page')} of the target"
        if totals.links is not None
        else "domains of a web graph; links, pages and rel are unknown"
    )
    if authority.percentile is not None:
        more += f" · authority above {percentile(authority.percentile)} of domains"
    across = 4 if width >= _WIDE else 2
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    for _ in range(across):
        grid.add_column(width=width // across - 2)
    texts = []
    for name, figure, note in cells:
        text = Text(name, style="dim")
        text.append(f"\n{figure}", style="bold not dim")
        text.append(f"\n{note}" if across == 4 else f"  {note}", style="not dim")
        texts.append(text)
    for at in range(0, len(texts), across):
        grid.add_row(*texts[at : at + across])
    return Group(grid, Text(more, style="dim"))


def _bands(bands: list[Band], domains: int, width: int) -> RenderableType:
    room = max(10, min(60, width - 42))
    grid = _columns(9, 8, room, -8, -7)
    most = max(band.referring_domains for band in bands) or 1
    for band in shown_bands(bands):
        style = _BANDS[band.name]
        unknown = band.name == "unknown"
        bar = _bar(band.referring_domains / most, room, "░" if unknown else "█")
        share = f"of {number(domains)}" if unknown else percent(band.share)
        grid.add_row(
            Text(band.name, style=style), Text(band_edges(band), style="dim"), Text(bar, style=style),
            number(band.referring_domains), Text(share, style="dim" if unknown else ""),
        )  # fmt: skip
    return _section("Referring domains by authority", grid, "shares of those known")


def _domains(profile: ProfileData, width: int) -> RenderableType:
    wide = width >= _WIDE
    heads = [
        "authority",
        "links",
        "followed",
        "pages",
        "content",
        *(["first seen", "last seen"] if wide else []),
    ]
    sizes = [13, -7, -8, -6, -7, *([10, 10] if wide else [])]
    table, room = _listing(heads, sizes, "domain", width)
    for row in profile.referring_domains:
        mark = Text(row.band.ljust(10), style=_BANDS[row.band])
        mark.append(score(row.authority).rjust(3), style="bold")
        dates = [row.first_seen or "–", row.last_seen or "–"] if wide else []
        table.add_row(
            mark, number(row.links), number(row.follow_links), number(row.pages), number(row.content_links),
            *dates, _squeezed(visible(both_names(row.domain)), room),
        )  # fmt: skip
    return _section("Strongest referring domains", table)


def _anchors(profile: ProfileData, width: int) -> RenderableType:
    anchors = profile.anchors
    if not anchors.known:
        return _section("Anchors", Text("The text of no link is known.", style="dim"))
    room = max(8, min(50, width - 50))
    classes = _columns(16, room, -8, -6, -8, -6)
    classes.add_row("", "", Text("links", style="dim"), "", Text("sites", style="dim"), "")
    most = max(cls.share for cls in anchors.classes)
    for cls in classes_by_links(anchors.classes):
        classes.add_row(
            cls.name, Text(_bar(cls.share / most, room), style="cyan"), number(cls.links), percent(cls.share),
            number(cls.sites), percent(cls.site_share),
        )  # fmt: skip
    table, room = _listing(["domains", "links", "share", "class"], [-7, -8, -6, 16], "text", width)
    for row in anchors.top:
        text = anchor_text(row, room)
        shown = Text(text) if text else Text("(no text)", style="dim")
        if row.image and text:
            shown = Text("alt ", style="dim").append(text, style="default not dim")
        shown.truncate(room, overflow="ellipsis")
        table.add_row(number(row.referring_domains), number(row.links), percent(row.share), row.cls, shown)
    note = f"of {plural(anchors.classified, 'link')} classified; a site counts once a class"
    return Group(_section("Anchor classes", classes, note), Text(""), _section("Most used anchors", table))


def _pages(profile: ProfileData, width: int) -> RenderableType:
    heads, sizes = ["domains", "links", "share", "followed", "lost"], [-7, -8, -6, -8, -6]
    table, room = _listing(heads, sizes, "page", width)
    for row in profile.target_pages:
        table.add_row(
            number(row.referring_domains), number(row.links), percent(row.share), number(row.follow_links),
            number(row.lost_links), _squeezed(visible(row.url), room),
        )  # fmt: skip
    return _section("Pages linked to", table)


def _facets(profile: ProfileData, width: int) -> RenderableType:
    across = next(count for count in (3, 2, 1) if count == 1 or (width + 4) // count >= _FACET_WIDTH + 4)
    room = (width + 4) // across - 4
    blocks = [_facet(profile.facets[name], title, room) for name, title in FACET_TITLES]
    rows: list[RenderableType] = []
    for at in range(0, len(blocks), across):
        grid = Table.grid(padding=(0, 4, 0, 0), pad_edge=False)
        for _ in range(across):
            grid.add_column(width=room)
        grid.add_row(*blocks[at : at + across])
        rows += [grid, Text("")]
    return Group(*rows[:-1])


def _facet(facet: Facet, title: str, room: int) -> RenderableType:
    label, figures = 12, 16
    bar = max(4, room - label - figures)
    grid = _columns(label, bar, -7, -6)
    shown = facet.values[:_SHOWN_ROWS]
    most = max((value.share for value in shown), default=1.0)
    for value in shown:
        name = Text(value_name(facet, value))
        name.truncate(label, overflow="ellipsis")
        grid.add_row(
            name,
            Text(_bar(value.share / most, bar), style="cyan"),
            number(value.referring_domains if value.links is None else value.links),
            percent(value.share),
        )
    if facet.distinct > len(shown):
        grid.add_row(Text(f"{number(facet.distinct - len(shown))} more", style="dim"), "", "", "")
    if facet.unknown:
        grid.add_row(Text("unknown", style="dim"), "", Text(number(facet.unknown), style="dim"), "")
    return Group(Text(title, style="bold"), grid)


def _movement(movement: Movement, width: int) -> RenderableType:
    title = f"New and lost links in {movement.window_days} days"
    if movement.start is None or movement.end is None:
        return _section(title, Text("No link carries a date.", style="dim"))
    if movement.new_links is None:
        new = "new unknown: see below why"
    else:
        new = f"{number(movement.new_links)} new, {plural(movement.new_domains or 0, 'new domain')}"
    domains = plural(movement.lost_domains or 0, "domain")
    lost = f"{number(movement.lost_links)} lost, {domains} lost with all links"
    lines: list[RenderableType] = [Text(f"{new} · {lost}")]
    months = last_months(movement, max(6, min(36, (width - 8) // 2)))
    if len(months) > 1:
        most = max(max(month.new_links or 0, month.lost_links) for month in months)
        rows = (
            ("new", [month.new_links for month in months]),
            ("lost", [month.lost_links for month in months]),
        )
        for name, counts in rows:
            lines.append(Text(f"{name:<6}", style="dim").append(_spark(counts, most), style="cyan not dim"))
        span = f"{months[0].period} to {months[-1].period} by month; the highest bar is {number(most)}"
        lines.append(Text(f"      {span}", style="dim"))
    return _section(title, Group(*lines), f"{movement.start} to {movement.end}")


def _concentration(profile: ProfileData) -> RenderableType:
    found = profile.concentration
    grid = _columns(28, -8)
    gini = "–" if found.gini is None else f"{found.gini:.2f}"
    for name, figure in (
        ("largest domain's links", percent(found.top_1_share)),
        ("largest 10 domains' links", percent(found.top_10_share)),
        ("domains that hold half", number(found.half_from)),
        ("Gini of links over domains", gini),
        ("links per domain", decimal(profile.totals.links_per_domain)),
    ):
        grid.add_row(name, figure)
    parts: list[RenderableType] = [grid]
    if found.top_domain:
        parts.append(Text(f"largest: {_squeezed(visible(both_names(found.top_domain)), 28)}", style="dim"))
    return _section("Concentration", Group(*parts))


def _equity(equity: Equity, width: int) -> RenderableType:
    table, room = _listing(["equity", "links", "", "equity", "links"], [-7, -8, 14, -7, -8], "domain", width)
    for place, source in zip_longest(equity.placements, equity.sources[:_SHOWN_ROWS]):
        left = (
            ["", "", ""]
            if place is None
            else [percent(place.share), number(place.links), place.value or "unknown place"]
        )
        right = ["", ""] if source is None else [percent(source.share), number(source.links)]
        shown = "" if source is None else _squeezed(visible(both_names(source.value or "")), room)
        table.add_row(*left, *right, shown)
    note = f"of {number(equity.passing)} links that hand on rank; a site's pages share its rank {equity.share_from}"
    return _section("Link equity", table, note)


def _diversity(profile: ProfileData) -> RenderableType:
    grid = _columns(18, -8, -9)
    grid.add_row("", Text("number", style="dim"), Text("effective", style="dim"))
    for row in profile.diversity:
        effective = "–" if row.effective is None else f"{row.effective:,.1f}"
        grid.add_row(row.name, number(row.distinct), effective)
    return _section("Diversity", grid)


def _pair(left: RenderableType, right: RenderableType, width: int) -> list[RenderableType]:
    if width < 78:
        return [left, right]
    grid = Table.grid(padding=(0, 4))
    grid.add_column()
    grid.add_column()
    grid.add_row(left, right)
    return [grid]


def _unknown(profile: ProfileData) -> RenderableType:
    grid = _columns(max(len(gap.what) for gap in profile.unknown), None)
    for gap in profile.unknown:
        grid.add_row(Text(gap.what), Text(unknown_sentence(gap), style="dim"))
    return _section("What is unknown, and why", grid)


def _source(profile: ProfileData) -> RenderableType:
    meta = profile.meta
    origins = ", ".join(meta.origins) or "nothing added yet"
    parts = [
        f"from {origins}",
        f"generation {meta.generation}",
        f"settings {meta.settings}",
        f"backlit {meta.backlit}",
    ]
    return Text(f"{' · '.join(parts)}\nAuthority: {meta.authority_basis}.", style="dim")


def _section(title: str, body: RenderableType, note: str | None = None) -> RenderableType:
    head = Text(title, style="bold")
    if note:
        head.append(f"  {note}", style="dim not bold")
    return Group(head, body)


def _columns(*widths: int | None) -> Table:
    """A grid of columns with these widths, those of negative width set to the right."""
    grid = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
    for width in widths:
        right = width is not None and width < 0
        grid.add_column(width=None if width is None else abs(width), justify="right" if right else "left")
    return grid


def _listing(heads: list[str], sizes: list[int], last: str, width: int) -> tuple[Table, int]:
    """A table of fixed columns and a last one for foreign text, with the room that has."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim", show_edge=False)
    for head, size in zip(heads, sizes, strict=True):
        table.add_column(head, width=abs(size), justify="right" if size < 0 else "left", no_wrap=True)
    room = max(12, width - sum(abs(size) + 1 for size in sizes))
    table.add_column(last, max_width=room, no_wrap=True, overflow="ellipsis")
    return table, room


def _bar(share: float, width: int, full: str = "█") -> str:
    """A bar of ``width`` cells at most, at least a sliver when there is something."""
    if share <= 0:
        return ""
    if full != "█":
        return full * max(1, round(share * width))
    eighths = max(1, round(min(share, 1.0) * width * 8))
    whole, rest = divmod(eighths, 8)
    return full * whole + (_EIGHTHS[rest] if rest else "")


def _spark(counts: Iterable[int | None], most: int) -> str:
    """One character a month; a dot where it cannot be known, a blank for zero."""
    return " ".join(
        "·"
        if count is None
        else " "
        if not count
        else _SPARKS[min(7, (count * 8 - 1) // most if most else 0)]
        for count in counts
    )


def _squeezed(text: str, room: int) -> str:
    """``text`` in ``room`` cells, its middle left out: both ends of a name matter."""
    if cell_len(text) <= room or room < 5:
        return text
    left = (room - 1) * 2 // 3
    right = room - 1 - left
    head = text[:left]
    while cell_len(head) > left:
        head = head[:-1]
    tail = text[-right:]
    while cell_len(tail) > right:
        tail = tail[1:]
    return f"{head}…{tail}"
