"""Which dates of a series an act is for, and what that comes to before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, may
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.recurrence import wall_of
from sessiontui.domain.series import Scope
from sessiontui.domain.text import visible
from sessiontui.tui.commands.agreeing import agreed_to
from sessiontui.tui.commands.command import report
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.confirm import Confirm, Confirmation, Reason
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.series import outlook_lines, which, written_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sessiontui.services.pictures import SessionDetail, SessionLine
    from sessiontui.services.receipt import Receipt
    from sessiontui.services.series import Outlook, SeriesEdit
    from sessiontui.services.series.in_series import SeriesPlace
    from sessiontui.tui.commands.scene import Console, Scene
    from sessiontui.tui.dialogs.session_entry import Entry


async def place_of(console: Console, scene: Scene, line: SessionLine) -> SeriesPlace | None:
    """Return where a session stands in its series, or nothing where it has none."""
    detail = scene.detail_of(line)
    if detail is not None:
        return detail.series
    from sessiontui.services.series import in_series

    return await in_series.of_line(console.port.context, line, now=console.port.clock())


async def asked_scope(
    console: Console, scene: Scene, line: SessionLine, doing: str
) -> tuple[Scope, SeriesPlace | None] | None:
    """Ask which dates of its series an act on a session is for; without a series, or the right, it is this one.

    Nothing is the answer of who goes back.
    """
    place = await place_of(console, scene, line)
    if place is None or not may(scene.actor, Action.MANAGE_TEMPLATES, scene.standing(line)).allowed:
        return Scope.ONE, place
    options = [
        Option(Scope.ONE, "This date", f"{which(place)}, the others stay as they are"),
        Option(Scope.FOLLOWING, "This and following", "from this date on"),
        Option(Scope.ALL, "All", "every date that has not begun"),
    ]
    if place.first:
        del options[1]
    chosen = await console.push_screen_wait(
        Choose(f"{doing} {visible(line.title)}: which dates?", options, hint=visible(place.words))
    )
    return None if chosen is None else (Scope(chosen), place)


async def rescheduled(
    console: Console,
    scene: Scene,
    line: SessionLine,
    place: SeriesPlace,
    scope: Scope,
    *,
    starts_at: datetime,
    ends_at: datetime,
) -> bool:
    """Give the dates of a series the time that one of them is to have; return whether that was done."""
    return await changed(console, scene, line, scope, moved_edit(line, place, starts_at, ends_at), "Move")


async def reassigned(console: Console, scene: Scene, line: SessionLine, scope: Scope, mentor_id: int) -> None:
    """Give the dates of a series another mentor, after showing what that means."""
    from sessiontui.services.series import SeriesEdit

    await changed(console, scene, line, scope, SeriesEdit(mentor_id=mentor_id), "Reassign")


async def changed(
    console: Console, scene: Scene, line: SessionLine, scope: Scope, changes: SeriesEdit, verb: str
) -> bool:
    """Show what a change of a series comes to, make it if it is confirmed, and tell; return whether it was made."""
    receipt = await confirmed_change(console, scene, line, scope, changes, verb)
    if receipt is None:
        return False
    report(console, receipt)
    return True


async def confirmed_change(
    console: Console, scene: Scene, line: SessionLine, scope: Scope, changes: SeriesEdit, verb: str
) -> Receipt | None:
    """Show what a change of a series comes to, and make it if it is confirmed."""
    from sessiontui.services import series

    port = console.port
    outlook = await series.preview_edit(port.context, line.id, changes, scope=scope, by=scene.actor, at=port.clock())
    what = f"{verb} {dates_word(scope)} of {visible(line.title)}"
    if await _asked(console, outlook, f"{what}?", verb, written=written_lines(changes)) is None:
        return None

    async def act(agreed: bool) -> Receipt:
        at, by = port.clock(), scene.actor
        return await series.edit(port.context, line.id, changes, scope=scope, by=by, at=at, confirm=agreed)

    return await agreed_to(console, what, act)


async def ended(console: Console, scene: Scene, line: SessionLine, scope: Scope) -> None:
    """Call off this and the following dates of a series, or all to come, after showing what that means."""
    from sessiontui.services import series

    port = console.port
    outlook = await series.preview_end(port.context, line.id, scope=scope, by=scene.actor, at=port.clock())
    what = f"Call off {dates_word(scope)} of {visible(outlook.title)}?"
    confirmed = await _asked(console, outlook, what, "Call off", danger=True)
    if confirmed is not None:
        report(
            console,
            await series.end(
                port.context, line.id, by=scene.actor, at=port.clock(), reason=confirmed.reason, scope=scope
            ),
        )


async def taken_out(console: Console, scene: Scene, line: SessionLine) -> None:
    """Take one date out of its series, after showing what that means."""
    from sessiontui.services import series

    port = console.port
    outlook = await series.preview_take_out(port.context, line.id, by=scene.actor, at=port.clock())
    confirmed = await _asked(
        console, outlook, f"Take this date out of {visible(outlook.title)}?", "Take out", danger=True
    )
    if confirmed is not None:
        report(
            console,
            await series.take_out(port.context, line.id, by=scene.actor, at=port.clock(), reason=confirmed.reason),
        )


async def save_series(
    console: Console, scene: Scene, detail: SessionDetail, place: SeriesPlace, scope: Scope, entry: Entry
) -> Receipt:
    """Save what was changed in the form of one date for more dates of its series; ``Refused`` where it is kept."""
    from sessiontui.services.series import SeriesEdit

    line, names = detail.line, entry.changed
    times = SeriesEdit()
    if (entry.starts_at, entry.ends_at) != (line.starts_at, line.ends_at):
        times = moved_edit(line, place, entry.starts_at, entry.ends_at)
    changes = SeriesEdit(
        title=entry.title if "title" in names else None,
        kind=entry.kind if "kind" in names else None,
        description=entry.description if "description" in names else None,
        link=entry.link if "link" in names else None,
        tags=entry.tags if "tags" in names else None,
        priority=entry.priority if "priority" in names else None,
        capacity=entry.capacity if "capacity" in names else None,
        mentor_id=entry.mentor_id if entry.mentor_id != detail.mentor_id else None,
        starts=times.starts,
        length=times.length,
    )
    receipt = await confirmed_change(console, scene, line, scope, changes, "Change")
    if receipt is None:
        raise Refused("it was kept as it was", title="Not saved", hint="save again, or leave the form")
    return receipt


def moved_edit(line: SessionLine, place: SeriesPlace, starts_at: datetime, ends_at: datetime) -> SeriesEdit:
    """Return the edit that moves the dates of a series as one of them is moved, on the wall clock of its zone."""
    from zoneinfo import ZoneInfo

    from sessiontui.services.series import SeriesEdit

    zone = ZoneInfo(place.zone)
    shift = wall_of(starts_at, zone) - wall_of(line.starts_at, zone)
    length = ends_at - starts_at
    if not shift and length == line.ends_at - line.starts_at:
        raise BadInput("the time is the one it has", hint="choose another start or length")
    return SeriesEdit(
        starts=place.wall + shift if shift else None,
        length=length if length != line.ends_at - line.starts_at else None,
    )


def dates_word(scope: Scope) -> str:
    """Return which dates a scope means."""
    return {Scope.ONE: "this date", Scope.FOLLOWING: "this and the following dates", Scope.ALL: "all dates"}[scope]


async def _asked(
    console: Console,
    outlook: Outlook,
    question: str,
    verb: str,
    *,
    danger: bool = False,
    written: Sequence[str] = (),
) -> Confirmation | None:
    lines = [*written, *outlook_lines(outlook, console.port.zone, Look(ascii=console.port.ascii))]
    # Called off dates have people, who are told why.
    reason = Reason.NONE if not danger else Reason.REQUIRED if outlook.off else Reason.OPTIONAL
    return await console.push_screen_wait(
        Confirm(question, [visible(line) for line in lines], yes=verb, danger=danger, reason=reason)
    )
