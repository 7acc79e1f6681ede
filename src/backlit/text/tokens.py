"""Words of a text, for comparing texts that people of any language wrote.

Comparison is blind to case, width, accents written apart and punctuation: texts are put in
compatibility form (NFKC) and case-folded first. Scripts without blanks between words
(Chinese, Japanese, Thai, ...) are cut into single characters, so a phrase is found inside a
sentence as a run of tokens in every language alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: One token: a character of a script written without blanks, or a run of letters, digits
#: and the marks and apostrophes that belong inside a word.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    r"\U00020000-\U0003134f]"
    r"|[^\W_](?:[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f"
    r"\u1780-\u17ff]|[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f]"
    r"|['’](?=[^\W\d_]))*"
)


def fold(text: str) -> str:
    """``text`` in compatibility form, case-folded, with blanks folded and the ends bare."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def words(text: str) -> list[str]:
    """The tokens of ``text``, folded: ``"Read  MORE…"`` gives ``["read", "more"]``."""
    return _TOKEN.findall(fold(text).replace("’", "'"))


def runs(tokens: list[str], longest: int) -> Iterator[tuple[str, ...]]:
    """Every run of 1 to ``longest`` neighbouring tokens, repeats included."""
    count = len(tokens)
    for start in range(count):
        for end in range(start + 1, min(start + longest, count) + 1):
            yield tuple(tokens[start:end])


def has_run(tokens: list[str], run: tuple[str, ...]) -> bool:
    """Whether ``run`` stands somewhere in ``tokens``, in order and without gaps."""
    width = len(run)
    if not width:
        return False
    first = run[0]
    return any(
        tokens[at] == first and tuple(tokens[at : at + width]) == run for at in range(len(tokens) - width + 1)
    )
