"""Foreign text made safe to show.

Anchors, titles and addresses are written by strangers. Some of their characters act on the
screen instead of being read: escape sequences move a terminal's cursor, bidirectional
overrides turn the order of neighbouring text round, tag characters hide whole sentences.
Such characters are shown as what they are (``⟨U+202E⟩``), never obeyed. Letters of any
script, emoji and the joiners that Persian, Indic scripts and emoji need stay as they are.
"""

from __future__ import annotations

import re

#: Line breaks and tabs of all kinds become one blank: a text is shown on one line.
_BLANKS = re.compile(r"[\s\u0085\u2028\u2029]+")

#: Characters that act: C0 and C1 controls, bidirectional embeddings, overrides and isolates,
#: deprecated format characters, interlinear marks, language tags.
_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2061-\u206f\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)

#: Characters that show nothing and change nothing once the text stands alone: soft hyphen,
#: zero-width space, direction marks, word joiner, byte order mark. They are left out.
_SILENT = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff]")


def visible(text: str, limit: int | None = None) -> str:
    """``text`` on one line with every acting character shown as its code point.

    With ``limit`` the result is cut to that many characters, the last of them ``…``. Long
    texts are cut before they are cleaned, so the cost does not grow with their length.
    """
    if limit is not None and len(text) > limit * 4:
        text = text[: limit * 4]
    text = _BLANKS.sub(" ", _SILENT.sub("", text)).strip()
    text = _ACTING.sub(_code_point, text)
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text


def _code_point(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match.group()):04X}⟩"
