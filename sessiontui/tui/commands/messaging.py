"""Commands that write to people: remind, ask whether they come, message, alert the author; and who takes part."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from sessiontui.domain.access import Action
from sessiontui.domain.phrases import count
from sessiontui.domain.seats import all_taken, is_full
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Control, RequestState
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts, reach
from sessiontui.tui.commands.agreeing import agreed_to
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.compose import Compose
from sessiontui.tui.dialogs.confirm import Confirm, Reason
from sessiontui.tui.dialogs.pick_person import PickPerson

if TYPE_CHECKING:
    from sessiontui.services.interventions.audience import Audience

_CLOSED: Final = (Control.CANCELLED, Control.COMPLETED, Control.DRAFT)


class Letters(Command):
    """A command that writes to people about sessions, after showing exactly to whom and to whom not, and why."""

    group = Group.REACH
    needs = Needs.SESSION
    writes = True
    reversible = True
    bulk = True
    action = Action.MESSAGE
    call: ClassVar[str]
    asks: ClassVar[str]
    label_of_text: ClassVar[str] = ""
    needs_text: ClassVar[bool] = False

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show whom it touches, ask for the text where there is one, and write."""
        from sessiontui.services.interventions.audience import Call

        lines, call = scene.chosen, Call(self.call)
        person = scene.request if self.needs_text and scene.request is not None and not scene.marked else None
        person_id = None if person is None else person.person_id
        whom = await reach.audience(console, scene, call, lines, person_id=person_id)
        details = told(whom, many=len(lines) > 1)
        if not whom.touched:
            console.tell(f"{self.title}: nobody to write to, {why_nobody(whom)}", severity="warning")
            return
        wait = round(console.port.context.delivery.wait.total_seconds())
        if len(whom.touched) > 1 and wait:
            details.append(f"They leave after {wait} s; until then undo holds them back.")
        names = visible(whom.touched[0].person.name)
        who = names if len(whom.touched) == 1 else count(len(whom.touched), "person", "people")
        question = self.asks.format(who=who, what=named(lines[0]) if len(lines) == 1 else f"{len(lines)} sessions")
        if self.label_of_text:
            text = await console.push_screen_wait(
                Compose(question, details, value=argument, yes="Send", required=self.needs_text)
            )
        else:
            confirmed = await console.push_screen_wait(Confirm(question, details, yes="Send", keep="Do not send"))
            text = None if confirmed is None else ""
        if text is not None:
            report(console, await reach.write(console, scene, call, lines, text=text, person_id=person_id))


class Remind(Letters):
    """Reminds the participants who are approved and not here yet, of the session or of all marked ones. It shows
    whom first; letters to more than one person wait a moment, so that undo holds them back.
    """

    id = "remind"
    keys = ("r",)
    title = "Remind participants"
    short = "remind"
    action = Action.REMIND
    call = "remind"
    asks = "Remind {who} of {what}?"

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why nobody of a session can be reminded."""
        return _closed(line) or ("" if line.approved else "nobody is approved")


class AskToConfirm(Letters):
    """Asks the approved participants by mail whether they come, before the session begins."""

    id = "confirm"
    title = "Ask whether they come"
    short = "confirm"
    action = Action.REMIND
    call = "confirm"
    asks = "Ask {who} whether they come to {what}?"

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why nobody can be asked."""
        if reason := _closed(line):
            return reason
        if scene.board.taken_at >= line.starts_at:
            return "it has begun: remind them instead"
        return "" if line.approved else "nobody is approved"


class Message(Letters):
    """Writes to the participants of the session or of all marked ones, or to the person whose request is under
    the cursor.
    """

    id = "message"
    keys = ("M",)
    title = "Message"
    aliases = ("write",)
    takes = "text"
    call = "message"
    asks = "Write to {who} about {what}"
    label_of_text = "Message"
    needs_text = True


