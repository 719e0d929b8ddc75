"""Commands on the recordings of a session: open one, which is written down; add, change and remove."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action
from sessiontui.domain.phrases import count
from sessiontui.domain.recordings import Audience
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import acts, keeping
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.confirm import Confirm, Reason
from sessiontui.tui.dialogs.facts import Facts
from sessiontui.tui.dialogs.pick_person import PickPerson
from sessiontui.tui.dialogs.recording_form import RecordingForm

if TYPE_CHECKING:
    from sessiontui.services.recordings.shown import RecordingLine

_DONE: Final = "done"

_AUDIENCES: Final = (
    Option(Audience.APPROVED.value, "Everyone approved", "whether they came or not"),
    Option(Audience.PRESENT.value, "Those who were there", "walk-ins too"),
    Option(Audience.NAMED.value, "People you name", "one by one"),
    Option(Audience.STAFF.value, "Staff alone", "those who host or wrote the session, and admins"),
)


class OnRecording(Command):
    """A command on one recording of the session under the cursor."""

    group = Group.REACH
    needs = Needs.SESSION
    writes = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is none, where that is known."""
        detail = scene.detail_of(line)
        none = detail is not None and not detail.recordings
        return "there is no recording that you may see" if none else ""

    async def _which(self, console: Console, scene: Scene, line: SessionLine, question: str) -> RecordingLine | None:
        """Return the only recording, or the one that is chosen."""
        found = (await acts.detail_of(console, scene, line)).recordings
        if not found:
            console.tell("there is no recording that you may see", severity="warning")
            return None
        if len(found) == 1:
            return found[0]
        options = [_numbered(one.id, visible(one.title), _about(one)) for one in found]
        chosen = await console.push_screen_wait(Choose(question, options))
        return next((one for one in found if str(one.id) == chosen), None)


class OpenRecording(OnRecording):
    """Shows the link of a recording and copies it. That you had it, and when, is written down."""

    id = "open_recording"
    keys = ("V",)
    title = "Open recording"
    short = "recording"
    aliases = ("recording", "watch")
    action = Action.OPEN_RECORDING

    def why_not(self, scene: Scene) -> str:
        """Return why none can be opened; the services know for whom each is meant, whatever the role."""
        line = scene.line
        if line is not None and (detail := scene.detail_of(line)) is not None and detail.recordings:
            return "" if not (scene.read_only or scene.as_of) else super().why_not(scene)
        return super().why_not(scene)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Have the link handed out, show and copy it."""
        line = scene.line
        if line is None:
            return
        one = await self._which(console, scene, line, f"Which recording of {named(line)}?")
        if one is None:
            return
        receipt = await keeping.open_recording(console, scene, one.id)
        link = visible(receipt.shown)
        console.copy_to_clipboard(link)
        console.refresh_board()
        facts = [("Link", link), ("Title", one.title), ("For", one.meant_for)]
        if one.lasts:
            facts.append(("Length", one.lasts))
        if one.openings:
            facts.append(("Opened", _opened(console, one)))
        hint = "The link is copied: open it in a browser. That you had it is written down."
        await console.push_screen_wait(Facts(f"Recording of {named(line)}", facts, hint=hint, copies=link))


class AddRecording(Command):
    """Adds the link of a recording to the session, with who may see it. Only they, and staff, can open it."""

    id = "add_recording"
    title = "Add recording"
    aliases = ("add-recording",)
    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the link, and who may see it."""
        (line,) = self.possible(scene)
        entry = await console.push_screen_wait(
            RecordingForm(f"Add a recording to {named(line)}", title=line.title, length=line.actual or line.scheduled)
        )
        audience = None if entry is None else await _audience(console, entry.title or line.title)
        if entry is None or audience is None:
            return
        report(console, await keeping.add_recording(console, scene, line, entry, *audience))


class EditRecording(OnRecording):
    """Changes the link, the title or the length of a recording, or who may see it."""

    id = "edit_recording"
    title = "Edit recording"
    aliases = ("edit-recording",)
    group = Group.CHANGE
    action = Action.EDIT
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which, and what is to hold."""
        (line,) = self.possible(scene)
        one = await self._which(console, scene, line, f"Which recording of {named(line)}?")
        if one is None:
            return
        entry = await console.push_screen_wait(
            RecordingForm(f"Recording “{visible(one.title)}”", title=one.title, length=one.length, is_new=False)
        )
        audience = None if entry is None else await _audience(console, entry.title or one.title, one)
        if entry is None or audience is None:
            return
        report(console, await keeping.edit_recording(console, scene, one, entry, *audience))


class RemoveRecording(OnRecording):
    """Removes a recording: nobody can open it any more. Who opened it stays known."""

    id = "remove_recording"
    title = "Remove recording"
    aliases = ("remove-recording",)
    group = Group.CHANGE
    action = Action.EDIT
    dangerous = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which, and once more."""
        (line,) = self.possible(scene)
        one = await self._which(console, scene, line, f"Remove which recording of {named(line)}?")
        if one is None:
            return
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Remove the recording “{visible(one.title)}”?",
                (f"of {named(line)}, for {visible(one.meant_for)}", _opened(console, one), "z brings it back."),
                yes="Remove",
                danger=True,
                reason=Reason.OPTIONAL,
            )
        )
        if confirmed is not None:
            report(console, await keeping.remove_recording(console, scene, one, reason=confirmed.reason))


async def _audience(
    console: Console, title: str, held: RecordingLine | None = None
) -> tuple[Audience, tuple[int, ...]] | None:
    """Return who may see a recording, with the people named; nothing where it is left."""
    current = "" if held is None else held.audience.value
    chosen = await console.push_screen_wait(
        Choose(f"Who may see “{visible(title)}”?", _AUDIENCES, current=current, hint="Staff always may.")
    )
    if chosen is None:
        return None
    audience = Audience(chosen)
    if audience is not Audience.NAMED:
        return audience, ()
    people = {} if held is None else dict(held.people)
    while True:
        named_so_far = ", ".join(visible(name) for name in people.values())
        if people:
            options = (
                Option(_DONE, "That is all", named_so_far),
                Option("more", "Name another", "look for a person by name or address"),
                Option("anew", "Start again", "nobody named yet"),
            )
            question = f"{count(len(people), 'person', 'people')} named"
            answer = await console.push_screen_wait(Choose(question, options))
            if answer is None:
                return None
            if answer == _DONE:
                return audience, tuple(people)
            if answer == "anew":
                people = {}
        person = await console.push_screen_wait(PickPerson("Who may see it?", acts.finder(console)))
        if person is not None:
            people[person.id] = person.name
        elif not people:
            return None


def _numbered(number: int, title: str, note: str) -> Option:
    value = str(number)
    return Option(value, title, note)


def _about(one: RecordingLine) -> str:
    return ", ".join(part for part in (one.lasts, f"for {visible(one.meant_for)}") if part)


def _opened(console: Console, one: RecordingLine) -> str:
    """Return who had the link and when, the latest first."""
    if not one.openings:
        return "nobody has opened it"
    zone = console.port.zone
    shown: Sequence[str] = [
        f"{visible(opening.by)} {opening.at.astimezone(zone):%m-%d %H:%M}" for opening in one.openings[:5]
    ]
    more = (one.opened or 0) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


COMMANDS: Final[tuple[Command, ...]] = (OpenRecording(), AddRecording(), EditRecording(), RemoveRecording())
