"""Acting on several sessions at once: whom it will touch is listed first, what became of each is told last."""

from __future__ import annotations

from collections.abc import Sequence

from sessiontui.domain.signs import SIGNS
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands.command import Command, report
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.running import Running, Step
from sessiontui.tui.dialogs.wall_clock import spoken


def named(line: SessionLine) -> str:
    """Return a session in one line, so that two of one title can be told apart."""
    return f"{visible(line.title) or 'untitled'} #{line.id}"


def listed(lines: Sequence[SessionLine], scene: Scene, command: Command) -> list[str]:
    """Return a line for every session a command will touch, then one for each it leaves out, with the reason."""
    touched = [
        f"{SIGNS[line.status].word}  {named(line)}  {spoken(line.starts_at)} UTC{_inside(line)}" for line in lines
    ]
    return touched + left_out(lines, scene, command)


def left_out(lines: Sequence[SessionLine], scene: Scene, command: Command) -> list[str]:
    """Return a line for every session that was meant but will not be touched, with the reason."""
    ids = {line.id for line in lines}
    return [
        f"left out: {named(line)}: {command.line_reason(scene, line)}"
        for line in command.targets(scene)
        if line.id not in ids
    ]


async def run_all(console: Console, title: str, steps: Sequence[Step]) -> None:
    """Run one step, or many with progress, and tell what became of them."""
    if len(steps) == 1:
        report(console, await steps[0].act())
        return
    tally = await console.push_screen_wait(Running(title, steps))
    console.refresh_board()
    if tally is None:
        return
    text = f"{title}: {len(tally.done)} of {len(steps)} done"
    if tally.refused:
        who, why = tally.refused[0]
        text += f", {len(tally.refused)} refused ({who}: {why})"
    if tally.left:
        text += f", {tally.left} not begun"
    undoable = any(receipt.undo is not None for receipt in tally.done)
    severity = "warning" if tally.refused or tally.left else "information"
    console.tell(visible(text), undo=undoable, severity="warning" if severity == "warning" else "information")


def _inside(line: SessionLine) -> str:
    return f"  {line.active}\N{NO-BREAK SPACE}inside" if line.active else ""
