"""Moving a session on the calendar: what would change is shown in both zones, then it is rescheduled as ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sessiontui.domain.phrases import count
from sessiontui.domain.series import Scope
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.agreeing import agreed_to
from sessiontui.tui.commands.command import report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scoping import asked_scope, rescheduled
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.wall_clock import spoken_window

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail, SessionLine
    from sessiontui.services.receipt import Receipt
    from sessiontui.tui.commands.scene import Console, Scene

_NAMED = 6
"""People who are named; more become a number."""


async def replace_session(
    console: Console, scene: Scene, line: SessionLine, *, starts_at: datetime, ends_at: datetime
) -> bool:
    """Ask whether a session is to have another window, and reschedule it; return whether it was."""
    asked = await asked_scope(console, scene, line, "Move")
    if asked is None:
        return False
    scope, place = asked
    if place is not None and scope is not Scope.ONE:
        return await rescheduled(console, scene, line, place, scope, starts_at=starts_at, ends_at=ends_at)
    detail = await acts.read_detail(console, scene, line)
    confirmed = await console.push_screen_wait(
        Confirm(f"Move {named(line)}?", told(console, detail, line, starts_at, ends_at), yes="Move", keep="Back")
    )
    if confirmed is None:
        return False

    async def act(agreed: bool) -> Receipt:
        return await acts.move(
            console, scene, Move.RESCHEDULE, line, starts_at=starts_at, ends_at=ends_at, expected=line.version,
            confirm=agreed,
        )  # fmt: skip

    report(console, await agreed_to(console, named(line), act))
    return True


def told(
    console: Console, detail: SessionDetail, line: SessionLine, starts_at: datetime, ends_at: datetime
) -> list[str]:
    """Return the old and the new window in the admin's zone and in UTC, and whom the move touches."""
    zone = console.port.zone
    lines: list[str] = []
    for place in (zone, UTC) if zone.key != "UTC" else (UTC,):
        name = getattr(place, "key", "UTC")
        lines.append(f"{name}:  {spoken_window(line.starts_at, line.ends_at, place)}")
        lines.append(f"{' ' * len(name)}   becomes  {spoken_window(starts_at, ends_at, place)}")
    return [*lines, *touched(detail)]


def touched(detail: SessionDetail) -> list[str]:
    """Return whom a change of a session's time concerns, by name as far as they are few."""
    line = detail.line
    if not detail.requests and line.approved + line.pending:
        return [f"Concerns {count(line.approved + line.pending, 'person', 'people')} and the mentor"]
    coming = [visible(one.person) for one in detail.requests if one.state is RequestState.APPROVED]
    asking = sum(one.state is RequestState.PENDING for one in detail.requests)
    parts: list[str] = []
    if coming:
        names = ", ".join(coming[:_NAMED]) + (f" and {len(coming) - _NAMED} more" if len(coming) > _NAMED else "")
        parts.append(f"{count(len(coming), 'person', 'people')} approved: {names}")
    if asking:
        parts.append(f"{count(asking, 'request')} waiting")
    if line.mentor:
        parts.append(f"mentor {visible(line.mentor)}")
    return [f"Concerns {'; '.join(parts)}"] if parts else ["Nobody has asked for it yet"]
