"""The part of the session form that is about its template: which one, what suits the title, and which goals stay."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button, SelectionList, Static
from textual.widgets.selection_list import Selection

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.templates.outline import depths
from sessiontui.domain.templates.suggesting import Wish
from sessiontui.domain.text import visible
from sessiontui.tui.background import in_background
from sessiontui.tui.dialogs.dialog import Field, button, words
from sessiontui.tui.dialogs.pick_template import Offers, PickTemplate
from sessiontui.tui.present.look import Look

if TYPE_CHECKING:
    from sessiontui.services.templates.listing import Offer
    from sessiontui.tui.dialogs.session_entry import Typed

REST = 0.25
"""Seconds without a key after which the title so far is looked at for what suits it."""


class TemplatePart(Vertical):
    """Shows the chosen template and its goals; tells the form when another one is chosen."""

    DEFAULT_CSS = """
    TemplatePart { height: auto; width: 100%; }
    TemplatePart #suggested { padding-left: 13; height: auto; color: $text-muted; }
    TemplatePart SelectionList { width: 1fr; height: auto; max-height: 8; border: none; padding: 0 1; }
    TemplatePart SelectionList { background: $panel; }
    TemplatePart SelectionList:focus { background: $primary 30%; }
    TemplatePart #template { width: 1fr; height: 1; padding: 0; text-align: left; content-align-horizontal: left; }
    TemplatePart .-none { display: none; }
    """

    class Chosen(Message):
        """Another template was chosen, or none; ``first`` is the one that the form was opened with."""

        def __init__(self, before: Offer | None, after: Offer | None, *, first: bool = False) -> None:
            super().__init__()
            self.before = before
            self.after = after
            self.first = first

    def __init__(self, offers: Offers, look: Look, *, slug: str = "", without: str = "", fills: bool) -> None:
        super().__init__(id="template-part")
        self._fills = fills
        """Whether the form is yet to be filled from the template that it was opened with."""
        self._ask = offers
        self._look = look
        self._slug = slug
        self._without = without
        self._offer: Offer | None = None
        self._asked = Wish()
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the button, what is suggested, and the goals."""
        chosen = button(self._label(), "template")
        chosen.add_class("entry")
        yield Field("Template", chosen, id="template-field")
        yield Static("", id="suggested", markup=False, classes="-none")
        yield Field("Goals", SelectionList[str](id="goals", compact=True), id="goals-field", classes="-none")

    async def on_mount(self) -> None:
        """Find the template again that the form was opened with."""
        if self._slug:
            offer = next((one for one in await self._offers(Wish()) if one.slug == self._slug), None)
            self._show(offer, self._without)
            if offer is not None and self._fills:
                self.post_message(self.Chosen(None, offer, first=True))

    @property
    def slug(self) -> str:
        """The word of the chosen template, empty for none."""
        return self._slug

    @property
    def without(self) -> str:
        """The keys of the goals that are left out, parted by commas."""
        if self._offer is None:
            return self._without
        stays = set(self.query_one(SelectionList).selected)
        return ",".join(goal.key for goal in self._offer.template.plan.goals if goal.key not in stays)

    def suggest(self, typed: Typed) -> None:
        """Say what suits the form so far, once typing rests."""
        tags = tuple(tag.strip() for tag in typed.tags.split(",") if tag.strip())
        self._asked = Wish(text=typed.title, tags=tags if self._offer is None else ())
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._look_up)

    async def pick(self) -> None:
        """Let another template be chosen."""
        picked = await self.app.push_screen_wait(PickTemplate(self._asked, self._ask, self._look, current=self._slug))
        if picked is not None and (picked.offer is None or picked.offer.slug != self._slug):
            before = self._offer
            self._show(picked.offer, "")
            self.post_message(self.Chosen(before, picked.offer))

    def _show(self, offer: Offer | None, without: str) -> None:
        self._offer, self._slug = offer, "" if offer is None else offer.slug
        self.query_one("#template", Button).label = words(self._label())
        self.query_one("#suggested").set_class(True, "-none")
        goals = self.query_one(SelectionList)
        goals.clear_options()
        if offer is not None:
            left, deep = set(without.split(",")), depths(offer.template.plan)
            goals.add_options(
                Selection(Content("  " * deep[goal.key] + visible(goal.title)), goal.key, goal.key not in left)
                for goal in offer.template.plan.goals
            )
        self.query_one("#goals-field").set_class(not goals.option_count, "-none")

    def _label(self) -> str:
        if self._offer is None:
            return "none  (ctrl+t chooses)"
        return f"{visible(self._offer.template.name)}, version {self._offer.version}  (ctrl+t changes)"

    def _look_up(self) -> None:
        if self._offer is None:
            in_background(self, partial(self._suggest, self._asked), group="suggest", exclusive=True)

    async def _suggest(self, wish: Wish) -> None:
        found = [
            one
            for one in await self._offers(wish)
            if any(part.name == "words" and part.points for part in one.suggestion.parts)
        ]
        line = self.query_one("#suggested", Static)
        line.set_class(not found, "-none")
        if found:
            best = found[0]
            line.update(words(f"{best.template.name} suits, {best.suggestion.score} of 100: ctrl+t shows why"))

    async def _offers(self, wish: Wish) -> tuple[Offer, ...]:
        try:
            return await self._ask(wish)
        except SessiontuiError:
            return ()  # choosing one will say what is wrong


def look_of(console: object) -> Look:
    """Return how a console is to look; a bare one, as tests have it, as usual."""
    look = getattr(console, "look", None)
    return look if isinstance(look, Look) else Look()
