"""Projects of a world that goes on: what people work on between sessions, with visits of the past days and of now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.services import boards, people
from sessiontui.services.context import Context
from sessiontui.services.projects import changing, items, questions
from sessiontui.services.visits import going
from sessiontui.services.visits.recording import Ping, record

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)

D, E, P = ItemState.DECIDED, ItemState.EXPLORING, ItemState.PARKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One project: items with how many days ago they came into which states, questions, reports, and visits.

    A question is its words, days ago, and the answer if there is one. A visit is the place of the person in the cast,
    -1 for the admin, days ago, and minutes; one of no length is still open.
    """

    name: str
    about: str
    items: tuple[tuple[str, tuple[tuple[ItemState, float], ...]], ...]
    questions: tuple[tuple[str, float, str], ...] = ()
    reports: tuple[tuple[ActivityKind, str, float], ...] = ()
    visits: tuple[tuple[int, float, int], ...] = ()
    filter: str = ""


PROJECTS: Final = (
    Told(
        name="Grief circle handbook",
        about="What a new host should know before the first evening.",
        items=(
            ("Open with a minute of silence", ((E, 20), (D, 12))),
            ("How to close when someone cries", ((E, 15), (D, 0.1))),
            ("Whom to call at night", ((E, 9), (D, 0.05))),
            ("Letters after the last session", ((E, 12),)),
            ("Photos of those who died", ((E, 16), (D, 8), (E, 1))),
            ("A circle for children", ((E, 30), (P, 21))),
        ),
        questions=(
            ("May hosts give their private number?", 3, ""),
            ("Who pays for the room on Sundays?", 0.3, ""),
            ("How long is a circle?", 14, "Eighty minutes, with a break."),
        ),
        reports=((ActivityKind.MISSING, "the new number of the crisis line", 1.2),),
        visits=((0, 6.2, 50), (1, 5, 35), (0, 3.1, 80), (2, 2, 25), (0, 1, 40), (1, 0.15, 30), (0, 0.014, 0)),
        filter="grief",
    ),
    Told(
        name="Harbour app",
        about="Ferry times and tides on one page.",
        items=(
            ("Ferry times from the port's feed", ((E, 10), (D, 5))),
            ("Tides for the three harbours", ((E, 6),)),
            ("Dark theme", ((P, 4),)),
            ("Notifications when a ferry is late", ((E, 1.5),)),
        ),
        questions=(("Which feed is the official one?", 0.6, ""),),
        reports=(
            (ActivityKind.DEPENDS, "the key of the port authority", 0.9),
            (ActivityKind.UNCLEAR, "what counts as late", 0.4),
        ),
        visits=((3, 4, 120), (4, 2.2, 45), (3, 1.1, 90), (-1, 2.1, 25), (3, 0.011, 0), (4, 0.008, 0)),
        filter="pairing",
    ),
    Told(
        name="Mentors' autumn day",
        about="",
        items=(
            ("Date and place", ((E, 40), (D, 33))),
            ("Who speaks in the morning", ((E, 26),)),
            ("Lunch", ((E, 25), (P, 24))),
        ),
        questions=(("Is the hall free on the 12th?", 22, ""), ("Do we record the talks?", 21, "")),
        visits=((5, 26, 30), (6, 24.5, 20)),
    ),
)


async def found(context: Context, *, by: Actor, now: datetime) -> None:
    """Make the projects with what happened in them, in the order of time."""
    cast = [one.id for one in await people.everyone(context, limit=40) if one.id != by.id]
    for told in PROJECTS:
        await _found(context, told, cast, by=by, now=now)


async def _found(context: Context, told: Told, cast: list[int], *, by: Actor, now: datetime) -> None:
    born = now - 45 * _DAY
    project_id = (await changing.add(context, told.name, by=by, at=born, description=told.about)).project or 0
    session_id = await _session(context, told, project_id, by=by, now=now)
    acts: list[tuple[float, int, int]] = []  # days ago, what, which
    acts += [(ago, 0, place) for place, (_, steps) in enumerate(told.items) for _, ago in steps[:1]]
    acts += [(ago, 1, place) for place, (_, steps) in enumerate(told.items) for _, ago in steps[1:]]
    acts += [(ago, 2, place) for place, (_, ago, _) in enumerate(told.questions)]
    acts += [(ago, 3, place) for place, (_, _, ago) in enumerate(told.reports)]
    acts += [(ago, 4, place) for place, (_, ago, _) in enumerate(told.visits)]
    made: dict[int, int] = {}
    for ago, what, place in sorted(acts, key=lambda act: -act[0]):
        at = now - ago * _DAY
        if what == 0:
            title, steps = told.items[place]
            made[place] = (await items.add(context, project_id, title, by=by, at=at, state=steps[0][0])).part or 0
        elif what == 1:
            state = next(state for state, when in told.items[place][1] if when == ago)
            where = session_id if state is D and ago < 1 else None
            await items.move(context, made[place], state, by=by, at=at, session_id=where)
        elif what == 2:
            text, _, answer = told.questions[place]
            question_id = (await questions.ask(context, project_id, text, by=by, at=at)).part or 0
            if answer:
                await questions.answer(context, question_id, answer, by=by, at=at + _HOUR)
        elif what == 3:
            kind, text, _ = told.reports[place]
            ping = Ping(project_id=project_id, agent="planner", kind=kind, text=text, at=at)
            await record(context, [(by, ping)], at=at)
        else:
            who, _, length = told.visits[place]
            person_id = by.id if who < 0 and by.id is not None else cast[who % len(cast)]
            await _visit(context, project_id, person_id, length, by=by, at=at, now=now)


async def _visit(
    context: Context, project_id: int, person_id: int, length: int, *, by: Actor, at: datetime, now: datetime
) -> None:
    await going.start(context, person_id, project_id, by=by, at=at)
    until = at + length * _MINUTE if length else now - _MINUTE
    signs = [at + minute * _MINUTE for minute in range(2, int((until - at) / _MINUTE), 9)]
    pings = [(by, Ping(project_id=project_id, person_id=person_id, at=sign)) for sign in signs]
    if pings:
        await record(context, pings, at=until)
    if length:
        await going.end(context, person_id, project_id, by=by, at=until)


async def _session(context: Context, told: Told, project_id: int, *, by: Actor, now: datetime) -> int | None:
    """Put the sessions that a filter finds into the project, and return the first of them."""
    if not told.filter:
        return None
    found_sessions = await boards.listing(context, f"title:{told.filter}", now=now, by=by)
    for line in found_sessions.lines[:2]:
        await changing.put_in(context, line.id, project_id, by=by, at=now - _HOUR)
    return found_sessions.lines[0].id if found_sessions.lines else None
