"""The dialogs: each asks one thing, answers with a value, and with nothing where it is left."""

from __future__ import annotations

from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.command_bar import CommandBar, Word
from sessiontui.tui.dialogs.confirm import Confirm, Confirmation, TypedConfirm
from sessiontui.tui.dialogs.dialog import Dialog
from sessiontui.tui.dialogs.extend import Extend
from sessiontui.tui.dialogs.facts import Facts
from sessiontui.tui.dialogs.help import Help, HelpRow
from sessiontui.tui.dialogs.pick_person import PickPerson
from sessiontui.tui.dialogs.running import Running, Step, Tally
from sessiontui.tui.dialogs.session_form import SessionForm
from sessiontui.tui.dialogs.when import When, Window

__all__ = [
    "Ask",
    "Choose",
    "CommandBar",
    "Confirm",
    "Confirmation",
    "Dialog",
    "Extend",
    "Facts",
    "Help",
    "HelpRow",
    "Option",
    "PickPerson",
    "Running",
    "SessionForm",
    "Step",
    "Tally",
    "TypedConfirm",
    "When",
    "Window",
    "Word",
]
