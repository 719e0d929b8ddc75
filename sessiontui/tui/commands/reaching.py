"""Commands that reach into a session oneself: its link, its mentor's phone. Both are logged."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.access import Action
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import acts, reach
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.confirm import Confirm, Reason
from sessiontui.tui.dialogs.facts import Facts

_NO_LINK: Final = "no meeting link is known: e adds one"


class CopyLink(Command):
    """Copies the link of the session's meeting to your terminal's clipboard."""

    id = "copy_link"
    keys = ("y",)
    title = "Copy link"
    aliases = ("yank",)
    group = Group.REACH
    needs = Needs.SESSION
    action = Action.MODERATE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no link, where that is known."""
        detail = scene.detail_of(line)
        return _NO_LINK if detail is not None and not detail.link else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Copy it."""
        (line,) = self.possible(scene)
        link = visible((await acts.detail_of(console, scene, line)).link)
        if not link:
            console.tell(_NO_LINK, severity="warning")
            return
        console.copy_to_clipboard(link)
        console.tell(f"Copied {link}")


class Moderate(Command):
    """Shows the link with which you join the session to moderate, and copies it. That you took it is logged."""

    id = "moderate"
    keys = ("J",)
    title = "Join to moderate"
    short = "join"
    aliases = ("join",)
    group = Group.REACH
    needs = Needs.SESSION
    writes = True
    action = Action.MODERATE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no link, or nothing to join any more."""
        if line.status.is_ended and not line.provisional:
            return "the session has ended"
        detail = scene.detail_of(line)
        has_room = detail is not None and detail.place is not None and detail.place.can_be_joined
        return _NO_LINK if detail is not None and not detail.link and not has_room else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Have the link handed out, show and copy it."""
        (line,) = self.possible(scene)
        receipt = await reach.moderate(console, scene, line)
        link = visible(receipt.shown)
        console.copy_to_clipboard(link)
        console.refresh_board()
        inside = f"{line.active} here, {line.left} left" if line.active or line.left else "nobody"
        facts = [("Link", link), ("Inside", inside), ("Mentor", line.mentor or "nobody")]
        hint = "The link is copied: open it in a browser. Your terminal may let you click it."
        await console.push_screen_wait(Facts(f"Join {named(line)}", facts, hint=hint, copies=link))


class CallMentor(Command):
    """Shows the mentor's phone number and what time it is for them, and copies the number. Once you have called,
    it logs the call with what came of it.
    """

    id = "call"
    keys = ("m",)
    title = "Call mentor"
    short = "call"
    aliases = ("phone", "call-mentor")
    group = Group.REACH
    needs = Needs.SESSION
    action = Action.MESSAGE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is nobody to call or no number, where that is known."""
        if not (line.mentor or line.author):
            return "the session has no mentor: R assigns one"
        detail = scene.detail_of(line)
        no_number = detail is not None and bool(line.mentor) and not detail.mentor_phone
        return f"no phone number of {line.mentor} is known" if no_number else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show and copy the number; log the call where it was made."""
        (line,) = self.possible(scene)
        card = await reach.mentor_card(console, scene, line)
        phone, name = visible(card.phone), visible(card.name)
        if not phone:
            console.tell(f"no phone number of {name} is known", severity="warning")
            return
        console.copy_to_clipboard(phone)
        there = f"{card.local} for {name} ({card.zone})" if card.zone else "nobody knows their time zone"
        facts = [("Phone", phone), ("There it is", there)]
        facts.append(("Session", f"{named(line)}  {line.beside}"))
        if scene.read_only or scene.as_of is not None:
            await console.push_screen_wait(Facts(f"Call {name}", facts, hint="The number is copied.", copies=phone))
            return
        details = [f"{label + ':':<13}{fact}" for label, fact in facts]
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Call {name}",
                [*details, "The number is copied. Once you have called, log what came of it."],
                yes="Log the call",
                keep="Close",
                reason=Reason.OPTIONAL,
                asks="Came of it",
            )
        )
        if confirmed is not None:
            report(console, await reach.call_mentor(console, scene, line, note=confirmed.reason))


COMMANDS: Final[tuple[Command, ...]] = (CallMentor(), Moderate(), CopyLink())
