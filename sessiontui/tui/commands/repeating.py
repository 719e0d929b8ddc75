"""Commands on the series of a session: take a date out, end it, change its rhythm."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.access import Action
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.recurrence import read_rule
from sessiontui.domain.series import Scope
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import scoping
from sessiontui.tui.commands.command import Command, Group, Needs
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask


class OnSeries(Command):
    """A command on the series that the session under the cursor is a date of."""

    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.MANAGE_TEMPLATES
    writes = True
    dangerous = True
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that the session has no series, where that is known."""
        detail = scene.detail_of(line)
        return "it is no date of a series" if detail is not None and detail.series is None else ""


class TakeOut(OnSeries):
    """Takes this date out of its series. Where people have asked for it, it is called off and they are told; else it
    goes without a trace.
    """

    id = "take_out"
    title = "Take out of the series"
    short = "take out"
    aliases = ("skip",)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show what it means, and take it out."""
        (line,) = self.possible(scene)
        await scoping.taken_out(console, scene, line)


class EndSeries(OnSeries):
    """Ends the series before this date. This and all later ones are called off, or go where nobody asked for them."""

    id = "end_series"
    title = "End the series"
    short = "end series"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show what it means, and end it."""
        (line,) = self.possible(scene)
        place = await scoping.place_of(console, scene, line)
        if place is None:
            raise NotFound("it is no date of a series", hint="sessions that repeat say so in their overview")
        await scoping.ended(console, scene, line, Scope.ALL if place.first else Scope.FOLLOWING)


class Repeat(OnSeries):
    """Changes how often the series comes, from this date on or for all: daily, weekly, bi-weekly, monthly, or a rule
    such as FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12. What would move, stay or go is shown first.
    """

    id = "repeat"
    title = "Change the rhythm"
    short = "rhythm"
    aliases = ("rhythm",)
    takes = "rule"
    offers = ("daily", "weekly", "bi-weekly", "monthly")

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which dates and how often, and change them."""
        from sessiontui.services.series import SeriesEdit

        (line,) = self.possible(scene)
        asked = await scoping.asked_scope(console, scene, line, "Repeat")
        if asked is None:
            return
        scope, place = asked
        if place is None:
            raise NotFound("it is no date of a series", hint="n makes one: see its field Repeats")
        if scope is Scope.ONE:
            raise BadInput("one date has no rhythm", hint="choose this and following, or all")
        rule: str | None = argument.strip()
        if not rule:
            rule = await console.push_screen_wait(
                Ask("How often?", label="Repeats", value=place.rule, hint=_HINT, yes="Preview", validate=_wrong)
            )
        if rule is not None:
            await scoping.changed(console, scene, line, scope, SeriesEdit(rule=rule), "Change")


_HINT: Final = "daily · weekly · bi-weekly · monthly · FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12"


def _wrong(text: str) -> str:
    try:
        read_rule(text)
    except BadInput as error:
        return error.detail
    return ""


COMMANDS: Final[tuple[Command, ...]] = (TakeOut(), EndSeries(), Repeat())
