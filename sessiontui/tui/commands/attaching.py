"""Commands on the files and links of a session, and on who works on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.recordings import MAX_LINK, link_of
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.confirm import Confirm, Reason
from sessiontui.tui.dialogs.facts import Facts
from sessiontui.tui.dialogs.pick_person import PickPerson

if TYPE_CHECKING:
    from sessiontui.services.files.shown import FileLine, LinkRow

_GO: Final = "go"


class Attach(Command):
    """Attaches a file of this machine to the session; the same name again becomes its next version."""

    id = "attach"
    title = "Attach file"
    aliases = ("attach-file",)
    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True
    takes = "path"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the path where none is given."""
        from sessiontui.services.files import keeping

        (line,) = self.possible(scene)
        hint = f"A path on this machine{_only(console)}. The same name again is its next version."
        path: str | None = argument
        if not path:
            path = await console.push_screen_wait(
                Ask(f"Attach a file to {named(line)}", label="File", hint=hint, yes="Attach", limit=4096)
            )
        if path and path.strip():
            draft = keeping.FileDraft(path=Path(path.strip()))
            receipt = await keeping.attach(
                console.port.context, line.id, draft, by=scene.actor, at=console.port.clock()
            )
            report(console, receipt)


class OnFile(Command):
    """A command on the file under the cursor of the tab Files."""

    group = Group.CHANGE
    needs = Needs.SESSION
    writes = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why it cannot be done with what is under the cursor."""
        del line
        return "" if scene.file is not None else "no file is under the cursor: the tab Files lists them"


class OpenFile(OnFile):
    """Writes the file under the cursor to a path on this machine. That you had it, and when, is written down."""

    id = "open_file"
    title = "Open file"
    aliases = ("open-file",)
    group = Group.REACH
    action = Action.SEE_TALK
    writes = False
    takes = "path"

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why it cannot be opened: who had it has to be written down."""
        if scene.read_only or scene.as_of is not None:
            return "who opens a file is written down, and nothing can be written here"
        return super().obstacle(scene, line)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the path where none is given, and say where it was written."""
        from sessiontui.services.files import opening

        one = _file(scene)
        warning = f"Careful: {one.odd}. " if one.odd else ""
        path: str | None = argument
        if not path:
            path = await console.push_screen_wait(
                Ask(
                    f"Write {visible(one.name)} to",
                    label="Path",
                    value=one.name,
                    hint=f"{warning}A new file or a folder{_only(console)}. That you have it is written down.",
                    yes="Write",
                    limit=4096,
                )
            )
        if path and path.strip():
            receipt = await opening.open_file(
                console.port.context, one.id, Path(path.strip()), by=scene.actor, at=console.port.clock()
            )
            console.refresh_board()
            facts = [("Written", visible(receipt.shown)), ("What", f"{one.what}, {one.weighs}")]
            hint = "The path is copied. That you had it is written down."
            console.copy_to_clipboard(visible(receipt.shown))
            await console.push_screen_wait(Facts(visible(one.name), facts, hint=hint, copies=receipt.shown))


class Detach(OnFile):
    """Takes the file under the cursor away, this version or all of them. It can come back for a while."""

    id = "detach"
    title = "Remove file"
    aliases = ("remove-file",)
    action = Action.EDIT
    dangerous = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which versions, and once more."""
        from sessiontui.services.files import keeping

        del argument
        one = _file(scene)
        every = False
        if one.versions > 1:
            options = (
                Option("one", f"Version {one.version}", "the others stay"),
                Option("all", f"All {one.versions} versions", "nothing of it stays"),
            )
            chosen = await console.push_screen_wait(Choose(f"Remove what of {visible(one.name)}?", options))
            if chosen is None:
                return
            every = chosen == "all"
        days = console.port.context.files.kept_removed.days
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Remove {visible(one.name)}?",
                (f"{one.what}, {one.weighs}, version {one.version}", f"z brings it back, for {days} days."),
                yes="Remove",
                danger=True,
                reason=Reason.OPTIONAL,
            )
        )
        if confirmed is not None:
            receipt = await keeping.detach(
                console.port.context,
                one.id,
                by=scene.actor,
                at=console.port.clock(),
                reason=confirmed.reason,
                all_versions=every,
            )
            report(console, receipt)


