"""Asking about a timer that may have been forgotten: still at it, or stopped when?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import record
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words
from sessiontui.tui.dialogs.wall_clock import read_instant
from sessiontui.tui.dialogs.when import spoken_both


@record
class Stopped:
    """The answer: the instant at which the work ended, or ``None`` while it goes on."""

    at: datetime | None


class StillAtIt(Dialog[Stopped]):
    """Asks whether a timer was forgotten; answers with when the work ended, that it goes on, or nothing.

    ``active_at`` is the last sign of work, which is proposed. Where the timer ``runs`` no more, it cannot go on.
    """

    AUTO_FOCUS = "#keep"

    def __init__(
        self,
        title: str,
        facts: Sequence[str],
        *,
        active_at: datetime,
        now: datetime,
        zone: ZoneInfo,
        runs: bool = True,
    ) -> None:
        super().__init__(title)
        self._facts = tuple(facts)
        self._active_at = active_at
        self._now = now
        self._zone = zone
        self._runs = runs
        self._proposed = f"{active_at.astimezone(zone):%Y-%m-%d %H:%M}"

    def body(self) -> ComposeResult:
        """Yield what is known of the timer, and when it is to have been stopped."""
        for fact in self._facts:
            yield Static(words(fact), classes="text", markup=False)
        yield Static("", markup=False)
        yield Field("Stopped at", Line(self._proposed, id="at-text", limit=60), id="at")
        yield Static("", id="meaning", classes="text", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield back, still at it, and stop."""
        yield button("Back (esc)", "keep")
        if self._runs:
            yield button("Still at it", "still")
        yield button("Stop it then", "stop", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "stop it then"

    def on_mount(self) -> None:
        """Put the focus on the safe answer."""
        self.query_one("#keep", Button).focus()
        self._read()

    def on_input_changed(self) -> None:
        """Say what the typed time means."""
        self._read()

    def on_input_submitted(self) -> None:
        """Answer with the typed time."""
        self._stop()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer; the frame leaves."""
        match event.button.id:
            case "still":
                event.stop()
                self.dismiss(Stopped(None))
            case "stop":
                event.stop()
                self._stop()

    def _stop(self) -> None:
        at = self._read()
        if at is not None:
            self.dismiss(Stopped(at))

    def _read(self) -> datetime | None:
        """Return the time that stands in the field, to the millisecond where it is the proposed one."""
        text = self.query_one("#at-text", Input).value
        meaning, field = self.query_one("#meaning", Static), self.field("at")
        field.say("")
        meaning.update("")
        try:
            at = (
                self._active_at
                if text.strip() == self._proposed
                else read_instant(text, now=self._now, zone=self._zone, anchor=self._active_at).at
            )
        except BadInput as error:
            field.say(f"{error.detail}: {error.hint}")
            return None
        if at > self._now:
            field.say("that lies ahead: write a time that is past")
            return None
        meaning.update(words(f"It counts as completed since {spoken_both(at, self._zone)}; z takes that back."))
        return at
