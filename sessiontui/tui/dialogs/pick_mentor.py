"""Picking a mentor: who is free at the time in question comes first, with how much each has to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.content import Content

from sessiontui.domain.records import record
from sessiontui.domain.text import MAX_BLOCK
from sessiontui.tui.dialogs.dialog import Field, Line, words
from sessiontui.tui.dialogs.look_up import LookUp
from sessiontui.tui.present.look import ALARM, GOOD

if TYPE_CHECKING:
    from sessiontui.services.candidates import Candidate

Find: TypeAlias = "Callable[[str], Awaitable[Sequence[Candidate]]]"
"""Answers with those who could mentor and whose name or address holds a text."""


@record
class Picked:
    """Who was picked, and the reason that was typed."""

    person_id: int
    name: str
    reason: str = ""


class PickMentor(LookUp["Candidate", Picked]):
    """Asks who is to mentor; with ``asks_why`` a reason can be typed as well."""

    def __init__(
        self,
        title: str,
        find: Find,
        *,
        now: datetime,
        zone: ZoneInfo,
        current: int | None = None,
        asks_why: bool = False,
    ) -> None:
        super().__init__(title, find)
        self._now = now
        self._zone = zone
        self._current = current
        self._asks_why = asks_why

    def body(self) -> ComposeResult:
        """Yield filter, list, what is said about it, and the reason."""
        yield from super().body()
        if self._asks_why:
            why = Line(id="why-text", placeholder="optional: tab leads here", limit=MAX_BLOCK)
            yield Field("Reason", why, id="why-field")

    def answer_of(self, item: Candidate) -> Picked:
        """Return the person with the reason."""
        why = [line.value.strip() for line in self.query("#why-text").results(Line)]
        return Picked(item.person.id, item.person.name, why[0] if why else "")

    def is_now(self, item: Candidate) -> bool:
        """Tell whether this is the mentor now."""
        return item.person.id == self._current

    def about(self, shown: Sequence[Candidate], text: str) -> str:
        """Return how many are free."""
        if not shown:
            return super().about(shown, text)
        free = sum(one.is_free for one in shown)
        return f"{free} of {len(shown)} free at that time, the least busy first"

    def row(self, item: Candidate) -> Content:
        """Return two lines: who, and whether they are free; how much they have to do, and their time."""
        person = item.person
        first = [words(person.name or person.email or f"#{person.id}", "bold")]
        if person.id == self._current:
            first.append(words("  the mentor now", "italic"))
        first.append(words(f"  {item.standing(self._zone)}", GOOD if item.is_free else f"bold {ALARM}"))
        second = [f"  {item.load}"]
        if item.next is not None:
            start = item.next.starts_at.astimezone(self._zone)
            same_day = start.date() == self._now.astimezone(self._zone).date()
            second.append(f"next {start:%H:%M}" if same_day else f"next {start:%a %d %b %H:%M}")
        if item.local:
            second.append(f"{item.local} for them")
        return Content("\n").join([Content("").join(first), words("  ·  ".join(second), "dim")])
