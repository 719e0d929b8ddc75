"""Commands that move sessions through their life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Action
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.agreeing import asking_step
from sessiontui.tui.commands.assigning import Reassign
from sessiontui.tui.commands.cancelling import Cancel
from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.many import named, run_all
from sessiontui.tui.commands.move_command import MoveCommand
from sessiontui.tui.commands.rescheduling import Reschedule
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.extend import Extend
from sessiontui.tui.dialogs.running import Step


class Publish(MoveCommand):
    """Publishes a draft: people see it and can ask to join."""

    id = "publish"
    keys = ("U",)
    title = "Publish"
    action = Action.PUBLISH
    move = Move.PUBLISH


class Start(MoveCommand):
    """Starts a session now, ahead of its planned start or without waiting for guests."""

    id = "start"
    keys = ("S",)
    title = "Start"
    action = Action.START
    move = Move.START


class Pause(MoveCommand):
    """Pauses an active session; a paused one goes on. The time of a pause does not count as time together."""

    id = "pause"
    keys = ("P",)
    title = "Pause or resume"
    short = "pause"
    aliases = ("resume",)
    action = Action.PAUSE
    move = Move.PAUSE

    def label(self, scene: Scene) -> str:
        """Return what the key would do to the session under the cursor."""
        line = next(iter(scene.chosen), None)
        return str(self.move if line is None else self.move_on(line))

    def move_on(self, line: SessionLine) -> Move:
        """Return resume for a paused session."""
        return Move.RESUME if line.control is Control.PAUSED else Move.PAUSE

    def yes(self, lines: Sequence[SessionLine]) -> str:
        """Return the word on the button that goes on."""
        return f"Go on with {len(lines)}"


class ExtendSession(MoveCommand):
    """Lets a session go on longer: 15, 30 or 60 minutes, or as long as you type."""

    id = "extend"
    keys = ("E",)
    title = "Extend"
    action = Action.EXTEND
    move = Move.EXTEND

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for how long, then extend."""
        lines, now = self.possible(scene), console.port.clock()
        if scene.marked and await self.confirm(console, scene, lines) is None:
            return
        one = lines[0] if len(lines) == 1 else None
        title = f"Extend {named(one)}" if one else f"Extend {len(lines)} sessions"
        end = _end_to_extend(one, now) if one else None
        by = await console.push_screen_wait(Extend(title, end=end, now=now, zone=console.port.zone))
        if by is None:
            return

        def step(line: SessionLine) -> Step:
            ends_at = _end_to_extend(line, now) + by

            async def act(agreed: bool) -> Receipt:
                return await acts.move(console, scene, Move.EXTEND, line, ends_at=ends_at, confirm=agreed)

            return asking_step(console, named(line), act, alone=one is not None)

        await run_all(console, self.title, [step(line) for line in lines])


class Complete(MoveCommand):
    """Completes a session: it counts as ended from now on. Whoever is inside stays in the meeting itself."""

    id = "complete"
    keys = ("C",)
    title = "Complete"
    dangerous = True
    action = Action.COMPLETE
    move = Move.COMPLETE


class Reopen(MoveCommand):
    """Opens a completed or cancelled session again, while its window has not ended."""

    id = "reopen"
    title = "Reopen"
    action = Action.REOPEN
    move = Move.REOPEN


class Archive(MoveCommand):
    """Puts an ended or cancelled session away: it leaves the lists, nothing is lost."""

    id = "archive"
    title = "Archive"
    aliases = ("delete",)
    action = Action.ARCHIVE
    move = Move.ARCHIVE


class Restore(MoveCommand):
    """Brings an archived session back into the lists."""

    id = "restore"
    title = "Restore"
    aliases = ("unarchive",)
    action = Action.RESTORE
    move = Move.RESTORE


def _end_to_extend(line: SessionLine, now: datetime) -> datetime:
    """Return from when an extension counts: the planned end, or now once that is past, to the full minute."""
    if line.ends_at >= now:
        return line.ends_at
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


COMMANDS: Final[tuple[Command, ...]] = (
    Start(),
    Pause(),
    ExtendSession(),
    Complete(),
    Cancel(),
    Reschedule(),
    Reassign(),
    Publish(),
    Reopen(),
    Archive(),
    Restore(),
)
