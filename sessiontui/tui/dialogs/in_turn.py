"""Keys in their turn around a dialog: what is typed behind a press waits until it has been heard, and what it opens.

A bare application, as tests have it, holds no keys back: there all of this does nothing.
"""

from __future__ import annotations

from textual.app import App
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
    keys = waiting_keys(widget.app)
    if keys is not None:
        widget.post_message(Heard(keys.hold()))


def take_heard(app: App[object], event: Heard) -> None:
    """Give what was typed behind a press or an enter, unless that has led on to another dialog."""
    keys = waiting_keys(app)
    if keys is not None:
        keys.release(event.hold)


def tell_answer(app: App[object], answer: object) -> None:
    """Tell the keys that wait that a dialog has its answer."""
    keys = waiting_keys(app)
    if keys is not None:
        keys.answered(answer)


def hold_keys(app: App[object]) -> None:
    """Let what is typed from now on wait for what is on its way."""
    keys = waiting_keys(app)
    if keys is not None:
        keys.hold()


def release_keys(app: App[object]) -> None:
    """Give what was typed ahead."""
    keys = waiting_keys(app)
    if keys is not None:
        keys.release()
