"""The three themes as the toolkit has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

from sessiontui.tui.palettes import DARK as DARK
from sessiontui.tui.palettes import LIGHT as LIGHT
from sessiontui.tui.palettes import NAMES as NAMES
from sessiontui.tui.palettes import PALETTES, Palette
from sessiontui.tui.palettes import SAFE as SAFE


def _theme(palette: Palette) -> Theme:
    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.statuses["upcoming"],
        warning=palette.statuses["waiting"],
        error=palette.statuses["ended-no-show"],
        success=palette.statuses["active"],
        accent=palette.accent,
        foreground=palette.foreground,
        background=palette.ground,
        surface=palette.surface,
        panel=palette.panel,
        dark=palette.dark,
        variables={**palette.variables, "input-cursor-text-style": "reverse"},
    )


THEMES: Final = tuple(map(_theme, PALETTES))

DEFAULTS: Final[Mapping[str, str]] = dict(THEMES[0].variables)
"""What stands for the product's own variables in a theme that does not define them."""
