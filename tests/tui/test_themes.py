"""The themes: each has every status, readable on every ground it stands on."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from sessiontui.domain.vocabulary import Status
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.present.status import style_of
from sessiontui.tui.themes import DEFAULTS, NAMES, THEMES
from tests.tui.desk_fakes import FakePort, FakeReads

READABLE = 4.5
"""The contrast that WCAG 2 asks of text."""


@pytest.mark.parametrize("theme", THEMES, ids=NAMES)
def test_every_status_can_be_read_on_every_ground(theme: Theme) -> None:
    grounds = [theme.background, theme.variables["row-cursor"], theme.variables["row-changed"], theme.panel]
    words = [style_of(status).removeprefix("$") for status in Status] + ["text-muted"]
    for word in words:
        colour = Color.parse(theme.variables[word])
        for ground in grounds:
            assert ground is not None
            contrast = _contrast(colour, Color.parse(ground))
            assert contrast >= READABLE, f"{word} on {ground}: {contrast:.1f}"


def test_statuses_that_call_for_different_acts_differ_in_brightness_or_hue() -> None:
    for theme in THEMES:
        colours = [theme.variables[style_of(status).removeprefix("$")] for status in Status]
        assert len(set(colours)) == len(colours)


def test_a_theme_of_the_toolkit_gets_the_products_colours() -> None:
    assert {style_of(status).removeprefix("$") for status in Status} <= set(DEFAULTS)


@pytest.mark.parametrize("theme", THEMES, ids=NAMES)
async def test_the_remembered_theme_is_drawn_from_the_first_frame_on(theme: Theme) -> None:
    app = ConsoleApp(FakePort(memory={"theme": theme.name}), reads=FakeReads(), interval=None)
    async with app.run_test(size=(100, 30)):
        assert theme.background is not None
        assert app.desk.styles.background.rgb == Color.parse(theme.background).rgb
        assert app.has_class("-dark-mode") is theme.dark


def _contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
