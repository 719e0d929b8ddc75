"""The command that goes back in time."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.tui.commands.command import Command, Group
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.wall_clock import read_instant


class Travel(Command):
    """Opens the time bar, which walks the whole desk through the past: arrows by five minutes, with shift by an
    hour, page keys by a day, home to the start of the day, digits to type an instant, esc back to now. The past
    can be looked at, not changed. :time 2026-05-04 14:05 goes straight there, :time now comes back.
    """

    id = "time"
    keys = ("t",)
    title = "Time bar"
    short = "time"
    aliases = ("past", "at")
    group = Group.LOOK
    takes = "instant"
    offers = ("now", "yesterday 12:00", "-1h", "-1d")

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the bar, or go to the instant of the argument."""
        text = argument.strip()
        if not text:
            console.open_time_bar()
            return
        now = console.port.clock()
        if text.lower() == "now":
            console.travel(None)
            return
        at = read_instant(text, now=now, zone=console.port.zone, anchor=scene.as_of or now).at
        if at > now:
            raise BadInput("that lies ahead", hint="the past ends now")
        console.travel(at)


COMMANDS: Final[tuple[Command, ...]] = (Travel(),)