class AddLink(Command):
    """Adds the link of a page to the session, with a title."""

    id = "add_link"
    title = "Add link"
    aliases = ("add-link",)
    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True
    takes = "link"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the address where none is given, then for the title."""
        from sessiontui.services.files import linking

        (line,) = self.possible(scene)
        link: str | None = argument
        if not link:
            link = await console.push_screen_wait(
                Ask(f"Add a link to {named(line)}", label="Link", yes="Next", limit=MAX_LINK, validate=_wrong_link)
            )
        if not link:
            return
        title = await console.push_screen_wait(
            Ask("What is it called?", label="Title", hint="empty: its host", yes="Add")
        )
        if title is not None:
            receipt = await linking.add(
                console.port.context, line.id, link, by=scene.actor, at=console.port.clock(), title=title
            )
            report(console, receipt)


class OnLink(Command):
    """A command on the link under the cursor of the tab Files."""

    group = Group.CHANGE
    needs = Needs.SESSION

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why it cannot be done with what is under the cursor."""
        del line
        return "" if scene.link is not None else "no link is under the cursor: the tab Files lists them"


class CopyListedLink(OnLink):
    """Copies the link under the cursor of the tab Files, and shows it whole."""

    id = "copy_listed_link"
    title = "Copy listed link"
    aliases = ("copy-listed-link",)
    group = Group.LOOK

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Copy it."""
        del argument
        one = _link(scene)
        console.copy_to_clipboard(visible(one.link))
        await console.push_screen_wait(
            Facts(visible(one.title), [("Link", visible(one.link))], hint="The link is copied.", copies=one.link)
        )


class RemoveLink(OnLink):
    """Takes the link under the cursor away from the session; z brings it back."""

    id = "remove_link"
    title = "Remove link"
    aliases = ("remove-link",)
    action = Action.EDIT
    writes = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Do it: one key brings it back."""
        from sessiontui.services.files import linking

        del argument
        receipt = await linking.remove(console.port.context, _link(scene).id, by=scene.actor, at=console.port.clock())
        report(console, receipt)


class Collaborators(Command):
    """Shows who works on the session beside author and mentor; lets you invite, change and remove them."""

    id = "collaborators"
    title = "Collaborators"
    aliases = ("team",)
    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.COLLABORATE
    writes = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask whom, and what they are to be."""
        from sessiontui.services import collaborating

        del argument
        (line,) = self.possible(scene)
        team = (await acts.detail_of(console, scene, line)).team
        held = {one.person_id: one for one in (() if team is None else team.people)}
        options = [Option("new", "Invite somebody", "look for a person by name or address")]
        options += [_numbered(one.person_id, visible(one.name), one.role.value) for one in held.values()]
        chosen = await console.push_screen_wait(Choose(f"Who works on {named(line)}?", options))
        if chosen is None:
            return
        if chosen == "new":
            person = await console.push_screen_wait(PickPerson("Who is to work on it?", acts.finder(console)))
            if person is None:
                return
            person_id, name = person.id, person.name
        else:
            person_id, name = int(chosen), held[int(chosen)].name
        roles = [Option(role.value, role.value.capitalize(), role.words) for role in CollaboratorRole]
        if person_id in held:
            roles.append(Option(_GO, "Remove", "no longer works on it"))
        current = str(held[person_id].role) if person_id in held else str(CollaboratorRole.COLLABORATOR)
        role = await console.push_screen_wait(
            Choose(f"What is {visible(name)} to be?", roles, current=current, hint="They are told by mail.")
        )
        if role is None:
            return
        context, at = console.port.context, console.port.clock()
        if role == _GO:
            receipt = await collaborating.remove(context, line.id, person_id, by=scene.actor, at=at)
        else:
            wanted = CollaboratorRole(role)
            receipt = await collaborating.invite(context, line.id, person_id, wanted, by=scene.actor, at=at)
        report(console, receipt)


def _only(console: Console) -> str:
    folder = console.port.context.exchange
    return "" if folder is None else f", in {visible(str(folder))}"


def _numbered(number: int, title: str, note: str) -> Option:
    value = str(number)
    return Option(value, title, note)


def _wrong_link(text: str) -> str:
    try:
        link_of(text)
    except BadInput as error:
        return error.hint
    return ""


def _file(scene: Scene) -> FileLine:
    if scene.file is None:
        raise NotFound("no file is under the cursor", hint="the tab Files lists them")
    return scene.file


def _link(scene: Scene) -> LinkRow:
    if scene.link is None:
        raise NotFound("no link is under the cursor", hint="the tab Files lists them")
    return scene.link


COMMANDS: Final[tuple[Command, ...]] = (
    Attach(),
    OpenFile(),
    Detach(),
    AddLink(),
    CopyListedLink(),
    RemoveLink(),
    Collaborators(),
)
