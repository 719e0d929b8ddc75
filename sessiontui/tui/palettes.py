"""The colours of the three themes by name; a colour only repeats what glyph and word say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

DARK: Final = "sessiontui-dark"
LIGHT: Final = "sessiontui-light"
SAFE: Final = "sessiontui-safe"

NAMES: Final = (DARK, LIGHT, SAFE)

_DARK_STATUS: Final = {
    "draft": "#97a0b0",
    "created": "#a3acba",
    "has-requests": "#facc15",
    "approved": "#60a5fa",
    "upcoming": "#a5a8ff",
    "waiting": "#fb923c",
    "active": "#4ade80",
    "paused": "#2dd4bf",
    "ended-complete": "#34d399",
    "ended-early": "#fbbf24",
    "ended-no-show": "#ff8080",
    "cancelled": "#94a3b8",
}

_LIGHT_STATUS: Final = {
    "draft": "#5b6472",
    "created": "#4b5563",
    "has-requests": "#7a4b06",
    "approved": "#1d4ed8",
    "upcoming": "#4338ca",
    "waiting": "#b23707",
    "active": "#12692f",
    "paused": "#0b625b",
    "ended-complete": "#03634a",
    "ended-early": "#934408",
    "ended-no-show": "#b01c1c",
    "cancelled": "#475569",
}

# Hues of the Okabe-Ito set, lightened where black needs it: no pair rests on telling red from green.
_SAFE_STATUS: Final = {
    "draft": "#9a9a9a",
    "created": "#b8b8b8",
    "has-requests": "#f0e442",
    "approved": "#56b4e9",
    "upcoming": "#a9c8ff",
    "waiting": "#e69f00",
    "active": "#2fc9a0",
    "paused": "#cc9ac0",
    "ended-complete": "#7fd8c0",
    "ended-early": "#e8c860",
    "ended-no-show": "#ff8a4c",
    "cancelled": "#a6a6a6",
}


class Palette(NamedTuple):
    """The colours of one theme, each as ``#rrggbb``."""

    name: str
    statuses: Mapping[str, str]
    dark: bool
    ground: str
    surface: str
    panel: str
    foreground: str
    accent: str
    cursor: str
    tint: str
    muted: str

    @property
    def variables(self) -> dict[str, str]:
        """The colours that have names of the product's own."""
        statuses = self.statuses
        return {f"status-{word}": colour for word, colour in statuses.items()} | {
            "band-excellent": statuses["active"],
            "band-good": statuses["approved"],
            "band-fair": statuses["has-requests"],
            "band-poor": statuses["waiting"],
            "band-critical": statuses["ended-no-show"],
            "row-cursor": self.cursor,
            "row-changed": self.tint,
            "text-muted": self.muted,
            "rule": self.muted,
            "border": self.accent,
            "border-blurred": self.muted,
            "scrollbar": self.muted,
            "scrollbar-background": self.surface,
        }


PALETTES: Final = (
    Palette(
        DARK,
        statuses=_DARK_STATUS,
        dark=True,
        ground="#0e1217",
        surface="#0e1217",
        panel="#1a212b",
        foreground="#e2e8f0",
        accent="#7dd3fc",
        cursor="#233040",
        tint="#3a3413",
        muted="#98a3b3",
    ),
    Palette(
        LIGHT,
        statuses=_LIGHT_STATUS,
        dark=False,
        ground="#fcfcfa",
        surface="#fcfcfa",
        panel="#eceef0",
        foreground="#1b2430",
        accent="#075985",
        cursor="#dfeaf5",
        tint="#fbeeb4",
        muted="#566173",
    ),
    Palette(
        SAFE,
        statuses=_SAFE_STATUS,
        dark=True,
        ground="#000000",
        surface="#000000",
        panel="#1c1c1c",
        foreground="#f2f2f2",
        accent="#9fd3ff",
        cursor="#182c3f",
        tint="#3d3200",
        muted="#a0a0a0",
    ),
)


def full_name(theme: str) -> str:
    """Return the console's name of a theme that may be written short.

    >>> full_name("dark"), full_name("nord")
    ('sessiontui-dark', 'nord')
    """
    return f"sessiontui-{theme}" if theme in {"dark", "light", "safe"} else theme
