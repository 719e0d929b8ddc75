"""The time bar: walks through the past, shows the shape of the day, and takes an instant as it is typed.

It knows instants alone; whoever owns it shows the board of the instant that it asks for.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import BAD, MUTED, Look
from sessiontui.tui.present.shape import day_around, scale_line, shape_line
from sessiontui.tui.present.times import clock, full_day, span, zone_word

STEP: Final = timedelta(minutes=5)
"""One step: the shortest time in which a desk changes visibly."""

_TYPED: Final = 60  # characters; the longest time there is needs 32

_WEEKDAYS: Final = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})

_EXAMPLES: Final = "13:30, yesterday 9:00, 2026-05-04 14:00 or -2h"

_BEGINS: Final = frozenset("0123456789+-")
"""What a typed instant may begin with."""


class TimeBar(Vertical, can_focus=True):
    """Shows an instant of the past, or now, and asks for others as keys, mouse and typing say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-5)", show=False),
        Binding("right,l", "step(5)", show=False),
        Binding("shift+left,H", "step(-60)", show=False),
        Binding("shift+right,L", "step(60)", show=False),
        Binding("pageup", "day(-1)", show=False),
        Binding("pagedown", "day(1)", show=False),
        Binding("home,g", "begin", show=False),
        Binding("end,G", "now", show=False),
        Binding("up,k", "row(-1)", show=False),
        Binding("down,j", "row(1)", show=False),
        Binding("enter", "open", show=False),
        Binding("escape", "leave", show=False),
    ]

    DEFAULT_CSS = """
    TimeBar { height: auto; display: none; background: $panel; padding: 0 1; }
    TimeBar.-shown { display: block; }
    TimeBar > Static { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    TimeBar > #typing { height: 1; display: none; }
    TimeBar.-typing > #typing { display: block; }
    TimeBar.-typing > #instant { display: none; }
    TimeBar #typing > Static { width: auto; padding-right: 1; color: $text-muted; }
    TimeBar #typing > Input { width: 34; height: 1; border: none; padding: 0; background: $background; }
    TimeBar #typing > #wrong { width: 1fr; padding-left: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    TimeBar.-low > #scale { display: none; }
    """

    class Asked(Message):
        """An instant is wanted; ``None`` is now."""

        def __init__(self, at: datetime | None) -> None:
            super().__init__()
            self.at = at

    class Left(Message):
        """The admin is done with the past."""

    class RowWanted(Message):
        """The cursor of the table is to move by some rows, while the keys stay here."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Opened(Message):
        """The admin wants to go into the session under the cursor."""

    class ShapeWanted(Message):
        """The shape of a stretch of time is to be drawn, in that many parts."""

        def __init__(self, since: datetime, until: datetime, slots: int) -> None:
            super().__init__()
            self.since, self.until, self.slots = since, until, slots

    def __init__(self, look: Look, *, id_: str | None = None) -> None:
        super().__init__(id=id_)
        self._look = look
        self._at: datetime | None = None
        self._now = datetime.fromtimestamp(0, UTC)
        self._said = ""
        self._live: tuple[int, ...] = ()
        self._drawn_for: tuple[datetime, datetime, int] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the instant or the line in which one is typed, the shape of the day and its hours."""
        yield Static(id="instant", markup=False)
        with Horizontal(id="typing"):
            yield Static(Content("go to"), markup=False)
            yield Input(id="typed", compact=True, max_length=_TYPED, placeholder="13:30", select_on_focus=False)
            yield Static(id="wrong", markup=False)
        yield Static(id="shape", markup=False)
        yield Static(id="scale", markup=False)

    @property
    def at(self) -> datetime | None:
        """The instant that is shown, or ``None`` for now."""
        return self._at

    @property
    def is_open(self) -> bool:
        """Whether the bar can be seen."""
        return self.has_class("-shown")

    def open(self, at: datetime | None, *, now: datetime) -> None:
        """Show the bar."""
        self.add_class("-shown")
        self.screen.add_class("-time-bar")  # what is told keeps above it
        self.show(at, now=now)

    def close(self) -> None:
        """Take the bar away."""
        self.remove_class("-shown", "-typing")
        self.screen.remove_class("-time-bar")
        self._at, self._said, self._drawn_for = None, "", None

    def show(self, at: datetime | None, *, now: datetime, said: str = "") -> None:
        """Show that this instant is shown, and what is to be said about it."""
        self._at, self._now, self._said = at, now, said
        self._draw()

    def show_shape(self, since: datetime, live: tuple[int, ...]) -> None:
        """Draw the shape of the day that begins at an instant, unless another is wanted by now."""
        if self._drawn_for is not None and (since, len(live)) == (self._drawn_for[0], self._drawn_for[2]):
            self._live = live
            self._draw()

    def on_resize(self) -> None:
        """Lay the day out over the new width."""
        self.set_class(self.app.size.height < 30, "-low")
        self._draw()

    # Keys, mouse and typing

    def action_step(self, minutes: int) -> None:
        """Go some minutes on, to the full five minutes."""
        by = timedelta(minutes=minutes)
        if self._at is None and minutes > 0:
            return
        origin = self._at or self._now
        rest = (origin - datetime.fromtimestamp(0, UTC)) % STEP
        # From between two marks the nearest one counts as the first step.
        short = timedelta() if not rest else (STEP - rest if minutes < 0 else -rest)
        self._ask(origin + by + short)

    def action_day(self, days: int) -> None:
        """Go to the same time of another day, by the wall clock."""
        if self._at is None and days > 0:
            return
        local = (self._at or self._now).astimezone(self._look.zone)
        self._ask((local + timedelta(days=days)).astimezone(UTC))

    def action_begin(self) -> None:
        """Go to the start of the day; from there, to that of the day before."""
        origin = self._at or self._now
        begin, _ = day_around(origin, self._look.zone)
        if origin == begin:
            begin, _ = day_around(origin - timedelta(hours=1), self._look.zone)
        self._ask(begin)

    def action_now(self) -> None:
        """Go back to now; the bar stays."""
        self._ask(None)

    def action_row(self, by: int) -> None:
        """Move the cursor of the table."""
        self.post_message(self.RowWanted(by))

    def action_open(self) -> None:
        """Go into the session under the cursor."""
        self.post_message(self.Opened())

    def action_leave(self) -> None:
        """Leave the past."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Go to where the shape of the day was clicked."""
        if self._drawn_for is None or event.widget is None or event.widget.id not in ("shape", "scale"):
            return
        event.stop()
        at = event.get_content_offset(event.widget)
        begin, end, cells = self._drawn_for
        if at is not None and 0 <= at.x < cells:
            moment = begin + (end - begin) * at.x / cells
            self._ask(moment - (moment - datetime.fromtimestamp(0, UTC)) % STEP)

    def on_key(self, event: events.Key) -> None:
        """Begin to type with what an instant begins with; leave the typing by escape."""
        typing = self.query_one("#typed", Input)
        if typing.has_focus:
            if event.key == "escape":
                event.stop()
                event.prevent_default()
                self._stop_typing()
        elif event.character is not None and event.character in _BEGINS:
            event.stop()
            event.prevent_default()
            self.begin_typing(event.character)

    def begin_typing(self, text: str = "") -> None:
        """Let an instant be typed."""
        self.add_class("-typing")
        typing = self.query_one("#typed", Input)
        typing.cursor_blink = False
        typing.value, typing.cursor_position = text, len(text)
        typing.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the typed instant would be, as soon as it is one."""
        event.stop()
        self._say_typed(whole=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the typed instant."""
        event.stop()
        found = self._say_typed(whole=True)
        if found is not None:
            self._stop_typing()
            self._ask(found)

    def on_descendant_blur(self) -> None:
        """Give up what was typed when the keys go elsewhere."""
        self.remove_class("-typing")

    def _stop_typing(self) -> None:
        self.remove_class("-typing")
        self.focus()

    def _say_typed(self, *, whole: bool) -> datetime | None:
        """Return the typed instant and tell it; what is wrong with it is told only when it is ``whole``."""
        said = self.query_one("#wrong", Static)
        text = self.query_one("#typed", Input).value
        try:
            found = typed_instant(text, at=self._at, now=self._now, look=self._look)
        except BadInput as error:
            if whole:
                said.update(Content.styled(visible(f"{error.detail}: {error.hint}"), BAD))
            else:
                said.update(Content.styled(_EXAMPLES, MUTED))
            return None
        said.update(Content.styled(_told(found, self._look), MUTED))
        return found

    def _ask(self, at: datetime | None) -> None:
        at = None if at is None or at >= self._now else at
        if at != self._at:
            self.post_message(self.Asked(at))

    # Drawing

    def _draw(self) -> None:
        if not self.is_mounted or not self.is_open:
            return
        cells = self.content_size.width or max(0, self.app.size.width - 2)
        self.query_one("#instant", Static).update(self._instant(cells))
        if cells <= 0:
            return
        day = day_around(self._at or self._now, self._look.zone)
        if self._drawn_for != (*day, cells):
            self._drawn_for = (*day, cells)
            self._live = (0,) * cells
            self.post_message(self.ShapeWanted(*day, cells))
        at, now, look = self._at, self._now, self._look
        self.query_one("#shape", Static).update(shape_line(self._live, day, at=at, now=now, look=look))
        self.query_one("#scale", Static).update(scale_line(day, cells, at=at, now=now, look=look))

    def _instant(self, cells: int) -> Content:
        look, at = self._look, self._at
        if at is None:
            where = Content.styled(f"{look.of('●', '*')} now", "bold $status-active")
            hint = "the left arrow goes back in time"
        else:
            where = Content.styled(f"{look.of('◷', '@')} {_told(at, look)}", "bold $status-upcoming")
            hint = f"{span(self._now - at)} ago"
        parts = [where, Content.styled(look.dot + hint, MUTED)]
        if self._said:
            parts.append(Content.styled(look.dot + self._said, ""))
        most = max(self._live, default=0)
        peak = Content.styled(f"most live at once that day: {most}" if most else "", MUTED)
        line = Content("").join(parts)
        gap = cells - line.cell_length - peak.cell_length
        return line + " " * gap + peak if gap >= 3 else line


