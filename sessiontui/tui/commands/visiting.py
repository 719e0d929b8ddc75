"""Commands on projects: the one under the cursor of screen 5 is edited, put away or visited, sessions are put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action
from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.project_command import ProjectCommand, asked, needed, project_of
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.compose import Compose
from sessiontui.tui.dialogs.confirm import Confirm, Reason

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine


class AddProject(Command):
    """Makes a project, for people to visit and work on."""

    id = "project_add"
    title = "Add project"
    short = "add"
    group = Group.CHANGE
    action = Action.CHANGE_PROJECTS
    writes = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the name and make it."""
        from sessiontui.services.projects import changing

        name = await asked(
            console,
            argument,
            Ask("Add a project", label="Name", yes="Add", limit=changing.MAX_NAME, validate=needed),
        )
        if name:
            port = console.port
            report(console, await changing.add(port.context, name, by=scene.actor, at=port.clock()))


class EditProject(ProjectCommand):
    """Changes the name or the description of the project under the cursor."""

    id = "project_edit"
    title = "Edit project"
    short = "edit"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask what is to change, then for the new text."""
        from sessiontui.services.projects import changing

        line, port = project_of(scene), console.port
        what = await console.push_screen_wait(
            Choose(
                f"Edit {visible(line.name)}",
                (Option("name", "Name", line.name), Option("description", "Description", line.description[:60])),
            )
        )
        if what is None:
            return
        told: dict[str, str | None]
        if what == "name":
            text = await asked(
                console,
                argument,
                Ask("Name of the project", label="Name", value=line.name, limit=changing.MAX_NAME, validate=needed),
            )
            told = {"name": text}
        else:
            text = await asked(
                console,
                "",
                Compose(
                    f"What {visible(line.name)} is about", (), value=line.description, yes="Save", required=False
                ),
            )
            told = {"description": text}
        if text is not None:
            receipt = await changing.edit(port.context, line.id, by=scene.actor, at=port.clock(), **told)
            report(console, receipt)


class ArchiveProject(ProjectCommand):
    """Puts the project under the cursor away, so that nothing in it changes any more; again brings it back."""

    id = "project_archive"
    title = "Put project away"
    short = "put away"
    takes_archived = True

    def label(self, scene: Scene) -> str:
        """Return that it brings back what was put away."""
        return "bring back" if scene.project is not None and scene.project.archived_at is not None else "put away"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask before it is put away; bring it back at once."""
        from sessiontui.services.projects import changing

        line, port = project_of(scene), console.port
        if line.archived_at is not None:
            report(console, await changing.restore(port.context, line.id, by=scene.actor, at=port.clock()))
            return
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Put {visible(line.name)} away?",
                ("It leaves the list, and nothing in it changes any more.", "R brings it back."),
                yes="Put away",
                reason=Reason.OPTIONAL,
            )
        )
        if confirmed is not None:
            receipt = await changing.archive(
                port.context, line.id, by=scene.actor, at=port.clock(), reason=confirmed.reason
            )
            report(console, receipt)


class VisitProject(ProjectCommand):
    """Begins your visit to the project under the cursor; again ends it. Both keep how the project stood."""

    id = "visit"
    title = "Begin or end a visit"
    short = "begin visit"
    reversible = False

    def label(self, scene: Scene) -> str:
        """Return that it ends a visit that is going on."""
        return "end visit" if _is_there(scene) else "begin visit"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Begin or end it."""
        from sessiontui.services.visits import going

        line, port, me = project_of(scene), console.port, scene.actor.id
        if me is None:
            raise BadInput("nobody is signed in", title="No visit")
        act = going.end if _is_there(scene) else going.start
        receipt: Receipt = await act(port.context, me, line.id, by=scene.actor, at=port.clock())
        report(console, receipt)


class ExportProject(ProjectCommand):
    """Writes the project under the cursor with all that is in it as JSON Lines into the data folder."""

    id = "project_export"
    title = "Export project"
    short = "export"
    action = Action.EXPORT
    writes = False
    reversible = False
    takes_archived = True

    def hindrance(self, scene: Scene) -> str:
        """Return that no project is under the cursor."""
        return "" if scene.project is not None else "no project is selected: 5 lists them"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Write the file and tell where it lies."""
        from sessiontui.services.projects import portable

        line, port = project_of(scene), console.port
        path = await portable.save(port.context, line.id, line.slug, by=scene.actor, now=port.clock())
        console.tell(f"wrote {visible(str(path))}")


class PutInProject(Command):
    """Puts the session under the cursor into a project, or takes it out; what it decides then appears there."""

    id = "session_project"
    title = "Put in project"
    aliases = ("project",)
    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True
    takes = "project"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which project, unless it was said."""
        from sessiontui.services.projects import changing, knowing, listing

        lines: tuple[SessionLine, ...] = self.possible(scene)
        port = console.port
        if argument:
            wanted: int | None = (await knowing.find(port.context, argument)).id
        else:
            board = await listing.board(port.context, by=scene.actor, now=port.clock())
            options = [Option(value=str(one.id), title=one.name, note=one.slug) for one in board.lines]
            chosen = await console.push_screen_wait(
                Choose("Which project?", [*options, Option("0", "None", "take it out of its project")])
            )
            if chosen is None:
                return
            wanted = int(chosen) or None
        for line in lines:
            receipt = await changing.put_in(port.context, line.id, wanted, by=scene.actor, at=port.clock())
            report(console, receipt)


def _is_there(scene: Scene) -> bool:
    here = () if scene.project is None else scene.project.here
    return any(one.person_id == scene.actor.id for one in here)


COMMANDS: Final[tuple[Command, ...]] = (
    AddProject(),
    EditProject(),
    ArchiveProject(),
    VisitProject(),
    ExportProject(),
    PutInProject(),
)
