"""The frame that all dialogs share: a titled panel over the screen, fields with their error, a row of buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from sessiontui.domain.text import MAX_LINE, visible

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

    def replace(self, text: str, start: int, end: int) -> None:
        """Take what is typed or pasted, cleaned, and no more of it than there is room for."""
        # A single character may be a mark for the one before it, which cleaning would set on a base of its own.
        clean = visible(text) if len(text) > 1 else text
        room = (self.max_length or MAX_LINE) - len(self.value) + abs(end - start)
        super().replace(clean[: max(0, room)], start, end)


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
    of the mouse loses no typing. Subclasses give ``body`` and ``buttons``.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("left", "step(-1)", show=False),
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

    def body(self) -> ComposeResult:
        """Yield what stands between title and buttons."""
        yield from ()

    def buttons(self) -> Iterable[Button]:
        """Yield the buttons, the safe one first."""
        yield button("Close", "keep")

    def on_mount(self) -> None:
        """Keep to ASCII where the console does. The toolkit calls this beside the subclass's own handler."""
        port = getattr(self.app, "port", None)
        self.set_class(bool(getattr(port, "ascii", False)), "-ascii")

    def action_leave(self) -> None:
        """Answer with nothing."""
        self.dismiss(None)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer once: the second of two quick presses would take away the screen below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def action_step(self, by: int) -> None:
        """Move between buttons with the arrows."""
        buttons = [one for one in self.query("#buttons Button") if not one.disabled]
        if self.focused in buttons:
            self.set_focus(buttons[(buttons.index(self.focused) + by) % len(buttons)])

    def field(self, place: str) -> Field:
        """Return a field by its id."""
        return self.query_one(f"#{place}", Field)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Leave by the safe button. The toolkit calls this beside the subclass's own handler: no ``super`` there."""
        if event.button.id == "keep":
            event.stop()
            self.action_leave()


def button(label: str, place: str, *, danger: bool = False, primary: bool = False) -> Button:
    """Return a button of a dialog; ``place`` is its id."""
    variant = "error" if danger else "primary" if primary else "default"
    return Button(words(label), id=place, variant=variant, compact=True)  # type: ignore[arg-type]
