"""The dialogs: each asks one thing, answers with a value, and with nothing where it is left.

Each is loaded when it is first asked for; a new one stands in all three lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.tui.dialogs.ask import Ask
    from sessiontui.tui.dialogs.choose import Choose, Option
    from sessiontui.tui.dialogs.command_bar import CommandBar, Word
    from sessiontui.tui.dialogs.confirm import Confirm, Confirmation, TypedConfirm
    from sessiontui.tui.dialogs.dialog import Dialog
    from sessiontui.tui.dialogs.differing import Differing
    from sessiontui.tui.dialogs.extend import Extend
    from sessiontui.tui.dialogs.facts import Facts
    from sessiontui.tui.dialogs.help import Help
    from sessiontui.tui.dialogs.import_file import ImportFile
    from sessiontui.tui.dialogs.pick_mentor import PickMentor
    from sessiontui.tui.dialogs.pick_person import PickPerson
    from sessiontui.tui.dialogs.pick_template import PickTemplate
    from sessiontui.tui.dialogs.running import Running, Step, Tally
    from sessiontui.tui.dialogs.session_form import SessionForm
    from sessiontui.tui.dialogs.still_at_it import StillAtIt
    from sessiontui.tui.dialogs.template_form import TemplateForm
    from sessiontui.tui.dialogs.when import When, Window

__all__ = [
    "Ask",
    "Choose",
    "CommandBar",
    "Confirm",
    "Confirmation",
    "Dialog",
    "Differing",
    "Extend",
    "Facts",
    "Help",
    "ImportFile",
    "Option",
    "PickMentor",
    "PickPerson",
    "PickTemplate",
    "Running",
    "SessionForm",
    "Step",
    "StillAtIt",
    "Tally",
    "TemplateForm",
    "TypedConfirm",
    "When",
    "Window",
    "Word",
]

__getattr__ = lazily(
    __name__,
    {
        "Ask": "ask",
        "Choose": "choose",
        "CommandBar": "command_bar",
        "Confirm": "confirm",
        "Confirmation": "confirm",
        "Dialog": "dialog",
        "Differing": "differing",
        "Extend": "extend",
        "Facts": "facts",
        "Help": "help",
        "ImportFile": "import_file",
        "Option": "choose",
        "PickMentor": "pick_mentor",
        "PickPerson": "pick_person",
        "PickTemplate": "pick_template",
        "Running": "running",
        "SessionForm": "session_form",
        "Step": "running",
        "StillAtIt": "still_at_it",
        "Tally": "running",
        "TemplateForm": "template_form",
        "TypedConfirm": "confirm",
        "When": "when",
        "Window": "when",
        "Word": "command_bar",
    },
)
