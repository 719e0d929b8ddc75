"""Commands on timers of work sessions that may have been forgotten."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.access import Action
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Control, Kind
from sessiontui.services.lines import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.still_at_it import StillAtIt
from sessiontui.tui.dialogs.wall_clock import from_now
from sessiontui.tui.dialogs.when import spoken_both


class StopAt(Command):
    """Stops the timer of a work session that was forgotten, at its last activity or whenever the work ended. It asks
    first, with what is known; time after that does not count.
    """

    id = "stop_at"
    title = "Stop the timer at the last activity"
    short = "stop timer"
    aliases = ("stop-at", "forgotten")
    group = Group.MOVE
    needs = Needs.SESSION
    action = Action.COMPLETE
    writes = True
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that only work sessions have a timer."""
        del scene
        if line.kind is not Kind.WORK:
            return "only work sessions have a timer"
        is_over = line.control in (Control.RUNNING, Control.COMPLETED)
        return "" if is_over else f"no timer runs: it is {line.control}"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Say what is known of the timer, ask, and stop it."""
        from sessiontui.services import timers

        (line,) = self.possible(scene)
        context, now, zone = console.port.context, console.port.clock(), console.port.zone
        timer = await timers.running(context, line.id, now=now, by=scene.actor)
        stopped = timer.stopped_at
        answer = await console.push_screen_wait(
            StillAtIt(
                f"{visible(timer.title)}: " + ("still at it?" if stopped is None else "when did the work end?"),
                (
                    f"Running since  {spoken_both(timer.since, zone)}",
                    f"Planned until  {spoken_both(timer.ends_at, zone)}",
                    f"Last activity  {spoken_both(timer.active_at, zone)}, {from_now(timer.active_at, now)}",
                    *(() if stopped is None else (f"It was completed by itself {spoken_both(stopped, zone)}.",)),
                ),
                active_at=timer.active_at,
                now=now,
                zone=zone,
                runs=stopped is None,
            )
        )
        if answer is None:
            return
        if answer.at is None:
            receipt = await still_at_it(console, scene, line)
        else:
            receipt = await timers.stop_at(
                context, line.id, by=scene.actor, at=console.port.clock(), stopped_at=answer.at
            )
        report(console, receipt)


class StillWorking(Command):
    """Notes that a work session is still at work, so that its timer does not look forgotten."""

    id = "still_at_it"
    title = "Still at it"
    aliases = ("still-at-it",)
    group = Group.MOVE
    needs = Needs.SESSION
    action = Action.RESUME
    writes = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that no timer runs."""
        del scene
        if line.kind is Kind.WORK and line.control is Control.RUNNING:
            return ""
        return "no timer runs: only work sessions that were started have one"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Note it."""
        (line,) = self.possible(scene)
        report(console, await still_at_it(console, scene, line))


async def still_at_it(console: Console, scene: Scene, line: SessionLine) -> Receipt:
    """Note that somebody is still at work in a session."""
    from sessiontui.services import timers

    return await timers.still_at_it(console.port.context, line.id, by=scene.actor, at=console.port.clock())


COMMANDS: Final[tuple[Command, ...]] = (StopAt(), StillWorking())