class AlertAuthor(Letters):
    """Tells the author of the session what waits there: pending requests and what is wrong, with a few words of
    your own.
    """

    id = "alert_author"
    title = "Alert the author"
    short = "alert author"
    aliases = ("alert-author",)
    takes = "text"
    call = "alert-author"
    asks = "Alert {who} about {what}"
    label_of_text = "Words"

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no author."""
        return "" if line.author else "the session has no author"


class AddParticipant(Command):
    """Gives a person a place in the session, whether they asked for it or not, and tells them."""

    id = "add"
    title = "Add a participant"
    short = "add"
    group = Group.DECIDE
    needs = Needs.SESSION
    writes = True
    reversible = True
    action = Action.DECIDE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why nobody can be added."""
        if line.control in (Control.CANCELLED, Control.COMPLETED) or (line.status.is_ended and not line.provisional):
            return "the session takes nobody any more"
        return all_taken(line.capacity) if is_full(line.capacity, line.approved) else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask whom, then add."""
        (line,) = self.possible(scene)
        person = await console.push_screen_wait(PickPerson(f"Who takes part in {named(line)}?", acts.finder(console)))
        if person is not None:

            async def act(agreed: bool) -> Receipt:
                return await reach.add(console, scene, line, person.id, confirm=agreed)

            report(console, await agreed_to(console, named(line), act))


class RemoveParticipant(Command):
    """Takes the place of a participant away, with a reason that they are told."""

    id = "remove"
    title = "Remove a participant"
    short = "remove"
    group = Group.DECIDE
    needs = Needs.SESSION
    writes = True
    dangerous = True
    reversible = True
    action = Action.DECIDE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that nobody takes part."""
        return "" if line.approved else "nobody is approved"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask whom and why, then remove."""
        (line,) = self.possible(scene)
        detail = await acts.detail_of(console, scene, line)
        approved = [one for one in detail.requests if one.state is RequestState.APPROVED]
        if not approved:
            console.tell("nobody is approved any more", severity="warning")
            return
        current = scene.request if scene.request in approved else None
        if current is None:
            options = [Option(value=str(one.person_id), title=one.person) for one in approved]
            chosen = await console.push_screen_wait(Choose(f"Who leaves {named(line)}?", options))
            current = next((one for one in approved if str(one.person_id) == chosen), None)
            if current is None:
                return
        name = visible(current.person)
        here = any(one.person_id == current.person_id and one.here for one in detail.presence)
        details = [f"{name} is inside now and stays in the meeting itself"] if here else []
        confirmed = await console.push_screen_wait(
            Confirm(f"Remove {name} from {named(line)}?", details, yes="Remove", danger=True, reason=Reason.OPTIONAL)
        )
        if confirmed is not None:
            receipt = await reach.remove(console, scene, line, current.person_id, reason=confirmed.reason)
            report(console, receipt)


def told(whom: Audience, *, many: bool) -> list[str]:
    """Return a line for each person who is written to, then one for each who is left out, with the reason."""
    lines = [
        f"{visible(one.person.name)} <{visible(one.person.email)}>"
        + (f"  {visible(one.title)}" if many else "")
        + (f"  {one.later}" if one.later else "")
        for one in whom.touched
    ]
    return [*lines, *(f"left out: {visible(str(left))}" for left in whom.left_out)]


def why_nobody(whom: Audience) -> str:
    """Return why nobody is written to: whom each reason leaves out, the first of several named."""
    names: dict[str, list[str]] = {}
    for left in whom.left_out:
        names.setdefault(left.reason, []).append(left.name or left.title)
    told = [
        f"{some[0]}{f' and {len(some) - 1} more' if len(some) > 1 else ''}: {reason}"
        for reason, some in names.items()
    ]
    return visible("; ".join(told)) or "nobody takes part"


def _closed(line: SessionLine) -> str:
    if line.control in _CLOSED:
        return f"the session is {line.control}"
    return "the session is over" if line.status.is_ended and not line.provisional else ""


COMMANDS: Final[tuple[Command, ...]] = (
    Remind(),
    Message(),
    AskToConfirm(),
    AlertAuthor(),
    AddParticipant(),
    RemoveParticipant(),
)
