"""The living demo: people ask, come, stay and leave, hosts run their sessions, and new ones are scheduled.

A step looks at the desk as any client would, plans by chance what will happen, and does what is due through the
doors of the platform. An admin who changes things under its hands is right: what is refused then is simply not done.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import TYPE_CHECKING, Final

from sessiontui.demo import plots
from sessiontui.demo.attendance import Attendance, Seat
from sessiontui.demo.crowd import ordinary
from sessiontui.demo.inside import Inside
from sessiontui.demo.names import MESSAGES
from sessiontui.demo.plots import Answer, Cue, Deed, Outline, Shift, Temper
from sessiontui.demo.reports import Reports
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Control, Move, RequestState, Role, Status
from sessiontui.services.sessions import SessionDraft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sessiontui.demo.clock import ScaledClock
    from sessiontui.demo.doors import Doors, Known, Seen, Stayed, Whole
    from sessiontui.demo.worlds import World
    from sessiontui.services.context import Context

STEP: Final = 0.5
"""Seconds outside between two steps, at least: with ``MAX_DEEDS`` it keeps the writes below 20 a second."""

LOOK: Final = 1.5
"""Seconds outside between two looks at the desk."""

MAX_DEEDS: Final = 6
"""Writes of one step beside those of the platform; what is due beyond them waits for the next."""

MAX_DETAILS: Final = 12
"""Sessions that one look reads whole."""

AHEAD: Final = timedelta(hours=8)
"""How far ahead people look for sessions, and how far ahead there must be some."""

BEHIND: Final = timedelta(hours=5)
"""How long ago a session may have started in which something may still happen."""

NEAR: Final = timedelta(minutes=10)
"""How long before the start it is settled who comes when."""

CALENDAR: Final = 60
"""Sessions within ``AHEAD`` below which new ones are scheduled."""

_ASKS: Final = 0.02
"""Requests per session and minute; in the last two hours they come three times as often."""

_WAITING: Final = 2
"""How many still ask for a session whose seats are taken."""

_SOON: Final = timedelta(hours=2)

_NEW: Final = 0.25
"""Sessions scheduled per minute: about as many as a dozen rooms hold."""

_JUST: Final = timedelta(seconds=10)
"""How old the newest heartbeats of a world are at most when it is built."""

_OVER: Final = frozenset({Control.COMPLETED, Control.CANCELLED})


class _Plot:
    """What the simulator knows and intends of one session."""

    def __init__(self, outline: Outline, mood: Temper) -> None:
        self.outline = outline
        self.mood = mood
        self.version = -1
        self.settled = False
        self.planned: set[int] = set()
        self.asked: set[int] = set()


class Simulator:
    """Keeps a world alive; the same seed, the same instants and the same admin give the same life.

    ``speed`` says how many seconds of the world pass in one outside. Without ``moves`` only the heartbeats of
    those who are present go on, from ``since`` on, when the world was built; ``silent`` devices stay silent.
    """

    def __init__(
        self,
        doors: Doors,
        rng: Random,
        *,
        speed: float = 1.0,
        moves: bool = True,
        silent: frozenset[Seat] = frozenset(),
        since: datetime | None = None,
    ) -> None:
        self._doors = doors
        self._rng = rng
        self._moves = moves
        self._silent = silent
        self._since = since
        self._look_every = timedelta(seconds=LOOK * speed)
        # Beats keep people present as long as gaps stay below the expiry; in fast worlds there are fewer.
        fastest, slowest = doors.beat_every, doors.beat_expiry * 0.9
        self._attendance = Attendance(every=min(max(fastest, timedelta(seconds=STEP * speed)), slowest))
        self._plots: dict[int, _Plot] = {}
        self._agenda: list[tuple[datetime, int, Deed]] = []
        self._count = 0
        self._people: Mapping[int, Known] = {}
        self._hosts: dict[int, Known | None] = {}
        self._reports = Reports(doors, self._attendance)
        self._looked_at: datetime | None = None

    async def step(self, now: datetime) -> int:
        """Let happen what is due at ``now`` and return how many things were written; refusals are skipped."""
        first = self._looked_at is None
        if first or (self._moves and now - (self._looked_at or now) >= self._look_every):
            await self._look(now)
        written = await self._act(now) if self._moves else 0
        return written + await self._reports.send(now)

    # -- looking ------------------------------------------------------------------------------------------

    async def _look(self, now: datetime) -> None:
        """Read the desk, and plan for what is new on it."""
        passed = now - (self._looked_at or now)
        first, self._looked_at = self._looked_at is None, now
        if first:
            self._people = await self._doors.everyone()
        lines = await self._doors.look(now - BEHIND, now + AHEAD, now=now)
        unread = []
        for line in lines:
            plot = self._follow(line, now)
            if line.control in _OVER:
                self._reports.empty(line.id, now)
            elif line.version != plot.version or (not plot.settled and line.starts_at <= now + NEAR):
                unread.append(line)
        unread.sort(key=lambda line: abs(line.starts_at - now))
        for line in unread if first else unread[:MAX_DETAILS]:
            with suppress(SessiontuiError):
                self._read(await self._doors.read(line.id, now=now), now, taking_over=first)
        if self._moves:
            await self._wish(lines, now, passed)

    def _follow(self, line: Seen, now: datetime) -> _Plot:
        """Return the plot of a session, made anew when its window is another."""
        outline = Outline(session_id=line.id, kind=line.kind, starts_at=line.starts_at, ends_at=line.ends_at)
        plot = self._plots.get(line.id)
        if plot is None:
            plot = self._plots[line.id] = _Plot(outline, plots.temper(self._rng))
            if line.starts_at > now:
                self._plan(plots.conduct(outline, self._rng, now=now))
            elif line.control in (Control.RUNNING, Control.PAUSED):
                self._plan(plots.conclude(outline, self._rng, now=now, is_paused=line.control is Control.PAUSED))
        elif plot.outline.starts_at != outline.starts_at:
            plot.planned.clear()
            plot.settled = False
        plot.outline = outline
        return plot

    def _read(self, whole: Whole, now: datetime, *, taking_over: bool) -> None:
        """Plan for the people of a session: who waits for an answer, who is here, who will come."""
        line, rng = whole.seen, self._rng
        plot = self._plots[line.id]
        plot.version = line.version
        host_id = whole.host_id
        self._hosts[line.id] = self._people.get(host_id or 0)
        plot.asked.update(request.person_id for request in whole.requests)
        if taking_over:
            self._take_over(whole, plot, now)
        for request in whole.requests:
            if request.state is RequestState.PENDING and -request.id not in plot.planned:
                plot.planned.add(-request.id)
                self._plan(plots.answer(line.id, request.id, rng, now=now))
        if line.starts_at > now + NEAR:
            return
        plot.settled = True
        coming = [request.person_id for request in whole.requests if request.state is RequestState.APPROVED]
        if host_id is not None and line.kind.value != "work":
            coming.append(host_id)
        for person_id in coming:
            if person_id not in plot.planned and (line.id, person_id) not in self._attendance:
                plot.planned.add(person_id)
                is_host = person_id == host_id
                self._plan(plots.visit(plot.outline, person_id, rng, now=now, mood=plot.mood, is_host=is_host))

    def _take_over(self, whole: Whole, plot: _Plot, now: datetime) -> None:
        """Go on with those whom the world was built with; who has left stays away."""
        for line in whole.presence:
            if line.person_id is None:
                if line.here:  # whom nobody has identified, nobody hears leave either: the host closes the room
                    self._plan(plots.conclude(plot.outline, self._rng, now=now, is_paused=False))
                continue
            plot.planned.add(line.person_id)
            seat = (whole.seen.id, line.person_id)
            if self._is_here(line, now) and seat not in self._silent:
                self._attendance.take_over(seat, self._since or now, beats=line.beats)
                if self._moves:
                    self._plan(plots.stay(plot.outline, line.person_id, self._rng, now=now))

    def _is_here(self, line: Stayed, now: datetime) -> bool:
        """Tell whether someone is in, or was until nobody sent their heartbeats while the console was opening."""
        since = self._since or now
        return line.here or any(since - _JUST <= left_at <= since for left_at in line.left)

    async def _wish(self, lines: Sequence[Seen], now: datetime, passed: timedelta) -> None:
        """Let people ask for what they see, and hosts publish and schedule."""
        coming = [line for line in lines if line.starts_at > now and line.control not in _OVER]
        minutes = passed / timedelta(minutes=1)
        wishes = 0
        for line in coming:
            if line.status is Status.DRAFT:
                if self._rng.random() < 0.01 * minutes:
                    self._plan([(now, Shift(session_id=line.id, move=Move.PUBLISH))])
                continue
            rate = _ASKS * (3 if line.starts_at < now + _SOON else 1)
            full = 0 < line.capacity <= line.approved + line.pending - _WAITING
            if not full and self._rng.random() < rate * minutes and wishes < MAX_DEEDS:
                wishes += await self._ask(line.id, now)
        if len(coming) < CALENDAR and self._rng.random() < _NEW * minutes:
            await self._schedule(now)

    # -- doing --------------------------------------------------------------------------------------------

    async def _act(self, now: datetime) -> int:
        """Do what is due, oldest first."""
        done = 0
        while self._agenda and self._agenda[0][0] <= now and done < MAX_DEEDS:
            at, _, deed = heappop(self._agenda)
            match deed:
                case Cue():
                    self._cue(deed, at, now)
                case Answer():
                    done += await self._answer(deed, now)
                case Shift():
                    done += await self._shift(deed, now)
        return done

    def _cue(self, cue: Cue, at: datetime, now: datetime) -> None:
        seat = (cue.session_id, cue.person_id)
        plot = self._plots[cue.session_id]
        if cue.signal is Signal.LEAVE:
            self._reports.hear(self._attendance.leave(seat, at))
        elif plot.outline.starts_at - NEAR <= now and cue.person_id in plot.planned:
            self._reports.hear(self._attendance.join(seat, at))

    async def _answer(self, deed: Answer, now: datetime) -> int:
        try:
            await self._doors.decide(deed, host=self._hosts.get(deed.session_id), now=now)
        except SessiontuiError:
            return 0
        return 1

    async def _shift(self, deed: Shift, now: datetime) -> int:
        host = self._hosts.get(deed.session_id)
        ends_at = self._plots[deed.session_id].outline.ends_at + deed.later if deed.later else None
        try:
            await self._doors.move(deed, ends_at=ends_at, host=host, now=now)
        except SessiontuiError:
            return 0
        return 1

    async def _ask(self, session_id: int, now: datetime) -> int:
        asked = self._plots[session_id].asked
        free = [line for line in self._people.values() if line.role is Role.PARTICIPANT and line.id not in asked]
        if not free:
            return 0
        who = self._rng.choice(free)
        asked.add(who.id)
        message = self._rng.choice(MESSAGES)
        try:
            await self._doors.ask(session_id, who, message=message, now=now)
        except SessiontuiError:
            return 0
        return 1

    async def _schedule(self, now: datetime) -> None:
        """Schedule one more session within sight, on a whole five minutes."""
        rng = self._rng
        mentors = [line for line in self._people.values() if line.role is Role.MENTOR]
        if not mentors:
            return
        scene, host = ordinary(rng, starts=0), rng.choice(mentors)
        ahead = min(25 + rng.expovariate(1 / 80), AHEAD / timedelta(minutes=1))
        base = now.replace(minute=0, second=0, microsecond=0)
        starts_at = base + timedelta(minutes=5 * round((now.minute + ahead) / 5))
        draft = SessionDraft(
            title=scene.title,
            kind=scene.kind,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=scene.minutes),
            author_id=host.id,
            capacity=scene.capacity,
            priority=scene.priority,
            tags=scene.tags,
            description=scene.description,
            link=scene.link,
            publish=rng.random() > 0.1,
        )
        with suppress(SessiontuiError):
            await self._doors.schedule(draft, host=host, now=now)

    def _plan(self, deeds: Sequence[tuple[datetime, Deed]]) -> None:
        for at, deed in deeds:
            self._count += 1
            heappush(self._agenda, (at, self._count, deed))


async def run(
    context: Context,
    world: World,
    clock: ScaledClock,
    *,
    speed: float,
    stop: asyncio.Event,
    doors: Doors | None = None,
) -> None:
    """Keep a world alive until ``stop`` is set; the clock says what time it is in it.

    What happens goes through ``doors``, straight to the services where none are given.
    """
    simulator = Simulator(
        Inside(context) if doors is None else doors,
        Random(world.seed),  # noqa: S311 - chance that can be repeated, not secrecy
        speed=speed,
        moves=world.moves,
        silent=world.silent,
        since=world.now,
    )
    pause = min(max(STEP, context.rules.heartbeat_every.total_seconds() / 6 / speed), 5.0)
    while not stop.is_set():
        await simulator.step(clock.now())
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
