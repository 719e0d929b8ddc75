"""Commands that reach people: the link to a session, its mentor's phone."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sessiontui.domain.access import Action
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
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
        console.tell(f"copied {link}")


class Moderate(Command):
    """Shows the link with which you join the session to moderate, and copies it."""

    id = "moderate"
    keys = ("J",)
    title = "Join to moderate"
    short = "join"
    aliases = ("join",)
    group = Group.REACH
    needs = Needs.SESSION
    action = Action.MODERATE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no link, or nothing to join any more."""
        if line.status.is_ended and not line.provisional:
            return "the session has ended"
        detail = scene.detail_of(line)
        return _NO_LINK if detail is not None and not detail.link else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show and copy it."""
        (line,) = self.possible(scene)
        link = visible((await acts.detail_of(console, scene, line)).link)
        if not link:
            console.tell(_NO_LINK, severity="warning")
            return
        console.copy_to_clipboard(link)
        inside = f"{line.active} here, {line.left} left" if line.active or line.left else "nobody"
        facts = [("Link", link), ("Inside", inside), ("Mentor", line.mentor or "nobody")]
        hint = "The link is copied: open it in a browser. Your terminal may let you click it."
        await console.push_screen_wait(Facts(f"Join {named(line)}", facts, hint=hint, copies=link))


class CallMentor(Command):
    """Shows the mentor's phone number and what time it is for them, and copies the number."""

    id = "call"
    keys = ("m",)
    title = "Call mentor"
    short = "call"
    aliases = ("phone",)
    group = Group.REACH
    needs = Needs.SESSION
    action = Action.MESSAGE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no mentor or no number, where that is known."""
        if not line.mentor:
            return "the session has no mentor: R assigns one"
        detail = scene.detail_of(line)
        no_number = detail is not None and not detail.mentor_phone
        return f"no phone number of {line.mentor} is known" if no_number else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show and copy the number."""
        (line,) = self.possible(scene)
        detail = await acts.detail_of(console, scene, line)
        phone, name = visible(detail.mentor_phone), visible(line.mentor)
        if not phone:
            console.tell(f"no phone number of {name} is known", severity="warning")
            return
        console.copy_to_clipboard(phone)
        facts = [("Phone", phone), ("Mentor", name), ("Session", f"{named(line)}  {line.beside}")]
        zone = _zone(detail.mentor_zone)
        if zone is not None:
            local = console.port.clock().astimezone(zone)
            facts.insert(1, ("There it is", f"{local:%H:%M} for {name} ({zone.key})"))
        await console.push_screen_wait(Facts(f"Call {name}", facts, hint="The number is copied.", copies=phone))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


COMMANDS: Final[tuple[Command, ...]] = (CallMentor(), Moderate(), CopyLink())
