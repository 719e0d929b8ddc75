"""The fields of a session's form: what is asked for, and in which words it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Select, Static

from sessiontui.domain.text import MAX_BLOCK, visible_block
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.tui.dialogs.dialog import Field, Line, words
from sessiontui.tui.dialogs.pick_template import Offers
from sessiontui.tui.dialogs.repeats import Preview, Repeats
from sessiontui.tui.dialogs.session_choices import choice, meeting, named, person, publishing
from sessiontui.tui.dialogs.session_entry import Typed
from sessiontui.tui.dialogs.template_part import TemplatePart, look_of
from sessiontui.tui.dialogs.zones import zone_names
from sessiontui.tui.widgets.block import Block

if TYPE_CHECKING:
    from sessiontui.domain.places.words import Maker


class SessionFields(VerticalScroll, can_focus=False):
    """Everything that can be said about a session, each in a ``Field`` named after its word in ``Typed``.

    A session that is not fresh keeps author and *Publish*: edits cannot change them. ``makers`` are the platforms
    that can be chosen, ``preview`` tells of what repeats, ``offers`` of templates, which fill in unless ``fills`` is
    false.
    """

    def __init__(
        self,
        typed: Typed,
        *,
        fresh: bool,
        makers: Sequence[Maker],
        preview: Preview | None,
        offers: Offers | None,
        fills: bool,
    ) -> None:
        super().__init__(id="fields")
        self._typed = typed
        self._is_fresh = fresh
        self._makers = makers
        self._preview = preview
        self._offers = offers
        self._fills = fills

    def compose(self) -> ComposeResult:
        """Yield the fields."""
        typed = self._typed
        if self._offers is not None:
            yield TemplatePart(
                self._offers,
                look_of(self.app),
                slug=typed.template,
                without=typed.without,
                fills=self._fills,
            )
        yield Field("Title", Line(typed.title, id="title-text"), id="title-field")
        yield Field("Kind", choice("kind", Kind, typed.kind), id="kind-field")
        yield Field("Start", _start(typed), id="start-field")
        yield Field("Length, end", Line(typed.length, id="length-text", limit=60), id="length-field")
        yield Field("Zone", _zone(typed), id="zone-field")
        yield Static("", id="meaning", classes="text", markup=False)
        if self._preview is not None:
            yield Repeats(typed.repeats, self._preview)
        yield Field("Mentor", person("mentor", typed.mentor), id="mentor-field")
        if self._is_fresh:
            yield Field("Author", person("author", typed.author), id="author-field")
        seats = Line(typed.capacity, id="capacity-text", placeholder="no limit", limit=7)
        yield Field("Seats", seats, id="capacity-field")
        yield Field("Priority", choice("priority", Priority, typed.priority), id="priority-field")
        tags = Line(typed.tags, id="tags-text", placeholder="parted by commas", limit=3200)
        yield Field("Tags", tags, id="tags-field")
        link = Line(typed.link, id="link-text", placeholder="https://…")
        yield Field("Link", link, id="link-field")
        if self._makers:
            yield Field("Platform", meeting(self._makers, typed.platform), id="platform-field")
        text = Block(visible_block(typed.description)[:MAX_BLOCK], id="description-text", compact=True)
        text.add_class("entry")
        text.cursor_blink = False
        yield Field("Description", text, id="description-field")
        if self._is_fresh:
            yield Field("Publish", publishing(typed.publish), id="publish-field")

    def read(self, before: Typed) -> Typed:
        """Return what stands in the fields; what has no field here, and whoever was picked, is as before."""

        def text(place: str) -> str:
            return self.query_one(f"#{place}-text", Input).value

        kind = self.query_one("#kind", Select).value
        priority = self.query_one("#priority", Select).value
        platform = [select.value for select in self.query("#platform").results(Select)]
        publish = [select.value for select in self.query("#publish").results(Select)]
        return replace(
            before,
            title=text("title"),
            kind=kind if isinstance(kind, Kind) else before.kind,
            start=text("start"),
            length=text("length"),
            zone=text("zone"),
            capacity=text("capacity"),
            priority=priority if isinstance(priority, Priority) else before.priority,
            tags=text("tags"),
            link=text("link"),
            platform=str(platform[0]) if platform else before.platform,
            description=self.query_one(Block).text,
            publish=publish[0] is True if publish else before.publish,
            repeats=next((one.rule for one in self.query(Repeats)), ""),
            template=next((one.slug for one in self.query(TemplatePart)), before.template),
            without=next((one.without for one in self.query(TemplatePart)), before.without),
        )

    def put(self, typed: Typed) -> None:
        """Let other words stand in the fields."""
        for name in ("title", "start", "length", "zone", "capacity", "tags", "link"):
            self.query_one(f"#{name}-text", Input).value = str(getattr(typed, name))
        self.query_one("#kind", Select).value = typed.kind
        self.query_one("#priority", Select).value = typed.priority
        self.query_one(Block).text = typed.description
        self.query_one("#mentor", Button).label = words(named(typed.mentor))


def _start(typed: Typed) -> Line:
    return Line(typed.start, id="start-text", placeholder="14:30, tomorrow 9:00, 2026-05-04 14:00", limit=60)


def _zone(typed: Typed) -> Line:
    line = Line(typed.zone, id="zone-text", limit=60)
    line.suggester = SuggestFromList(zone_names(), case_sensitive=False)
    return line
