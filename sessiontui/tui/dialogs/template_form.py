"""The form of a template: what its sessions begin with, and their plan as TOML; judged while typing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import ClassVar, Final, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.types import CSSPathType
from textual.widgets import Button, Input, Select, Static

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.faults import Faulty
from sessiontui.domain.templates.shape import MAX_NAME, Difficulty, Template
from sessiontui.domain.templates.text import plan_values, read_plan, write_plan
from sessiontui.domain.text import visible, visible_block
from sessiontui.domain.vocabulary import Kind
from sessiontui.services.receipt import Receipt
from sessiontui.tui.background import in_background
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words
from sessiontui.tui.dialogs.session_choices import choice
from sessiontui.tui.widgets.block import Block

SaveTemplate: TypeAlias = Callable[[Template], Awaitable[Receipt]]
"""Saves what was entered; a refusal is shown in the form, which stays."""

_EXAMPLE: Final = """\
# Goals, milestones and a checklist, such as:
#
# checklist = ["Tell whoever asked"]
#
# [[goals]]
# key = "first"
# title = "The first goal"
# criteria = "How one sees that it is done"
# phase = "planning"    # execution, testing, documentation
#
# [[goals]]
# title = "The second goal"
# needs = ["first"]
#
# [[milestones]]
# title = "Half way"
# rule = "goals_done"   # minutes_run, attendance, manual
# threshold = 1
"""

_PLACES: Final = ("name", "minutes", "title", "capacity", "tags")


class TemplateForm(Dialog[Receipt]):
    """Asks for everything about a template and saves it; answers with the receipt, or nothing."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "template_form.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "save", priority=True)]

    def __init__(self, heading: str, template: Template, save: SaveTemplate, *, note: str = "") -> None:
        super().__init__(heading)
        self._template = template
        self._save = save
        self._note = note
        self._tried = False
        self._opened: tuple[object, ...] = ()

    def body(self) -> ComposeResult:
        """Yield the fields."""
        told = self._template
        with VerticalScroll(id="fields", can_focus=False):
            yield Field("Name", Line(visible(told.name), id="name-text", limit=MAX_NAME), id="name-field")
            yield Field("Kind", choice("kind", Kind, told.kind), id="kind-field")
            minutes = Line(str(told.minutes), id="minutes-text", limit=5)
            yield Field("Minutes", minutes, id="minutes-field")
            yield Field("Difficulty", choice("difficulty", Difficulty, told.difficulty), id="difficulty-field")
            title = Line(visible(told.title), id="title-text", placeholder="what titles begin with, such as Fix:")
            yield Field("Title", title, id="title-field")
            seats = Line(str(told.capacity or ""), id="capacity-text", placeholder="no limit", limit=7)
            yield Field("Seats", seats, id="capacity-field")
            tags = Line(", ".join(map(visible, told.tags)), id="tags-text", placeholder="parted by commas")
            yield Field("Tags", tags, id="tags-field")
            yield Field("Description", _block(told.description, "description-text"), id="description-field")
            plan = write_plan(told.plan) or _EXAMPLE
            yield Field("Plan (TOML)", _block(plan, "plan-text"), id="goals-field")
        yield Static(words(self._note), id="refusal", classes="text", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield back and save."""
        yield button("Back (esc)", "keep")
        yield button("Save (ctrl+s)", "save", primary=True)

    def on_mount(self) -> None:
        """Put the focus on the name."""
        self.query_one("#name-text", Input).focus()
        self._opened = self._written()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge while typing."""
        event.stop()
        self._judge()

    def on_text_area_changed(self) -> None:
        """Judge while typing."""
        self._judge()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save; the frame leaves."""
        if event.button.id == "save":
            event.stop()
            self.action_save()

    def action_save(self) -> None:
        """Save what is entered."""
        if self.app.screen is self:
            in_background(self, self._store, group="save", exclusive=True)

    def action_leave(self) -> None:
        """Leave; ask first if something is typed."""
        self.ask_on(self._leave, group="leave")

    def _written(self) -> tuple[object, ...]:
        """Return what stands in all fields."""
        lines = [self.query_one(f"#{place}-text", Input).value for place in _PLACES]
        return (
            *lines,
            *(select.value for select in self.query(Select)),
            *(block.text for block in self.query(Block)),
        )

    def _judge(self) -> Template | None:
        """Return what the form means, saying beside each field what is wrong with it."""
        errors: dict[str, str] = {}
        values = self._values(errors)
        template: Template | None = None
        try:
            template = template_of(values)
        except Faulty as error:
            for fault in error.faults:
                errors.setdefault(fault.field, fault.said)
        if self._tried or self._written() != self._opened:
            for field in self.query(Field):
                field.say(errors.get((field.id or "").removesuffix("-field"), ""))
        return None if errors else template

    def _values(self, errors: dict[str, str]) -> Mapping[str, object]:
        """Return the fields as a mapping, noting what cannot even be put into one."""

        def line(place: str) -> str:
            return self.query_one(f"#{place}-text", Input).value.strip()

        plan: Mapping[str, object] = {}
        try:
            plan = plan_values(read_plan(self.query_one("#plan-text", Block).text))
        except Faulty as error:
            errors["goals"] = "; ".join(map(str, error.faults[:3]))
        values: dict[str, object] = {
            "name": line("name"),
            "kind": str(self.query_one("#kind", Select).value),
            "difficulty": str(self.query_one("#difficulty", Select).value),
            "title": line("title"),
            "tags": [tag.strip() for tag in line("tags").split(",") if tag.strip()],
            "description": self.query_one("#description-text", Block).text,
            **plan,
        }
        if self._template.slug:
            values["slug"] = self._template.slug
        for place in ("minutes", "capacity"):
            text = line(place)
            if text.isascii() and text.isdecimal():
                values[place] = int(text)
            elif text:
                errors[place] = "a whole number, such as 90"
        return values

    async def _store(self) -> None:
        self._tried = True
        template = self._judge()
        if template is None:
            wrong = next((field for field in self.query(Field) if field.error), None)
            if wrong is not None:
                wrong.query(".entry, Input").first().focus()
            self._say("something is wrong: see the fields above")
            return
        try:
            receipt = await self._save(template)
        except SessiontuiError as error:
            self._say(str(error))
        else:
            self.dismiss(receipt)

    async def _leave(self) -> None:
        if self._written() != self._opened:
            confirmed = await self.app.push_screen_wait(
                Confirm("Leave what is typed?", (), yes="Throw away", keep="Keep typing", danger=True)
            )
            if confirmed is None:
                return
        self.dismiss(None)

    def _say(self, text: str) -> None:
        line = self.query_one("#refusal", Static)
        line.update(words(text))
        line.add_class("-wrong")


def _block(text: str, place: str) -> Block:
    block = Block(visible_block(text), id=place, compact=True)
    block.add_class("entry")
    block.cursor_blink = False
    return block
