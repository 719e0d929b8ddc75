"""Commands on people: who is under the cursor of screen 4 is edited, noted, merged, exported or erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action
from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.services.pictures import PersonLine, SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.compose import Compose
from sessiontui.tui.dialogs.confirm import Confirm, Reason, TypedConfirm
from sessiontui.tui.dialogs.person_form import Particulars, PersonForm
from sessiontui.tui.dialogs.pick_person import PickPerson

if TYPE_CHECKING:
    from sessiontui.services.people.notes import Note

_ANOTHER: Final = "another"


class PersonCommand(Command):
    """A command on the person under the cursor of the screen People."""

    group = Group.CHANGE
    action = Action.MANAGE_PEOPLE
    writes = True

    def hindrance(self, scene: Scene) -> str:
        """Return that nobody is under the cursor, or only somebody who was erased."""
        if scene.person is None:
            return "no person is selected: 4 lists them"
        return f"#{scene.person.id} was erased" if scene.person.erased_at is not None else ""


class AddPerson(Command):
    """Makes a person known: name, address, phone, role and zone."""

    id = "person_add"
    title = "Add person"
    short = "add"
    group = Group.CHANGE
    action = Action.MANAGE_PEOPLE
    writes = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the form and save what is entered."""
        from sessiontui.services import people

        async def save(entered: Particulars) -> Receipt:
            return await people.add(
                console.port.context,
                entered.name,
                by=scene.actor,
                at=console.port.clock(),
                email=entered.email,
                phone=entered.phone,
                role=entered.role,
                zone=entered.zone,
            )

        receipt = await console.push_screen_wait(PersonForm("Add a person", Particulars(name=argument), save))
        if receipt is not None:
            report(console, receipt)


class EditPerson(PersonCommand):
    """Changes what is known of the person under the cursor; a new name is shown wherever they are named."""

    id = "person_edit"
    title = "Edit person"
    short = "edit"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the form filled, and save what differs."""
        from sessiontui.services import people

        person = _meant(scene)
        known = Particulars(
            name=visible(person.name), email=visible(person.email), phone=visible(person.phone), role=person.role,
            zone=visible(person.zone),
        )  # fmt: skip

        async def save(entered: Particulars) -> Receipt:
            if entered == known:
                return Receipt(sentence="nothing was changed", people=(person.id,))
            return await people.edit(
                console.port.context,
                person.id,
                by=scene.actor,
                at=console.port.clock(),
                name=entered.name if entered.name != known.name else None,
                email=entered.email if entered.email != known.email else None,
                phone=entered.phone if entered.phone != known.phone else None,
                role=entered.role if entered.role != known.role else None,
                zone=entered.zone if entered.zone != known.zone else None,
            )

        receipt = await console.push_screen_wait(PersonForm(f"Edit {visible(person.name)}", known, save))
        if receipt is not None:
            report(console, receipt)


class NotePerson(PersonCommand):
    """Writes a note on the person under the cursor, for those who administer the platform; or edits or removes one
    that is there. What a note said before is kept.
    """

    id = "person_note"
    title = "Note on person"
    short = "note"
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which note where there are some, then for the text; an empty text removes it."""
        from sessiontui.services.people import notes

        person, port = _meant(scene), console.port
        there = await notes.notes(port.context, person.id, by=scene.actor)
        note: Note | None = None
        if there:
            options = [
                Option("new", "A new note"),
                *(Option(value=str(one.id), title=one.text[:60], note=one.by) for one in there),
            ]
            chosen = await console.push_screen_wait(Choose(f"Notes on {visible(person.name)}", options))
            if chosen is None:
                return
            note = next((one for one in there if str(one.id) == chosen), None)
        text = await console.push_screen_wait(
            Compose(
                f"Note on {visible(person.name)}",
                ("Admins read it, the person does not.",) + (() if note is None else ("Empty removes it.",)),
                value=argument if note is None else note.text,
                yes="Save",
                required=note is None,
            )
        )
        if text is None or (note is not None and text == note.text):
            return
        by, at = scene.actor, port.clock()
        if note is None:
            report(console, await notes.write(port.context, person.id, text, by=by, at=at))
        elif text:
            report(console, await notes.edit(port.context, note.id, text, by=by, at=at))
        else:
            report(console, await notes.remove(port.context, note.id, by=by, at=at))


