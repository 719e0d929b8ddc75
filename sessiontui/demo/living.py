"""The worlds of an ordinary day: one in full swing with a dozen things going wrong, and one before it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

from sessiontui.demo.casting import cast_apart
from sessiontui.demo.crowd import DAY, ahead, past, pick, quarter
from sessiontui.demo.every_status import about
from sessiontui.demo.names import ADMIN, CANCELLATIONS, MENTORS, PARTICIPANTS, SECOND_ADMIN, TOPICS
from sessiontui.demo.scenes import (
    SILENT,
    Ask,
    Scene,
    Step,
    Visit,
    approved,
    inside,
    pending,
    stayed,
)
from sessiontui.domain.vocabulary import Kind, Move, Priority


def full_swing(rng: Random, now: datetime) -> list[Scene]:
    """Return about forty sessions of one day: first what goes wrong, then the rest in no order of time."""
    scenes = (
        *_unmet(rng),
        *_troubled(rng),
        *_neglected(rng, now),
        *_running(rng),
        *_coming(rng, now),
        *_done(rng, now),
    )
    return cast_apart(scenes, PARTICIPANTS)


def before_the_day(rng: Random, now: datetime) -> list[Scene]:
    """Return a day that has not begun: last night's sessions, and a few to come."""
    soon = pick(rng, PARTICIPANTS, 5)
    return [
        *(past(rng, starts=quarter(now, -minute), outcome="complete") for minute in (20 * 60, 18 * 60, 17 * 60)),
        past(rng, starts=quarter(now, -19 * 60), outcome="early"),
        replace(
            about("Evening check-in", rng, starts=quarter(now, 75), mentor=MENTORS[3], capacity=6),
            asks=approved(soon, rng, before=-300),
        ),
        *(ahead(rng, starts=quarter(now, minute)) for minute in (3 * 60, 5 * 60, 9 * 60, 11 * 60, 26 * 60)),
    ]


def _unmet(rng: Random) -> list[Scene]:
    """Return sessions that have begun and in which nobody, or only the host, is there."""
    lee, _, nkechi, _, _, _, kaito, *_ = MENTORS
    a = pick(rng, PARTICIPANTS, 12)
    return [
        replace(
            about("Grief circle", rng, starts=-4, mentor=lee, capacity=8),
            priority=Priority.HIGH,
            asks=approved(a[:3], rng, before=-30),
        ),
        replace(
            about("CV review", rng, starts=-2, mentor=nkechi, capacity=1),
            asks=approved(a[3:4], rng, before=-30),
            visits=inside([nkechi], rng, since=-4, spread=1),
        ),
        replace(
            about("Mock interview: backend", rng, starts=-13, mentor=kaito, capacity=1),
            asks=approved(a[4:5], rng, before=-60),
            visits=inside([kaito], rng, since=-14, spread=1),
        ),
        replace(
            about("Language café: Spanish", rng, starts=-17, mentor=MENTORS[1], capacity=10),
            asks=approved(a[5:9], rng, before=-30),
            visits=stayed([*a[5:8], MENTORS[1]], rng, since=-17, until=-3),
        ),
    ]


def _troubled(rng: Random) -> list[Scene]:
    """Return sessions that run, or ran, and not as they should."""
    _, _, _, ingrid, ravi, marguerite, _, leilani, yusuf, *_ = MENTORS
    a = pick(rng, PARTICIPANTS, 24)
    return [
        replace(
            about("Public speaking lab", rng, starts=-12, mentor=ingrid, capacity=8),
            asks=approved(a[:5], rng, before=-40),
            visits=inside(a[:5], rng, since=-13),
        ),
        replace(
            about("Money talks", rng, starts=-82, mentor=marguerite, capacity=6),
            asks=approved(a[5:8], rng, before=-100),
            visits=inside([marguerite, *a[5:8]], rng, since=-82),
        ),
        replace(
            about("Returning after a break", rng, starts=-34, mentor=yusuf, capacity=2),
            asks=approved(a[8:10], rng, before=-60),
            visits=stayed([*a[8:10], yusuf], rng, since=-34, until=-15),
        ),
        replace(
            about("Sleep reset, week 2", rng, starts=-31, mentor=ravi, capacity=6),
            asks=approved(a[10:14], rng, before=-40),
            visits=(
                *inside([ravi, *a[10:13]], rng, since=-31),
                *inside(a[13:14], rng, since=-30, beat=SILENT),
            ),
        ),
        replace(
            about("Group coaching: saying no", rng, starts=18, mentor=leilani, capacity=8),
            priority=Priority.HIGH,
            asks=(*approved(a[14:20], rng, before=-60), *pending(a[20:22], rng, earliest=-50)),
            steps=(Step(at=-25, capacity=4, by=ADMIN),),
        ),
        replace(
            about("New in town", rng, starts=-46, mentor=leilani, capacity=12),
            asks=approved(a[22:24], rng, before=-60),
            visits=(
                *inside([leilani, *a[22:24]], rng, since=-46, beat=None),
                Visit(who=replace(a[0], name="Galaxy A14"), joined=-37, stranger=True),
            ),
        ),
    ]


