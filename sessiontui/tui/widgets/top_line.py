"""The top line of every screen: where one is, who one is, how fresh the picture is, what time it is, the health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from sessiontui.tui.port import Port
from sessiontui.tui.present import health as health_cells
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, UTC_ZONE, Look, fitted, outside
from sessiontui.tui.present.severity import count_cell
from sessiontui.tui.present.times import clock, span, zone_word

if TYPE_CHECKING:
    from sessiontui.services.pictures import AlertCounts, Health

_FULL: Final = 130
"""From this width on the zone of the local time is named."""

_WORDED: Final = 90
"""From this width on the health is told in words."""

_TIGHT: Final = 72
"""Below this width there is neither the product's name nor the screen's before what is selected, and no seconds."""

_LEAST: Final = 50
"""Below this width there is no local time."""

_CRUMBS: Final = 44
"""Cells that what is selected gets before the person is named beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How the picture stands to the present: when it was taken, and whether it is held or its refresh failed."""

    taken_at: datetime | None = None
    held: bool = False
    failed: bool = False


class TopLine(Widget):
    """Drawn from what it is handed; each part is repainted only when it changes.

    It is one widget, because the clock changes every second: what is painted again are all widgets beside it.
    """

    DEFAULT_CSS = """
    TopLine { height: 1; background: $panel; color: $foreground; text-wrap: nowrap; }
    TopLine.-past { background: $status-upcoming 40%; }
    """

    def __init__(self, port: Port, look: Look, *, title: str) -> None:
        super().__init__()
        self._port = port
        self._look = look
        self._title = title
        self._selected = ""
        self._freshness = Freshness()
        self._health: Health | None = None
        self._alerts: AlertCounts | None = None
        self._drawn: tuple[Content, ...] = ()

    def on_mount(self) -> None:
        """Draw what is known before anything was asked."""
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Leave out what has no room."""
        del event
        self._draw()

    def show(
        self,
        *,
        selected: str | None = None,
        freshness: Freshness | None = None,
        health: Health | None = None,
        alerts: AlertCounts | None = None,
    ) -> None:
        """Draw what changed; ``None`` leaves a part as it is."""
        self._selected = self._selected if selected is None else selected
        self._freshness = freshness or self._freshness
        self._health = health or self._health
        self._alerts = alerts or self._alerts
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        width = self.size.width or self.app.size.width
        self.set_class(self._port.as_of is not None, "-past")
        right = {
            "alerts": count_cell(self._alerts, self._look, short=width < _TIGHT),
            "state": self._state(),
            "time": self._time(width),
            "health": health_cells.strip(self._health, short=width < _WORDED),
        }
        crumbs, who = self._crumbs(width), self._who()
        taken = sum(part.cell_length + 2 for part in (*right.values(), who)) + 2
        parts = [who if taken + min(crumbs.cell_length, _CRUMBS) <= width else Content(""), *right.values()]
        padded = [part.pad(1, 1) for part in parts if part.plain]
        room = max(0, width - sum(part.cell_length for part in padded) - 2)
        self._put((fitted(crumbs, room, self._look).pad(1, 1), *padded))

    def render(self) -> Content:
        """Return the parts side by side."""
        return Content.assemble(*self._drawn)

    def _put(self, parts: tuple[Content, ...]) -> None:
        """Paint the parts that look other than before; all of them where one changed its width."""
        before, self._drawn = self._drawn, parts
        if [part.cell_length for part in before] != [part.cell_length for part in parts]:
            self.refresh()
            return
        left = 0
        for old, new in zip(before, parts, strict=True):
            if (old.plain, old.spans) != (new.plain, new.spans):
                self.refresh(Region(left, 0, new.cell_length, 1))
            left += new.cell_length

    def _crumbs(self, width: int) -> Content:
        parts = [Content.styled("sessiontui  ", "bold $accent")] if width >= _TIGHT else []
        if width >= _TIGHT or not self._selected:
            parts.append(Content(self._title))
        if self._selected:
            parts += [Content.styled(self._look.of(" › ", " > "), MUTED)] if width >= _TIGHT else []
            parts.append(outside(self._selected, "bold"))
        return Content.assemble(*parts)

    def _who(self) -> Content:
        if not self._port.actor.name:
            return Content("")
        who = f"{self._port.actor.name} ({self._port.actor.role})"
        name = outside(self._port.platform_name)
        return Content.assemble(name, self._look.dot if name.plain else "", outside(who))

    def _state(self) -> Content:
        look, state = self._look, self._freshness
        marks = []
        if self._port.read_only:
            marks.append(Content.styled("read-only  ", f"bold {ALARM}"))
        if self._port.as_of is not None:
            marks.append(Content.styled(f"{look.of('◷', '@')} {as_of(self._port.as_of)}", "bold"))
        elif state.taken_at is None and not state.failed:
            marks.append(Content.styled(look.of("◌ loading", ". loading"), MUTED))
        elif state.failed:
            age = f" {span(self._port.clock() - state.taken_at)}" if state.taken_at else ""
            word = "stale" if state.taken_at else "failed"
            marks.append(Content.styled(f"{look.of('✖', 'x')} {word}{age}", f"bold {BAD}"))
        elif state.held:
            marks.append(Content.styled(look.of("❄ held", "# held"), "bold $status-paused"))
        else:
            marks.append(Content.styled(look.of("● live", "* live"), GOOD))
        return Content.assemble(*marks)

    def _time(self, width: int) -> Content:
        if self._port.as_of is not None:
            return self._time_there(self._port.as_of, width)
        at = self._freshness.taken_at or self._port.clock()
        utc = clock(at, UTC_ZONE, seconds=width >= _TIGHT)
        zone = self._look.zone
        if at.astimezone(zone).utcoffset() == at.astimezone(UTC_ZONE).utcoffset():
            return Content(f"{utc} UTC")
        if width < _LEAST:
            return Content(f"{utc} UTC")
        local = clock(at, zone)
        if width >= _FULL:
            local = f"{local} {zone_word(at, zone)}"
        return Content.assemble(f"{utc} UTC", Content.styled(f" {local}", MUTED))

    def _time_there(self, at: datetime, width: int) -> Content:
        """Return the local time of the past instant; that in UTC stands beside the sign of the past."""
        zone = self._look.zone
        if width < _WORDED or at.astimezone(zone).utcoffset() == at.astimezone(UTC_ZONE).utcoffset():
            return Content("")
        return Content(f"{clock(at, zone)} {zone_word(at, zone)}")


def as_of(at: datetime) -> str:
    """Return how an instant of the past is named: what was true then by the knowledge of today.

    >>> from datetime import UTC
    >>> as_of(datetime(2026, 5, 4, 14, 5, tzinfo=UTC))
    'as of 2026-05-04 14:05 UTC, valid time'
    """
    return f"as of {at.astimezone(UTC_ZONE):%Y-%m-%d %H:%M} UTC, valid time"
