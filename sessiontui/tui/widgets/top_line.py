"""The top line of every screen: where one is, who one is, how fresh the picture is, what time it is, the health."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from sessiontui.domain.records import record
from sessiontui.tui.port import Port
from sessiontui.tui.present import health as health_cells
from sessiontui.tui.present.frame import (
    READ_ONLY,
    TIGHT,
    WORDED,
    crumbs_words,
    live_words,
    room_for_crumbs,
    time_words,
    who_words,
)
from sessiontui.tui.present.look import BAD, MUTED, UTC_ZONE, Look, content, fitted
from sessiontui.tui.present.severity import count_cell
from sessiontui.tui.present.times import clock, span, zone_word

if TYPE_CHECKING:
    from rich.style import Style as RichStyle
    from textual.filter import LineFilter

    from sessiontui.services.pictures import AlertCounts, Health

_TIME: Final = 3
"""Where the time stands among the parts at the right: after the person, the alerts and the state."""


@record(kw_only=True)
class Freshness:
    """How the picture stands to the present: when it was taken, and whether it is held or its refresh failed."""

    taken_at: datetime | None = None
    held: bool = False
    failed: bool = False


class _Ticking(NamedTuple):
    """How the time was painted the last time: in which style of the line, through which filters, where, and how."""

    base: Style
    filters: Sequence[LineFilter]
    at: Region
    style: RichStyle | None


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
        self._time_place = 0
        """Which of the parts is the time."""
        self._drawn_of: tuple[object, ...] = ()
        """What the parts were drawn of, the freshness last."""
        self._segments: dict[tuple[object, ...], list[Segment]] = {}
        self._ticking: _Ticking | None = None
        self.repaint: Callable[[Region], object] = self.refresh
        """Paints a part that has changed while the widths of all are as before; a screen may know a shorter way."""

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
        if self.is_mounted and self._drawn_of != self._told_of():
            self._draw()

    def follow(self, *, selected: str | None, freshness: Freshness) -> Region | None:
        """Take what is selected and how fresh the picture is, as ``show`` does; return what ``tick`` returns."""
        self._selected = self._selected if selected is None else selected
        if self.is_mounted and self._drawn_of[:-1] == self._told_of()[:-1]:
            return None if freshness == self._freshness else self.tick(freshness)
        self.show(freshness=freshness)
        return None

    def tick(self, freshness: Freshness) -> Region | None:
        """Take the time that a second has moved on; return which part of the line has to be painted for it.

        ``None`` where that is not all: the rest is painted in its own time.
        """
        before, self._freshness = self._freshness, freshness
        width = self.size.width
        time, place = self._time(width).pad(1, 1), self._time_place
        moved = (before.held, before.failed, before.taken_at is None) != (freshness.held, freshness.failed, False)
        if moved or freshness.failed or not 0 < place < len(self._drawn) or not time.plain.strip():
            self._draw()
            return None
        drawn = self._drawn[place]
        if drawn.cell_length != time.cell_length:
            self._draw()
            return None
        self._drawn = (*self._drawn[:place], time, *self._drawn[place + 1 :])
        self._drawn_of = (*self._drawn_of[:-1], freshness)
        left = sum(part.cell_length for part in self._drawn[:place])
        return Region(left, 0, time.cell_length, 1)

    def _draw(self) -> None:
        width = self.size.width or self.app.size.width
        self.set_class(self._port.as_of is not None, "-past")
        right = {
            "alerts": count_cell(self._alerts, self._look, short=width < TIGHT),
            "state": self._state(),
            "time": self._time(width),
            "health": health_cells.strip(self._health, short=width < WORDED),
        }
        crumbs, who = self._crumbs(width), self._who()
        lengths = [part.cell_length for part in right.values()]
        names, room = room_for_crumbs(crumbs.cell_length, who.cell_length, lengths, width)
        parts = [who if names else Content(""), *right.values()]
        padded = [part.pad(1, 1) for part in parts if part.plain]
        self._time_place = 1 + sum(bool(part.plain) for part in parts[:_TIME])
        self._put((fitted(crumbs, room, self._look).pad(1, 1), *padded))
        self._drawn_of = self._told_of()

    def _told_of(self) -> tuple[object, ...]:
        """Return all that the parts are drawn of, the freshness last."""
        port, health = self._port, health_cells.strip(self._health, short=self.size.width < WORDED)
        who = port.actor, port.platform_name, port.read_only, port.as_of, self._look.zone
        age = self._state().plain if self._freshness.failed else ""
        return who, self._selected, self._alerts, health.plain, tuple(health.spans), age, self._freshness

    def render_line(self, y: int) -> Strip:
        """Return the parts side by side."""
        del y
        base = self.visual_style
        known, self._segments = self._segments, {}
        line: list[Segment] = []
        for part in self._drawn:
            key = (part.plain, tuple(part.spans), base)
            segments = self._segments[key] = known.get(key) or self._segments_of(part, base)
            line += segments
        return Strip(line).adjust_cell_length(self.size.width, base.rich_style)

    def painted(self, region: Region) -> Strip:
        """Return a part of the line as it goes to the terminal; it has no frame, so nothing else belongs to it."""
        base, filters, known = self.visual_style, self.app.get_line_filters(), self._ticking
        time = self._drawn[self._time_place].plain if 0 < self._time_place < len(self._drawn) else ""
        is_time = len(time) == region.width and time.isascii() and time.isprintable()
        if is_time and known is not None and known.base is base and known.filters == filters and known.at == region:
            return Strip([Segment(time, known.style)], region.width)  # no filter has anything to do with its letters
        strip = self.render_line(0).crop(region.x, region.right)
        background = self.background_colors[1]
        for line_filter in filters:
            strip = strip.apply_filter(line_filter, background)
        segments = list(strip)
        self._ticking = None
        if is_time and [segment.text for segment in segments] == [time]:
            self._ticking = _Ticking(base, filters, region, segments[0].style)
        return strip

    def render(self) -> Content:
        """Return the parts side by side, for whoever measures them."""
        return Content.assemble(*self._drawn)

    def _segments_of(self, part: Content, base: Style) -> list[Segment]:
        rendered = part.render(base, end="", parse_style=self._parse)
        return [Segment(text, style.rich_style) for text, style in rendered]

    def _parse(self, style: str | Style) -> Style:
        return style if isinstance(style, Style) else self.app.stylesheet.parse_style(style)

    def _put(self, parts: tuple[Content, ...]) -> None:
        """Paint the parts that look other than before; all of them where one changed its width."""
        before, self._drawn = self._drawn, parts
        if [part.cell_length for part in before] != [part.cell_length for part in parts]:
            self.refresh()
            return
        left = 0
        for old, new in zip(before, parts, strict=True):
            if (old.plain, old.spans) != (new.plain, new.spans):
                self.repaint(Region(left, 0, new.cell_length, 1))
            left += new.cell_length

    def _crumbs(self, width: int) -> Content:
        return content(crumbs_words(self._title, self._selected, self._look, width))

    def _who(self) -> Content:
        actor = self._port.actor
        return content(who_words(actor.name, actor.role, self._port.platform_name, self._look))

    def _state(self) -> Content:
        look, state = self._look, self._freshness
        marks = []
        if self._port.read_only:
            marks.append(Content.styled(*READ_ONLY))
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
            marks.append(content(live_words(look)))
        return Content.assemble(*marks)

    def _time(self, width: int) -> Content:
        if self._port.as_of is not None:
            return self._time_there(self._port.as_of, width)
        at = self._freshness.taken_at or self._port.clock()
        # In one style, so that both times change in one run of a few bytes.
        return Content(time_words(at, self._look.zone, width))

    def _time_there(self, at: datetime, width: int) -> Content:
        """Return the local time of the past instant; that in UTC stands beside the sign of the past."""
        zone = self._look.zone
        if width < WORDED or at.astimezone(zone).utcoffset() == at.astimezone(UTC_ZONE).utcoffset():
            return Content("")
        return Content(f"{clock(at, zone)} {zone_word(at, zone)}")


def as_of(at: datetime) -> str:
    """Return how an instant of the past is named: what was true then by the knowledge of today.

    >>> from datetime import UTC
    >>> as_of(datetime(2026, 5, 4, 14, 5, tzinfo=UTC))
    'as of 2026-05-04 14:05 UTC, valid time'
    """
    return f"as of {at.astimezone(UTC_ZONE):%Y-%m-%d %H:%M} UTC, valid time"