def time_keys(look: Look) -> tuple[Hint, ...]:
    """Return the keys of the bar, for the line of keys."""
    arrows, shift = look.of("←→", "h l"), look.of("⇧←→", "H L")
    return (
        Hint("esc", "back to now", ""),
        Hint(arrows, "5 min", ""),
        Hint(shift, "1 h", ""),
        Hint("pgup pgdn", "1 day", ""),
        Hint("home", "start of day", ""),
        Hint("0-9", "type a time", ""),
        Hint("t", "to the table", "time"),
    )


def typed_instant(text: str, *, at: datetime | None, now: datetime, look: Look) -> datetime:
    """Return the instant of the past that a text means; a bare time is on the day that is shown.

    ``BadInput`` says what to write, or that it lies ahead.
    """
    from sessiontui.tui.dialogs.wall_clock import read_instant

    try:
        found = read_instant(text, now=now, zone=look.zone, anchor=at or now).at
    except BadInput as error:
        raise BadInput(error.detail, hint=f"write {_EXAMPLES}") from error
    if found > now and text.strip()[:3].lower() in _WEEKDAYS:
        found -= timedelta(days=7)
    if found > now:
        raise BadInput("that lies ahead", hint="the past ends now")
    return found


def _told(at: datetime, look: Look) -> str:
    """Return an instant in the reader's zone, with its day, and in UTC where that differs."""
    zone = look.zone
    text = f"{full_day(at, zone)}, {clock(at, zone)}"
    if at.astimezone(zone).utcoffset() == timedelta():
        return f"{text} UTC"
    return f"{text} {zone_word(at, zone)} ({at.astimezone(UTC):%H:%M} UTC)"