def _neglected(rng: Random, now: datetime) -> list[Scene]:
    """Return sessions to come that need a decision: a backlog, and one that nobody will be in."""
    a = pick(rng, PARTICIPANTS, 14)
    backlog = (
        Ask(who=a[0], at=-31 * 60, message="I have asked twice and heard nothing."),
        *pending(a[1:9], rng, earliest=-30 * 60, latest=-12),
    )
    return [
        replace(
            about("Bereavement intro", rng, starts=quarter(now, 110), mentor=MENTORS[0], capacity=6),
            asks=(*approved(a[9:11], rng, before=-90), *backlog),
        ),
        replace(about("Grant application clinic", rng, starts=26, mentor=MENTORS[11], capacity=4), created=-4 * DAY),
        replace(
            about("Nursing night shifts", rng, starts=9, mentor=MENTORS[2], capacity=3),
            priority=Priority.URGENT,
            asks=pending(a[11:13], rng, earliest=-180, latest=-20),
        ),
    ]


def _running(rng: Random) -> list[Scene]:
    """Return sessions that run as they should, one of them paused."""
    *_, paula, sipho, hanna = MENTORS
    a = pick(rng, PARTICIPANTS, 32)
    return [
        replace(
            about("Burnout prevention", rng, starts=-27, mentor=paula, capacity=8),
            asks=approved(a[:6], rng, before=-40),
            visits=(*inside([paula, *a[:5]], rng, since=-28), Visit(who=a[5], joined=-26, left=-11, beat=18.0)),
        ),
        replace(
            about("Carers' hour", rng, starts=-38, mentor=sipho, capacity=10),
            asks=approved(a[6:13], rng, before=-50),
            visits=inside([sipho, *a[6:12]], rng, since=-39, beat=None),
        ),
        replace(
            about("Thesis office hour", rng, starts=-21, mentor=hanna, capacity=4),
            asks=approved(a[13:15], rng, before=-50),
            visits=inside([hanna, *a[13:15]], rng, since=-22),
        ),
        replace(
            about("Fathers' table", rng, starts=-52, capacity=10, author=SECOND_ADMIN),
            asks=approved(a[15:21], rng, before=-60),
            visits=(*inside([SECOND_ADMIN, *a[15:20]], rng, since=-53), Visit(who=a[20], joined=-50, left=-30)),
        ),
        replace(
            about("Conflict at work", rng, starts=-21, mentor=MENTORS[5], capacity=8),
            asks=approved(a[21:25], rng, before=-50),
            visits=inside([MENTORS[5], *a[21:25]], rng, since=-21, beat=None),
            steps=(Step(at=-6, move=Move.PAUSE),),
        ),
        replace(
            about("Pairing: parser", rng, starts=-25, author=MENTORS[6]),
            template="feature-development",
            asks=approved(a[25:27], rng, before=-60),
            visits=inside(a[25:27], rng, since=-24),
            steps=(Step(at=-25, move=Move.START),),
        ),
        replace(
            about("Accessibility pass", rng, starts=-64, author=ADMIN),
            steps=(Step(at=-66, move=Move.START), Step(at=-20, move=Move.PAUSE), Step(at=-8, move=Move.RESUME)),
        ),
    ]


def _coming(rng: Random, now: datetime) -> list[Scene]:
    """Return sessions of today and tomorrow that are as far as they should be."""
    a = pick(rng, PARTICIPANTS, 16)
    near = [
        replace(
            about("Evening check-in", rng, starts=12, capacity=6, author=SECOND_ADMIN),
            asks=approved(a[:4], rng, before=-60),
        ),
        replace(
            about("Language café: Arabic", rng, starts=21, mentor=MENTORS[8], capacity=12),
            asks=approved(a[4:9], rng, before=-60),
            visits=inside(a[4:5], rng, since=-3, spread=1),
        ),
    ]
    later = [ahead(rng, starts=quarter(now, minute)) for minute in (75, 130, 165, 200, 250, 310, 24 * 60, 29 * 60)]
    bare = replace(
        about("Portfolio critique", rng, starts=quarter(now, 345), mentor=MENTORS[5], capacity=2), created=-180
    )
    draft = replace(
        about("Onboarding handbook draft", rng, starts=quarter(now, 2 * DAY)),
        template="research-exploration",
        publish=False,
        created=-300,
    )
    return [*near, *later, bare, draft]


def _done(rng: Random, now: datetime) -> list[Scene]:
    """Return what the day has behind it."""
    topics = [topic for topic in TOPICS if topic.kind is not Kind.WORK]
    ended = [
        past(rng, starts=quarter(now, minute), outcome=outcome, topic=rng.choice(topics))
        for minute, outcome in (
            (-130, "complete"),
            (-170, "early"),
            (-200, "complete"),
            (-245, "no_show"),
            (-280, "complete"),
            (-330, "overtime"),
            (-22 * 60, "complete"),
            (-23 * 60, "no_show"),
        )
    ]
    work = replace(
        about("Fix flaky tests", rng, starts=-260, author=MENTORS[6]),
        template="bug-fix",
        steps=(Step(at=-260, move=Move.START), Step(at=-181, move=Move.COMPLETE)),
    )
    off = replace(
        about("Sober Sundays", rng, starts=quarter(now, 85), mentor=MENTORS[1], capacity=10),
        asks=approved(pick(rng, PARTICIPANTS, 4), rng, before=-100),
        steps=(Step(at=-35, move=Move.CANCEL, reason=CANCELLATIONS[0]),),
    )
    return [*ended, work, off]
