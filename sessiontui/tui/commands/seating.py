"""The command that gives a free seat to whoever has waited longest for it."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.access import Action
from sessiontui.domain.seats import all_taken, is_full
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.agreeing import agreed_to
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene


class Promote(Command):
    """Gives a free seat to the first in the waiting list, who is told by mail. Pressed again it gives the next one;
    z takes it back.
    """

    id = "promote"
    keys = ("W",)
    title = "Give seat to waiting list"
    short = "give seat"
    aliases = ("waiting-list", "waitlist")
    group = Group.DECIDE
    needs = Needs.SESSION
    action = Action.DECIDE
    writes = True
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that nobody waits, or that no seat is free."""
        if line.archived_at is not None:
            return "the session is archived: restore it first"
        if not line.pending:
            return "nobody waits for a seat"
        if is_full(line.capacity, line.approved):
            return f"{all_taken(line.capacity)}: e changes how many there are"
        return ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Give one seat, and say who is next."""
        (line,) = self.possible(scene)

        async def act(agreed: bool) -> Receipt:
            from sessiontui.services.requests import seats

            return await seats.promote(
                console.port.context, line.id, by=scene.actor, at=console.port.clock(), confirm=agreed
            )

        report(console, await agreed_to(console, named(line), act))


COMMANDS: Final[tuple[Command, ...]] = (Promote(),)
"""The commands of the waiting list."""
