"""Picking a person: a list that narrows down while a name is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from textual.content import Content

from sessiontui.services.pictures import PersonLine
from sessiontui.tui.dialogs.dialog import words
from sessiontui.tui.dialogs.look_up import LookUp

Finder: TypeAlias = Callable[[str], Awaitable[Sequence[PersonLine]]]
"""Answers with the people whose name, address or id holds a text."""


class PickPerson(LookUp[PersonLine, PersonLine]):
    """Asks for a person; ``load`` tells how busy each is, by person id, in words."""

    def __init__(
        self,
        title: str,
        find: Finder,
        *,
        load: Mapping[int, str] | None = None,
        current: int | None = None,
    ) -> None:
        super().__init__(title, find)
        self._load = dict(load or {})
        self._current = current

    def answer_of(self, item: PersonLine) -> PersonLine:
        """Return the person."""
        return item

    def is_now(self, item: PersonLine) -> bool:
        """Tell whether it is who it is now."""
        return item.id == self._current

    def row(self, item: PersonLine) -> Content:
        """Return name, role, load and address of a person."""
        parts = [words(item.name or item.email or f"#{item.id}", "bold"), words(f"  {item.role}")]
        if item.id in self._load:
            parts.append(words(f"  {self._load[item.id]}"))
        if item.id == self._current:
            parts.append(words("  now"))
        if item.email:
            parts.append(words(f"  {item.email}", "dim"))
        return Content("").join(parts)
