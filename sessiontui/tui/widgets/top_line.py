"""The top line of every screen: where one is, who one is, how fresh the picture is, what time it is, the health."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.segment import Segment
from textual import events
from textual.color import Color
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
    from sessiontui.services.pictures import AlertCounts, Health

_KEPT: Final = 64
"""Parts that are kept as they were painted, before all are forgotten: some lines full."""

_MINUTE: Final = timedelta(minutes=1)

_TIME: Final = 3
"""Where the time stands among the parts at the right: after the person, the alerts and the state."""


@record(kw_only=True)
class Freshness:
    """How the picture stands to the present: when it was taken, and whether it is held or its refresh failed."""

    taken_at: datetime | None = None
    held: bool = False
    failed: bool = False


class Ticked(NamedTuple):
    """A part of the line that has to be painted; where only letters of it are others, all that stands there."""

    region: Region
    letters: str = ""


class _Dial(NamedTuple):
    """The time as it is written within one minute: only its seconds move, where there is room for any."""

    since: datetime
    until: datetime
    before: str
    behind: str
    region: Region

    def at(self, instant: datetime) -> str:
        """Return how the time is written at an instant of the minute."""
        return f"{self.before}{instant.second:02}{self.behind}" if self.behind else self.before


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
        self._health_now: Health | None = None
        self._alerts: AlertCounts | None = None
        self._parts: tuple[Content, ...] = ()
        self._width = 0
        self._time_place = 0
        """Which of the parts is the time."""
        self._ticked = ""
        """The time as it is now, where it has moved on since the parts were drawn."""
        self._dial: _Dial | None = None
        self._drawn_of: tuple[object, ...] = ()
        """What the parts were drawn of, the freshness last."""
        self._health_words: tuple[Health | None, bool, Content] | None = None
        self._segments: dict[tuple[object, ...], list[Segment]] = {}
        """Parts as they were painted, by how they are written and in which style of the line."""
        self._grounded: tuple[Style, Color] | None = None
        self.repaint: Callable[[Region, str], object] = lambda region, _: self.refresh(region)
        """Paints a part that has changed while the widths of all are as before; a screen may know a shorter way.

        It is told the letters that stand there now, where nothing else has changed about it.
        """

    @property
    def alerts(self) -> AlertCounts | None:
        """How many alerts press, as far as it was shown."""
        return self._alerts

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
        self._health_now = health or self._health_now
        self._alerts = alerts or self._alerts
        if self.is_mounted and self._drawn_of != self._told_of():
            self._draw()

    def follow(self, *, selected: str | None, freshness: Freshness) -> Ticked | None:
        """Take what is selected and how fresh the picture is, as ``show`` does; return what ``tick`` returns."""
        self._selected = self._selected if selected is None else selected
        if self.is_mounted and self._drawn_of[:-1] == self._told_of()[:-1]:
            return None if freshness == self._freshness else self.tick(freshness)
        self.show(freshness=freshness)
        return None

    def tick(self, freshness: Freshness) -> Ticked | None:
        """Take the time that a second has moved on; return which part of the line has to be painted for it.

        ``None`` where that is not all: the rest is painted in its own time.
        """
        before, self._freshness = self._freshness, freshness
        dial, at = self._dial, freshness.taken_at
        moved = (before.held, before.failed, before.taken_at is None) != (freshness.held, freshness.failed, False)
        if moved or freshness.failed or at is None or not 0 < self._time_place < len(self._parts):
            self._draw()
            return None
        if dial is not None and dial.since <= at < dial.until:
            told, self._ticked = self._ticked, dial.at(at)
            self._drawn_of = (*self._drawn_of[:-1], freshness)
            return None if self._ticked == told else Ticked(dial.region, self._ticked)
        drawn, time = self._drawn, self._time(self._width).pad(1, 1)
        if drawn[self._time_place].cell_length != time.cell_length or not time.plain.strip():
            self._draw()
            return None
        self._ticked = time.plain
        self._drawn_of = (*self._drawn_of[:-1], freshness)
        return Ticked(self._wind())

    def _wind(self) -> Region:
        """Find out how the time goes on from what is drawn of it, and return where it stands."""
        drawn, place, at = self._drawn, self._time_place, self._freshness.taken_at
        if at is None or not 0 < place < len(drawn):
            self._dial = None
            return Region()
        region = Region(sum(part.cell_length for part in drawn[:place]), 0, drawn[place].cell_length, 1)
        self._dial = _dial(drawn[place].plain, at, region)
        return region

    @property
    def _drawn(self) -> tuple[Content, ...]:
        """The parts as they are by now."""
        if not self._ticked:
            return self._parts
        place = self._time_place
        return (*self._parts[:place], Content(self._ticked), *self._parts[place + 1 :])

    def _health(self, *, short: bool) -> Content:
        """Return what is said of the health; it is asked for far more often than it changes."""
        known = self._health_words
        if known is None or known[0] is not self._health_now or known[1] != short:
            known = self._health_words = self._health_now, short, health_cells.strip(self._health_now, short=short)
        return known[2]

    def _draw(self) -> None:
        self._width = width = self.size.width or self.app.size.width
        self.set_class(self._port.as_of is not None, "-past")
        right = {
            "alerts": count_cell(self._alerts, self._look, short=width < TIGHT),
            "state": self._state(),
            "time": self._time(width),
            "health": self._health(short=width < WORDED),
        }
        crumbs, who = self._crumbs(width), self._who()
        lengths = [part.cell_length for part in right.values()]
        names, room = room_for_crumbs(crumbs.cell_length, who.cell_length, lengths, width)
        parts = [who if names else Content(""), *right.values()]
        padded = [part.pad(1, 1) for part in parts if part.plain]
        self._time_place = 1 + sum(bool(part.plain) for part in parts[:_TIME])
        self._put((fitted(crumbs, room, self._look).pad(1, 1), *padded))
        self._wind()
        self._drawn_of = self._told_of()

    def _told_of(self) -> tuple[object, ...]:
        """Return all that the parts are drawn of, the freshness last."""
        port, health = self._port, self._health(short=self._width < WORDED)
        who = port.actor, port.platform_name, port.read_only, port.as_of, self._look.zone
        age = self._state().plain if self._freshness.failed else ""
        return who, self._selected, self._alerts, health.plain, tuple(health.spans), age, self._freshness

    def render_line(self, y: int) -> Strip:
        """Return the parts side by side."""
        del y
        return self._strip(self._drawn).adjust_cell_length(self.size.width, self.visual_style.rich_style)

    def painted(self, region: Region) -> Strip:
        """Return some parts of the line as they go to the terminal; it has no frame that would belong to it."""
        left, among = 0, []
        for part in self._drawn:
            if region.x <= left < region.right:
                among.append(part)
            left += part.cell_length
        strip, background = self._strip(among), self._ground
        for line_filter in self.app.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return strip

    @property
    def _ground(self) -> Color:
        """The colour behind the line; it is the same as long as its style is."""
        base = self.visual_style
        if self._grounded is None or self._grounded[0] is not base:
            self._grounded = base, self.background_colors[1]
        return self._grounded[1]

    def _strip(self, parts: Iterable[Content]) -> Strip:
        base, line, width = self.visual_style, [], 0
        for part in parts:
            key = part.plain, tuple(part.spans), base
            segments = self._segments.get(key)
            if segments is None:
                if len(self._segments) >= _KEPT:
                    self._segments.clear()
                segments = self._segments[key] = self._segments_of(part, base)
            line += segments
            width += part.cell_length
        return Strip(line, width)

    def render(self) -> Content:
        """Return the parts side by side, for whoever measures them."""
        return Content.assemble(*self._drawn)

    def _segments_of(self, part: Content, base: Style) -> list[Segment]:
        rendered = part.render(base, end="", parse_style=self._parse)
        return [Segment(text, style.rich_style) for text, style in rendered]

    def _parse(self, style: str | Style) -> Style:
        return style if isinstance(style, Style) else self.app.stylesheet.parse_style(style)

    def _put(self, parts: tuple[Content, ...]) -> None:
        """Paint what looks other: letters over letters, or all in one go; the whole line where widths changed."""
        before, self._parts = self._drawn, parts
        self._ticked = ""
        if [part.cell_length for part in before] != [part.cell_length for part in parts]:
            self.refresh()
            return
        left = 0
        changed: list[tuple[Region, Content, Content]] = []
        for old, new in zip(before, parts, strict=True):
            if (old.plain, old.spans) != (new.plain, new.spans):
                changed.append((Region(left, 0, new.cell_length, 1), old, new))
            left += new.cell_length
        if not changed:
            return
        if all(old.spans == new.spans and len(new.plain) == region.width for region, old, new in changed):
            for region, _, new in changed:
                self.repaint(region, new.plain)
        else:
            first, last = changed[0][0], changed[-1][0]
            self.repaint(Region(first.x, 0, last.right - first.x, 1), "")

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


def _dial(text: str, at: datetime, region: Region) -> _Dial | None:
    """Return how the time goes on within its minute, where it is written in nothing but plain letters."""
    begin, utc = at.replace(second=0, microsecond=0), at.astimezone(UTC_ZONE)
    if not (text.isascii() and text.isprintable()):
        return None
    before, seconds, behind = text.partition(f"{utc:%H:%M:%S}")
    return _Dial(begin, begin + _MINUTE, before + seconds[:-2], behind, region)


def as_of(at: datetime) -> str:
    """Return how an instant of the past is named: what was true then by the knowledge of today.

    >>> from datetime import UTC
    >>> as_of(datetime(2026, 5, 4, 14, 5, tzinfo=UTC))
    'as of 2026-05-04 14:05 UTC, valid time'
    """
    return f"as of {at.astimezone(UTC_ZONE):%Y-%m-%d %H:%M} UTC, valid time"
