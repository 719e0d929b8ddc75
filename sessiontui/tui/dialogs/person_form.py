"""The form of a person: name, address, phone, role and zone; what is wrong is said beside its field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Select, Static

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.records import record
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Role
from sessiontui.services.receipt import Receipt
from sessiontui.tui.background import in_background
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words
from sessiontui.tui.dialogs.zones import zone_names


@record(kw_only=True)
class Particulars:
    """What is entered of a person."""

    name: str = ""
    email: str = ""
    phone: str = ""
    role: Role = Role.PARTICIPANT
    zone: str = ""


SavePerson: TypeAlias = Callable[[Particulars], Awaitable[Receipt]]
"""Saves what was entered; a refusal is shown in the form, which stays."""

_PLACES = ("name", "email", "phone", "zone")


class PersonForm(Dialog[Receipt]):
    """Asks for what is known of a person and saves it; answers with the receipt, or nothing."""

    BINDINGS = [Binding("ctrl+s", "save", "save", priority=True)]  # noqa: RUF012 - declared so by the toolkit

    def __init__(self, title: str, known: Particulars, save: SavePerson) -> None:
        super().__init__(title)
        self._known = known
        self._save = save

    def body(self) -> ComposeResult:
        """Yield the fields."""
        known = self._known
        yield Field("Name", Line(known.name, id="name-text"), id="name-field")
        yield Field("E-mail", Line(known.email, id="email-text", placeholder="letters go there"), id="email-field")
        yield Field("Phone", Line(known.phone, id="phone-text", limit=60), id="phone-field")
        role = Select([(str(one), one) for one in Role], value=known.role, allow_blank=False, id="role", compact=True)
        role.add_class("entry")
        yield Field("Role", role, id="role-field")
        zone = Line(known.zone, id="zone-text", placeholder="Europe/Madrid", limit=60)
        zone.suggester = SuggestFromList(zone_names(), case_sensitive=False)
        yield Field("Zone", zone, id="zone-field")
        yield Static("", id="refusal", classes="text", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield back and save."""
        yield button("Back (esc)", "keep")
        yield button("Save (ctrl+s)", "save", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "save"

    def on_mount(self) -> None:
        """Put the focus on the name."""
        self.query_one("#name-text", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save from any line."""
        event.stop()
        self.action_save()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save; the frame leaves."""
        if event.button.id == "save":
            event.stop()
            self.action_save()

    def action_save(self) -> None:
        """Save what is entered."""
        in_background(self, self._store, group="save", exclusive=True)

    async def _store(self) -> None:
        typed = {place: self.query_one(f"#{place}-text", Input).value.strip() for place in _PLACES}
        role = self.query_one("#role", Select).value
        if not typed["name"]:
            self.field("name-field").say("a person needs a name")
            return
        entered = Particulars(**typed, role=role if isinstance(role, Role) else self._known.role)
        try:
            receipt = await self._save(entered)
        except SessiontuiError as error:
            self.query_one("#refusal", Static).update(words(visible(str(error))))
            self.query_one("#refusal", Static).add_class("-wrong")
        else:
            self.dismiss(receipt)
