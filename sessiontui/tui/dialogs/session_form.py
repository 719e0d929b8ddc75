"""The form of a session, for a new one and for editing: judged while typing, errors beside their fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias, TypeVar
from zoneinfo import available_timezones

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.suggester import SuggestFromList
from textual.types import CSSPathType
from textual.widgets import Button, Input, Select, Static, TextArea
from textual.widgets.text_area import Edit, EditResult

from sessiontui.domain.errors import BadInput, SessiontuiError
from sessiontui.domain.text import MAX_BLOCK, visible_block
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.services.receipt import Receipt
from sessiontui.tui.dialogs import drafts
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words
from sessiontui.tui.dialogs.pick_person import Finder, PickPerson
from sessiontui.tui.dialogs.session_entry import Before, Entry, Typed, judge, known_zone
from sessiontui.tui.dialogs.when import Window, words_of

Word = TypeVar("Word", bound=StrEnum)

Save: TypeAlias = Callable[[Entry], Awaitable[Receipt]]
"""Saves what was entered; a refusal is shown in the form, which stays."""


class Block(TextArea):
    """A text of several lines with a cap on its length, for pasted ones as well."""

    def edit(self, edit: Edit) -> EditResult:
        """Insert no more than there is room for."""
        room = MAX_BLOCK - len(self.text) + len(self.get_text_range(edit.from_location, edit.to_location))
        if len(edit.text) > room:
            edit = Edit(
                edit.text[: max(0, room)], edit.from_location, edit.to_location, edit.maintain_selection_offset
            )
        return super().edit(edit)


class SessionForm(Dialog[Receipt]):
    """Asks for everything about a session and saves it; answers with the receipt, or nothing.

    ``form`` names the draft that is kept when the form is left; ``typed`` is what it starts with. ``window`` is
    the exact one of a session being edited; author and *Publish* are then left out, because edits cannot change them.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "session_form.tcss"]
    BINDINGS = [Binding("ctrl+s", "save", show=False, priority=True)]  # noqa: RUF012 - declared so by the toolkit

    def __init__(
        self,
        title: str,
        *,
        form: str,
        typed: Typed,
        now: datetime,
        save: Save,
        find_mentor: Finder,
        find_author: Finder,
        window: Window | None = None,
    ) -> None:
        super().__init__(title)
        self._form = form
        self._fresh = typed
        self._typed = typed
        self._now = now
        self._save = save
        self._find = {"mentor": find_mentor, "author": find_author}
        self._window = window
        self._restored = False
        self._touched: set[str] = set()
        self._tried = False
        """Whether saving was tried: from then on every error is shown, touched or not."""
        self._refused: dict[str, tuple[object, str]] = {}
        """What was refused when it was saved, by field: the value that was meant, and why."""
        self._saving = False

    def body(self) -> ComposeResult:
        """Yield the fields."""
        kept = drafts.kept(self.app, self._form)
        if kept is not None:
            self._typed, self._restored = kept, True
        typed = self._typed
        with VerticalScroll(id="fields", can_focus=False):
            yield Field("Title", Line(typed.title, id="title-text"), id="title-field")
            yield Field("Kind", _choice("kind", Kind, typed.kind), id="kind-field")
            yield Field("Start", self._start(typed), id="start-field")
            yield Field("Length, end", Line(typed.length, id="length-text", limit=60), id="length-field")
            yield Field("Zone", self._zone(typed), id="zone-field")
            yield Static("", id="meaning", classes="text", markup=False)
            yield Field("Mentor", _person("mentor", typed.mentor), id="mentor-field")
            if self._window is None:
                yield Field("Author", _person("author", typed.author), id="author-field")
            seats = Line(typed.capacity, id="capacity-text", placeholder="no limit", limit=7)
            yield Field("Seats", seats, id="capacity-field")
            yield Field("Priority", _choice("priority", Priority, typed.priority), id="priority-field")
            tags = Line(typed.tags, id="tags-text", placeholder="parted by commas", limit=3200)
            yield Field("Tags", tags, id="tags-field")
            link = Line(typed.link, id="link-text", placeholder="https://…")
            yield Field("Link", link, id="link-field")
            text = Block(visible_block(typed.description)[:MAX_BLOCK], id="description-text", compact=True)
            text.add_class("entry")
            text.cursor_blink = False
            yield Field("Description", text, id="description-field")
            if self._window is None:
                yield Field("Publish", _publishing(typed.publish), id="publish-field")
        yield Static("", id="refusal", classes="text", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield back and save."""
        yield button("Back (esc)", "keep")
        yield button("Save (ctrl+s)", "save", primary=True)

    def on_mount(self) -> None:
        """Put the focus on the title, and say if a draft came back."""
        self.query_one("#title-text", Input).focus()
        if self._restored:
            self._say("what was typed before is back", good=True)
        if not self._restored:
            self._read()
            self._fresh = self._typed
        self._judge()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge while typing."""
        if event.value != event.input.value:
            return
        if event.value != getattr(self._typed, _name(event.input.id)):
            self._touched.add(_name(event.input.id))
        self._judge()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Judge a field that was left."""
        self._touched.add(_name(event.input.id))
        self._judge()

    def on_select_changed(self) -> None:
        """Take the chosen word."""
        self._judge()

    def on_text_area_changed(self) -> None:
        """Judge the description."""
        self._judge()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Pick a person, or save; the frame leaves."""
        match event.button.id:
            case "mentor" | "author" as part:
                self.run_worker(self._pick(part), group="pick", exclusive=True)
            case "save":
                self.action_save()

    def action_leave(self) -> None:
        """Leave; ask first if something is typed."""
        self.run_worker(self._leave(), group="leave", exclusive=True)

    def action_save(self) -> None:
        """Save if everything is well; otherwise go to the first wrong field."""
        if not self._saving and self.app.screen is self:
            self.run_worker(self._store(), group="save")

    @property
    def typed(self) -> Typed:
        """What stands in the form."""
        return self._typed

    def _start(self, typed: Typed) -> Line:
        return Line(typed.start, id="start-text", placeholder="14:30, tomorrow 9:00, 2026-05-04 14:00", limit=60)

    def _zone(self, typed: Typed) -> Line:
        line = Line(typed.zone, id="zone-text", limit=60)
        line.suggester = SuggestFromList(sorted(available_timezones()), case_sensitive=False)
        return line

    def _before(self) -> Before | None:
        if self._window is None:
            return None
        return Before(self._window.starts_at, self._window.ends_at, self._fresh)

    def _read(self) -> None:
        def text(place: str) -> str:
            return self.query_one(f"#{place}-text", Input).value

        kind = self.query_one("#kind", Select).value
        priority = self.query_one("#priority", Select).value
        publish = [select.value for select in self.query("#publish").results(Select)]
        self._typed = replace(
            self._typed,
            title=text("title"),
            kind=kind if isinstance(kind, Kind) else self._typed.kind,
            start=text("start"),
            length=text("length"),
            zone=text("zone"),
            capacity=text("capacity"),
            priority=priority if isinstance(priority, Priority) else self._typed.priority,
            tags=text("tags"),
            link=text("link"),
            description=self.query_one(Block).text,
            publish=publish[0] is True if publish else self._typed.publish,
        )

    def _judge(self) -> Entry | None:
        """Read the form and show what is wrong with the fields that were touched, or all once saving was tried."""
        self._read()
        judgement = judge(self._typed, now=self._now, before=self._before())
        for field in self.query(Field):
            name = (field.id or "").removesuffix("-field")
            shown = self._tried or name in self._touched
            error = judgement.errors.get(name, "") if shown else ""
            field.say(error or self._refusal_of(name))
        meaning = self.query_one("#meaning", Static)
        entry, zone = judgement.entry, known_zone(self._typed.zone)
        if entry is not None and zone is not None:
            text = words_of(entry.starts_at, entry.ends_at, now=self._now, zone=zone, notes=judgement.notes)
            meaning.update(words_block(text))
        elif {"start", "length", "zone"} & judgement.errors.keys():
            meaning.update("")
        return entry

    async def _store(self) -> None:
        self._refused.clear()
        self._tried = True
        entry = self._judge()
        if entry is None:
            wrong = next((field for field in self.query(Field) if field.error), None)
            if wrong is not None:
                wrong.query(".entry, Input").first().focus()
            self._say("something is missing: see the fields above")
            return
        self._saving = True
        self._say("saving …", good=True)
        try:
            receipt = await self._save(entry)
        except SessiontuiError as error:
            self._refuse(error)
        else:
            drafts.forget(self.app, self._form)
            self.dismiss(receipt)
        finally:
            self._saving = False

    def _refuse(self, error: SessiontuiError) -> None:
        self._say(str(error))
        if isinstance(error, BadInput):
            place = {"starts_at": "start", "ends_at": "length"}.get(error.place, error.place)
            for field in self.query(Field):
                if field.id == f"{place}-field":
                    said = error.detail.removeprefix(f"{error.place}: ")
                    self._refused[place] = (getattr(self._typed, place, None), said)
                    field.say(said)

    def _refusal_of(self, name: str) -> str:
        """Return why a field was refused, as long as it is what it was then."""
        value, said = self._refused.get(name, (None, ""))
        return said if said and getattr(self._typed, name, None) == value else ""

    def _say(self, text: str, *, good: bool = False) -> None:
        line = self.query_one("#refusal", Static)
        line.update(words(text))
        line.set_class(not good, "-wrong")

    async def _pick(self, part: str) -> None:
        current = self._typed.mentor_id if part == "mentor" else self._typed.author_id
        person = await self.app.push_screen_wait(PickPerson(f"Who is the {part}?", self._find[part], current=current))
        if person is None:
            return
        if part == "mentor":
            self._typed = replace(self._typed, mentor_id=person.id, mentor=person.name)
        else:
            self._typed = replace(self._typed, author_id=person.id, author=person.name)
        self.query_one(f"#{part}", Button).label = words(_named(person.name))

    async def _leave(self) -> None:
        self._read()
        if self._typed == self._fresh:
            drafts.forget(self.app, self._form)
            self.dismiss(None)
            return
        drop = await self.app.push_screen_wait(
            Confirm(
                "Leave what is typed?",
                ("It is kept while the console runs: opening the form again brings it back.",),
                yes="Throw away",
                keep="Keep typing",
                danger=True,
                other="Leave, keep draft",
            )
        )
        if drop is None:
            return
        if drop.other:
            drafts.keep(self.app, self._form, self._typed)
        else:
            drafts.forget(self.app, self._form)
        self.dismiss(None)


def words_block(text: str) -> str:
    """Return several lines that the product wrote, cleaned line by line."""
    return visible_block(text)


def _choice(name: str, kinds: type[Word], value: Word) -> Select[Word]:
    select = Select(
        [(str(one).capitalize(), one) for one in kinds], value=value, allow_blank=False, id=name, compact=True
    )
    select.add_class("entry")
    return select


def _publishing(value: bool) -> Select[bool]:
    options = [("now: people see it and can ask to join", True), ("not yet: keep it as a draft", False)]
    select = Select(options, value=value, allow_blank=False, id="publish", compact=True)
    select.add_class("entry")
    return select


def _person(part: str, name: str) -> Button:
    picked = button(_named(name), part)
    picked.add_class("entry")
    return picked


def _named(name: str) -> str:
    return f"{name}  (change)" if name else "nobody  (choose)"


def _name(place: str | None) -> str:
    return (place or "").removesuffix("-text")
