"""Which keys help: for each status the commands that an admin would reach for first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Status
from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.present.look import MUTED, Look

NEXT: Final[Mapping[Status, tuple[str, ...]]] = {
    Status.DRAFT: ("publish", "edit", "reschedule", "cancel"),
    Status.CREATED: ("edit", "reschedule", "reassign", "cancel"),
    Status.HAS_REQUESTS: ("approve", "reject", "reassign", "reschedule", "cancel"),
    Status.APPROVED: ("approve", "reschedule", "reassign", "cancel"),
    Status.UPCOMING: ("approve", "start", "call", "remind", "reassign", "cancel"),
    Status.WAITING: ("call", "remind", "approve", "extend", "reassign", "cancel"),
    Status.ACTIVE: ("extend", "pause", "complete", "approve", "call"),
    Status.PAUSED: ("pause", "extend", "complete", "cancel"),
    Status.ENDED_COMPLETE: ("archive", "complete"),
    Status.ENDED_EARLY: ("archive", "complete", "call"),
    Status.ENDED_NO_SHOW: ("call", "archive"),
    Status.CANCELLED: ("reopen", "archive"),
}
"""By id of command, the most helpful first."""

GENERAL: Final = ("filter", "view", "mark", "new", "undo", "command_bar", "help")
"""What is offered beside them, whatever is selected."""

_KEY_WORDS: Final = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "plus": "+",
    "underscore": "_",
    "ctrl+p": "^p",
}


@dataclass(frozen=True, slots=True)
class Hint:
    """One key with what it would do here; ``reason`` says why it cannot, and is empty where it can."""

    key: str
    label: str
    command: str
    reason: str = ""


def next_hints(commands: Iterable[Command], scene: Scene) -> tuple[Hint, ...]:
    """Return the keys for the selected session, those that are possible first, in the order of their help."""
    if scene.line is None:
        return ()
    known = {command.id: command for command in commands}
    wanted = [known[name] for name in NEXT[scene.line.status] if name in known]
    found = [hint for command in wanted if (hint := hint_of(command, scene)) is not None]
    return tuple(sorted(found, key=lambda hint: bool(hint.reason)))


def general_hints(commands: Iterable[Command], scene: Scene) -> tuple[Hint, ...]:
    """Return the keys that are good for every session."""
    known = {command.id: command for command in commands}
    wanted = [known[name] for name in GENERAL if name in known]
    return tuple(hint for command in wanted if (hint := hint_of(command, scene)) is not None)


def hint_of(command: Command, scene: Scene) -> Hint | None:
    """Return a command as a hint, or nothing where no key leads to it."""
    keys = scene.keys.get(command.id, command.keys)
    if not keys:
        return None
    return Hint(key_word(keys[0]), visible(command.label(scene)), command.id, command.why_not(scene))


def key_word(key: str) -> str:
    """Return a key as it is written in help.

    >>> key_word("question_mark"), key_word("ctrl+p"), key_word("X")
    ('?', '^p', 'X')
    """
    return _KEY_WORDS.get(key, key)


def hint_cells(hints: Sequence[Hint], width: int) -> tuple[tuple[Hint, Content], ...]:
    """Return the hints that have room in a line, whole ones only."""
    cells: list[tuple[Hint, Content]] = []
    taken = 0
    for hint in hints:
        style = MUTED if hint.reason else "bold $accent"
        label = f"{MUTED} dim" if hint.reason else ""
        cell = Content.assemble(Content.styled(hint.key, style), " ", Content.styled(hint.label, label))
        if taken + cell.cell_length > width:
            break
        cells.append((hint, cell))
        taken += cell.cell_length + 2
    return tuple(cells)


def next_line(hints: Sequence[Hint], look: Look, width: int) -> Content:
    """Return the possible keys as one sentence for the detail pane."""
    usable = [hint for hint in hints if not hint.reason]
    if not usable:
        return Content.styled("Next: nothing to do here", MUTED)
    line = Content.styled("Next: ", MUTED)
    for place, hint in enumerate(usable):
        cell = Content.assemble(
            look.dot if place else "", Content.styled(hint.key, "bold $accent"), f" {hint.label}"
        )
        if line.cell_length + cell.cell_length > width:
            break
        line += cell
    return line
