"""What sites say: running text, titles, anchors and names, from the vocabularies of ``words``.

Text is a stream of words for each topic and language, handed out in successive pieces, so that two pages share
no run of words unless a scheme copies one. Each world invents terms of its own for each topic (names of
products, places and makers), which half of its texts' rare words are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backlit.worlds.society.draw import Draw, Lottery
from backlit.worlds.society.topics import TOPIC_WORDS
from backlit.worlds.society.words import (
    ENDINGS,
    FUNCTION_WORDS,
    GENERIC,
    MIDDLES,
    MONEY,
    SMALL_TALK,
    STARTS,
    TITLES,
)

_STREAM = 12_000
_TERMS = 40


class Speech:
    """All that is said in one world. ``thickness`` is the share of words that belong to the text's topic."""

    def __init__(self, draw: Draw, thickness: float) -> None:
        self._draw = draw
        self._thickness = thickness
        self._terms: dict[tuple[str, str], tuple[str, ...]] = {}
        self._streams: dict[tuple[str, str], tuple[list[str], int]] = {}
        self._names: set[str] = set()
        self._town_names = tuple(self.name().capitalize() for _ in range(60))
        self._towns = Lottery([1 / (i + 1) ** 0.7 for i in range(60)])

    # -- names ------------------------------------------------------------------------

    def name(self) -> str:
        """An invented word that no one bears yet."""
        draw = self._draw
        while True:
            made = draw.pick(STARTS) + "".join(draw.pick(MIDDLES) for _ in range(draw.below(3)))
            made += draw.pick(ENDINGS)
            if len(made) > 4 and made not in self._names:
                self._names.add(made)
                return made

    def person(self) -> str:
        """A first and a family name; others may have the same."""
        draw = self._draw
        first = draw.pick(STARTS) + draw.pick(("n", "a", "o", "ra", "l", "s", "na", "rk"))
        return f"{first.capitalize()} {(draw.pick(STARTS) + draw.pick(ENDINGS)).capitalize()}"

    def town(self) -> str:
        """A town, large ones more often."""
        return self._town_names[self._towns.one(self._draw)]

    # -- texts ------------------------------------------------------------------------

    def text(self, topic: str, lang: str, words: int) -> str:
        """``words`` words of running text."""
        return " ".join(self.words(topic, lang, words))

    def words(self, topic: str, lang: str, number: int) -> list[str]:
        """The next words of the topic's stream."""
        out: list[str] = []
        while number > 0:
            stream, at = self._streams.get((topic, lang), ([], 0))
            if at >= len(stream):
                stream, at = self._flow(topic, lang), 0
            piece = stream[at : at + number]
            self._streams[topic, lang] = (stream, at + len(piece))
            out += piece
            number -= len(piece)
        return out

    def _flow(self, topic: str, lang: str) -> list[str]:
        function, talk = FUNCTION_WORDS[lang], SMALL_TALK[lang]
        subject = TOPIC_WORDS[topic][lang]
        terms = self._own_terms(topic, lang)
        vocabulary = (*function, *talk, *subject, *terms)
        thick = self._thickness
        weights = np.concatenate(
            [
                share * _zipf(len(part), power)
                for part, share, power in (
                    (function, 0.95 - 1.5 * thick, 1.0),
                    (talk, 0.05 + thick / 2, 0.5),
                    (subject, thick * 0.6, 0.6),
                    (terms, thick * 0.4, 0.9),
                )
            ]
        )
        generator = self._draw.generator
        drawn = generator.choice(len(vocabulary), _STREAM, p=weights / weights.sum()).tolist()
        stream = [vocabulary[i] for i in drawn]
        at = 0
        while at < _STREAM:  # sentences
            end = min(at + 7 + self._draw.below(12), _STREAM) - 1
            stream[at] = stream[at][0].upper() + stream[at][1:]
            stream[end] += "."
            at = end + 1
        return stream

    def _own_terms(self, topic: str, lang: str) -> tuple[str, ...]:
        if (topic, lang) not in self._terms:
            self._terms[topic, lang] = tuple(self.name().capitalize() for _ in range(_TERMS))
        return self._terms[topic, lang]

    def title(self, topic: str, lang: str) -> str:
        """A headline."""
        draw = self._draw
        words = TOPIC_WORDS[topic][lang]
        one, other = draw.some(words, 2)
        if draw.chance(0.5):
            one = f"{one} {draw.pick(SMALL_TALK[lang])}"
        if draw.chance(0.4):
            other = draw.pick(self._own_terms(topic, lang))
        pattern = draw.pick(TITLES[lang])
        made = pattern.format(
            a=one, b=other, A=one.capitalize(), c=self.town(), n=draw.pick(self._own_terms(topic, lang))
        )
        return made[0].upper() + made[1:]

    # -- anchors ----------------------------------------------------------------------

    def money(self, topic: str, lang: str, things: int = 4) -> str:
        """A commercial phrase; fewer ``things`` to sell, more repetition."""
        draw = self._draw
        thing = TOPIC_WORDS[topic][lang][draw.below(things)]
        return draw.pick(MONEY[lang]).format(n=thing, c=self.town())

    def partial(self, topic: str, lang: str) -> str:
        """Some words of the topic that describe a page, as people write who are not paid for it."""
        draw = self._draw
        one, other = draw.some(TOPIC_WORDS[topic][lang], 2)
        talk = draw.pick(SMALL_TALK[lang])
        return draw.pick((f"{one} {talk}", f"{talk} {one}", f"{one} {other}", f"{one} {other} {talk}", one))

    def generic(self, lang: str) -> str:
        """An anchor that says nothing of its target."""
        return self._draw.pick(GENERIC[lang])


def _zipf(number: int, power: float) -> npt.NDArray[np.float64]:
    weights = [1 / rank**power for rank in range(1, number + 1)]
    whole = sum(weights)
    return np.array([weight / whole for weight in weights], np.float64)
