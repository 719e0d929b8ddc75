"""Commands on where a session meets: rooms, spare links, the passcode, and a look at the link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action
from sessiontui.domain.errors import BadInput
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.facts import Facts
from sessiontui.tui.dialogs.pick_person import PickPerson

if TYPE_CHECKING:
    from sessiontui.domain.places.words import Maker

SHOWN_FOR: Final = 20.0
"""Seconds for which a passcode stands on the screen."""

_MAKERS: Final = ("zoom", "bbb", "jitsi")

_OVER: Final = "the session is over"


class _OnPlace(Command):
    """A command on the place of the session under the cursor."""

    group = Group.REACH
    needs = Needs.SESSION
    writes = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that the session is over."""
        del scene
        return _OVER if (line.status.is_ended and not line.provisional) or line.status == "cancelled" else ""


class GiveRoom(_OnPlace):
    """Has a room made for the session on a meeting platform: its link and its passcode follow by themselves, and
    the room follows the session when that is moved or cancelled.
    """

    id = "room"
    keys = ("L",)
    title = "Give it a room"
    short = "room"
    aliases = ("make-room",)
    action = Action.EDIT
    reversible = True
    takes = "platform"
    offers = _MAKERS

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask on which platform if there are several, and have the room made."""
        from sessiontui.domain.places.words import Maker
        from sessiontui.services.places import asking

        (line,) = self.possible(scene)
        there = acts.makers(console)
        word = argument.strip().lower()
        if word and word not in _MAKERS:
            raise BadInput(f"rooms cannot be made on “{word[:40]}”", hint=f"there are {', '.join(_MAKERS)}")
        maker: Maker | None = Maker(word) if word else None
        if maker is None and len(there) > 1:
            options = [Option(one, one.words) for one in there]
            chosen = await console.push_screen_wait(Choose(f"A room for {named(line)} on", options))
            if chosen is None:
                return
            maker = Maker(chosen)
        at = console.port.clock()
        report(console, await asking.give_room(console.port.context, line.id, maker, by=scene.actor, at=at))


class NameBackup(_OnPlace):
    """Keeps a link to fall back on where the session's own does not work. Left empty, it is taken away."""

    id = "backup"
    title = "Name a spare link"
    short = "spare link"
    aliases = ("spare", "spare-link")
    action = Action.EDIT
    reversible = True
    takes = "link"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the link and keep it."""
        from sessiontui.services.places import asking

        (line,) = self.possible(scene)
        link: str | None = argument.strip()
        if not link:
            place = (await acts.detail_of(console, scene, line)).place
            before = "" if place is None else visible(place.backup_link)
            hint = "Begin it with https://. Left empty, the spare link is taken away."
            link = await console.push_screen_wait(_asked_for(line, before, hint))
        if link is not None:
            at = console.port.clock()
            report(console, await asking.name_backup(console.port.context, line.id, link, by=scene.actor, at=at))


def _asked_for(line: SessionLine, before: str, hint: str) -> Ask:
    return Ask(f"Where else can {named(line)} meet?", label="Link", value=before, hint=hint, yes="Keep it")


async def _has_spare(console: Console, scene: Scene, line: SessionLine) -> bool:
    """Return whether there is somewhere else to meet; where nothing is known, ask for a link and keep that."""
    from sessiontui.services.places import asking

    context = console.port.context
    place = (await acts.read_detail(console, scene, line)).place
    is_known = place is not None and (place.has_backup or bool(place.backup_link))
    if is_known or context.platforms.backup in context.platforms.there:
        return True
    hint = "No spare link is known for it yet. Begin it with https://."
    link = await console.push_screen_wait(_asked_for(line, "", hint))
    if not link:
        return False
    report(console, await asking.name_backup(context, line.id, link, by=scene.actor, at=console.port.clock()))
    return True


class UseBackup(_OnPlace):
    """Moves the session to its spare link, or to a room on the backup platform, and tells everybody who plans with
    it. The place it had becomes the spare one: doing it again moves it back.
    """

    id = "use_backup"
    keys = ("b",)
    title = "Use the backup"
    short = "use backup"
    aliases = ("use-backup",)
    action = Action.EDIT
    dangerous = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask, then move it."""
        from sessiontui.services.places import asking

        (line,) = self.possible(scene)
        if not await _has_spare(console, scene, line):
            return
        told = f"{count(line.approved + line.pending, 'participant')}, mentor and author are told by mail."
        if line.active:
            told = f"{count(line.active, 'guest')} inside now. {told}"
        confirmed = await console.push_screen_wait(
            Confirm(f"Move {named(line)} to its spare place?", (told,), yes="Move it", danger=True)
        )
        if confirmed is not None:
            at = console.port.clock()
            report(console, await asking.use_backup(console.port.context, line.id, by=scene.actor, at=at))


