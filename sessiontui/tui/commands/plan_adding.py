"""Commands that add to the plan of a session from anywhere: what the keys of the tab Plan do, by palette and bar."""

from __future__ import annotations

from typing import ClassVar, Final

from sessiontui.domain.access import Action
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands.command import Command, Group, Needs
from sessiontui.tui.commands.scene import Console, Scene


class AddToPlan(Command):
    """A command that adds one part to the plan of the session."""

    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True
    takes = "title"
    act: ClassVar[str] = ""

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why nothing can be planned there any more."""
        del scene
        return "" if line.archived_at is None else "it was put away: restore it first"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the title where none is given."""
        from sessiontui.tui.commands.planning import act_on_plan

        self.possible(scene)
        await act_on_plan(console, scene, self.act, None, title=argument)


class AddGoal(AddToPlan):
    """Adds a goal to the plan of the session; the tab Plan shows the tree and lets you move it."""

    id = "goal"
    title = "Add goal"
    aliases = ("add-goal",)
    act = "add"


class AddMilestone(AddToPlan):
    """Adds a milestone: reached by hand, or by itself once goals are done, minutes have run or people came."""

    id = "milestone"
    title = "Add milestone"
    aliases = ("add-milestone",)
    act = "milestone"


class AddCheck(AddToPlan):
    """Adds an item to the checklist of the session."""

    id = "check"
    title = "Add to checklist"
    aliases = ("add-check",)
    act = "check"


class OpenBlocker(AddToPlan):
    """Says what keeps the session from going on; it has the badge Blocked until that is resolved."""

    id = "blocker"
    title = "Open blocker"
    aliases = ("block",)
    act = "blocker"


COMMANDS: Final[tuple[Command, ...]] = (AddGoal(), AddMilestone(), AddCheck(), OpenBlocker())
