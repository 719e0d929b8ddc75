"""Which commands the footer shows: those that the status of the session under the cursor asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import RequestState, Status
from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.present.hints import Hint

MOST: Final = 8

ASKED_BY_STATUS: Final[Mapping[Status, tuple[str, ...]]] = {
    Status.DRAFT: ("publish", "edit", "start", "reschedule", "cancel"),
    Status.CREATED: ("edit", "reschedule", "reassign", "start", "cancel"),
    Status.HAS_REQUESTS: ("approve", "reject", "edit", "reschedule", "cancel"),
    Status.APPROVED: ("start", "reschedule", "reassign", "edit", "cancel"),
    Status.UPCOMING: ("call", "start", "reassign", "reschedule", "cancel"),
    Status.WAITING: ("call", "extend", "reassign", "moderate", "cancel"),
    Status.ACTIVE: ("moderate", "extend", "pause", "complete", "cancel"),
    Status.PAUSED: ("pause", "extend", "complete", "moderate", "cancel"),
    Status.ENDED_COMPLETE: ("archive", "copy_link"),
    Status.ENDED_EARLY: ("reopen", "archive", "call"),
    Status.ENDED_NO_SHOW: ("call", "reopen", "archive"),
    Status.CANCELLED: ("reopen", "archive", "call"),
}
"""Command ids by status, most helpful first."""

_ALWAYS: Final = ("filter", "view", "mark", "command_bar", "help")
_WITHOUT_SESSION: Final = ("new", "filter", "view", "sort", "command_bar", "palette", "help")
_FOR_MARKED: Final = ("approve", "reject", "start", "extend", "reassign", "cancel", "archive")
_GENERAL: Final = frozenset({"open", *_ALWAYS, *_WITHOUT_SESSION})


def footer(commands: Mapping[str, Command], scene: Scene, *, most: int = MOST) -> tuple[Hint, ...]:
    """Return the most helpful commands here, with the key of each or its word on the command bar."""
    hints = []
    for name in _asked(scene):
        command = commands.get(name)
        if command is None:
            continue
        keys = scene.keys.get(name, command.keys)
        reason = command.why_not(scene)
        # A command without a key is shown by its word on the command bar, but only where it can be used.
        if keys or not reason:
            key = keys[0] if keys else f":{name}"
            hints.append(Hint(key, visible(command.label(scene)), name, reason, general=name in _GENERAL))
    return tuple(_fitting(hints, most))


def _asked(scene: Scene) -> Sequence[str]:
    line = scene.line
    if scene.marked:
        return tuple(dict.fromkeys((*_FOR_MARKED, "mark", "help")))
    if line is None:
        return _WITHOUT_SESSION
    first: tuple[str, ...] = ("open",)
    if line.archived_at is not None:
        return (*first, "restore", *_ALWAYS)
    asks = scene.request is not None and scene.request.state is RequestState.PENDING
    if asks or line.pending:
        first = ("open", "approve", "reject")
    return tuple(dict.fromkeys((*first, *ASKED_BY_STATUS[line.status], *_ALWAYS)))


def _fitting(hints: list[Hint], most: int) -> list[Hint]:
    """Cut to size; help, the way to all others, stays the last one."""
    return hints if len(hints) <= most else [*hints[: most - 1], hints[-1]]
