"""Which keys help against an alert: what is proposed against it first, then taking it up and putting it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sessiontui.domain.alerts.suggesting import SUGGESTED
from sessiontui.domain.alerts.words import Suggestion
from sessiontui.services.pictures import AlertGroup, AlertLine
from sessiontui.tui.commands.alerting import COMMAND_OF
from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.footer import hint_of
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.present.hints import Hint

if TYPE_CHECKING:
    from sessiontui.services.alerts.boards import AlertDetail

_TAKING_UP: Final = ("acknowledge", "snooze", "unsnooze")

_ALWAYS: Final = ("note", "command_bar", "help")

_EVERYWHERE: Final = frozenset({Suggestion.CHECK_PLATFORM, Suggestion.OPEN_HEALTH})
"""What helps against a storm as a whole."""


_ELSEWHERE: Final = {Suggestion.CHECK_PLATFORM: "health"}
"""What helps where no one session is meant."""


def helping(
    entry: AlertLine | AlertGroup | None, detail: AlertDetail | None, commands: Mapping[str, Command], scene: Scene
) -> tuple[Hint, ...]:
    """Return what can be done against what is under the cursor, of which ``detail`` is known where it is an alert."""
    wanted = [*_proposed(entry, detail), *((name, "") for name in _TAKING_UP)]
    hints = (hint_of(commands[name], scene, label) for name, label in wanted if name in commands)
    return tuple(hint for hint in hints if not hint.reason)


def lasting(entry: AlertLine | AlertGroup | None, commands: Mapping[str, Command], scene: Scene) -> tuple[Hint, ...]:
    """Return the keys that the screen always has."""
    own = (Hint("enter", "open" if isinstance(entry, AlertGroup) else "session", ""), Hint("space", "mark", ""))
    others = (hint_of(commands[name], scene) for name in _ALWAYS if name in commands)
    return (*(own if entry is not None else ()), Hint("/", "filter", ""), *others, Hint("1", "desk", "desk"))


def keys_against(line: AlertLine, commands: Mapping[str, Command], keys: Mapping[str, tuple[str, ...]]) -> str:
    """Return the keys that help against an alert, as they are set."""
    found: list[str] = []
    for one in line.actions:
        command = commands.get(COMMAND_OF.get(one, ""))
        if command is not None:
            found += keys.get(command.id, command.keys)[:1]
    return " ".join(found)


def _proposed(entry: AlertLine | AlertGroup | None, detail: AlertDetail | None) -> Sequence[tuple[str, str]]:
    """Return the commands that are proposed against what is under the cursor, with what each is called here."""
    actions: Sequence[Suggestion] = ()
    if isinstance(entry, AlertGroup):
        actions = [one for one in SUGGESTED[entry.rule] if one in _EVERYWHERE]
    elif entry is not None:
        actions = detail.line.actions if detail is not None and detail.line.id == entry.id else entry.actions
    is_elsewhere = isinstance(entry, AlertGroup) or (entry is not None and entry.session_id is None)
    return [
        (_ELSEWHERE.get(one, COMMAND_OF[one]) if is_elsewhere else COMMAND_OF[one], one.words)
        for one in actions
        if one in COMMAND_OF
    ]
