"""Small worlds of work sessions, and what is to be found of them, counted minute by minute from plain facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from sessiontui.domain.access import Actor
from sessiontui.domain.planning.words import BlockerKind, Phase
from sessiontui.domain.vocabulary import Kind, Move, Role
from sessiontui.services import followups, sessions
from sessiontui.services.followups import Answer
from sessiontui.services.learning import answering
from sessiontui.services.learning.answering import Said
from sessiontui.services.plans import blockers, checks, goals, milestones
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.reads import plans as kept
from tests.conftest import NOON, Stage

MIN = timedelta(minutes=1)
DAY = timedelta(days=1)
NOW = NOON + 60 * DAY
PHASES = (Phase.PLANNING, Phase.EXECUTION, Phase.TESTING)


@dataclass(frozen=True)
class Job:
    """One work session: minutes count from its start; goals are pairs of weight and the minute they were done."""

    day: int
    estimate: int
    length: int
    pauses: tuple[tuple[int, int], ...] = ()
    goals: tuple[tuple[int, int | None], ...] = ()
    checks: tuple[bool, ...] = ()
    milestone: bool | None = None
    blockers: tuple[tuple[int, bool], ...] = ()
    stars: int | None = None
    gain: tuple[int, int] | None = None
    worker: int = 0

    @property
    def starts_at(self) -> datetime:
        return NOON + self.day * DAY

    def at(self, minute: int) -> datetime:
        return self.starts_at + minute * MIN

    @property
    def worked(self) -> list[int]:
        """The minutes in which somebody was at work."""
        off = {minute for start, end in self.pauses for minute in range(start, end)}
        return [minute for minute in range(self.length) if minute not in off]

    @property
    def pieces(self) -> list[int]:
        """How many minutes were worked between one interruption and the next."""
        cuts = {minute for minute, _ in self.blockers}
        found, size, before = [], 0, None
        for minute in self.worked:
            if size and (minute - 1 != before or minute in cuts):
                found.append(size)
                size = 0
            size, before = size + 1, minute
        return [*found, size] if size else found

    @property
    def progress(self) -> int | None:
        whole = sum(weight for weight, _ in self.goals)
        return 100 * sum(w for w, done in self.goals if done is not None) // whole if whole else None

    @property
    def is_complete(self) -> bool:
        return 2 * len(self.worked) >= self.estimate


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """A work session that was started and completed by hand."""
    length = draw(st.integers(10, 120))
    edges = sorted(draw(st.lists(st.integers(1, length - 1), unique=True, max_size=6)))
    pauses = tuple(zip(edges[::2], edges[1::2], strict=False))
    off = {minute for start, end in pauses for minute in range(start, end + 1)}
    free = [minute for minute in range(1, length) if minute not in off]
    return Job(
        day=draw(st.integers(0, 50)),
        estimate=draw(st.sampled_from((30, 60, 90))),
        length=length,
        pauses=pauses,
        goals=tuple(
            (draw(st.integers(1, 3)), draw(st.one_of(st.none(), st.integers(1, length - 1))))
            for _ in range(draw(st.integers(0, 3)))
        ),
        checks=tuple(draw(st.lists(st.booleans(), max_size=2))),
        milestone=draw(st.sampled_from((None, True, False))),
        blockers=tuple(
            (minute, draw(st.booleans()))
            for minute in (draw(st.lists(st.sampled_from(free), unique=True, max_size=2)) if free else ())
        ),
        stars=draw(st.sampled_from((None, 1, 4, 5))),
        gain=draw(st.sampled_from((None, (20, 60), (50, 45)))),
        worker=draw(st.integers(0, 1)),
    )


def worker_of(stage: Stage, job: Job) -> Actor:
    """Who works on it."""
    return (Actor(stage.ana, "Ana", Role.MENTOR), Actor(stage.bob, "Bob", Role.MENTOR))[job.worker]


async def build(stage: Stage, world: list[Job]) -> list[int]:
    """Play every session of a world through the services, and return their ids."""
    return [await play(stage, job) for job in world]


async def play(stage: Stage, job: Job) -> int:
    """Play one session."""
    context, by, made = stage.context, worker_of(stage, job), job.at(-60)
    draft = SessionDraft(
        title="Work",
        kind=Kind.WORK,
        starts_at=job.starts_at,
        ends_at=job.at(job.estimate),
        publish=True,
        tags=("code",),
    )
    session_id = (await sessions.create(context, draft, by=by, at=made)).sessions[0]
    for place, (weight, _) in enumerate(job.goals):
        await goals.add(context, session_id, f"g{place}", by=by, at=made, weight=weight, phase=PHASES[place])
    for place, _ in enumerate(job.checks):
        await checks.add(context, session_id, f"c{place}", by=by, at=made)
    if job.milestone is not None:
        await milestones.add(context, session_id, "m", by=by, at=made)
    acts = [(0, Move.START), *((m, Move.PAUSE) for m, _ in job.pauses), *((m, Move.RESUME) for _, m in job.pauses)]
    for minute, move in sorted([*acts, (job.length, Move.COMPLETE)]):
        await sessions.move(context, move, session_id, by=by, at=job.at(minute))
    fetch = context.db.fetch
    for row, (_, done) in zip(await kept.goals(fetch, session_id), job.goals, strict=True):
        if done is not None:
            await goals.finish(context, row.goal.id, by=by, at=job.at(done))
    for row, ticked in zip(await kept.checks(fetch, session_id), job.checks, strict=True):
        if ticked:
            await checks.tick(context, row.id, by=by, at=job.at(1))
    if job.milestone:
        (row,) = await kept.milestones(fetch, session_id)
        await milestones.reach(context, row.id, by=by, at=job.at(1))
    for minute, resolved in job.blockers:
        await blockers.open_blocker(
            context, session_id, f"b{minute}", by=by, at=job.at(minute), kind=BlockerKind.PEOPLE
        )
        if resolved:
            (opened,) = [row for row in await kept.blockers(fetch, session_id) if row.title == f"b{minute}"]
            await blockers.resolve(context, opened.id, by=by, at=job.at(job.length))
    after = job.at(job.length + 60)
    if job.stars is not None:
        await followups.answer(context, session_id, stage.cyd, Answer(rating=job.stars), by=stage.root, at=after)
    if job.gain is not None:
        said = Said(skill="code", before=str(job.gain[0]), after=str(job.gain[1]))
        await answering.answer(context, session_id, stage.cyd, said, by=stage.root, at=after)
    return session_id
