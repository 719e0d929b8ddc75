"""The entry of the tab Talk, apart from it because an input of several lines takes long to load."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from sessiontui.tui.widgets.block import Block
from sessiontui.tui.widgets.tabs.talk import TalkBody


class Writing(Block):
    """What is being written; tab takes the first name that is offered while one is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", show=False, priority=True),
        Binding("escape", "put_off", show=False, priority=True),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def action_send(self) -> None:
        """Have it sent."""
        self._talk.send()

    def action_put_off(self) -> None:
        """Keep it for later."""
        self._talk.put_off()

    def action_complete(self) -> None:
        """Write the first name that is offered, or go on to the next place."""
        if not self._talk.complete():
            self.screen.focus_next()

    @property
    def _talk(self) -> TalkBody:
        return self.query_ancestor(TalkBody)
