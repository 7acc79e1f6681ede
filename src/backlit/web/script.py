"""Text that may mislead: scripts mixed in a host name, and quoting for messages."""

from __future__ import annotations

import unicodedata

from ada_url import idna_to_unicode

#: Scripts that are written together in honest names (the "highly restrictive" profile of
#: Unicode Technical Standard 39): Latin with Japanese, Chinese or Korean.
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
#: Letters used in several scripts: the prolonged sound mark and iteration marks of Japanese.
_SHARED = frozenset("ー々〆〇ゝヽ・")


def is_mixed_script(host: str) -> bool:
    """Whether a label of the host mixes scripts as look-alikes do (``pаypal`` with a Cyrillic а).

    The host may be in Unicode or punycode. Latin with Japanese, Chinese or Korean is not
    mixed. A name all in one foreign script is not either, whatever it looks like.
    """
    if host.isascii():
        if "xn--" not in host:
            return False
        host = idna_to_unicode(host)
    return any(not _goes_together(_scripts(label)) for label in host.split("."))


def _goes_together(scripts: set[str]) -> bool:
    return len(scripts) < 2 or any(scripts <= allowed for allowed in _TOGETHER)


def _scripts(label: str) -> set[str]:
    """The scripts of a label's letters; digits, hyphens and marks belong to none.

    Python has no script property, but the first word of a letter's name is its script.
    """
    return {
        unicodedata.name(letter, "UNKNOWN").partition(" ")[0].partition("-")[0]
        for letter in label
        if letter.isalpha() and letter not in _SHARED
    }


def quoted(text: str, longest: int = 80) -> str:
    """``text`` in quotes for a message, cut short, with controls and odd blanks made visible."""
    shown = repr(text[: longest + 1])
    return shown if len(shown) <= longest + 2 else f"{shown[:longest]}…{shown[0]}"
