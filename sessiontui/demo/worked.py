"""Past work sessions as they really go: from templates, with goals, pauses, blockers, and what was learned.

Who works, on what and when decides how long it takes and how it ends, so that scores, predictions and patterns have
something to find; the rest is chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp
from random import Random
from typing import TYPE_CHECKING, Final

from sessiontui.demo.names import MENTORS, Face
from sessiontui.demo.scenes import Scene, Step, Visit
from sessiontui.domain.planning.draft import PlanDraft
from sessiontui.domain.planning.progress import progress_of
from sessiontui.domain.planning.tree import Goal
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule
from sessiontui.domain.templates.shape import TemplateRef
from sessiontui.domain.vocabulary import Kind, Move
from sessiontui.services.templates.using import use

if TYPE_CHECKING:
    from sessiontui.demo.playing import Cast
    from sessiontui.domain.access import Actor
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

TEMPLATE_OF: Final = {
    "Pairing: parser": "feature-development",
    "Fix flaky tests": "bug-fix",
    "Onboarding handbook draft": "research-exploration",
    "Data clean-up: mentors": "bug-fix",
    "Accessibility pass": "feature-development",
}
"""From which template the sessions on each topic are made."""

_TAKES: Final = {"bug-fix": 1.25, "feature-development": 1.05, "research-exploration": 0.85}
"""Of its estimate, how much time each template takes on the mean."""

_SPREAD: Final = 0.22

_STOPPED: Final = 0.1
"""How often work is broken off."""

_RATED: Final = 0.45

_TOLD: Final = 0.3

_BLOCKERS: Final = (
    ("The test machine has no time zones", BlockerKind.TECHNICAL),
    ("Nobody knows who owns the old rows", BlockerKind.INFORMATION),
    ("Waiting for the review", BlockerKind.PEOPLE),
    ("The other branch has to land first", BlockerKind.DEPENDENCY),
)

_GAIN: Final = {"code": 22, "bug": 16, "a11y": 30, "docs": 9, "interview": 20, "language": 14}
"""How many points a session on a skill teaches on the mean; one on any other about a dozen."""

_USUAL_GAIN: Final = 12

_MORNING: Final = 12


@dataclass(frozen=True, slots=True)
class _Job:
    """How one work session goes: its template, how many minutes of work it takes, its pauses, what share is done."""

    template: str
    begins: float
    work: float
    pauses: tuple[tuple[float, float], ...]
    share: float

    @property
    def ends(self) -> float:
        """The minute at which it is over."""
        return self.begins + self.work + sum(length for _, length in self.pauses)

    def after(self, worked: float) -> float:
        """Return the minute at which so many minutes were worked."""
        return self.begins + worked + sum(length for at, length in self.pauses if at < worked)


def at_work(scenes: Sequence[Scene], *, seed: int, hour: int) -> list[Scene]:
    """Return scenes in which the past work sessions are started, paused and completed by whoever works on them.

    ``hour`` is that of now.
    """
    return [
        _worked(scene, _job(scene, seed, place, hour)) if _is_past_work(scene) else scene
        for place, scene in enumerate(scenes)
    ]


async def leave(
    context: Context, scenes: Sequence[Scene], ids: Sequence[int], *, cast: Cast, seed: int, by: Actor
) -> None:
    """Give past work sessions their templates and plans, and let people say how it was and what they learned."""
    hour = cast.now.hour
    async with context.db.write(by=by, at=cast.now) as tx:
        for place, (scene, session_id) in enumerate(zip(scenes, ids, strict=True)):
            chance = Random(f"{seed}:{place}:after")  # noqa: S311 - chance that can be repeated, not secrecy
            if _is_past_work(scene):
                await _plan(tx, scene, session_id, _job(scene, seed, place, hour), cast, chance)
            if scene.ends < 0 and scene.publish:
                await _said(tx, scene, session_id, cast, chance)
        await tx.audit("demo.work", "gave the work sessions of the past their plans")


def _is_past_work(scene: Scene) -> bool:
    cancelled = any(step.move is Move.CANCEL for step in scene.steps)
    is_over = scene.starts + 4 * scene.minutes < 0
    return scene.kind is Kind.WORK and scene.publish and is_over and not cancelled and bool(scene.visits)


def _job(scene: Scene, seed: int, place: int, hour: int) -> _Job:
    chance = Random(f"{seed}:{place}:job")  # noqa: S311 - chance that can be repeated, not secrecy
    template = TEMPLATE_OF.get(scene.title, "bug-fix")
    is_early = (hour * 60 + scene.starts) // 60 % 24 < _MORNING
    pace = 0.85 + 0.3 * ((MENTORS.index(scene.author) * 5) % 7) / 6 if scene.author in MENTORS else 1.0
    work = scene.minutes * _TAKES[template] * pace * exp(chance.gauss(0, _SPREAD))
    share = 1.0
    if chance.random() < _STOPPED:
        share = chance.uniform(0.2, 0.6)
        work *= share
    elif chance.random() > (0.85 if is_early else 0.5):
        share = chance.uniform(0.5, 0.95)
    count = chance.choices((0, 1, 2, 3), (5, 4, 2, 1))[0]
    pauses = tuple(
        sorted((work * chance.uniform(0.1, 0.9), chance.uniform(3, 20)) for _ in range(count if work > 20 else 0))
    )
    return _Job(template, scene.starts + chance.uniform(0, 4), work, pauses, share)


def _worked(scene: Scene, job: _Job) -> Scene:
    steps = [Step(at=job.begins, move=Move.START)]
    for at, length in job.pauses:
        since = job.after(at)
        steps += [Step(at=since, move=Move.PAUSE), Step(at=since + length, move=Move.RESUME)]
    steps.append(Step(at=job.ends, move=Move.COMPLETE))
    guests = [visit for visit in scene.visits if visit.who != scene.author][:2]
    visits = tuple(Visit(who=visit.who, joined=job.begins + 1, left=job.ends - 1) for visit in guests)
    return replace(scene, visits=visits if job.work > 5 else (), steps=tuple(steps))


async def _plan(tx: Tx, scene: Scene, session_id: int, job: _Job, cast: Cast, chance: Random) -> None:
    """Give a session the plan of its template, as far as it came."""
    used = await use(tx, TemplateRef(job.template))
    goals = await _goals(tx, scene, session_id, job, used.template.plan, cast)
    await tx.update(
        "session",
        session_id,
        template_id=used.template_id,
        template_version=used.version,
        progress=progress_of(goals).percent,
    )
    made, who = cast.at(scene.made), scene.author.name
    done = sorted(goal.settled_at for goal in goals if goal.settled_at is not None)
    for position, milestone in enumerate(used.template.plan.milestones, start=1):
        reached = None
        if milestone.rule is MilestoneRule.GOALS_DONE and len(done) >= milestone.threshold:
            reached = done[milestone.threshold - 1]
        elif milestone.rule is MilestoneRule.MINUTES_RUN and job.work >= milestone.threshold:
            reached = cast.at(job.after(milestone.threshold))
        await tx.insert(
            "milestone",
            session_id=session_id,
            title=milestone.title,
            rule=str(milestone.rule),
            threshold=milestone.threshold,
            position=position,
            created_at=made,
            created_by=who,
            reached_at=reached,
        )
    for position, title in enumerate(used.template.plan.checklist, start=1):
        ticked = chance.random() < 0.4 + 0.5 * job.share
        await tx.insert(
            "check_item",
            session_id=session_id,
            title=title,
            position=position,
            created_at=made,
            created_by=who,
            done_at=cast.at(job.ends - 1) if ticked else None,
            done_by=who if ticked else "",
        )
    if chance.random() < 0.2:
        await _blocker(tx, session_id, job, cast, who, chance)


async def _goals(tx: Tx, scene: Scene, session_id: int, job: _Job, plan: PlanDraft, cast: Cast) -> list[Goal]:
    """Write the goals in their order, those done that were reached in the share of the work that was done."""
    number = max(1, round(len(plan.goals) * job.share)) if job.share > 0 else 0
    ids: dict[str, int] = {}
    goals = []
    for position, draft in enumerate(plan.goals, start=1):
        done = cast.at(job.after(job.work * position / (number + 0.5))) if position <= number else None
        state = GoalState.OPEN if done is None else GoalState.DONE
        ids[draft.key] = await tx.insert(
            "goal",
            session_id=session_id,
            parent_id=ids.get(draft.parent),
            title=draft.title,
            criteria=draft.criteria,
            weight=draft.weight,
            phase="" if draft.phase is None else str(draft.phase),
            position=position,
            state=str(state),
            created_at=cast.at(scene.made),
            created_by=scene.author.name,
            settled_at=done,
            settled_by="" if done is None else scene.author.name,
        )
        goals.append(
            Goal(
                id=ids[draft.key],
                title=draft.title,
                parent_id=ids.get(draft.parent),
                weight=draft.weight,
                phase=draft.phase,
                state=state,
                position=position,
                settled_at=done,
            )
        )
    return goals


async def _blocker(tx: Tx, session_id: int, job: _Job, cast: Cast, who: str, chance: Random) -> None:
    title, kind = chance.choice(_BLOCKERS)
    opened = job.work * chance.uniform(0.2, 0.7)
    resolved = cast.at(job.after(min(job.work, opened + chance.uniform(5, 40)))) if chance.random() < 0.8 else None
    await tx.insert(
        "blocker",
        session_id=session_id,
        kind=str(kind),
        severity=str(chance.choice(list(BlockerSeverity))),
        title=title,
        opened_at=cast.at(job.after(opened)),
        opened_by=who,
        resolved_at=resolved,
        resolved_by="" if resolved is None else who,
        resolution="" if resolved is None else "done",
    )


async def _said(tx: Tx, scene: Scene, session_id: int, cast: Cast, chance: Random) -> None:
    """Let some of those who came say how it was, and what they learned."""
    guests: list[Face] = []
    for visit in scene.visits:
        if not visit.stranger and visit.who != scene.host and visit.who not in guests:
            guests.append(visit.who)
    until = max([scene.ends, *(visit.left for visit in scene.visits if visit.left is not None)])
    if until > -120:
        return
    answered = cast.at(until + 60)
    for who in guests:
        if chance.random() < _RATED:
            await tx.insert(
                "follow_up",
                session_id=session_id,
                person_id=cast.ids[who],
                kind="survey",
                occurrence=f"demo:survey:{session_id}:{cast.ids[who]}",
                state="answered",
                created_at=cast.at(until + 10),
                rating=chance.choices((5, 4, 3, 2, 1), (45, 33, 14, 6, 2))[0],
                source="demo",
                answered_at=answered,
            )
        if scene.tags and chance.random() < _TOLD:
            skill = scene.tags[0]
            before = chance.choice((0, 25, 25, 50, 50, 75))
            gain = round(chance.gauss(_GAIN.get(skill, _USUAL_GAIN), 10))
            await tx.insert(
                "skill_practice",
                session_id=session_id,
                person_id=cast.ids[who],
                skill=skill,
                before=float(before),
                after=float(max(0, min(100, before + gain))),
                at=answered,
                source="demo",
                by_name="demo",
            )
