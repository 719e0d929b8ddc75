"""What commands on projects share: the project and the item under the cursor of screen 5, and how they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sessiontui.domain.access import Action
from sessiontui.domain.errors import BadInput
from sessiontui.tui.commands.command import Command, Group
from sessiontui.tui.commands.scene import Console, Scene

if TYPE_CHECKING:
    from textual.screen import Screen

    from sessiontui.services.projects.listing import ItemLine, ProjectLine


class ProjectCommand(Command):
    """A command on the project under the cursor of the screen Projects."""

    group = Group.CHANGE
    action = Action.CHANGE_PROJECTS
    writes = True
    reversible = True
    takes_archived: ClassVar[bool] = False

    def hindrance(self, scene: Scene) -> str:
        """Return that no project is under the cursor, or that nothing in it may be changed."""
        line = scene.project
        if line is None:
            return "no project is selected: 5 lists them"
        if line.archived_at is not None and not self.takes_archived:
            return f"{line.name} was put away: R brings it back"
        return "" if line.may_change or line.archived_at is not None else "it is not yours: admins change all"


class ItemCommand(ProjectCommand):
    """A command on the item under the cursor of the three lists."""

    def hindrance(self, scene: Scene) -> str:
        """Return that no item is under the cursor."""
        return super().hindrance(scene) or ("" if scene.item else "no item is selected: the tab Items has them")


def project_of(scene: Scene) -> ProjectLine:
    """Return the project under the cursor; ``BadInput`` where there is none."""
    if scene.project is None:
        raise BadInput("no project is selected", hint="5 lists them")
    return scene.project


def item_of(scene: Scene) -> ItemLine:
    """Return the item under the cursor; ``BadInput`` where there is none."""
    if scene.item is None:
        raise BadInput("no item is selected", hint="the tab Items has them")
    return scene.item


async def asked(console: Console, argument: str, dialog: Screen[str | None]) -> str | None:
    """Return what was said already, else what a dialog answers."""
    return argument or await console.push_screen_wait(dialog)


def needed(text: str) -> str:
    """Return what is wrong with a name: nothing stands there."""
    return "" if text.strip() else "it needs a name"
