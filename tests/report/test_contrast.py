"""Text can be read in both schemes: WCAG 2.2, success criteria 1.4.3 and 1.4.11."""

from __future__ import annotations

import re

import pytest

from conformance.report.html import STYLE

GROUNDS = ("page", "card", "code", "row", "mark")
TEXTS = {
    "ink": GROUNDS,
    "soft": ("page", "card", "code", "row"),
    **dict.fromkeys(("link", "error", "warning", "info", "good"), ("page", "card")),
}
"""Colour of text -> what it is written on."""
LIGHT, DARK = (
    dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{ ([^}]*) \}", STYLE)
)
PALETTE = {name: (LIGHT[name], DARK[name]) for name in LIGHT}
"""Name -> colour in the light and in the dark scheme."""
SCHEMES = {"light": 0, "dark": 1}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definitions) of ``#rrggbb``."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_paper_is_light() -> None:
    assert "@media screen and (prefers-color-scheme: dark) { :root" in STYLE
    assert LIGHT.keys() == DARK.keys()


def test_the_measure() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), [(t, g) for t, on in TEXTS.items() for g in on])
def test_text_stands_out(scheme: str, text: str, ground: str) -> None:
    number = SCHEMES[scheme]
    assert contrast(PALETTE[text][number], PALETTE[ground][number]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["page", "card"])
@pytest.mark.parametrize("part", ["focus", "edge"])
def test_controls_stand_out(scheme: str, part: str, ground: str) -> None:
    number = SCHEMES[scheme]
    assert contrast(PALETTE[part][number], PALETTE[ground][number]) >= 3


def test_no_colour_is_used_that_is_not_measured() -> None:
    rules = STYLE.partition("* {")[2]
    used = set(re.findall(r"(?<![-\w])color: var\(--(\w+)\)", rules))
    assert used <= {*TEXTS, "tone"}
    assert set(re.findall(r"background: var\(--(\w+)\)", rules)) <= set(GROUNDS)
    assert set(re.findall(r"--tone: var\(--(\w+)\)", rules)) <= set(TEXTS)
    assert not re.findall(r"(?<![-\w])color: #", rules)
