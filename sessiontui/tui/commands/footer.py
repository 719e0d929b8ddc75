"""Which commands the footer shows: those that the status of the session under the cursor asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sessiontui.domain.alerts.suggesting import SUGGESTED
from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Badge, Kind, RequestState, Severity, Status
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands.alerting import COMMAND_OF
from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.present.hints import Hint

MOST: Final = 8

ASKED_BY_STATUS: Final[Mapping[Status, tuple[str, ...]]] = {
    Status.DRAFT: ("publish", "edit", "start", "reschedule", "cancel"),
    Status.CREATED: ("edit", "reschedule", "reassign", "start", "cancel"),
    Status.HAS_REQUESTS: ("approve", "reject", "edit", "reschedule", "cancel"),
    Status.APPROVED: ("start", "reschedule", "reassign", "edit", "cancel"),
    Status.UPCOMING: ("remind", "call", "start", "reassign", "cancel"),
    Status.WAITING: ("remind", "call", "cancel", "moderate", "extend"),
    Status.ACTIVE: ("moderate", "extend", "pause", "complete", "cancel"),
    Status.PAUSED: ("pause", "extend", "complete", "moderate", "cancel"),
    Status.ENDED_COMPLETE: ("answer", "story", "message", "archive"),
    Status.ENDED_EARLY: ("close_task", "call", "message", "archive"),
    Status.ENDED_NO_SHOW: ("close_task", "answer", "call", "archive"),
    Status.CANCELLED: ("reopen", "archive", "call"),
}
"""Command ids by status, most helpful first."""

_ALWAYS: Final = ("filter", "view", "mark", "command_bar", "help")
_WITHOUT_SESSION: Final = ("new", "filter", "view", "sort", "command_bar", "palette", "help")
_FOR_MARKED: Final = ("approve", "reject", "remind", "message", "start", "extend", "reassign", "cancel", "archive")
_GUESTS_FIRST: Final = 2
"""Keys that bring people in, shown for a waiting session before those of an alert that is not critical."""

_GO: Final = frozenset({"", "health", "audit"})
"""Proposals that lead to another screen; the footer keeps to what is done to the session itself."""

_GENERAL: Final = frozenset({"open", *_ALWAYS, *_WITHOUT_SESSION})


def footer(commands: Mapping[str, Command], scene: Scene, *, most: int = MOST) -> tuple[Hint, ...]:
    """Return the most helpful commands here, with the key of each or its word on the command bar."""
    hints = []
    for name in _asked(scene):
        command = commands.get(name)
        if command is None:
            continue
        hint = hint_of(command, scene)
        # A command without a key is shown by its word on the command bar, but only where it can be used.
        if scene.keys.get(name, command.keys) or not hint.reason:
            hints.append(hint)
    return tuple(_fitting(hints, most))


def hint_of(command: Command, scene: Scene, label: str = "") -> Hint:
    """Return the key of a command, or its word on the command bar, with what it would do here."""
    keys = scene.keys.get(command.id, command.keys)
    return Hint(
        keys[0] if keys else f":{command.id}",
        visible(label or command.label(scene)),
        command.id,
        command.why_not(scene),
        general=command.id in _GENERAL,
    )


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
    if any(alert.rule is AlertRule.SEAT_FREE for alert in line.alerts):
        first = (first[0], "promote", *first[1:])
    if Badge.UNMATCHED in line.badges:
        first = (*first, "identify")
    detail = scene.detail_of(line)
    if detail is not None and detail.recordings:
        first = (*first, "open_recording")
    asked = ASKED_BY_STATUS[line.status]
    if line.status is Status.WAITING and line.kind is Kind.WORK:
        asked = ("start", *asked)
    if line.status is Status.WAITING and all(alert.severity is not Severity.CRITICAL for alert in line.alerts):
        first = (*first, *asked[:_GUESTS_FIRST])
    return tuple(dict.fromkeys((*first, *_helping(line), *asked, *_ALWAYS)))


def _helping(line: SessionLine) -> tuple[str, ...]:
    """Return the commands that the worst alert which nobody has taken up proposes, and how to take it up."""
    pressing = [alert for alert in line.alerts if alert.presses]
    if not pressing:
        return ()
    helping = (COMMAND_OF.get(one, "") for one in SUGGESTED[pressing[0].rule])
    return (*(name for name in helping if name not in _GO), "acknowledge")


def _fitting(hints: list[Hint], most: int) -> list[Hint]:
    """Cut to size; help, the way to all others, stays the last one."""
    return hints if len(hints) <= most else [*hints[: most - 1], hints[-1]]
