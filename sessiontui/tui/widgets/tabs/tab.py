"""What a tab of the detail pane is: a text that is drawn for a width, or a body with keys of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from sessiontui.domain.records import record
from sessiontui.tui.present.look import MUTED, Look

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail, SessionLine


@record(kw_only=True)
class Shown:
    """What the pane knows of a session: its row at once, its detail a moment later; ``at`` is the board's instant."""

    line: SessionLine
    detail: SessionDetail | None
    at: datetime | None
    look: Look

    @property
    def loading(self) -> Content:
        """What stands where the detail is still missing."""
        return Content.styled(f"loading{self.look.ellipsis}", MUTED)


class DrawnTab:
    """A tab that is one text."""

    pressing: ClassVar[bool] = False

    def number(self, detail: SessionDetail) -> int:
        """Return the number behind the name of the tab, 0 for none."""
        del detail
        return 0

    def draw(self, shown: Shown, width: int) -> Content:
        """Return the text for so many cells."""
        raise NotImplementedError


class TabBody(Vertical):
    """The widget of a tab with keys of its own."""

    class Wanted(Message):
        """A command is to be run, with what was typed for it."""

        def __init__(self, command: str, argument: str = "") -> None:
            super().__init__()
            self.command, self.argument = command, argument

    def show(self, shown: Shown | None) -> None:
        """Show a session, or none."""
        raise NotImplementedError

    def take_keys(self) -> None:
        """Give the focus to what the keys are for."""
        raise NotImplementedError


class OwnTab:
    """A tab that brings a body; the same one is shown for every session."""

    pressing: ClassVar[bool] = False

    def number(self, detail: SessionDetail) -> int:
        """Return the number behind the name of the tab, 0 for none."""
        del detail
        return 0

    def body(self, look: Look) -> TabBody:
        """Return the body; asked once, when the tab is opened for the first time."""
        raise NotImplementedError
