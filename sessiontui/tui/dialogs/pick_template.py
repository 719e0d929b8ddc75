"""Choosing a template: those that suit best on top, and beside them what a session made from it begins with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Button, Input, OptionList
from textual.widgets.option_list import Option

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.records import record
from sessiontui.domain.text import visible
from sessiontui.tui.background import in_background
from sessiontui.tui.dialogs.dialog import Dialog, Line, button
from sessiontui.tui.present import templates as present
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from sessiontui.domain.templates.suggesting import Wish
    from sessiontui.services.templates.listing import Offer

Offers: TypeAlias = "Callable[[Wish], Awaitable[tuple[Offer, ...]]]"
"""Answers with the templates there are, the best for a wish first."""

NONE: Final = "-"
"""The row that stands for no template: no word of a template looks like it."""


@record
class Picked:
    """What was chosen: a template, or none."""

    offer: Offer | None


class PickTemplate(Dialog[Picked]):
    """Lists templates by how well they suit what is typed; answers with one, with none, or with nothing."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "pick_template.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "go(1)", "choose", key_display="↑↓", priority=True),
        Binding("up", "go(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", "read on", priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(self, wish: Wish, offers: Offers, look: Look, *, current: str = "") -> None:
        super().__init__("Begin with a template")
        self._wish = wish
        self._ask = offers
        self._look = look
        self._current = current
        self._offers: tuple[Offer, ...] = ()

    def body(self) -> ComposeResult:
        """Yield the words looked for, the list, and the preview."""
        yield Line(self._wish.text, id="words", placeholder="what is it about? such as: fix crash in parser")
        with Horizontal(id="both"):
            with Vertical(id="left"):
                yield OptionList(id="list")
            with VerticalScroll(id="right", can_focus=False):
                yield Sheet(id_="preview")

    def buttons(self) -> Iterable[Button]:
        """Yield back and take."""
        yield button("Back (esc)", "keep")
        yield button("Take it (enter)", "take", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "take it"

    def on_mount(self) -> None:
        """Ask for the templates; what is typed goes into the words."""
        self.query_one("#list", OptionList).can_focus = False
        self.query_one("#words", Input).focus()
        self._look_up()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Rank anew while typing."""
        event.stop()
        self._look_up()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is under the cursor."""
        event.stop()
        self._take()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what a session made from it begins with."""
        event.stop()
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        event.stop()
        self._take()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take it; the frame leaves."""
        if event.button.id == "take":
            event.stop()
            self._take()

    def action_go(self, by: int) -> None:
        """Move the cursor of the list."""
        options = self.query_one("#list", OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + by) % options.option_count

    def action_page(self, by: int) -> None:
        """Scroll the preview."""
        right = self.query_one("#right")
        right.scroll_relative(y=by * max(1, right.size.height - 2), animate=False)

    def _look_up(self) -> None:
        in_background(self, self._rank, group="rank", exclusive=True)

    async def _rank(self) -> None:
        from dataclasses import replace

        text = self.query_one("#words", Input).value
        try:
            self._offers = await self._ask(replace(self._wish, text=text))
        except SessiontuiError as error:
            said = visible(str(error))
            self.query_one("#preview", Sheet).show(lambda width: Content(said))
            return
        options = self.query_one("#list", OptionList)
        chosen = self._under()
        before = chosen if chosen is not None else self._current if not text else None
        options.clear_options()
        options.add_options([*map(self._option, self._offers), Option(Content.styled("No template", MUTED), id=NONE)])
        ids = [*(one.slug for one in self._offers), NONE]
        typed = text != self._wish.text
        options.highlighted = 0 if typed or before not in ids else ids.index(str(before))
        self._draw()

    def _option(self, offer: Offer) -> Option:
        score = f"{offer.suggestion.score:>3} " if offer.suggestion.parts else ""
        return Option(Content.styled(score, MUTED) + Content(visible(offer.template.name)), id=offer.slug)

    def _under(self) -> str | None:
        options = self.query_one("#list", OptionList)
        return None if options.highlighted is None else options.get_option_at_index(options.highlighted).id

    def _offer(self) -> Offer | None:
        under = self._under()
        return next((one for one in self._offers if one.slug == under), None)

    def _draw(self) -> None:
        offer, look = self._offer(), self._look
        sheet = self.query_one("#preview", Sheet)
        self.query_one("#right").scroll_home(animate=False)
        if offer is None:
            sheet.show(lambda width: Content.styled("The session begins empty; goals can be added later.", MUTED))
        else:
            sheet.show(lambda width: present.offered(offer, look, width))

    def _take(self) -> None:
        if self._under() is not None:
            self.dismiss(Picked(self._offer()))
