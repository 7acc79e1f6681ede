"""What to say of a target that no live link leads to: is a link lost, and which names are near?"""

from __future__ import annotations

from backlit.index import Reader
from backlit.questions.profile_read import Questions
from backlit.questions.profile_verdict import absent
from backlit.settings import Settings
from backlit.web.target import Target
from backlit.web.url import display_host


def no_link_notes(reader: Reader, target: Target, settings: Settings) -> list[str]:
    """The sentences, as a profile has them."""
    ask = Questions(reader, target, settings)
    row = ask.totals()
    near = ask.near_names()
    if target.kind != "domain":
        whole = Questions(reader, Target.parse(target.domain, "domain"), settings).totals()
        if whole and whole["links"]:
            near = [target.domain, *near]
    host = target.host or target.domain
    name = target.label if display_host(host) == host else f"{target.label} ({host})"
    said = absent(name, (row or {}).get("lost_links") or 0, near)
    return [said.headline, *(finding.text for finding in said.findings)]
