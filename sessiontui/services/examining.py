"""Why a session is not shown, not counted, not attended or not told of, and what is wrong with its link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.delivery import Channel, DeliveryState
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.places import RoomState, verdict_of
from sessiontui.domain.text import is_hostile
from sessiontui.domain.vocabulary import RequestState, Status
from sessiontui.services import boards
from sessiontui.services.context import Context
from sessiontui.services.lines import AlertLine
from sessiontui.services.pictures import SessionDetail
from sessiontui.services.rights import standing
from sessiontui.store.reads import examined as kept
from sessiontui.store.reads import soundness
from sessiontui.store.reads.outbox import addressees, undelivered

_BEFORE: Final = frozenset({Status.DRAFT, Status.CREATED, Status.HAS_REQUESTS, Status.APPROVED, Status.UPCOMING})
"""Statuses in which nobody is expected to have come."""

_LATELY: Final = timedelta(days=1)
"""How long a refusal is a problem: later it is told as what once happened."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was found out: the fact, whether it is a problem, and what to do about it."""

    about: str
    fact: str
    is_problem: bool = False
    hint: str = ""


async def examine(context: Context, session_id: int, *, by: Actor, now: datetime) -> tuple[Remark, ...]:
    """Return why a session may not be shown, counted or told of, and what is wrong with its link."""
    detail = await boards.detail(context, session_id, now=now, by=by)
    line = detail.line
    remarks = [Remark("status", f"{line.status}: {line.why}")]
    if line.archived_at is not None:
        remarks.append(
            Remark(
                "shown",
                f"archived at {line.archived_at:%Y-%m-%d %H:%M} UTC, so lists and counts leave it out",
                True,
                f"filter with archived:yes, or bring it back: sessiontui do restore {session_id}",
            )
        )
    else:
        there = await boards.listing(context, "view:now", now=now, by=by)
        if any(found.id == session_id for found in there.lines):
            remarks.append(Remark("shown", "in the view Now, with which the desk opens"))
        else:
            remarks.append(
                Remark(
                    "shown",
                    "not in the view Now: it is not live, does not start within 24 h, and ended longer than 12 h ago",
                    hint="choose the view All, or filter for it",
                )
            )
    if line.provisional:
        remarks.append(
            Remark("counted", f"ended provisionally: it counts once its window ends, {line.ends_at:%H:%M} UTC")
        )
    elif line.archived_at is None:
        remarks.append(Remark("counted", f"among {line.status}"))
    if session_id in await soundness.due(context.db.fetch, to_ms(now)):
        remarks.append(
            Remark(
                "worker",
                "its row waits for a worker, so filters may still place it by its last status",
                True,
                "run 'sessiontui worker', or leave a console open",
            )
        )
    unmatched = [person.person for person in detail.presence if not person.matched]
    if unmatched:
        remarks.append(
            Remark("people", f"{count(len(unmatched), 'attendee')} not identified: they count as guests", True)
        )
    remarks += await _attended(context, detail, by=by, now=now)
    remarks += await _told(context, detail)
    remarks += [_alert(alert) for alert in line.alerts]
    remarks.append(_link(detail, session_id))
    remarks += _place(detail, session_id)
    return tuple(remarks)


async def _attended(context: Context, detail: SessionDetail, *, by: Actor, now: datetime) -> list[Remark]:
    """Return what was told of who came, by whom, and who was refused when they told of it."""
    line, fetch = detail.line, context.db.fetch
    heard = await kept.heard(fetch, line.id)
    remarks = [
        Remark("attendance", f"{one.source} told of it {count(one.signals, 'time')}, last at {_at(one.received_at)}")
        for one in heard
    ]
    if not heard and detail.presence:
        remarks.append(Remark("attendance", f"{count(len(detail.presence), 'person', 'people')} seen"))
    elif not heard and line.status in _BEFORE:
        remarks.append(Remark("attendance", "nobody has come yet: it has not begun"))
    elif not heard and line.status is not Status.CANCELLED:
        remarks.append(
            Remark(
                "attendance",
                "no source has told of anybody who came",
                True,
                "the platform tells by its webhook or the HTTP API; a report is taken in with "
                f"'sessiontui import FILE --session {line.id}', one person with "
                f"'sessiontui do join {line.id} --person WHO'",
            )
        )
    if may(by, Action.SEE_ATTENDANCE, await standing(fetch, by, line.id)).allowed:
        refusal = await kept.refused(fetch, line.id, Action.PRESENCE)
        if refusal is not None:
            remarks.append(
                Remark(
                    "refused",
                    f"{refusal.by} {refusal.sentence}, at {_at(refusal.at)}",
                    from_ms(refusal.at) > now - _LATELY,
                    "who joins has to be approved, and a client needs the scope 'events'",
                )
            )
    return remarks


