"""Asking by how much a session is to go on longer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.types import CSSPathType
from textual.widgets import Button, Input, Static

from sessiontui.domain.errors import BadInput
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words
from sessiontui.tui.dialogs.wall_clock import read_end, spoken_length
from sessiontui.tui.dialogs.when import spoken_both

STEPS = (15, 30, 60)

MOST = timedelta(hours=24)  # as services.sessions keeps it, which loads the database


class Extend(Dialog[timedelta]):
    """Asks for a length to add to ``end``; a time of the day may be typed as well, where there is one end.

    ``end`` is the planned end, or now for a session that is already past it; ``None`` when many are extended.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "extend.tcss"]
    AUTO_FOCUS = "#length-text"  # from the first key on: a quick enter must not press the first of the usual lengths
    BINDINGS = [  # noqa: RUF012 - declared so by the toolkit
        Binding(f"alt+{at}", f"add({minutes})", f"+{minutes} min") for at, minutes in enumerate(STEPS, start=1)
    ]

    def __init__(self, title: str, *, end: datetime | None, now: datetime, zone: ZoneInfo) -> None:
        super().__init__(title)
        self._end = end
        self._now = now
        self._zone = zone

    def body(self) -> ComposeResult:
        """Yield the usual lengths, a free one and the new end."""
        with Horizontal(id="steps"):
            for minutes in STEPS:
                yield button(f"+{minutes} min", f"add-{minutes}", primary=minutes == STEPS[0])
        example = "45, 1h30m or 16:30" if self._end else "45 or 1h30m"
        yield Field("Or", Line(id="length-text", placeholder=example, limit=60), id="length")
        yield Static("", id="meaning", classes="text", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield keep and extend."""
        yield button("Keep", "keep")
        yield button("Extend", "yes", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "extend"

    def on_mount(self) -> None:
        """Put the focus on the free length, from which the usual ones are one tab away."""
        self.query_one("#length-text", Input).focus()
        self._show()

    def action_add(self, minutes: int) -> None:
        """Answer with one of the usual lengths."""
        self.dismiss(timedelta(minutes=minutes))

    @property
    def button_row(self) -> list[Button]:
        """The usual lengths, or the buttons below."""
        steps = list(self.query("#steps Button").results(Button))
        return steps if self.focused in steps else super().button_row

    def on_descendant_focus(self) -> None:
        """Show the new end of the length under the focus."""
        self._show()

    def on_input_changed(self) -> None:
        """Show the new end of the typed length."""
        self._show()

    def on_input_submitted(self) -> None:
        """Answer with the typed length."""
        self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer; the frame leaves."""
        place = event.button.id or ""
        if place.startswith("add-"):
            event.stop()
            self.action_add(int(place.removeprefix("add-")))
        elif place == "yes":
            event.stop()
            self._answer()

    def _typed(self) -> timedelta | None:
        """Return the typed length, or nothing with what is wrong beside the field."""
        text = self.query_one("#length-text", Input).value
        field = self.field("length")
        field.say("")
        if not text.strip():
            return None
        start = self._end or self._now
        try:
            by = read_end(text.strip().removeprefix("+"), start=start, now=self._now, zone=self._zone).at - start
        except BadInput as error:
            field.say(f"{error.detail}: write 45, 1h30m" + (" or 16:30" if self._end else ""))
            return None
        if by > MOST:
            field.say("at most 24 h at once: extend it again later, or make another session")
            return None
        return by

    def _show(self) -> None:
        by = self._typed()
        place = (self.focused.id or "") if self.focused else ""
        if place.startswith("add-"):
            by = timedelta(minutes=int(place.removeprefix("add-")))
        meaning = self.query_one("#meaning", Static)
        if self._end is None:
            meaning.update(words(f"each ends {spoken_length(by)} later" if by else "each keeps its own end"))
            return
        end = spoken_both(self._end + (by or timedelta(0)), self._zone)
        present = f"Ends {end}" if self._end > self._now else f"Its end has passed: longer counts from now, {end}"
        meaning.update(words(f"New end: {end}" if by else present))

    def _answer(self) -> None:
        by = self._typed()
        if by is not None:
            self.dismiss(by)
        elif not self.field("length").error:
            self.field("length").say("type a length, or take one of the three above")
