"""Which pictures there are: a name, and what is to be in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from screenshots.camera import SIZES, Shot

_SMALL, _MIDDLE, _LARGE = SIZES


def _sizes(name: str, **what: object) -> dict[str, Shot]:
    return {f"{name}-{width}x{height}": Shot(size=(width, height), **what) for width, height in SIZES}  # type: ignore[arg-type]


_SERIES: Final = (
    "n", "type:Standup", "tab", "tab", "type:tomorrow 9:00", "tab", "tab", "tab", "enter", "down", "down", "enter",
)  # fmt: skip
"""The keys that fill in a session which repeats."""

_WHICH: Final = (*_SERIES, "ctrl+s", "/", "type:standup", "enter", "e")
"""The keys that save it and edit its first date, up to the question for which dates."""

README: Final = {
    "desk": Shot(world="living", size=_MIDDLE),
    "requests": Shot(
        world="living", size=_MIDDLE, press=("/", "type:status:has_requests", "enter", "enter", "right")
    ),
    "presence": Shot(
        world="living", size=_MIDDLE, press=("/", "type:status:active", "enter", "enter", "right", "right")
    ),
    "help": Shot(world="living", size=_MIDDLE, press=("?",)),
    "health": Shot(world="living", size=_MIDDLE, press=("8",)),
    "analytics": Shot(world="year-of-history", size=_MIDDLE, press=("7",)),
    "calendar": Shot(world="living", size=_MIDDLE, press=("3",)),
    "people": Shot(world="living", size=_MIDDLE, press=("4", "/", "type:role:mentor", "enter", "enter", "left")),
    "outbox": Shot(world="living", size=_MIDDLE, press=("9",)),
    "light": Shot(world="living", size=_MIDDLE, theme="sessiontui-light"),
    "small": Shot(world="living", size=_SMALL),
}
"""The pictures of the README, taken by ``python screenshots/take.py``."""

CHECKED: Final = {
    **_sizes("desk", world="every-status", press=("/", "type:view:all", "enter")),
    **_sizes("requests", world="every-status", press=("/", "type:status:has_requests", "enter", "enter", "right")),
    **_sizes("presence", world="every-status", press=("/", "type:status:active", "enter", "enter", "right", "right")),
    **_sizes(
        "durations",
        world="every-status",
        press=("/", "type:status:ended", "enter", "enter", "right", "right", "right"),
    ),
    **_sizes("history", world="every-status", press=("enter", *("right",) * 7)),
    **_sizes("health", world="every-status", press=("8",)),
    **_sizes("logins", world="stale-logins", press=("8", "right")),
    "health-trend": Shot(world="stale-logins", press=("8",)),
    "logins-end": Shot(world="stale-logins", press=("8", "right", "asterisk", "X")),
    "logins-ascii": Shot(world="stale-logins", press=("8", "right"), ascii=True, no_color=True),
    "errors": Shot(world="stale-logins", press=("8", "left")),
    **_sizes("analytics", world="year-of-history", press=("7",)),
    **_sizes("analytics-trend", world="year-of-history", press=("7", "right_square_bracket", *("tab",) * 4)),
    **_sizes("analytics-requests", world="year-of-history", press=("7", *("tab",) * 5)),
    **_sizes("analytics-attendance", world="year-of-history", press=("7", "w")),
    **_sizes("analytics-work", world="year-of-history", press=("7", "right_square_bracket", "W")),
    **_sizes("analytics-learning", world="year-of-history", press=("7", "right_square_bracket", "L")),
    "analytics-work-ascii": Shot(world="year-of-history", ascii=True, no_color=True, press=("7", "W")),
    **_sizes(
        "scores",
        world="year-of-history",
        press=("/", "type:is:work status:complete has:blocker", "enter", "enter", "right", "right", "right"),
    ),
    "analytics-empty": Shot(world="empty", press=("7",)),
    "analytics-ascii": Shot(world="year-of-history", press=("7", "tab", "tab", "tab"), ascii=True, no_color=True),
    **_sizes("templates", world="living", press=("6",)),
    **_sizes("template-edit", world="every-status", press=("6", "e")),
    **_sizes("template-pick", world="every-status", press=("n", "type:fix crash in parser", "ctrl+t")),
    **_sizes("session-from-template", world="every-status", press=("6", "enter")),
    **_sizes("series-form", world="quiet-morning", press=_SERIES),
    **_sizes("series-scope", world="quiet-morning", press=_WHICH),
    **_sizes(
        "series-preview", world="quiet-morning", press=(*_WHICH, "down", "enter", "type:Early standup", "ctrl+s")
    ),
    **_sizes("people", world="living", press=("4",)),
    **_sizes("mentor", world="living", press=("4", "/", "type:role:mentor", "enter", "enter", "left")),
    **_sizes("projects", world="living", press=("5",)),
    **_sizes("project-items", world="living", press=("5", "enter", "right")),
    **_sizes("project-visits", world="living", press=("5", "enter", "left", "left", "left")),
    "project-questions": Shot(world="living", press=("5", "down", "enter", "right", "right", "right", "right")),
    "projects-60x20": Shot(world="living", size=(60, 20), press=("5", "enter")),
    **_sizes("project-activity", world="living", press=("5", "enter", "left")),
    **_sizes("project-sessions", world="living", press=("5", "enter", "left", "left")),
    "projects-ascii": Shot(world="living", ascii=True, no_color=True, press=("5", "enter")),
    "projects-empty": Shot(world="empty", press=("5",)),
    "people-60x20": Shot(world="living", size=(60, 20), press=("4", "enter", "right")),
    "people-ascii": Shot(world="living", ascii=True, no_color=True, press=("4", "enter", "right")),
    **_sizes(
        "people-logins",
        world="stale-logins",
        press=("4", "/", "type:role:superadmin", "enter", "enter", *["right"] * 6),
    ),
    "people-merge": Shot(world="living", press=("4", "M")),
    "people-erase": Shot(world="living", press=("4", "X")),
    **_sizes("reassign", world="living", press=("/", "type:grief", "enter", "R")),
    **_sizes("outbox", world="every-status", press=("9",)),
    **_sizes("audit", world="every-status", press=("9", "right")),
    **_sizes("remind", world="living", press=("/", "type:grief", "enter", "r")),
    **_sizes("follow-up", world="living", press=("/", "type:view:followup", "enter")),
    **_sizes("letter", world="living", press=("9", "/", "type:decided", "enter", "enter", "end")),
    **_sizes("seat-free", world="living", press=("/", "type:alert:seat_free", "enter")),
    **_sizes("recording", world="living", press=("/", "type:status:ended_complete", "enter")),
    "recording-open": Shot(world="living", press=("/", "type:status:ended_complete", "enter", "V")),
    "recording-add": Shot(
        world="living", press=("/", "type:status:ended_complete", "enter", ":", "type:add_recording", "enter")
    ),
    "outbox-ascii": Shot(world="living", ascii=True, no_color=True, press=("9",)),
    "outbox-60x20": Shot(world="living", size=(60, 20), press=("9",)),
    "outbox-empty": Shot(world="empty", press=("9",)),
    "message": Shot(world="living", press=("/", "type:grief", "enter", "M")),
    "call-mentor": Shot(world="living", press=("/", "type:grief", "enter", "m")),
    **_sizes("hostile", world="hostile-titles", press=("/", "type:view:all", "enter")),
    **_sizes("empty", world="empty"),
    **_sizes("help", world="empty", press=("?",)),
    **_sizes("new", world="empty", press=("n",)),
    **_sizes("past", world="living", press=("t", "shift+left", "left", "left")),
    "past-light": Shot(world="living", theme="sessiontui-light", press=("t", "shift+left", "left")),
    "past-ascii": Shot(world="living", ascii=True, no_color=True, press=("t", "shift+left", "type:13:3")),
    **_sizes("alerts", world="living", press=("2",)),
    **_sizes("calendar", world="living", press=("3",)),
    **_sizes("calendar-month", world="year-of-history", press=("3", "m")),
    "calendar-day": Shot(world="living", press=("3", "d")),
    "calendar-week": Shot(world="year-of-history", press=("3",)),
    "calendar-60x20": Shot(world="living", size=(60, 20), press=("3",)),
    "calendar-ascii": Shot(world="living", ascii=True, no_color=True, press=("3",)),
    "calendar-light": Shot(world="living", theme="sessiontui-light", press=("3",)),
    "calendar-safe": Shot(world="living", theme="sessiontui-safe", press=("3",)),
    "calendar-empty": Shot(world="empty", press=("3",)),
    "calendar-autumn": Shot(world="empty", press=("3", "d"), at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    "calendar-move": Shot(world="year-of-history", press=("3", "shift+down", "shift+right", "enter")),
    "alerts-ascii": Shot(world="living", ascii=True, no_color=True, press=("2",)),
    "alerts-calm": Shot(world="empty", press=("2",)),
    "alerts-snooze": Shot(world="living", press=("2", "B")),
    **_sizes("plan-template", world="living", press=("/", "type:pairing", "enter", "enter", *("right",) * 4)),
    **_sizes("plan", world="living", press=("/", "type:has:blocker", "enter", "enter", *("right",) * 4)),
    **_sizes("talk", world="living", press=("enter", *("right",) * 5)),
    **_sizes("files", world="living", press=("enter", *("right",) * 6)),
    "plan-ascii": Shot(
        world="living",
        ascii=True,
        no_color=True,
        press=("/", "type:has:blocker", "enter", "enter", *("right",) * 4),
    ),
    **_sizes("place", world="living", press=("/", "type:evening check", "enter", "enter")),
    **_sizes("place-broken", world="living", press=("/", "type:saying no", "enter", "enter")),
    "place-passcode": Shot(world="living", press=("/", "type:evening check", "enter", "K")),
    "place-backup": Shot(world="living", press=("/", "type:saying no", "enter", "b")),
    "place-ascii": Shot(
        world="living", ascii=True, no_color=True, press=("/", "type:evening check", "enter", "enter")
    ),
    "views": Shot(press=("v",)),
    "sorted": Shot(press=("o", "o")),
    "identify": Shot(press=("/", "type:badge:unmatched", "enter", "i")),
    "attendance": Shot(press=("/", "type:status:ended_complete", "enter", "c")),
    "marked": Shot(press=("space", "space", "e")),
    "desk-light": Shot(theme="sessiontui-light"),
    "desk-safe": Shot(theme="sessiontui-safe"),
    "desk-no-color": Shot(no_color=True),
    "desk-ascii": Shot(ascii=True, no_color=True),
    "desk-60x20": Shot(size=(60, 20)),
    "desk-200x60": Shot(size=(200, 60)),
    "desk-read-only": Shot(read_only=True),
    "filter-wrong": Shot(press=("/", "type:statsu:live")),
    "filter-nothing": Shot(press=("/", "type:nobodyiscalledthis", "enter")),
    "cancel-inside": Shot(press=("/", "type:status:active", "enter", "X")),
    "approve-many": Shot(press=("/", "type:status:has_requests", "enter", "a")),
    "command-bar": Shot(press=(":", "type:ca")),
    "palette": Shot(press=("ctrl+p",)),
    "storm": Shot(world="storm-of-joins", press=("enter", "right", "right")),
    "quiet": Shot(world="quiet-morning"),
    "stale": Shot(world="stale-logins"),
}
"""The pictures that the tests compare."""
