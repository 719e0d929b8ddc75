"""The command bar: a line at the bottom in which commands are typed by name, with completion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Row

from sessiontui.domain.records import record
from sessiontui.tui.dialogs.dialog import Line, words
from sessiontui.tui.dialogs.in_turn import Heard, take_heard
from sessiontui.tui.dialogs.working_keys import WorkingKeys
from sessiontui.tui.waiting_keys import waiting_keys

_MOST_SHOWN = 8  # more would cover the table that the admin is thinking about


@record
class Word:
    """One command as the bar knows it: its word, what it is called, its argument, and why it is impossible now."""

    word: str
    title: str
    takes: str = ""
    offers: tuple[str, ...] = ()
    reason: str = ""
    aliases: tuple[str, ...] = ()


class CommandBar(ModalScreen[str | None]):
    """Asks for a command line and answers with it as typed; tab completes, arrows choose, escape leaves."""

    CSS_PATH = "command_bar.tcss"
    AUTO_FOCUS = "#command"  # from the first key on: whoever types fast means the line, not the proposals
    BINDINGS = [  # noqa: RUF012 - declared so by the toolkit
        Binding("escape", "leave", "back"),
        Binding("tab", "complete", "complete", priority=True),
        Binding("down", "move('cursor_down')", "choose", key_display="↑↓", priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
    ]

    def __init__(self, vocabulary: Sequence[Word], *, text: str = "") -> None:
        super().__init__()
        self._vocabulary = tuple(vocabulary)
        self._text = text
        self._lines: tuple[str, ...] = ()
        self._moved = False

    def compose(self) -> ComposeResult:
        """Lay out the proposals over the line."""
        with Vertical(id="bar"):
            yield OptionList(id="proposals", markup=False)
            with Horizontal(id="line"):
                yield Static(":", id="prompt", markup=False)
                yield Line(self._text, id="command")
        yield WorkingKeys(enter=lambda: "run")

    def on_mount(self) -> None:
        """Put the focus into the line."""
        self.query_one("#command", Input).focus()
        self._propose(self._text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Propose what fits."""
        self._moved = False
        self._propose(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with the line, or with the proposal that the arrows chose."""
        event.stop()
        text = self._chosen() if self._moved else event.value.strip()
        self.dismiss(text.strip() or None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the proposal that was clicked into the line, so that an argument can follow."""
        event.stop()
        self.action_complete()

    def on_heard(self, event: Heard) -> None:
        """Give what was typed behind an enter that has been heard."""
        take_heard(self, event)

    def action_leave(self) -> None:
        """Answer with nothing."""
        self.dismiss(None)

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Answer once: the second of two quick presses would take away the screen below."""
        if not self.is_active:
            return AwaitComplete()
        waiting_keys(self.app).answered(result)
        return super().dismiss(result)

    def action_move(self, action: str) -> None:
        """Choose among the proposals while the focus stays in the line."""
        self._moved = True
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_complete(self) -> None:
        """Take the proposal under the cursor into the line."""
        box = self.query_one("#command", Input)
        chosen = self._chosen()
        if chosen:
            box.value = chosen
            box.cursor_position = len(chosen)
        box.focus()

    def _chosen(self) -> str:
        at = self.query_one(OptionList).highlighted
        if at is None or at >= len(self._lines):
            return ""
        return self._lines[at]

    def _propose(self, text: str) -> None:
        found = list(proposals(self._vocabulary, text))[:_MOST_SHOWN]
        self._lines = tuple(line for line, _ in found)
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options([Row(shown) for _, shown in found])
        rows.display = bool(found)
        if found:
            rows.highlighted = 0


def proposals(vocabulary: Sequence[Word], text: str) -> Iterable[tuple[str, Content]]:
    """Yield the lines that a typed text may become, each with how it is shown; best first."""
    head, gap, tail = text.lstrip().partition(" ")
    if gap:
        for word in vocabulary:
            if head in (word.word, *word.aliases):
                for offer in word.offers:
                    if offer.startswith(tail.strip()):
                        yield f"{word.word} {offer}", words(f"{word.word} {offer}", "bold")
        return
    needle = head.casefold()
    for word in sorted(vocabulary, key=lambda one: (not one.word.startswith(needle), one.word)):
        names = (word.word, word.title, *word.aliases)
        if any(needle in name.casefold() for name in names):
            yield f"{word.word} " if word.takes else word.word, _shown(word)


def _shown(word: Word) -> Content:
    takes = f" <{word.takes}>" if word.takes else ""
    parts = [words(word.word, "dim" if word.reason else "bold"), words(takes), words(f"  {word.title}")]
    if word.reason:
        parts.append(words(f"  – not now: {word.reason}", "italic"))
    return Content("").join(parts)
