"""Answers that are kept: made once, no more than may, and not those that must not be."""

from __future__ import annotations

from backlit.server.dashboard.kept import Kept


def test_an_answer_is_made_once_and_the_oldest_goes() -> None:
    kept, made = Kept(2), []

    def ask(name: str) -> str:
        return kept.get(name, lambda: made.append(name) or name.upper())

    assert [ask(name) for name in "abacba"] == ["A", "B", "A", "C", "B", "A"]
    assert made == ["a", "b", "c", "b", "a"]


def test_what_is_not_to_be_kept_is_made_again() -> None:
    kept, made = Kept(2), []
    for _ in range(2):
        kept.get("a", lambda: made.append(1), keep=lambda answer: answer is not None)
    assert made == [1, 1]
