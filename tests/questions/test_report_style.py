"""The style sheet of the report: readable contrast in light, dark and print, nothing from outside."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from backlit.questions.report import style

CSS = style()
SCHEMES = dict(zip(("light", "dark", "print"), re.findall(r":root \{(.*?)\}", CSS, re.DOTALL), strict=True))


def colours(scheme: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", SCHEMES[scheme]))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(char * 2 for char in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("text", ["ink", "soft", "accent"])
def test_text_has_the_contrast_of_wcag_aa(scheme: str, text: str) -> None:
    found = colours(scheme)
    assert contrast(found[text], found["paper"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shape", ["excellent", "okay", "weak", "unknown", "plain", "new", "lost"])
def test_shapes_stand_out_from_the_paper(scheme: str, shape: str) -> None:
    found = colours(scheme)
    assert contrast(found[shape], found["paper"]) >= 3


def test_every_scheme_names_every_colour() -> None:
    assert set(colours("light")) == set(colours("dark")) == set(colours("print"))


def test_nothing_comes_from_outside() -> None:
    assert "http" not in CSS
    assert "@import" not in CSS
    assert "@font-face" not in CSS


def test_no_class_of_the_sheet_is_idle() -> None:
    folder = resources.files("backlit.questions")
    names = [entry.name for entry in folder.iterdir() if re.fullmatch(r"report.*\.py", entry.name)]
    code = "".join(folder.joinpath(name).read_text("utf-8") for name in names)
    for name in sorted(set(re.findall(r"\.([a-z][a-z-]*)", re.sub(r"[\d.]+(rem|em|pt)", "", CSS)))):
        stem = name.removesuffix("-")
        assert stem in code or stem.startswith(("fill-", "size-")), name