class MergePerson(PersonCommand):
    """Makes one person of two: the one under the cursor stays, a duplicate goes into them with all that names it.
    It shows what will happen first, and can be taken back.
    """

    id = "person_merge"
    title = "Merge duplicate"
    short = "merge"
    dangerous = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the duplicate, show what will happen, then merge."""
        from sessiontui.services.people import merging

        person, port = _meant(scene), console.port
        other = await self._duplicate(console, scene, person)
        if other is None:
            return
        by, at = scene.actor, port.clock()
        told = await merging.preview(port.context, person.id, other, by=by, at=at)
        name = visible(told.gone.name)
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Merge {name} #{other} into {visible(person.name)} #{person.id}?",
                told.lines,
                yes="Merge",
                danger=True,
                reason=Reason.OPTIONAL,
            )
        )
        if confirmed is not None:
            receipt = await merging.merge(
                port.context, person.id, other, by=by, at=port.clock(), reason=confirmed.reason
            )
            report(console, receipt)

    async def _duplicate(self, console: Console, scene: Scene, person: PersonLine) -> int | None:
        """Return who goes: one of the likely duplicates, or somebody who is looked for."""
        from sessiontui.services.people import listing

        found = await listing.alike(console.port.context, by=scene.actor, person_id=person.id)
        if found:
            others = [two.other if two.kept.id == person.id else two.kept for two in found]
            options = [
                Option(value=str(one.id), title=f"{one.name} #{one.id}", note=", ".join(two.reasons))
                for one, two in zip(others, found, strict=True)
            ]
            options.append(Option(_ANOTHER, "Somebody else", "look for a person by name or address"))
            chosen = await console.push_screen_wait(Choose(f"Who is {visible(person.name)} as well?", options))
            if chosen != _ANOTHER:
                return None if chosen is None else int(chosen)
        picked = await console.push_screen_wait(
            PickPerson(f"Who is {visible(person.name)} as well?", acts.finder(console, but=person.id))
        )
        return None if picked is None else picked.id


class ErasePerson(PersonCommand):
    """Forgets the person under the cursor: name, address, number, messages and notes are gone for good, sessions keep
    an erased person. It asks for the name to be typed. It cannot be taken back.
    """

    id = "person_erase"
    title = "Erase person"
    short = "erase"
    dangerous = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show what will be gone, ask for the name, then erase."""
        from sessiontui.services.people import erasing

        person, port = _meant(scene), console.port
        told = await erasing.preview(port.context, person.id, by=scene.actor, at=port.clock())
        confirmed = await console.push_screen_wait(
            TypedConfirm(
                f"Erase {visible(person.name)} #{person.id}? It cannot be taken back.",
                told.lines,
                expected=person.name or str(person.id),
                yes="Erase",
                reason=Reason.OPTIONAL,
            )
        )
        if confirmed is not None:
            receipt = await erasing.erase(
                port.context, person.id, by=scene.actor, at=port.clock(), reason=confirmed.reason
            )
            report(console, receipt)


class ExportPerson(PersonCommand):
    """Writes everything that is kept of the person under the cursor into a JSON file in the data folder. That it was
    handed out is written down.
    """

    id = "person_export"
    title = "Export person"
    short = "export"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Write the file and tell where it lies."""
        from sessiontui.services.people import portable

        person, port = _meant(scene), console.port
        path = await portable.save(port.context, person.id, by=scene.actor, at=port.clock())
        console.tell(f"wrote {visible(str(path))}")


class ShowMentor(Command):
    """Shows the mentor of the session under the cursor: sessions past and to come, figures, load, free and busy."""

    id = "mentor"
    title = "Show mentor"
    short = "mentor"
    aliases = ("mentor-page",)
    group = Group.LOOK
    needs = Needs.SESSION

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no mentor, where that is known."""
        return "" if line.mentor or line.author else "the session has no mentor: R assigns one"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Open the page."""
        (line,) = self.possible(scene)
        detail = await acts.detail_of(console, scene, line)
        host = detail.mentor_id or detail.author_id
        if host is not None:
            console.show_person(host, mentor=True)


class ShowPerson(Command):
    """Shows one person whole, by name, address or number."""

    id = "person"
    title = "Show person"
    aliases = ("who-is",)
    group = Group.FIND
    takes = "name"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Find the person and open the page."""
        from sessiontui.services import people

        if not argument:
            picked = await console.push_screen_wait(PickPerson("Whom to show?", acts.finder(console)))
            if picked is not None:
                console.show_person(picked.id)
            return
        console.show_person((await people.find(console.port.context, argument)).id)


def _meant(scene: Scene) -> PersonLine:
    if scene.person is None:
        raise BadInput("no person is selected", hint="4 lists them")
    return scene.person


COMMANDS: Final[tuple[Command, ...]] = (
    ShowPerson(),
    ShowMentor(),
    AddPerson(),
    EditPerson(),
    NotePerson(),
    MergePerson(),
    ExportPerson(),
    ErasePerson(),
)
