"""The filter: applies while one types, points at what is wrong, and offers how a term may go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from sessiontui.domain.text import visible
from sessiontui.tui.present.frame import matched_words
from sessiontui.tui.present.look import BAD, MUTED, Look, Words, content

if TYPE_CHECKING:
    from sessiontui.domain.query import Completion, QueryError

REST: Final = 0.15
"""Seconds of rest after which what was typed is applied."""

LONGEST: Final = 2_000  # characters, as domain.query has it, which is loaded when somebody types

_OFFERS: Final = 8


class FilterInput(Input):
    """One line of query text."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False)]

    def action_complete(self) -> None:
        """Take the first offer; with none, go on to the next widget."""
        from sessiontui.domain.query import completions

        offers = completions(self.value, self.cursor_position)
        if not offers:
            self.screen.focus_next()
            return
        offer = offers[0]
        self.value = self.value[: offer.start] + offer.insert + self.value[offer.end :]
        self.cursor_position = offer.start + len(offer.insert)


class FilterBar(Vertical):
    """The filter's line, how much it leaves of how much, and below it an error or offers where there are any."""

    DEFAULT_CSS = """
    FilterBar { height: auto; }
    FilterBar > Horizontal { height: 1; padding: 0 1; }
    FilterBar #slash { width: 2; color: $text-muted; }
    FilterBar FilterInput { width: 1fr; height: 1; border: none; padding: 0; background: $background; }
    FilterBar FilterInput:focus { border: none; background: $panel; }
    FilterBar #matched { width: auto; padding: 0 0 0 2; }
    FilterBar #below { height: auto; max-height: 2; padding: 0 1; display: none; }
    FilterBar #below.-shown { display: block; }
    """

    class Asked(Message):
        """A query that can be understood was typed."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """The admin is done with the filter."""

    def __init__(self, look: Look, check: Callable[[str], None]) -> None:
        super().__init__()
        self._look = look
        self._check = check
        self._applied = ""
        self._counted: Words = ()
        self._timer: Timer | None = None
        self._error: QueryError | None = None

    def compose(self) -> ComposeResult:
        """Lay out slash, input, counts, and what may stand below."""
        with Horizontal():
            yield Static(Content("/"), id="slash")
            yield FilterInput(
                placeholder="status:waiting mentor:lee starts:<2h grief",
                max_length=LONGEST,
                compact=True,
            )
            yield Static(id="matched", markup=False)
        yield Static(id="below", markup=False)

    @property
    def _input(self) -> FilterInput:
        return self.query_one(FilterInput)

    def focus_input(self) -> None:
        """Put the cursor into the filter."""
        self._input.focus()

    def put(self, query: str) -> None:
        """Show a query that was applied by other means."""
        self._applied = query
        self._error = None
        if self._input.value != query:
            with self.prevent(Input.Changed):
                self._input.value = query
                self._input.cursor_position = len(query)
        self._below(Content(""))

    def matched(self, matched: int, total: int, *, exact: bool = True) -> None:
        """Show how many rows the filter leaves of how many; ``exact`` is false where counting was given up."""
        words = matched_words(matched, total, exact=exact)
        if words != self._counted:
            before, self._counted = self._counted, words
            told = content(words)
            moves = not before or content(before).cell_length != told.cell_length
            self.query_one("#matched", Static).update(told, layout=moves)

    def refuse(self, error: QueryError) -> None:
        """Point at what is wrong; what the table shows stays as it was."""
        self._error = error
        lead = 2 + error.start
        sign = "^" * max(1, min(error.end, LONGEST) - error.start)
        said = visible(error.detail) + (f" ({visible(error.hint)})" if error.hint else "")
        width = self.size.width - 2
        if lead + len(sign) + 1 + len(said) <= width:
            line = Content.styled(f"{' ' * lead}{sign} {said}", BAD)
        elif lead + len(sign) < width:
            line = Content.styled(f"{' ' * lead}{sign}\n{said}", BAD)
        else:
            line = Content.styled(said, BAD)
        self._below(line)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check at once, apply after a rest."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST, self.apply)
        self._error = None
        self._offer()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply now, and leave if it can be understood."""
        event.stop()
        self.apply()
        if self._error is None:
            self.post_message(self.Left())

    def on_key(self, event: events.Key) -> None:
        """Leave on escape, back to what is applied; on down, keep what is typed."""
        if event.key == "escape":
            event.stop()
            self.put(self._applied)
            self.post_message(self.Left())
        elif event.key == "down":
            event.stop()
            self.apply()
            self.post_message(self.Left())

    def on_descendant_blur(self) -> None:
        """Offer nothing to those who are elsewhere."""
        if self._error is None:
            self._below(Content(""))

    def on_descendant_focus(self) -> None:
        """Offer how to begin or go on."""
        if self._error is None:
            self._offer()

    def apply(self) -> None:
        """Ask for what is typed, if it can be understood and is not applied yet."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        query = self._input.value
        if query == self._applied:
            return
        from sessiontui.domain.query import QueryError

        try:
            self._check(query)
        except QueryError as error:
            self.refuse(error)
            return
        self._applied = query
        self.post_message(self.Asked(query))

    def _offer(self) -> None:
        from sessiontui.domain.query import completions

        offers = completions(self._input.value, self._input.cursor_position)[:_OFFERS]
        if not offers:
            self._below(Content(""))
            return
        self._below(_offered(offers, self._look, self.size.width - 2))

    def _below(self, content: Content) -> None:
        below = self.query_one("#below", Static)
        below.update(content)
        below.set_class(bool(content.plain), "-shown")


def _offered(offers: tuple[Completion, ...], look: Look, width: int) -> Content:
    """Return the offers in one line, the first with its meaning."""
    first = offers[0]
    line = Content.assemble(
        Content.styled("  tab ", MUTED),
        Content.styled(visible(first.insert), "bold"),
        " ",
        Content.styled(visible(first.help), MUTED),
    )
    for offer in offers[1:]:
        more = Content.styled(look.dot + visible(offer.insert), MUTED)
        if line.cell_length + more.cell_length > width:
            break
        line += more
    return line