async def _told(context: Context, detail: SessionDetail) -> list[Remark]:
    """Return whether those who take part can be written to, and what became of what was written."""
    fetch, session_id = context.db.fetch, detail.line.id
    states = await kept.letters(fetch, session_id)
    said = ", ".join(f"{states[state]} {state.replace('_', ' ')}" for state in DeliveryState if state in states)
    lost = len((await undelivered(fetch, [session_id])).get(session_id, ()))
    remarks = [
        Remark(
            "letters",
            said or "nobody was written to about it yet",
            bool(lost),
            f"see them, and send them again: sessiontui mail list #{session_id}" if lost else "",
        )
    ]
    if detail.line.status is Status.DRAFT:
        remarks.append(Remark("letters", "a draft tells nobody", hint=f"sessiontui do publish {session_id}"))
    if context.delivery.channel is Channel.FILE:
        remarks.append(
            Remark("letters", "they are written as files and leave for nobody", hint="set channel under [delivery]")
        )
    approved = await addressees(fetch, session_id, [RequestState.APPROVED])
    silent = sum(not one.email for one in approved)
    if silent:
        remarks.append(
            Remark(
                "letters",
                f"{silent} of {count(len(approved), 'approved person', 'approved people')} without an address",
                True,
                "add it: sessiontui people edit WHO --email ADDRESS",
            )
        )
    return remarks


def _at(milliseconds: int) -> str:
    return f"{from_ms(milliseconds):%Y-%m-%d %H:%M:%S} UTC"


def _alert(alert: AlertLine) -> Remark:
    """Return an open alert as a remark."""
    held = f"; {alert.acknowledged_by} has it" if alert.acknowledged_by else ""
    return Remark(
        "alert",
        f"{alert.rule.words} ({alert.severity}, since {alert.opened_at:%Y-%m-%d %H:%M} UTC): {alert.sentence}{held}",
        True,
        "what helps stands beside it: sessiontui alerts",
    )


def _link(detail: SessionDetail, session_id: int) -> Remark:
    link, place = detail.link, detail.place
    if not link and place is not None and place.can_be_joined:
        return Remark("link", f"each person has their own: sessiontui do invite {session_id} --person WHO")
    if not link:
        hint = f"add one: sessiontui do edit {session_id} --link ADDRESS, or sessiontui do room {session_id}"
        return Remark("link", "missing", True, hint)
    try:
        parts = urlsplit(link)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or is_hostile(link) or any(char.isspace() for char in link):
        return Remark("link", f"malformed: {link}", True, "it should begin with https:// and name a host")
    if parts.scheme == "http":
        return Remark("link", f"{link} is not encrypted", hint="https:// is safer")
    return Remark("link", f"{link} is well formed")


def _place(detail: SessionDetail, session_id: int) -> list[Remark]:
    """Return what is known of the room of a session, what its platform did not do, and whether the link works."""
    place = detail.place
    if place is None:
        return []
    remarks = []
    if place.state is not RoomState.NONE:
        state = {RoomState.WANTED: "is being made", RoomState.THERE: "is there", RoomState.ENDED: "was ended"}
        remarks.append(Remark("room", f"on {place.platform}: it {state[place.state]}"))
    if place.waiting is not None and place.waiting.error:
        wait = place.waiting
        if wait.again_at is None:
            hint = f"mend it, then: sessiontui do room {session_id}"
            remarks.append(Remark("platform", f"{wait.platform}, given up: {wait.error}", True, hint))
        else:
            again = f"again at {wait.again_at:%H:%M:%S} UTC"
            remarks.append(
                Remark("platform", f"{wait.platform}, tried {wait.attempts} times: {wait.error}; {again}", True)
            )
    if place.look is None:
        remarks.append(Remark("probe", f"nobody has looked yet: sessiontui do check-platform {session_id}"))
    else:
        seen = f"{verdict_of(place.look)}: {place.look.fact}, seen {place.look.at:%Y-%m-%d %H:%M} UTC"
        spare = f"sessiontui do use-backup {session_id}"
        hint = (
            ""
            if place.look.works
            else f"switch: {spare}"
            if place.has_backup
            else "name a spare link, or set platforms.backup"
        )
        remarks.append(Remark("probe", seen, not place.look.works, hint))
    return remarks
