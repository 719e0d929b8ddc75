"""Asking for a new window: start and end as they are typed, with what they mean in two zones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import record
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words
from sessiontui.tui.dialogs.wall_clock import (
    Reading,
    from_now,
    read_end,
    read_instant,
    spoken,
    spoken_length,
    spoken_window,
)

_LONGEST_TIME = 60  # characters; the longest time there is needs 32


@record
class Window:
    """The instants ``[starts_at, ends_at)`` of a session, in UTC."""

    starts_at: datetime
    ends_at: datetime


class When(Dialog[Window]):
    """Asks when a session is to be; ``planned`` is its window so far, from which ``+30m`` counts.

    The end is prefilled as a length, so that a session keeps it when its start moves.
    """

    def __init__(self, title: str, *, planned: Window, now: datetime, zone: ZoneInfo) -> None:
        super().__init__(title)
        self._planned = planned
        self._start_text = f"{planned.starts_at.astimezone(zone):%Y-%m-%d %H:%M}"
        self._end_text = spoken_length(planned.ends_at - planned.starts_at)
        self._now = now
        self._zone = zone

    def body(self) -> ComposeResult:
        """Yield start, end and what they mean."""
        planned = spoken_window(self._planned.starts_at, self._planned.ends_at, self._zone)
        yield Static(words(f"So far {planned}", "dim"), classes="text", markup=False)
        yield Field("Start", Line(self._start_text, id="start-text", limit=_LONGEST_TIME), id="start")
        yield Field("End, length", Line(self._end_text, id="end-text", limit=_LONGEST_TIME), id="end")
        yield Static("", id="meaning", classes="text", markup=False)
        hint = "14:30 · tomorrow 9:00 · fri 14:00 · 2026-05-04 14:00 · +30m later than planned"
        yield Static(words(hint), classes="hint", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield keep and set."""
        yield button("Keep", "keep")
        yield button("Set", "yes", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        return "go on" if line.id == "start-text" else "set"

    def on_mount(self) -> None:
        """Put the focus on the start."""
        self.query_one("#start-text", Input).focus()
        self._judge()

    def on_input_changed(self) -> None:
        """Say what was typed means."""
        self._judge()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on from start to end, from end to the answer."""
        if event.input.id == "start-text":
            self.query_one("#end-text", Input).focus()
        else:
            self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer; the frame leaves."""
        if event.button.id == "yes":
            event.stop()
            self._answer()

    def _judge(self) -> Window | None:
        """Show what is typed: a window in both zones, or what is wrong beside its field."""
        meaning = self.query_one("#meaning", Static)
        start_field, end_field = self.field("start"), self.field("end")
        start_field.say("")
        end_field.say("")
        meaning.update("")
        try:
            start = self._start(self.query_one("#start-text", Input).value)
        except BadInput as error:
            start_field.say(f"{error.detail}: {error.hint}")
            return None
        try:
            end = self._end(self.query_one("#end-text", Input).value, start.at)
        except BadInput as error:
            end_field.say(f"{error.detail}: {error.hint}")
            return None
        notes = [note for note in (start.note, end.note) if note]
        if start.at < self._now:
            notes.append("starts in the past")
        meaning.update(words_of(start.at, end.at, now=self._now, zone=self._zone, notes=notes))
        return Window(start.at, end.at)

    def _start(self, text: str) -> Reading:
        # Seconds are not shown: what nobody changed stays exactly what it was.
        if text.strip() == self._start_text:
            return Reading(self._planned.starts_at)
        return read_instant(text, now=self._now, zone=self._zone, anchor=self._planned.starts_at)

    def _end(self, text: str, start: datetime) -> Reading:
        if text.strip() == self._end_text:
            return Reading(start + (self._planned.ends_at - self._planned.starts_at))
        return read_end(text, start=start, now=self._now, zone=self._zone)

    def _answer(self) -> None:
        window = self._judge()
        if window is not None:
            self.dismiss(window)
            return
        wrong = "#start-text" if self.field("start").error else "#end-text"
        self.query_one(wrong, Input).focus()


def words_of(
    starts_at: datetime, ends_at: datetime, *, now: datetime, zone: ZoneInfo, notes: Iterable[str] = ()
) -> str:
    """Return a window in the admin's zone and in UTC, how far away it is, and what was assumed."""
    begins = "starts" if starts_at >= now else "started"
    lines = [
        f"{zone.key}: {spoken_window(starts_at, ends_at, zone)}",
        f"UTC: {spoken_window(starts_at, ends_at, UTC)}",
        f"{spoken_length(ends_at - starts_at)}, {begins} {from_now(starts_at, now)}",
    ]
    if zone.key == "UTC":
        del lines[0]
    return "\n".join([*lines, *(f"Note: {note}" for note in notes)])


def spoken_both(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the admin's zone and in UTC."""
    if zone.key == "UTC":
        return f"{spoken(at)} UTC"
    return f"{spoken(at, zone)} {zone.key} ({spoken(at)} UTC)"