class SendBackupLink(_OnPlace):
    """Sends everybody who plans with the session its spare link, and leaves it where it is."""

    id = "send_backup_link"
    title = "Send the backup link"
    short = "send backup link"
    aliases = ("send-backup-link",)
    action = Action.MESSAGE
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask, then send it."""
        from sessiontui.services.places import asking

        (line,) = self.possible(scene)
        if not await _has_spare(console, scene, line):
            return
        told = f"{count(line.approved + line.pending, 'participant')}, mentor and author are written to."
        confirmed = await console.push_screen_wait(
            Confirm(f"Send the spare link of {named(line)}?", (told,), yes="Send it")
        )
        if confirmed is not None:
            at = console.port.clock()
            report(console, await asking.send_backup_link(console.port.context, line.id, by=scene.actor, at=at))


class Reveal(Command):
    """Shows the passcode of the session for a moment. That you saw it is written down."""

    id = "reveal"
    keys = ("K",)
    title = "Reveal the passcode"
    short = "passcode"
    aliases = ("passcode",)
    group = Group.REACH
    needs = Needs.SESSION
    writes = True
    action = Action.REVEAL_PASSCODE

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is none, where that is known."""
        detail = scene.detail_of(line)
        is_without = detail is not None and detail.place is not None and not detail.place.has_passcode
        return "no passcode is kept for this session" if is_without else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Have it shown, and take it away again."""
        from sessiontui.services.places import joining

        (line,) = self.possible(scene)
        at = console.port.clock()
        receipt = await joining.reveal(console.port.context, line.id, by=scene.actor, at=at)
        console.refresh_board()
        passcode = visible(receipt.shown)
        hint = f"It is written down that you saw it. It goes in {SHOWN_FOR:.0f} s."
        facts = [("Passcode", passcode)]
        await console.push_screen_wait(Facts(named(line), facts, hint=hint, copies=passcode, lasts=SHOWN_FOR))


class Invite(_OnPlace):
    """Shows and copies the link by which one approved person enters the session, where each has their own."""

    id = "invite"
    title = "Link for one person"
    short = "invite"
    action = Action.MESSAGE

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for whom, and have the link handed out."""
        from sessiontui.services.places import joining

        (line,) = self.possible(scene)
        person = await console.push_screen_wait(PickPerson("For whom is the link?", acts.finder(console)))
        if person is None:
            return
        at = console.port.clock()
        receipt = await joining.invite(console.port.context, line.id, person.id, by=scene.actor, at=at)
        link = visible(receipt.shown)
        console.copy_to_clipboard(link)
        console.refresh_board()
        await console.push_screen_wait(
            Facts(f"Link for {visible(person.name)}", [("Link", link)], hint="The link is copied.", copies=link)
        )


class CheckPlatform(_OnPlace):
    """Looks at the link of the session now, and says what was seen."""

    id = "check_platform"
    title = "Check the platform"
    short = "check platform"
    aliases = ("check-platform", "probe")
    action = Action.MODERATE

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Look, and tell."""
        from sessiontui.services.places import looking

        (line,) = self.possible(scene)
        at = console.port.clock()
        report(console, await looking.check(console.port.context, line.id, by=scene.actor, at=at))


COMMANDS: Final[tuple[Command, ...]] = (
    GiveRoom(),
    NameBackup(),
    UseBackup(),
    SendBackupLink(),
    Reveal(),
    Invite(),
    CheckPlatform(),
)
