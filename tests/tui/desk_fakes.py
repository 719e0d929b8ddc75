"""A console's port in memory: fabricated boards, a clock that stands still, and a record of what was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotFound, SessiontuiError
from sessiontui.domain.places import NO_PLATFORMS
from sessiontui.domain.vocabulary import Badge, Control, Kind, Move, Priority, RequestState, Role, Source, Status
from sessiontui.services.boards import Judged
from sessiontui.services.pictures import (
    AlertCounts,
    Board,
    Health,
    HealthPart,
    HistoryLine,
    JobLine,
    PresenceLine,
    RequestLine,
    SessionDetail,
    SessionLine,
    StayLine,
)
from sessiontui.store.pace import Pace

NOW = datetime(2026, 5, 4, 14, 2, 31, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STAGE = dict(zip(Status, (0, 0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 5), strict=True))


def line(number: int = 4711, **changes: object) -> SessionLine:
    start = NOW - 4 * MINUTE
    base = SessionLine(
        id=number,
        external_id=f"s{number}",
        source="import",
        title="Grief circle",
        kind=Kind.CONVERSATION,
        priority=Priority.NORMAL,
        control=Control.SCHEDULED,
        status=Status.WAITING,
        provisional=False,
        badges=(),
        beside="4 min past start, nobody joined",
        why="started 13:58, no guest present (3 approved)",
        starts_at=start,
        ends_at=start + 60 * MINUTE,
        scheduled=60 * MINUTE,
        actual=timedelta(),
        together=None,
        efficiency=0.0,
        pending=0,
        approved=3,
        rejected=0,
        active=0,
        left=0,
        capacity=8,
        mentor="Dr Lee",
        author="Bob",
        tags=("grief",),
        archived_at=None,
        rank=number,
        version=1,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def every_status() -> tuple[SessionLine, ...]:
    def at(minutes: int, length: int = 60) -> dict[str, object]:
        start = NOW + minutes * MINUTE
        return {"starts_at": start, "ends_at": start + length * MINUTE, "scheduled": length * MINUTE}

    lines = (
        line(4711, badges=(Badge.AT_RISK, Badge.PENDING), pending=2),
        line(
            4702,
            title="CV review",
            approved=1,
            capacity=1,
            badges=(Badge.HOST_WAITING,),
            beside="2 min past start, nobody joined",
            **at(-2, 30),
        ),
        line(
            4720,
            title="Bereavement intro",
            status=Status.UPCOMING,
            beside="starts in 12 min, 2 approved",
            approved=2,
            pending=1,
            badges=(Badge.PENDING,),
            **at(12),
        ),
        line(
            4721,
            title="Career change: what to ask first, and whom",
            status=Status.UPCOMING,
            approved=4,
            beside="starts in 27 min, 4 approved",
            mentor="",
            **at(27),
        ),
        line(
            4690,
            title="Pairing: parser",
            kind=Kind.WORK,
            status=Status.ACTIVE,
            control=Control.RUNNING,
            active=2,
            left=1,
            actual=25 * MINUTE,
            efficiency=25 / 60,
            beside="2 currently active, 1 left session",
            why="2 guests present since 13:37",
            **at(-25),
        ),
        line(
            4688,
            title="Group coaching, Monday",
            kind=Kind.COACHING,
            status=Status.ACTIVE,
            active=7,
            approved=9,
            actual=70 * MINUTE,
            together=55 * MINUTE,
            efficiency=70 / 60,
            badges=(Badge.OVERTIME, Badge.NO_HOST, Badge.STALE),
            beside="7 currently active",
            **at(-72),
        ),
        line(
            4680,
            title="Deep work: migration",
            kind=Kind.WORK,
            status=Status.PAUSED,
            control=Control.PAUSED,
            actual=25 * MINUTE,
            beside="paused 6 min, ran 25 min",
            approved=1,
            **at(-31),
        ),
        line(
            4679,
            title="Mentoring with Sofía",
            status=Status.ENDED_EARLY,
            provisional=True,
            left=2,
            approved=2,
            actual=12 * MINUTE,
            efficiency=0.2,
            badges=(Badge.EVERYONE_LEFT, Badge.EARLY_END),
            beside="ran for 12/60 minutes",
            **at(-40),
        ),
        line(
            4730,
            title="New parents",
            status=Status.HAS_REQUESTS,
            pending=3,
            approved=2,
            capacity=6,
            beside="3 pending requests, 2 approved",
            priority=Priority.HIGH,
            **at(300),
        ),
        line(
            4731,
            title="Interview practice",
            status=Status.APPROVED,
            approved=4,
            beside="4 approved, starts in 3 h",
            **at(180),
        ),
        line(
            4732,
            title="Open hour",
            status=Status.CREATED,
            approved=0,
            capacity=0,
            beside="no requests yet",
            **at(26 * 60),
        ),
        line(
            4733,
            title="Draft of a retreat",
            status=Status.DRAFT,
            control=Control.DRAFT,
            approved=0,
            beside="not published",
            **at(9 * 24 * 60, 240),
        ),
        line(
            4600,
            title="Sleep and stress",
            status=Status.ENDED_NO_SHOW,
            badges=(Badge.NO_SHOW,),
            beside="3 approved, none came",
            **at(-180),
        ),
        line(
            4601,
            title="Portfolio review",
            status=Status.ENDED_EARLY,
            left=1,
            approved=1,
            actual=25 * MINUTE,
            efficiency=25 / 60,
            badges=(Badge.EARLY_END,),
            beside="ran for 25/60 minutes",
            **at(-240),
        ),
        line(
            4602,
            title="Grief circle",
            status=Status.ENDED_COMPLETE,
            left=5,
            approved=6,
            actual=58 * MINUTE,
            together=57 * MINUTE,
            efficiency=58 / 60,
            beside="ran for 58/60 minutes",
            **at(-24 * 60 - 2),
        ),
        line(
            4603,
            title="Mentoring",
            status=Status.CANCELLED,
            control=Control.CANCELLED,
            beside="cancelled by Amara: mentor ill",
            **at(-90),
        ),
    )
    return tuple(replace(one, rank=rank) for rank, one in enumerate(lines))  # in the order of urgency


def detail_of(session: SessionLine) -> SessionDetail:
    start = session.starts_at

    def stay(joined: int, left: int | None) -> StayLine:
        return StayLine(
            joined_at=start + joined * MINUTE,
            left_at=None if left is None else start + left * MINUTE,
            source=Source.API,
            approximate=False,
            contradictory=False,
        )

    presence = ()
    if session.active or session.left:
        presence = (
            PresenceLine(
                person_id=9,
                person="Dr Lee",
                is_host=True,
                approved=True,
                matched=True,
                here=True,
                stays=(stay(-3, None),),
                stayed=28 * MINUTE,
            ),
            PresenceLine(
                person_id=1,
                person="Ana Silva",
                is_host=False,
                approved=True,
                matched=True,
                here=True,
                stays=(stay(0, 9), stay(12, None)),
                stayed=22 * MINUTE,
            ),
            PresenceLine(
                person_id=2,
                person="Bart de Vries-Oldenburg",
                is_host=False,
                approved=True,
                matched=True,
                here=False,
                stays=(stay(1, 18),),
                stayed=17 * MINUTE,
            ),
            PresenceLine(
                person_id=None,
                person="iPhone (3)",
                is_host=False,
                approved=False,
                matched=False,
                here=True,
                stays=(stay(14, None),),
                stayed=11 * MINUTE,
            ),
        )
    return SessionDetail(
        line=session,
        taken_at=NOW,
        description="For those who lost someone in the last year.",
        link="https://meet.example/abc",
        mentor_id=9,
        author_id=8,
        mentor_phone="+44 20 7946 0000",
        mentor_zone="America/New_York",
        created_at=NOW - 400 * MINUTE,
        begin=start,
        stage=STAGE[session.status],
        blocked=dict.fromkeys(Move, ""),
        requests=(
            RequestLine(
                id=1,
                session_id=session.id,
                person_id=1,
                person="Ana Silva",
                state=RequestState.PENDING,
                message="I lost my father in March.",
                requested_at=NOW - 30 * MINUTE,
                decided_at=None,
                decided_by="",
                reason="",
                waiting=False,
            ),
            RequestLine(
                id=2,
                session_id=session.id,
                person_id=2,
                person="Bart de Vries-Oldenburg",
                state=RequestState.APPROVED,
                message="",
                requested_at=NOW - 2000 * MINUTE,
                decided_at=NOW - 1900 * MINUTE,
                decided_by="Amara",
                reason="",
                waiting=False,
            ),
            RequestLine(
                id=3,
                session_id=session.id,
                person_id=3,
                person="Chen Wei",
                state=RequestState.REJECTED,
                message="",
                requested_at=NOW - 2000 * MINUTE,
                decided_at=NOW - 1900 * MINUTE,
                decided_by="Amara",
                reason="second time without coming",
                waiting=False,
            ),
        ),
        presence=presence,
        history=(
            HistoryLine(
                id=3,
                at=NOW - 5 * MINUTE,
                by="Amara",
                action="extend",
                sentence="Extended to 15:10.",
                reason="started late",
                undone=False,
            ),
            HistoryLine(
                id=2,
                at=NOW - 1900 * MINUTE,
                by="Amara",
                action="decide",
                sentence="Approved Bart de Vries-Oldenburg.",
                reason="",
                undone=True,
            ),
        ),
    )


def health(score: int = 96, leader: str = "desk-1 (pid 4211)") -> Health:
    return Health(
        taken_at=NOW,
        score=score,
        band="excellent" if score >= 80 else "poor",
        parts=(
            HealthPart(name="worker", score=100, fact="tick ran 1 s ago"),
            HealthPart(name="database", score=score, fact="integrity ok, 12 MB"),
            HealthPart(name="backup", score=98, fact="none yet today", hint="run the job backup"),
        ),
        jobs=(
            JobLine(
                name="tick",
                every=timedelta(seconds=1),
                last_at=NOW - timedelta(seconds=1),
                took=timedelta(milliseconds=2),
                next_at=NOW + timedelta(seconds=1),
                runs=4000,
                errors=0,
                last_error="",
                paused=False,
            ),
            JobLine(
                name="sweep",
                every=timedelta(seconds=15),
                last_at=NOW - timedelta(seconds=9),
                took=timedelta(milliseconds=14),
                next_at=NOW + timedelta(seconds=6),
                runs=270,
                errors=2,
                last_error="database is locked",
                paused=False,
            ),
            JobLine(
                name="backup",
                every=timedelta(days=1),
                last_at=None,
                took=None,
                next_at=None,
                runs=0,
                errors=0,
                last_error="",
                paused=True,
            ),
        ),
        leader=leader,
        leads_here=bool(leader),
        sources=(("harthio", NOW - timedelta(seconds=8)), ("zoom", NOW - timedelta(hours=5))),
    )


class EmptyDatabase:
    """A database in which there is nothing."""

    read_only = True
    pace = Pace()

    async def fetch(self, sql: str, values: object = ()) -> list[tuple[object, ...]]:
        return []

    async def look(self, reading: Callable[..., Awaitable[object]], **_: object) -> object:
        return await reading(self.fetch)


@dataclass
class FakePort:
    actor: Actor = field(default_factory=lambda: Actor(id=5, name="amara", role=Role.ADMIN))
    read_only: bool = False
    as_of: datetime | None = None
    ascii: bool = False
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Madrid"))
    platform_name: str = "harthio"
    host: str = "desk-1"
    now: datetime = NOW
    score: int = 96
    leader: str = "desk-1 (pid 4211)"
    refusal: SessiontuiError | None = None
    memory: dict[str, str] = field(default_factory=dict)
    jobs: list[tuple[str, str]] = field(default_factory=list)
    context: object = field(default_factory=lambda: SimpleNamespace(db=EmptyDatabase(), platforms=NO_PLATFORMS))

    def travel(self, to: datetime | None) -> None:
        self.as_of = to

    def clock(self) -> datetime:
        return self.now

    async def ready(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    async def health(self) -> Health:
        return health(self.score, self.leader)

    async def note(self, error: SessiontuiError) -> None:
        """Nothing is written down."""

    async def run_job(self, name: str) -> None:
        self.jobs.append(("run", name))

    async def pause_job(self, name: str) -> None:
        self.jobs.append(("pause", name))

    async def resume_job(self, name: str) -> None:
        self.jobs.append(("resume", name))

    def remember(self, key: str, value: str) -> None:
        self.memory[key] = value

    def recall(self, key: str) -> str | None:
        return self.memory.get(key)


class FakeReads:
    """Answers from a tuple of lines; a query is a word in the title, a status or a view."""

    def __init__(self, lines: tuple[SessionLine, ...] = (), *, total: int | None = None) -> None:
        self.lines = lines
        self.total = total
        self.error: Exception | None = None
        self.asked: list[str] = []
        self.patiences: list[float | None] = []
        self.glimpsed = 0
        self.details: list[int] = []
        self.shapes: list[tuple[datetime, datetime, int]] = []
        self.port: FakePort | None = None
        self.beat = 0
        self.touched: frozenset[int] | None = None
        self.derivations: list[tuple[int, ...]] = []
        self.coming_at: dict[int, datetime] = {}
        self.known: Board | None = None
        self.before: Callable[[], object] | None = None

    async def pulse(self) -> int:
        return self.beat

    def stirring(self, heard: Callable[[], None]) -> None:
        """Nobody writes but the test, which looks by itself."""

    async def changed(self, since: int) -> tuple[int, frozenset[int] | None]:
        return since + 1, self.touched

    async def derived(self, ids: Sequence[int], *, now: datetime) -> tuple[SessionLine, ...]:
        self.derivations.append(tuple(ids))
        if self.error is not None:
            raise self.error
        return tuple(session for session in self.lines if session.id in ids)

    async def coming(self, ids: Sequence[int]) -> dict[int, datetime]:
        return {session_id: at for session_id, at in self.coming_at.items() if session_id in ids}

    async def judged(
        self, query: str, ids: Sequence[int], *, seen: Sequence[int], order: str, now: datetime
    ) -> Judged:
        if self.error is not None:
            raise self.error
        if seen:
            self.derivations.append(tuple(seen))
        counts: dict[Status, int] = {}
        for session in self.lines:
            counts[session.status] = counts.get(session.status, 0) + 1
        held = [session for session in self.lines if self._holds(session, query)]
        return Judged(
            orders=True,
            places={session.id: session.rank for session in held if session.id in ids},
            lines=tuple(session for session in self.lines if session.id in seen),
            counts=counts,
            total=len(self.lines) if self.total is None else self.total,
            pending_requests=0,
            alerts=AlertCounts(),
            matched=None,
        )

    async def board(
        self,
        query: str,
        *,
        now: datetime,
        limit: int,
        offset: int,
        order: str,
        known: Board | None = None,
        patience: float | None = None,
    ) -> Board:
        self.asked.append(query)
        self.known = known
        self.patiences.append(patience)
        if self.before is not None:
            await self.before()  # type: ignore[misc]
        if self.error is not None:
            raise self.error
        found = [session for session in self.lines if self._holds(session, query)]
        if order == "title":
            found.sort(key=lambda session: session.title)
        matched = len(found)
        counts: dict[Status, int] = {}
        for session in self.lines:
            counts[session.status] = counts.get(session.status, 0) + 1
        if patience is not None and 0 < self.glimpsed < len(found):
            found, is_whole = found[: self.glimpsed], False
        else:
            is_whole = True
        return Board(
            taken_at=now,
            lines=tuple(found[offset : offset + limit]),
            counts=counts,
            matched=matched,
            total=len(self.lines) if self.total is None else self.total,
            query=query,
            as_of=None if self.port is None else self.port.as_of,
            whole=is_whole,
        )

    async def shape(self, since: datetime, until: datetime, *, slots: int) -> tuple[int, ...]:
        self.shapes.append((since, until, slots))
        return tuple(slot % 5 for slot in range(slots))

    async def detail(self, session_id: int, *, now: datetime) -> SessionDetail:
        self.details.append(session_id)
        for session in self.lines:
            if session.id == session_id:
                return detail_of(session)
        raise NotFound(f"there is no session #{session_id}")

    @staticmethod
    def _holds(session: SessionLine, query: str) -> bool:
        for term in query.split():
            if term.startswith("view:"):
                continue
            if term.startswith("status:"):
                if session.status.value not in term.removeprefix("status:").split(","):
                    return False
            elif term.lower() not in session.title.lower():
                return False
        return True
