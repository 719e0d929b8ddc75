"""Tells when a press or an enter has been heard: what is typed behind it waits until then, and for what it opens."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from sessiontui.tui.waiting_keys import waiting_keys


class Heard(Message):
    """Goes behind a press or an enter, the same way: where it arrives, that has been heard."""

    def __init__(self, hold: int) -> None:
        super().__init__()
        self.hold = hold


def wait_behind(widget: Widget) -> None:
    """Let what is typed behind what a widget has just told wait until that has been heard."""
    widget.post_message(Heard(waiting_keys(widget.app).hold()))


def take_heard(widget: Widget, event: Heard) -> None:
    """Give what was typed behind a press or an enter, unless that has led on to another dialog."""
    event.stop()
    waiting_keys(widget.app).release(event.hold)
