"""The form of a session, for a new one and for editing: judged while typing, errors beside their fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding
from textual.types import CSSPathType
from textual.widgets import Button, Input, Static

from sessiontui.domain.errors import BadInput, SessiontuiError
from sessiontui.domain.text import visible_block
from sessiontui.services.receipt import Receipt
from sessiontui.tui.background import in_background
from sessiontui.tui.dialogs import drafts
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.dialog import Dialog, Field, button, words
from sessiontui.tui.dialogs.pick_person import Finder
from sessiontui.tui.dialogs.pick_template import Offers
from sessiontui.tui.dialogs.repeats import Preview, Repeats
from sessiontui.tui.dialogs.session_choices import named
from sessiontui.tui.dialogs.session_entry import Before, Entry, Typed, judge
from sessiontui.tui.dialogs.session_fields import SessionFields
from sessiontui.tui.dialogs.session_people import FindMentor, ask_author, ask_mentor
from sessiontui.tui.dialogs.template_fill import filled
from sessiontui.tui.dialogs.template_part import TemplatePart
from sessiontui.tui.dialogs.when import Window, words_of
from sessiontui.tui.dialogs.zones import known_zone

if TYPE_CHECKING:
    from sessiontui.domain.places.words import Maker

Save: TypeAlias = Callable[[Entry], Awaitable[Receipt]]
"""Saves what was entered; a refusal is shown in the form, which stays."""

KEPT_EVERY: Final = 3.0
"""Seconds between two looks whether something new is typed that is to outlive the console."""


class SessionForm(Dialog[Receipt]):
    """Asks for everything about a session and saves it; answers with the receipt, or nothing.

    ``form`` names the draft that is kept when the form is left; ``typed`` is what it starts with, ``draft`` what was
    typed the last time, ``keeper`` keeps it beyond the console. ``window`` is the exact one of a session being
    edited; author and *Publish* are then left out, because edits cannot change them.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "session_form.tcss"]
    BINDINGS = [  # noqa: RUF012 - declared so by the toolkit
        Binding("ctrl+s", "save", "save", priority=True),
        Binding("ctrl+t", "template", "template", priority=True),
    ]

    def __init__(
        self,
        title: str,
        *,
        form: str,
        typed: Typed,
        now: datetime,
        save: Save,
        find_mentor: FindMentor,
        find_author: Finder,
        window: Window | None = None,
        makers: Sequence[Maker] = (),
        preview: Preview | None = None,
        draft: Typed | None = None,
        keeper: drafts.Keeper | None = None,
        offers: Offers | None = None,
    ) -> None:
        super().__init__(title)
        self._offers = offers
        self._draft = draft
        self._keeper = keeper
        self._kept = typed if draft is None else draft
        self._form = form
        self._fresh = typed
        self._typed = typed
        self._now = now
        self._save = save
        self._find_mentor = find_mentor
        self._find_author = find_author
        self._window = window
        self._makers = tuple(makers)
        self._preview = preview
        self._restored = False
        self._touched: set[str] = set()
        self._tried = False
        """Whether saving was tried: from then on every error is shown, touched or not."""
        self._refused: dict[str, tuple[object, str]] = {}
        """What was refused when it was saved, by field: the value that was meant, and why."""
        self._saving = False

    def body(self) -> ComposeResult:
        """Yield the fields."""
        kept = drafts.kept(self.app, self._form) or self._draft
        if kept is not None:
            self._typed, self._restored = kept, True
        yield SessionFields(
            self._typed,
            fresh=self._window is None,
            makers=self._makers,
            preview=self._preview,
            offers=self._offers,
            fills=not self._restored,
        )
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
        if self._keeper is not None:
            self.set_interval(KEPT_EVERY, self._keep_typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge while typing."""
        if event.value != event.input.value:
            return
        if event.value != getattr(self._typed, _name(event.input.id)):
            self._touched.add(_name(event.input.id))
        self._judge()
        for part in self.query(TemplatePart):
            part.suggest(self._typed)

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
                self.ask_on(partial(self._pick, part), group="pick")
            case "template":
                self.action_template()
            case "save":
                self.action_save()

    def on_template_part_chosen(self, event: TemplatePart.Chosen) -> None:
        """Fill in what the template says, wherever nothing else was typed."""
        event.stop()
        self._read()
        self.put(filled(self._typed, event.before, event.after, usual=self._fresh))
        if event.first:
            self._fresh = self._typed

    def action_template(self) -> None:
        """Let a template be chosen."""
        for part in self.query(TemplatePart):
            self.ask_on(part.pick, group="pick")

    def action_leave(self) -> None:
        """Leave; ask first if something is typed."""
        self.ask_on(self._leave, group="leave")

    def action_save(self) -> None:
        """Save if everything is well; otherwise go to the first wrong field."""
        if not self._saving and self.app.screen is self:
            in_background(self, self._store, group="save")

    @property
    def typed(self) -> Typed:
        """What stands in the form."""
        return self._typed

    @property
    def is_unsaved(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._typed != self._fresh

    def put(self, typed: Typed) -> Entry | None:
        """Let other words stand in the form, as if they had been typed, and return what it means by now."""
        self._fields.put(typed)
        self._typed = replace(self._typed, mentor_id=typed.mentor_id, mentor=typed.mentor)
        return self._judge()

    @property
    def _fields(self) -> SessionFields:
        return self.query_one(SessionFields)

    def _before(self) -> Before | None:
        if self._window is None:
            return None
        return Before(self._window.starts_at, self._window.ends_at, self._fresh)

    def _read(self) -> None:
        self._typed = self._fields.read(self._typed)

    def _judge(self) -> Entry | None:
        """Read the form and show what is wrong with the fields that were touched, or all once saving was tried."""
        self._read()
        judgement = judge(self._typed, now=self._now, before=self._before())
        for field in self.query(Field):
            name = (field.id or "").removesuffix("-field")
            shown = self._tried or name in self._touched
            error = judgement.errors.get(name, "") if shown else ""
            field.say(error or self._refusal_of(name))
        for repeats in self.query(Repeats):
            repeats.show(judgement.entry)
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
            await self._forget()
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
        if part == "mentor":
            mentor = await ask_mentor(self.app, self._find_mentor, self._typed, window=self._meant(), now=self._now)
            if mentor is not None:
                self._typed = replace(self._typed, mentor_id=mentor[0], mentor=mentor[1])
            name = self._typed.mentor
        else:
            author = await ask_author(self.app, self._find_author, self._typed)
            if author is not None:
                self._typed = replace(self._typed, author_id=author[0], author=author[1])
            name = self._typed.author
        self.query_one(f"#{part}", Button).label = words(named(name))

    def _meant(self) -> Window | None:
        """Return the window that stands in the form, as far as it can be read."""
        self._read()
        meant = judge(replace(self._typed, title="-"), now=self._now, before=self._before()).entry
        return None if meant is None else Window(meant.starts_at, meant.ends_at)

    async def _leave(self) -> None:
        self._read()
        if not self.is_unsaved:
            await self._forget()
            self.dismiss(None)
            return
        drop = await self.app.push_screen_wait(
            Confirm(
                "Leave what is typed?",
                (self._promise,),
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
            await self._keep_typed()
        else:
            await self._forget()
        self.dismiss(None)

    @property
    def _promise(self) -> str:
        """What becomes of what is typed, in a sentence."""
        how_long = "while the console runs" if self._keeper is None else "for a month"
        return f"It is kept {how_long}: opening the form again brings it back."

    async def _keep_typed(self) -> None:
        """Keep what is typed where it outlives the console; saving it has nothing to do with that."""
        if self._keeper is None or self._saving or not self.is_unsaved or self._typed == self._kept:
            return
        self._kept = self._typed
        try:
            await self._keeper.keep(self._typed, self._fresh)
        except SessiontuiError as error:
            self._say(f"what is typed could not be kept: {error.detail or error.title}")

    async def _forget(self) -> None:
        drafts.forget(self.app, self._form)
        if self._keeper is not None:
            with suppress(SessiontuiError):  # what is saved is saved; the draft will be offered, and can be left
                await self._keeper.forget()


def words_block(text: str) -> str:
    """Return several lines that the product wrote, cleaned line by line."""
    return visible_block(text)


def _name(place: str | None) -> str:
    return (place or "").removesuffix("-text")
