"""The words of a filter, and errors that point at one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, NoReturn

from backlit.errors import FilterError

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<operator><=|>=|<>|!=|==|=|<|>)
      | (?P<mark>[(),])
      | (?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
      | (?P<word>[^\s(),"'=<>!][^\s(),"=<>!]*)
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_SAME = {"<>": "!=", "==": "="}
#: Characters of the filter shown around the place of an error.
_SHOWN = 60


class Token(NamedTuple):
    """A word, a quoted text, an operator, a bracket, a comma or the end; ``at``/``to`` say where."""

    kind: str
    text: str
    at: int
    to: int

    @property
    def label(self) -> str:
        """The token as an error names it."""
        if self.kind == "end":
            return "the end"
        return f'"{plain(self.text[:_SHOWN])}{"…" if len(self.text) > _SHOWN else ""}"'


class Place(NamedTuple):
    """The text an error points into."""

    text: str


def tokens(text: str, max_characters: int) -> Iterator[Token]:
    """The tokens of ``text``, the last of kind ``end``, for ever after."""
    if len(text) > max_characters:
        raise FilterError(f"The filter has {len(text):,} characters; at most {max_characters:,} are allowed.")
    _refuse_surrogates(text)
    return _tokens(text)


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            at = position + len(text[position:]) - len(text[position:].lstrip())
            bad = Token("word", text[at], at, at + 1)
            if bad.text in "\"'":
                refuse(Place(text), bad, "A quoted text begins here and never ends.")
            refuse(Place(text), bad, f'{bad.label} alone means nothing; "not equal" is written !=')
        kind = str(match.lastgroup)
        found = match.group(kind)
        at, position = match.start(kind), match.end()
        if kind == "text":
            found = found[1:-1].replace(found[0] * 2, found[0])
        elif kind == "operator":
            found = _SAME.get(found, found)
        elif kind == "mark":
            kind = found
        yield Token(kind, found, at, position)


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise FilterError(f"Character {exc.start + 1} of the filter is half a character, not text.") from None


def refuse(place: Place, token: Token, sentence: str) -> NoReturn:
    """Raise ``FilterError`` with ``sentence``, the text around ``token`` and a line of carets."""
    start = max(0, token.at - _SHOWN // 2)
    stop = min(len(place.text), token.at + _SHOWN)
    before = ("…" if start else "") + plain(place.text[start : token.at])
    after = plain(place.text[token.at : stop]) + ("…" if stop < len(place.text) else "")
    width = max(1, len(plain(place.text[token.at : min(token.to, stop)])))
    raise FilterError(f"{sentence}\n  {before}{after}\n  {' ' * len(before)}{'^' * width}")


def plain(text: str) -> str:
    """``text`` with whitespace as blanks and unprintable characters as question marks."""
    return "".join(" " if c.isspace() else c if c.isprintable() else "?" for c in text)


def nearest(word: str, known: Iterable[str]) -> str:
    """`` Did you mean "…"?`` with the known word most like ``word``, or nothing."""
    from difflib import get_close_matches

    found = get_close_matches(word.lower()[:100], list(known), n=1, cutoff=0.6)
    return f' Did you mean "{found[0]}"?' if found else ""
