"""The frame that all dialogs share: a titled panel over the screen, fields with their error, a row of buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Generic, Self, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Select, SelectionList, Static

from sessiontui.domain.text import MAX_LINE, visible
from sessiontui.tui.background import Work, for_a_key
from sessiontui.tui.dialogs.in_turn import Heard, take_heard, wait_behind
from sessiontui.tui.dialogs.working_keys import WorkingKeys
from sessiontui.tui.waiting_keys import waiting_keys

Answer = TypeVar("Answer")


def words(text: str, style: str = "") -> Content:
    """Return a text from outside as it may be laid out: cleaned, and never read as markup."""
    content = Content(visible(text))
    return content.stylize(style) if style else content


class Line(Input):
    """An input of one line with a cap on its length; never blinks, so that pictures of it are alike."""

    def __init__(
        self,
        value: str = "",
        *,
        id: str | None = None,  # noqa: A002 - the toolkit's name for it
        placeholder: str = "",
        limit: int = MAX_LINE,
    ) -> None:
        super().__init__(
            value=visible(value)[:limit],
            placeholder=placeholder,
            id=id,
            max_length=limit,
            compact=True,
            select_on_focus=False,
        )

    async def action_submit(self) -> None:
        """Hand in the line; what is typed behind it waits until that has been heard."""
        await super().action_submit()
        wait_behind(self)

    def replace(self, text: str, start: int, end: int) -> None:
        """Take what is typed or pasted, cleaned, and no more of it than there is room for."""
        # A single character may be a mark for the one before it, which cleaning would set on a base of its own.
        clean = visible(text) if len(text) > 1 else text
        room = (self.max_length or MAX_LINE) - len(self.value) + abs(end - start)
        super().replace(clean[: max(0, room)], start, end)


class PressedInTurn(Button):
    """A button; what is typed behind its press waits until that has been heard."""

    def press(self) -> Self:
        """Press it."""
        super().press()
        wait_behind(self)
        return self


class Field(Vertical):
    """A control with its name before it and its error under it."""

    def __init__(
        self,
        name: str,
        control: Widget,
        *,
        id: str | None = None,  # noqa: A002 - the toolkit's name for it
        classes: str = "",
    ) -> None:
        super().__init__(id=id, classes=f"field {classes}".strip())
        self._caption = name
        self._control = control
        self._error = Static("", classes="error", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out name, control and error."""
        with Horizontal(classes="field-row"):
            yield Static(Content(self._caption), classes="field-name", markup=False)
            yield self._control
        yield self._error

    def say(self, error: str) -> None:
        """Show what is wrong with what was typed, or nothing."""
        self._error.update(words(error))
        self.set_class(bool(error), "-wrong")

    @property
    def error(self) -> str:
        """What is shown to be wrong."""
        return str(self._error.content)


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A panel over the screen that answers with a value, or with nothing where it is left.

    Escape leaves it; arrows and tab move between buttons; a click beside the panel does nothing, so that a slip
    of the mouse loses no typing. The last line of the screen shows the keys that work: of the dialog's own bindings
    those with a description. Subclasses give ``body`` and ``buttons``.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back"),
        Binding("left", "step(-1)", "other button", key_display="←→"),
        Binding("right", "step(1)", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal")]  # noqa: RUF012 - declared so by the toolkit
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-tall"), (34, "-high")]  # noqa: RUF012 - declared so by the toolkit

    def __init__(self, title: str, *, danger: bool = False) -> None:
        super().__init__()
        self.heading = title
        self._danger = danger

    def compose(self) -> ComposeResult:
        """Lay out title, body and buttons."""
        with Vertical(id="panel", classes="-danger" if self._danger else ""):
            yield Static(words(self.heading), id="title", markup=False)
            yield from self.body()
            with Horizontal(id="buttons"):
                yield from self.buttons()
        yield WorkingKeys(enter=self._entered, leave=self._left)

    def body(self) -> ComposeResult:
        """Yield what stands between title and buttons."""
        yield from ()

    def buttons(self) -> Iterable[Button]:
        """Yield the buttons, the safe one first."""
        yield button("Close", "keep")

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in one of the dialog's lines, in a word or two; empty for nothing."""
        del line
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tell whether a key has something to do: the arrows, only where there are several buttons."""
        if action == "step":
            return self.focused in self.button_row and len(self.button_row) > 1
        return super().check_action(action, parameters)

    def on_mount(self) -> None:
        """Keep to ASCII where the console does. The toolkit calls this beside the subclass's own handler."""
        port = getattr(self.app, "port", None)
        self.set_class(bool(getattr(port, "ascii", False)), "-ascii")

    def on_heard(self, event: Heard) -> None:
        """Give what was typed behind a press or an enter that has been heard."""
        take_heard(self, event)

    def action_leave(self) -> None:
        """Answer with nothing."""
        self.dismiss(None)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer once: the second of two quick presses would take away the screen below."""
        if not self.is_active:
            return AwaitComplete()
        waiting_keys(self.app).answered(result)
        return super().dismiss(result)

    def ask_on(self, ask: Work, *, group: str) -> None:
        """Begin what opens another dialog over this one; keys typed meanwhile wait for it."""
        for_a_key(self, ask, group=group, exclusive=True)

    def action_step(self, by: int) -> None:
        """Move between buttons with the arrows."""
        row = self.button_row
        if isinstance(self.focused, Button) and self.focused in row:
            self.set_focus(row[(row.index(self.focused) + by) % len(row)])

    def name_button(self, place: str, label: str) -> None:
        """Let a button say something else, and the line of keys with it."""
        self.query_one(f"#{place}", Button).label = words(label)
        self.refresh_bindings()

    def field(self, place: str) -> Field:
        """Return a field by its id."""
        return self.query_one(f"#{place}", Field)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Leave by the safe button. The toolkit calls this beside the subclass's own handler: no ``super`` there."""
        if event.button.id == "keep":
            event.stop()
            self.action_leave()

    @property
    def button_row(self) -> list[Button]:
        """The buttons among which the arrows move."""
        return [one for one in self.query("#buttons Button").results(Button) if not one.disabled]

    def _entered(self) -> str:
        match self.focused:
            case Button() as pressed:
                return "choose" if pressed.has_class("entry") else said_by(pressed)
            case Input() as line:
                return self.line_entered(line)
            case SelectionList():
                return "mark"
            case OptionList():
                return "choose"
            case Select():
                return "open"
            case _:
                return ""

    def _left(self) -> str:
        return next((said_by(one) for one in self.query("#keep").results(Button)), "back")


def button(label: str, place: str, *, danger: bool = False, primary: bool = False) -> Button:
    """Return a button of a dialog; ``place`` is its id."""
    variant = "error" if danger else "primary" if primary else "default"
    return PressedInTurn(words(label), id=place, variant=variant, compact=True)  # type: ignore[arg-type]


def said_by(pressed: Button) -> str:
    """Return what a button does, as a line of keys says it: without the key that stands on the button itself."""
    label = str(pressed.label).partition(" (")[0]
    return label.lower() if label.isupper() else label[:1].lower() + label[1:]
