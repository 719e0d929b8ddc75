"""The world in which every status and every badge that follows from a session's own facts can be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

from sessiontui.demo.crowd import DAY, pick, quarter
from sessiontui.demo.names import ADMIN, MENTORS, PARTICIPANTS, SECOND_ADMIN, TOPICS, Face
from sessiontui.demo.scenes import (
    SILENT,
    Scene,
    Step,
    Visit,
    approved,
    inside,
    pending,
    scene_of,
    stayed,
)
from sessiontui.domain.vocabulary import Kind, Move, Priority

_BY_TITLE = {topic.title: topic for topic in TOPICS}


def scenes(rng: Random, now: datetime) -> list[Scene]:
    """Return one session or more for each status, and for each badge."""
    return [*_coming(rng, now), *_waiting(rng), *_live(rng), *_over(rng)]


def about(
    title: str, rng: Random, *, starts: float, mentor: Face | None = None, capacity: int = 0, author: Face = ADMIN
) -> Scene:
    """Return a scene on the topic of that title."""
    return scene_of(_BY_TITLE[title], rng, starts=starts, mentor=mentor, capacity=capacity, author=author)


def _coming(rng: Random, now: datetime) -> list[Scene]:
    lee, tomas, nkechi, *_ = MENTORS
    a = pick(rng, PARTICIPANTS, 20)
    early = about("CV review", rng, starts=7, mentor=tomas, capacity=1)
    full = about("Public speaking lab", rng, starts=24, mentor=nkechi, capacity=6)
    return [
        replace(about("Money talks", rng, starts=quarter(now, 3 * DAY)), publish=False, created=-90),
        replace(about("Evening check-in", rng, starts=quarter(now, 5 * 60)), created=-200),
        replace(
            about("Fathers' table", rng, starts=quarter(now, 26 * 60), capacity=8),
            asks=(*approved(a[:2], rng, before=-60), *pending(a[2:5], rng, earliest=-27 * 60)),
        ),
        replace(
            about("Thesis office hour", rng, starts=quarter(now, 3 * 60), mentor=lee),
            asks=approved(a[:4], rng, before=-60),
        ),
        replace(
            about("Bereavement intro", rng, starts=12, mentor=lee, capacity=8),
            asks=(*approved(a[5:7], rng, before=-60), *pending(a[7:9], rng, earliest=-600)),
        ),
        replace(
            early,
            asks=approved(a[9:10], rng, before=-60),
            visits=inside(a[9:10], rng, since=-3, spread=1),
        ),
        replace(
            full,
            priority=Priority.HIGH,
            asks=approved(a[10:15], rng, before=-60),
            steps=(Step(at=-30, capacity=4, by=ADMIN, reason="smaller room"),),
        ),
    ]


def _waiting(rng: Random) -> list[Scene]:
    lee, _, nkechi, ingrid, *_ = MENTORS
    a = pick(rng, PARTICIPANTS, 12)
    return [
        replace(
            about("Grief circle", rng, starts=-4, mentor=lee, capacity=8),
            priority=Priority.HIGH,
            asks=approved(a[:3], rng, before=-30),
        ),
        replace(
            about("Portfolio critique", rng, starts=-9, mentor=ingrid, capacity=1),
            asks=approved(a[3:4], rng, before=-30),
            visits=inside([ingrid], rng, since=-11, spread=1),
        ),
        replace(
            about("Language café: Spanish", rng, starts=-16, mentor=nkechi, capacity=10),
            asks=approved(a[4:7], rng, before=-30),
            visits=(*stayed(a[4:6], rng, since=-16, until=-3), *inside([nkechi], rng, since=-18, spread=1)),
        ),
    ]


def _live(rng: Random) -> list[Scene]:
    _, tomas, nkechi, ingrid, ravi, marguerite, *_ = MENTORS
    a = pick(rng, PARTICIPANTS, 40)
    return [
        replace(
            about("Group coaching: saying no", rng, starts=-25, mentor=tomas, capacity=8),
            asks=(*approved(a[:4], rng, before=-40), *pending(a[4:5], rng, earliest=-30)),
            visits=(
                *inside([tomas, *a[:3]], rng, since=-26),
                Visit(who=a[3], joined=-24, left=-12, beat=20.0),
            ),
        ),
        replace(
            about("Mock interview: backend", rng, starts=-72, mentor=nkechi, capacity=1),
            asks=approved(a[5:6], rng, before=-90),
            visits=inside([nkechi, a[5]], rng, since=-72),
        ),
        replace(
            about("Carers' hour", rng, starts=-20, mentor=ingrid, capacity=10),
            asks=approved(a[6:10], rng, before=-40),
            visits=inside(a[6:10], rng, since=-20),
        ),
        replace(
            about("Sleep reset, week 2", rng, starts=-31, mentor=ravi, capacity=6),
            asks=approved(a[10:13], rng, before=-40),
            visits=(
                *inside([ravi, *a[10:12]], rng, since=-31, beat=None),
                *inside(a[12:13], rng, since=-30, beat=SILENT),
            ),
        ),
        replace(
            about("Language café: Arabic", rng, starts=-14, mentor=marguerite, capacity=12),
            asks=approved(a[13:15], rng, before=-30),
            visits=(
                *inside([marguerite, *a[13:15]], rng, since=-15, beat=None),
                Visit(who=Face(name="iPhone von Uli"), joined=-11, stranger=True),
                Visit(who=Face(name="+49 ••• 418"), joined=-9, stranger=True),
            ),
        ),
        replace(
            about("Conflict at work", rng, starts=-31, mentor=tomas, capacity=8),
            asks=approved(a[15:18], rng, before=-40),
            visits=inside([tomas, *a[15:18]], rng, since=-31, beat=None),
            steps=(Step(at=-6, move=Move.PAUSE),),
        ),
        replace(
            about("Pairing: parser", rng, starts=-105, author=ravi),
            asks=approved(a[18:19], rng, before=-120),
            visits=inside(a[18:19], rng, since=-104, beat=None),
            steps=(
                Step(at=-105, move=Move.START),
                Step(at=-70, move=Move.PAUSE),
                Step(at=-55, move=Move.RESUME),
                Step(at=-10, move=Move.PAUSE),
            ),
        ),
    ]


def _over(rng: Random) -> list[Scene]:
    lee, tomas, nkechi, ingrid, ravi, marguerite, kaito, *_ = MENTORS
    a = pick(rng, PARTICIPANTS, 40)
    report = about("Grant application clinic", rng, starts=-26 * 60, mentor=kaito, capacity=6)
    return [
        replace(
            about("Returning after a break", rng, starts=-40, mentor=marguerite, capacity=2),
            asks=approved(a[:2], rng, before=-60),
            visits=stayed([*a[:2], marguerite], rng, since=-40, until=-22),
        ),
        replace(
            about("New in town", rng, starts=-95, mentor=lee, capacity=12),
            asks=approved(a[2:7], rng, before=-120),
            visits=stayed([lee, *a[2:7]], rng, since=-96, until=-51),
        ),
        replace(
            about("First weeks as a lead", rng, starts=-180, mentor=tomas, capacity=1),
            asks=approved(a[7:8], rng, before=-200),
            visits=stayed([a[7], tomas], rng, since=-180, until=-155),
            steps=(Step(at=-154, move=Move.COMPLETE),),
        ),
        replace(
            about("Burnout prevention", rng, starts=-135, mentor=nkechi, capacity=8),
            asks=approved(a[8:11], rng, before=-160),
            visits=stayed([nkechi], rng, since=-138, until=-112, spread=1),
        ),
        replace(
            about("Nursing night shifts", rng, starts=-300, mentor=ingrid, capacity=3),
            asks=approved(a[11:13], rng, before=-400),
        ),
        replace(
            about("Sober Sundays", rng, starts=90, mentor=ravi, capacity=10),
            asks=approved(a[13:16], rng, before=-100),
            steps=(Step(at=-35, move=Move.CANCEL, reason="mentor ill"),),
        ),
        replace(
            about("Fix flaky tests", rng, starts=-240, author=SECOND_ADMIN),
            kind=Kind.WORK,
            steps=(Step(at=-240, move=Move.START), Step(at=-165, move=Move.COMPLETE)),
        ),
        replace(
            report,
            asks=approved(a[16:19], rng, before=-27 * 60, earliest=-5 * DAY),
            visits=tuple(
                Visit(who=who, joined=-26 * 60, left=-26 * 60 + minutes, approximate=True)
                for who, minutes in zip(a[16:19], (58, 44, 51), strict=True)
            ),
        ),
    ]
