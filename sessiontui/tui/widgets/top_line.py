"""The top line of every screen: where one is, who one is, how fresh the picture is, what time it is, the health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from sessiontui.tui.port import Port
from sessiontui.tui.present import health as health_cells
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, UTC_ZONE, Look, outside
from sessiontui.tui.present.times import clock, span, zone_word

if TYPE_CHECKING:
    from sessiontui.services.pictures import Health

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


class TopLine(Horizontal):
    """Drawn from what it is handed; each part is repainted only when it changes."""

    DEFAULT_CSS = """
    TopLine { height: 1; background: $panel; color: $foreground; }
    TopLine > Static { width: auto; height: 1; padding: 0 1; text-wrap: nowrap; }
    TopLine > #crumbs { width: 1fr; text-overflow: ellipsis; }
    """

    def __init__(self, port: Port, look: Look, *, title: str) -> None:
        super().__init__()
        self._port = port
        self._look = look
        self._title = title
        self._selected = ""
        self._freshness = Freshness()
        self._health: Health | None = None
        self._drawn: dict[str, Content] = {}

    def compose(self) -> ComposeResult:
        """Lay out the parts, empty until they are drawn."""
        for name in ("crumbs", "who", "state", "time", "health"):
            yield Static(id=name, markup=False)

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
    ) -> None:
        """Draw what changed; ``None`` leaves a part as it is."""
        self._selected = self._selected if selected is None else selected
        self._freshness = freshness or self._freshness
        self._health = health or self._health
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        width = self.size.width or self.app.size.width
        right = {
            "state": self._state(),
            "time": self._time(width),
            "health": health_cells.strip(self._health, short=width < _WORDED),
        }
        crumbs, who = self._crumbs(width), self._who()
        taken = sum(part.cell_length + 2 for part in (*right.values(), who)) + 2
        self._put("crumbs", crumbs)
        self._put("who", who if taken + min(crumbs.cell_length, _CRUMBS) <= width else Content(""))
        for name, part in right.items():
            self._put(name, part)

    def _put(self, name: str, content: Content) -> None:
        before = self._drawn.get(name)
        if before is not None and (before.plain, before.spans) == (content.plain, content.spans):
            return
        self._drawn[name] = content
        part = self.query_one(f"#{name}", Static)
        part.display = bool(content.plain)
        part.update(content, layout=before is None or before.cell_length != content.cell_length)

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
            marks.append(Content.styled(look.of("◷ the past", "@ the past"), "bold $status-upcoming"))
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
        at = self._freshness.taken_at or self._port.as_of or self._port.clock()
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
