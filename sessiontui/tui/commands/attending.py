"""Commands on who was there: who an attendee of a report is, and attendance set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Attendance, Badge
from sessiontui.services.pictures import PersonLine, SessionLine
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.pick_person import PickPerson

if TYPE_CHECKING:
    from sessiontui.services.attendance.identifying import Stranger
    from sessiontui.services.pictures import AttendanceLine, SessionDetail

_SOMEBODY: Final = "somebody"
_AS_SEEN: Final = "as-seen"

_NOBODY_YET: Final = "there is no attendance to correct: nobody was expected or seen yet"

_VERDICTS: Final = (
    Option(Attendance.PRESENT.value, "Present", "was there in time and long enough"),
    Option(Attendance.LATE.value, "Late", "came late, and stayed"),
    Option(Attendance.PARTIAL.value, "Partial", "was there for less than half of it"),
    Option(Attendance.ABSENT.value, "Absent", "did not come"),
    Option(Attendance.EXCUSED.value, "Excused", "did not come, and said why"),
    Option(_AS_SEEN, "As presence tells", "takes back what was set by hand"),
)


class Identify(Command):
    """Says who an attendee is whom no report could name for sure: people who may be meant come with the reason
    why, the likeliest first. The choice counts for reports to come of the same series, too.
    """

    id = "identify"
    keys = ("i",)
    title = "Identify attendee"
    short = "identify"
    aliases = ("who",)
    group = Group.DECIDE
    needs = Needs.SESSION
    action = Action.CORRECT_ATTENDANCE
    writes = True
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that everybody is known."""
        return "" if Badge.UNMATCHED in line.badges else "everybody who was there is known"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask whom and who it is, with the evidence, and once more in words."""
        (line,) = self.possible(scene)
        found = await acts.strangers(console, scene, line)
        if not found:
            console.tell("everybody who was there is known by now", severity="warning")
            console.refresh_board()
            return
        one = found[0] if len(found) == 1 else await self._which(console, line, found)
        if one is None:
            return
        chosen = await self._who(console, one)
        if chosen is None:
            return
        person_id, name, evidence = chosen
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Take {_name(one)} for {name}?",
                (
                    f"in {named(line)}",
                    f"evidence: {evidence}",
                    "Reports to come of the same series or meeting id will know it. z takes it back.",
                ),
                yes="Identify",
            )
        )
        if confirmed is not None:
            report(console, await acts.identify(console, scene, one, person_id))

    async def _which(self, console: Console, line: SessionLine, found: tuple[Stranger, ...]) -> Stranger | None:
        options = [_numbered(one.attendee_id, _name(one), visible(one.email) or _likely(one)) for one in found]
        title = f"{len(found)} attendees of {named(line)} are not identified"
        chosen = await console.push_screen_wait(Choose(title, options))
        return next((one for one in found if str(one.attendee_id) == chosen), None)

    async def _who(self, console: Console, one: Stranger) -> tuple[int, str, str] | None:
        options = [
            _numbered(each.person_id, visible(each.name), f"{each.score:.0%}  {each.reason}")
            for each in one.candidates
        ]
        options.append(Option(_SOMEBODY, "Somebody else", "look for a person by name or address"))
        title = f"Who is {_name(one)}?" + (f"  {visible(one.email)}" if one.email else "")
        chosen = await console.push_screen_wait(Choose(title, options))
        if chosen == _SOMEBODY:
            person = await console.push_screen_wait(PickPerson(title, acts.finder(console)))
            return None if person is None else (person.id, visible(person.name), "your own knowledge")
        for each in one.candidates:
            if str(each.person_id) == chosen:
                return each.person_id, visible(each.name), each.reason
        return None


class CorrectAttendance(Command):
    """Sets by hand whether somebody was present, late, there in part, absent or excused, where what the sources
    told is wrong; or lets presence tell again.
    """

    id = "attendance"
    keys = ("c",)
    title = "Correct attendance"
    short = "attendance"
    aliases = ("attend",)
    group = Group.DECIDE
    needs = Needs.SESSION
    action = Action.CORRECT_ATTENDANCE
    writes = True
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no attendance yet, where that is known."""
        detail = scene.detail_of(line)
        return "" if detail is None or _guests(detail) else _NOBODY_YET

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask of whom, what and why."""
        (line,) = self.possible(scene)
        detail = await acts.detail_of(console, scene, line)
        guests = _guests(detail)
        if not guests:  # the detail was not there when the key was pressed
            console.tell(f"{self.title}: {_NOBODY_YET}", severity="warning")
            return
        options = [
            _numbered(one.person_id, visible(one.person), f"{one.verdict}: {visible(one.why)}") for one in guests
        ]
        options.append(Option(_SOMEBODY, "Somebody else", "who was neither expected nor seen"))
        chosen = await console.push_screen_wait(Choose(f"Whose attendance in {named(line)}?", options))
        if chosen is None:
            return
        whom: PersonLine | None = None
        if chosen == _SOMEBODY:
            whom = await console.push_screen_wait(PickPerson(f"Who was in {named(line)}?", acts.finder(console)))
            if whom is None:
                return
        person_id = int(chosen) if whom is None else whom.id
        name = next((visible(one.person) for one in guests if one.person_id == person_id), (whom and whom.name) or "")
        verdict = await console.push_screen_wait(Choose(f"{name} was", _VERDICTS))
        if verdict is None:
            return
        reason = await console.push_screen_wait(
            Ask(f"Why is that so for {name}?", label="Reason", hint="kept in the history; may stay empty", yes="Set")
        )
        if reason is None:
            return
        word = None if verdict == _AS_SEEN else Attendance(verdict)
        report(console, await acts.correct(console, scene, line, person_id, word, reason=reason))


def _guests(detail: SessionDetail) -> list[AttendanceLine]:
    return [one for one in detail.attendance if one.person_id is not None]


def _numbered(number: int | None, title: str, note: str) -> Option:
    value = str(number)
    return Option(value, title, note)


def _likely(one: Stranger) -> str:
    return count(len(one.candidates), "candidate") if one.candidates else "nobody is like them"


def _name(one: Stranger) -> str:
    return f"“{visible(one.name)}”" if one.name else f"attendee #{one.attendee_id}"


COMMANDS: Final[tuple[Command, ...]] = (Identify(), CorrectAttendance())
