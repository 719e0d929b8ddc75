"""A list that is looked up anew while one types: loading, empty and failed are three different pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Row

from sessiontui.domain.errors import SessiontuiError
from sessiontui.tui.background import in_background
from sessiontui.tui.dialogs.dialog import Answer, Line, words
from sessiontui.tui.dialogs.pick_list import PickList
from sessiontui.tui.waiting_keys import waiting_keys

Item = TypeVar("Item")


class LookUp(PickList[Answer], Generic[Item, Answer]):
    """Asks for one of those who are found. Subclasses tell how one is drawn, and what is answered.

    Whoever types a name and enter at once means the one who is about to be found.
    """

    def __init__(self, title: str, find: Callable[[str], Awaitable[Sequence[Item]]]) -> None:
        super().__init__(title)
        self._find = find
        self._shown: tuple[Item, ...] = ()
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
        if event.input.id == "filter":
            self._look_up(event.value)

    def answer(self) -> None:
        """Answer with what is under the cursor."""
        if self._looking:
            self._chosen = True
            waiting_keys(self.app).hold()
            return
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self.answer_of(self._shown[at]))

    def answer_of(self, item: Item) -> Answer:
        """Return the answer that one of the list stands for."""
        raise NotImplementedError

    def row(self, item: Item) -> Content:
        """Return how one of the list is drawn."""
        raise NotImplementedError

    def is_now(self, item: Item) -> bool:
        """Tell whether the cursor begins on this one."""
        raise NotImplementedError

    def about(self, shown: Sequence[Item], text: str) -> str:
        """Return what is said about the list."""
        return f"{len(shown)} found" if shown else f"nobody is called “{text}”"

    def _look_up(self, text: str) -> None:
        self._looking, self._chosen = True, False
        in_background(self, partial(self._fill, text.strip()), group="find", exclusive=True)

    async def _fill(self, text: str) -> None:
        about = self.query_one("#about", Static)
        try:
            self._shown = tuple(await self._find(text))
        except SessiontuiError as error:
            self._looking, self._shown = False, ()
            self.query_one(OptionList).clear_options()
            about.update(words(f"the list cannot be read: {error}"))
            waiting_keys(self.app).release()
            return
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options([Row(self.row(item)) for item in self._shown])
        if self._shown:
            rows.highlighted = next((at for at, item in enumerate(self._shown) if self.is_now(item)), 0)
        about.update(words(self.about(self._shown, text)))
        self._looking = False
        if self._chosen:
            waiting_keys(self.app).release()  # an answer holds them anew
            self.answer()
