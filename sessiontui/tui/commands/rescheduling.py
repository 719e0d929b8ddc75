"""The command that gives sessions another start and end: one a new window, many the same shift."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.access import Action
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.agreeing import asking_step
from sessiontui.tui.commands.many import named, run_all
from sessiontui.tui.commands.move_command import MoveCommand
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.commands.scoping import asked_scope, rescheduled
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.running import Step
from sessiontui.tui.dialogs.wall_clock import typed_length
from sessiontui.tui.dialogs.when import When, Window


class Reschedule(MoveCommand):
    """Gives a session a new start and end. Times are read in your zone and shown in UTC as well. Marked sessions
    are all moved by the same length of time, such as +30m or -1d, and keep their lengths.
    """

    id = "reschedule"
    keys = ("D",)
    title = "Reschedule"
    action = Action.RESCHEDULE
    move = Move.RESCHEDULE

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask when, then move; many by the same length of time."""
        if scene.marked:
            await self._shift(console, scene)
            return
        (line,) = self.possible(scene)
        asked = await asked_scope(console, scene, line, self.title)
        if asked is None:
            return
        scope, place = asked
        window = await console.push_screen_wait(
            When(
                f"Reschedule {named(line)}",
                planned=Window(line.starts_at, line.ends_at),
                now=console.port.clock(),
                zone=console.port.zone,
            )
        )
        if window is None or window == Window(line.starts_at, line.ends_at):
            return
        starts_at, ends_at = window.starts_at, window.ends_at
        if place is not None and scope is not Scope.ONE:
            await rescheduled(console, scene, line, place, scope, starts_at=starts_at, ends_at=ends_at)
            return

        async def act(agreed: bool) -> Receipt:
            return await acts.move(
                console, scene, Move.RESCHEDULE, line, starts_at=starts_at, ends_at=ends_at, confirm=agreed
            )

        await run_all(console, self.title, [asking_step(console, named(line), act, alone=True)])

    async def _shift(self, console: Console, scene: Scene) -> None:
        lines = self.possible(scene)
        if await self.confirm(console, scene, lines) is None:
            return
        what = named(lines[0]) if len(lines) == 1 else f"{len(lines)} sessions"
        text = await console.push_screen_wait(
            Ask(
                f"Move {what} by how much?",
                label="By",
                hint="+30m later · -1h earlier · +1d the same time tomorrow",
                yes="Move",
                validate=lambda typed: "" if shift_of(typed) else "write +30m, -1h or +1d",
            )
        )
        by = None if text is None else shift_of(text)
        if by is None:
            return

        def step(line: SessionLine) -> Step:
            starts_at, ends_at = line.starts_at + by, line.ends_at + by

            async def act(agreed: bool) -> Receipt:
                return await acts.move(
                    console, scene, Move.RESCHEDULE, line, starts_at=starts_at, ends_at=ends_at, confirm=agreed
                )

            return asking_step(console, named(line), act, alone=len(lines) == 1)

        await run_all(console, self.title, [step(line) for line in lines])


def shift_of(text: str) -> timedelta | None:
    """Return by how much sessions are to move, from a typed length with a sign; nothing if it is none.

    >>> shift_of("-1h30m"), shift_of("+1d"), shift_of("tomorrow")
    (datetime.timedelta(days=-1, seconds=81000), datetime.timedelta(days=1), None)
    """
    word = text.strip()
    length = typed_length(word.lstrip("+-−"))
    return -length if length is not None and word[0] in "-−" else length
