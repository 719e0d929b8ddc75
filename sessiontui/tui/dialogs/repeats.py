"""How often a new session is to come: a word, or a rule that is typed, with the dates that this means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Select, Static

from sessiontui.domain.errors import BadInput
from sessiontui.domain.recurrence import wall_of
from sessiontui.domain.text import visible
from sessiontui.tui.dialogs.dialog import Field, Line
from sessiontui.tui.dialogs.session_entry import Entry

Preview: TypeAlias = Callable[[datetime, timedelta, str, str], list[str]]
"""Says in lines what a rule means, from its first wall-clock time, length, zone and rule on."""

CUSTOM: Final = "custom"

WORDS: Final = ("daily", "weekly", "bi-weekly", "monthly")

_LONGEST: Final = 400


class Repeats(Vertical):
    """The choice, the rule where it is typed, and its next dates."""

    DEFAULT_CSS = """
    Repeats { height: auto; }
    Repeats #repeats-rule { display: none; }
    Repeats.-custom #repeats-rule { display: block; }
    Repeats #dates { display: none; height: auto; padding-left: 13; color: $text-muted; }
    Repeats.-repeats #dates { display: block; }
    """

    def __init__(self, rule: str, preview: Preview) -> None:
        super().__init__()
        self._rule = rule
        self._preview = preview

    def compose(self) -> ComposeResult:
        """Yield choice, rule and dates."""
        word = self._rule if self._rule in WORDS or not self._rule else CUSTOM
        options = [("no: this one session", ""), *((word, word) for word in WORDS), ("by a rule that I type", CUSTOM)]
        select = Select(options, value=word, allow_blank=False, id="repeats", compact=True)
        select.add_class("entry")
        yield Field("Repeats", select, id="repeats-field")
        line = Line(
            self._rule if word == CUSTOM else "", id="repeats-text", limit=_LONGEST,
            placeholder="FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12",
        )  # fmt: skip
        yield Field("Rule", line, id="repeats-rule")
        yield Static("", id="dates", markup=False)

    @property
    def rule(self) -> str:
        """What is chosen: nothing, a word, or the rule as it is typed."""
        chosen = self.query_one("#repeats", Select).value
        if chosen == CUSTOM:
            return self.query_one("#repeats-text", Input).value.strip() or CUSTOM
        return chosen if isinstance(chosen, str) else ""

    def show(self, entry: Entry | None) -> None:
        """Show which dates the rule means where the form can be read, and the line for a rule where one is typed."""
        rule = self.rule
        self.set_class(self.query_one("#repeats", Select).value == CUSTOM, "-custom")
        self.set_class(bool(rule), "-repeats")
        lines: list[str] = []
        if entry is not None and entry.rule:
            starts = wall_of(entry.starts_at, ZoneInfo(entry.zone))
            try:
                lines = self._preview(starts, entry.ends_at - entry.starts_at, entry.zone, entry.rule)
            except BadInput as error:
                lines = [f"{error.detail}: {error.hint}" if error.hint else error.detail]
        self.query_one("#dates", Static).update(Content("\n".join(visible(line) for line in lines)))
