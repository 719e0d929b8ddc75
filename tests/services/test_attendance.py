"""Attendance through the services: shown, set by hand and taken back, exported, reported over days."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, Refused
from sessiontui.domain.vocabulary import Attendance, Kind, Move, RequestState, Role, Status
from sessiontui.services import attendance, boards, exporting, presence, requests, sessions, undo
from sessiontui.services.attendance import correcting
from sessiontui.services.exporting import COLUMNS, HIDDEN, Noun
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START, END = NOON + HOUR, NOON + 2 * HOUR
LATER = END + HOUR


async def meet(stage: Stage, *, start=START, expected: tuple[int, ...] = (), mentor: int | None = None) -> int:
    draft = SessionDraft(
        title="Circle", kind=Kind.MENTORING, starts_at=start, ends_at=start + HOUR, publish=True, mentor_id=mentor
    )
    (session,) = (await sessions.create(stage.context, draft, by=stage.root, at=start - DAY)).sessions
    for person in expected:
        await requests.ask(stage.context, session, person, by=stage.root, at=start - DAY)
        request = await requests.find(stage.context, session, person)
        await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=start - DAY)
    return session


async def stay(stage: Stage, session: int, person: int, since, until) -> None:
    await presence.join(stage.context, session, person, by=stage.root, at=since)
    await presence.leave(stage.context, session, person, by=stage.root, at=until)


async def circle(stage: Stage) -> int:
    """Ana comes late, Bob does not come, Cyd walks in and stays all the time."""
    session = await meet(stage, expected=(stage.ana, stage.bob))
    await stay(stage, session, stage.ana, START + 20 * MIN, END)
    await stay(stage, session, stage.cyd, START, END)
    return session


async def verdicts(stage: Stage, session: int, *, now=LATER, by: Actor | None = None, as_of=None) -> dict[str, str]:
    detail = await boards.detail(stage.context, session, now=now, by=by or stage.root, as_of=as_of)
    return {line.person: str(line.verdict) for line in detail.attendance}


async def test_the_detail_shows_a_verdict_for_every_guest(stage: Stage):
    session = await circle(stage)
    assert await verdicts(stage, session) == {"Ana": "late", "Bob": "absent", "Cyd": "present"}
    detail = await boards.detail(stage.context, session, now=LATER, by=stage.root)
    assert {line.person for line in detail.attendance if line.walk_in} == {"Cyd"}
    assert not any(line.provisional for line in detail.attendance)
    early = await boards.detail(stage.context, session, now=START + 30 * MIN, by=stage.root, as_of=START + 30 * MIN)
    assert all(line.provisional for line in early.attendance)
    assert await verdicts(stage, session, as_of=START - MIN) == {}
    assert await verdicts(stage, session, by=Actor(99, "Max", Role.PARTICIPANT)) == {}


async def test_what_is_set_by_hand_holds_and_can_be_undone(stage: Stage):
    session = await circle(stage)
    receipt = await correcting.correct(
        stage.context, session, stage.bob, Attendance.EXCUSED, by=stage.root, at=LATER, reason="was ill"
    )
    assert receipt.sentence == "set the attendance of Bob in Circle to excused"
    detail = await boards.detail(stage.context, session, now=LATER, by=stage.root)
    (bob,) = [line for line in detail.attendance if line.person == "Bob"]
    assert (bob.verdict, bob.corrected_by, bob.reason) == (Attendance.EXCUSED, "Root", "was ill")
    assert (await verdicts(stage, session, now=LATER + HOUR, as_of=LATER - MIN))["Bob"] == "absent"
    await correcting.correct(stage.context, session, stage.bob, Attendance.PRESENT, by=stage.root, at=LATER + MIN)
    assert (await verdicts(stage, session, now=LATER + MIN))["Bob"] == "present"
    with pytest.raises(Refused, match="set again since"):
        await undo.undo(stage.context, by=stage.root, at=LATER + 2 * MIN, entry=receipt.undo)
    await undo.undo(stage.context, by=stage.root, at=LATER + 2 * MIN)
    assert (await verdicts(stage, session, now=LATER + 3 * MIN))["Bob"] == "excused"
    await correcting.correct(stage.context, session, stage.bob, None, by=stage.root, at=LATER + 4 * MIN)
    assert (await verdicts(stage, session, now=LATER + 5 * MIN))["Bob"] == "absent"
    with pytest.raises(Refused, match="was not set by hand"):
        await correcting.correct(stage.context, session, stage.bob, None, by=stage.root, at=LATER + 5 * MIN)


async def test_somebody_who_was_never_there_can_be_set_present(stage: Stage):
    session = await meet(stage, expected=(stage.ana,))
    await correcting.correct(stage.context, session, stage.cyd, Attendance.PRESENT, by=stage.root, at=LATER)
    assert await verdicts(stage, session) == {"Ana": "absent", "Cyd": "present"}


async def test_what_cannot_be_set_is_refused(stage: Stage):
    session = await meet(stage, expected=(stage.ana,), mentor=stage.bob)
    set_ = {"by": stage.root, "at": LATER}
    with pytest.raises(BadInput, match="nobody can be set to unknown"):
        await correcting.correct(stage.context, session, stage.ana, Attendance.UNKNOWN, **set_)
    with pytest.raises(Refused, match="host"):
        await correcting.correct(stage.context, session, stage.bob, Attendance.PRESENT, **set_)
    with pytest.raises(Refused, match="still to come"):
        await correcting.correct(stage.context, session, stage.ana, Attendance.PRESENT, by=stage.root, at=START - MIN)
    with pytest.raises(NotAllowed):
        await correcting.correct(
            stage.context, session, stage.ana, Attendance.PRESENT, by=Actor(stage.cyd, "Cyd", Role.MENTOR), at=LATER
        )
    await sessions.move(stage.context, Move.CANCEL, session, by=stage.root, at=START - MIN)
    with pytest.raises(Refused, match="cancelled"):
        await correcting.correct(stage.context, session, stage.ana, Attendance.PRESENT, **set_)
    assert await stage.rows("SELECT count(*) FROM attendance_mark") == [(0,)]


async def test_the_export_has_a_row_per_person_and_session(stage: Stage):
    session = await circle(stage)
    await correcting.correct(
        stage.context, session, stage.bob, Attendance.EXCUSED, by=stage.root, at=LATER, reason="was ill"
    )
    found = [row async for row in exporting.rows(stage.context, Noun.ATTENDANCE, "", by=stage.root, now=LATER)]
    assert all(tuple(row) == COLUMNS[Noun.ATTENDANCE] for row in found)
    ana, bob, cyd = sorted(found, key=lambda row: str(row["person"]))
    assert (ana["verdict"], ana["minutes"], ana["first_join"]) == ("late", 40, "2026-05-04T13:20:00Z")
    assert (bob["verdict"], bob["corrected_by"], bob["reason"], bob["first_join"]) == (
        "excused", "Root", "was ill", None,
    )  # fmt: skip
    assert (cyd["walk_in"], cyd["expected"], cyd["provisional"]) == ("yes", "no", "no")
    viewer = Actor(99, "Vic", Role.VIEWER)
    for row in [row async for row in exporting.rows(stage.context, Noun.ATTENDANCE, "", by=viewer, now=LATER)]:
        assert row["person"] == HIDDEN
        assert {row["corrected_by"], row["reason"]} <= {HIDDEN, None}


async def test_the_report_counts_participation_effectiveness_and_mentors(stage: Stage):
    await circle(stage)
    led = await meet(stage, start=START + DAY, expected=(stage.ana, stage.cyd), mentor=stage.bob)
    await stay(stage, led, stage.ana, START + DAY, START + DAY + 20 * MIN)
    await stay(stage, led, stage.bob, START + DAY + 11 * MIN, START + DAY + HOUR)
    await correcting.correct(stage.context, led, stage.cyd, Attendance.EXCUSED, by=stage.root, at=LATER + DAY)
    gone = await meet(stage, start=START + 2 * DAY, expected=(stage.ana,), mentor=stage.bob)
    await sessions.move(stage.context, Move.CANCEL, gone, by=stage.root, at=START + DAY)
    await meet(stage, start=START + 9 * DAY, expected=(stage.ana,))
    found = await attendance.report(
        stage.context, since=NOON, until=NOON + 30 * DAY, now=NOON + 5 * DAY, by=stage.root
    )
    total = found.total
    assert total.sessions == 2
    assert (total.participation.hits, total.participation.n) == (2, 3)  # Ana twice, Bob not; Cyd was excused
    assert (total.completed.hits, total.completed.n) == (1, 2)
    assert total.participation.low is not None
    assert total.participation.low < 2 / 3
    assert total.walk_ins == 1
    assert {verdict: n for verdict, n in total.verdicts.items() if n} == {
        Attendance.LATE: 1, Attendance.ABSENT: 1, Attendance.PRESENT: 2, Attendance.EXCUSED: 1,
    }  # fmt: skip
    assert total.efficiency == pytest.approx((1 + 1 / 3) / 2)
    bob, root = found.mentors
    assert (bob.name, root.name) == ("Bob", "Root")
    assert (bob.sessions, bob.punctual.hits, bob.punctual.n) == (1, 0, 1)
    assert bob.together == pytest.approx(9 / 20)
    assert root.together == 0


async def test_the_borders_of_the_range_are_half_open_and_empty_is_no_zero(stage: Stage):
    await circle(stage)

    async def within(since, until) -> int:
        found = await attendance.report(stage.context, since=since, until=until, now=LATER, by=stage.root)
        return found.total.sessions

    assert await within(START, START + MIN) == 1
    assert await within(START - HOUR, START) == 0
    empty = await attendance.report(stage.context, since=NOON, until=NOON + MIN, now=LATER, by=stage.root)
    assert (empty.total.participation.value, empty.total.efficiency, empty.mentors) == (None, None, ())
    with pytest.raises(BadInput, match="ends before it begins"):
        await within(START, START)
    early = await attendance.report(stage.context, since=NOON, until=LATER, now=END - MIN, by=stage.root)
    assert early.total.sessions == 0


async def test_mentors_see_their_own_sessions_and_viewers_no_names(stage: Stage):
    await circle(stage)
    await meet(stage, start=START, mentor=stage.bob)
    span = {"since": NOON, "until": LATER, "now": LATER}
    own = await attendance.report(stage.context, **span, by=Actor(stage.bob, "Bob", Role.MENTOR))
    assert [one.name for one in own.mentors] == ["Bob"]
    hidden = await attendance.report(stage.context, **span, by=Actor(99, "Vic", Role.VIEWER))
    assert {one.name for one in hidden.mentors} == {HIDDEN}
    with pytest.raises(NotAllowed):
        await attendance.report(stage.context, **span, by=Actor(stage.ana, "Ana", Role.PARTICIPANT))


@pytest.mark.parametrize("seed", range(3))
async def test_the_report_adds_up_to_what_the_sessions_show(stage: Stage, seed: int):
    rng = Random(seed)
    people = (stage.ana, stage.bob, stage.cyd)
    ids = []
    for day in range(6):
        start = START + day * DAY
        expected = tuple(rng.sample(people, rng.randint(0, 3)))
        session = await meet(stage, start=start, expected=expected, mentor=rng.choice((None, stage.bob)))
        for person in rng.sample(people, rng.randint(0, 3)):
            joined = start + rng.randint(-20, 40) * MIN
            await stay(stage, session, person, joined, joined + rng.randint(1, 60) * MIN)
        ids.append(session)
    now = START + 10 * DAY
    corrected = rng.choice(ids)
    await correcting.correct(
        stage.context, corrected, stage.ana, rng.choice(correcting.BY_HAND), by=stage.root, at=now
    )
    found = await attendance.report(stage.context, since=START, until=now, now=now, by=stage.root)
    details = [await boards.detail(stage.context, session, now=now, by=stage.root) for session in ids]
    lines = [line for detail in details for line in detail.attendance]
    expected_ones = [line for line in lines if line.expected and line.verdict is not Attendance.EXCUSED]
    came = [
        line
        for line in expected_ones
        if (line.verdict is not Attendance.ABSENT if line.corrected_by else line.first_join is not None)
    ]
    assert (found.total.participation.hits, found.total.participation.n) == (len(came), len(expected_ones))
    assert found.total.verdicts == {verdict: sum(line.verdict is verdict for line in lines) for verdict in Attendance}
    assert found.total.walk_ins == sum(line.walk_in for line in lines)
    assert found.total.sessions == sum(one.sessions for one in found.mentors) == 6
    assert found.total.completed.hits == sum(detail.line.status is Status.ENDED_COMPLETE for detail in details)
    ran = [detail.line.efficiency for detail in details if detail.line.actual]
    assert found.total.efficiency == pytest.approx(sum(ran) / len(ran))


async def test_the_export_and_the_report_count_the_same(stage: Stage):
    await circle(stage)
    nobody_came = await meet(stage, start=START + DAY, expected=(stage.ana, stage.bob))
    await correcting.correct(
        stage.context, nobody_came, stage.bob, Attendance.EXCUSED, by=stage.root, at=LATER + DAY, reason="was ill"
    )
    now = LATER + DAY
    rows = [row async for row in exporting.rows(stage.context, Noun.ATTENDANCE, "", by=stage.root, now=now)]
    found = await attendance.report(stage.context, since=START, until=now, now=now, by=stage.root)
    assert {str(verdict): n for verdict, n in found.total.verdicts.items() if n} == Counter(
        str(row["verdict"]) for row in rows
    )
    assert found.total.walk_ins == sum(row["walk_in"] == "yes" for row in rows)
    expected = [row for row in rows if row["expected"] == "yes" and row["verdict"] != "excused"]
    came = [row for row in expected if row["first_join"] is not None]
    assert (found.total.participation.hits, found.total.participation.n) == (len(came), len(expected))
