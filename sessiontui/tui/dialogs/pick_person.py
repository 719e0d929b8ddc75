"""Picking a person: a list that narrows down while a name is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Row

from sessiontui.domain.errors import SessiontuiError
from sessiontui.services.pictures import PersonLine
from sessiontui.tui.dialogs.dialog import Line, words
from sessiontui.tui.dialogs.pick_list import PickList

Finder: TypeAlias = Callable[[str], Awaitable[Sequence[PersonLine]]]
"""Answers with the people whose name, address or id holds a text."""


class PickPerson(PickList[PersonLine]):
    """Asks for a person; ``load`` tells how busy each is, by person id, in words.

    ``find`` is asked anew at every key. Loading, empty and failed are three different pictures.
    """

    def __init__(
        self,
        title: str,
        find: Finder,
        *,
        load: Mapping[int, str] | None = None,
        current: int | None = None,
    ) -> None:
        super().__init__(title)
        self._find = find
        self._load = dict(load or {})
        self._current = current
        self._shown: tuple[PersonLine, ...] = ()
        self._looking = False
        self._chosen = False

    def body(self) -> ComposeResult:
        """Yield filter, list and a line about the list."""
        yield Line(id="filter", placeholder="type a name, an address or an id")
        yield OptionList(id="people", markup=False)
        yield Static("loading people …", id="about", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Look up everyone."""
        self.query_one("#filter", Input).focus()
        self._look_up("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look up who fits."""
        self._look_up(event.value)

    def answer(self) -> None:
        """Answer with the person under the cursor."""
        if self._looking:  # whoever types a name and enter at once means the one who is about to be found
            self._chosen = True
            return
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self._shown[at])

    def _look_up(self, text: str) -> None:
        self._looking, self._chosen = True, False
        self.run_worker(self._fill(text.strip()), group="find", exclusive=True)

    async def _fill(self, text: str) -> None:
        about = self.query_one("#about", Static)
        try:
            self._shown = tuple(await self._find(text))
        except SessiontuiError as error:
            self._looking, self._shown = False, ()
            self.query_one(OptionList).clear_options()
            about.update(words(f"the list cannot be read: {error}"))
            return
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options([Row(self._row(person)) for person in self._shown])
        ids = [person.id for person in self._shown]
        if ids:
            rows.highlighted = ids.index(self._current) if self._current in ids else 0
        about.update(words(f"{len(ids)} found" if ids else f"nobody is called “{text}”"))
        self._looking = False
        if self._chosen:
            self.answer()

    def _row(self, person: PersonLine) -> Content:
        parts = [words(person.name or person.email or f"#{person.id}", "bold"), words(f"  {person.role}")]
        if person.id in self._load:
            parts.append(words(f"  {self._load[person.id]}"))
        if person.id == self._current:
            parts.append(words("  now"))
        if person.email:
            parts.append(words(f"  {person.email}", "dim"))
        return Content("").join(parts)
