"""A world for each alert rule: it opens at its exact instant, proposes what works, and resolves by itself."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.alerts import AlertRule, AlertSettings, AlertState, Suggestion
from sessiontui.domain.alerts.snoozing import Snooze, snoozed_until
from sessiontui.domain.alerts.standing import Machine
from sessiontui.domain.errors import Conflict, NotAllowed, NotFound
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Badge, Kind, Move, RequestState, Role, Severity, Source
from sessiontui.services import alerts, boards, people, presence, requests, sessions, ticking, undo
from sessiontui.services.alerts import boards as alert_boards
from sessiontui.services.alerts import jobs as alert_jobs
from sessiontui.services.context import Context
from sessiontui.services.pictures import AlertLine
from sessiontui.services.sessions import SessionEdit
from sessiontui.store.reader import Fetch
from tests.conftest import NOON, Stage
from tests.services.test_requests import asked, make

MS, S, MIN, HOUR = (timedelta(**{unit: 1}) for unit in ("milliseconds", "seconds", "minutes", "hours"))
START, END = NOON + 3 * HOUR, NOON + 4 * HOUR
LINK = "https://meet.example.org/1"


async def scheduled(stage: Stage, *approved: int, **changes: object) -> int:
    """Make a session with a link, and with these people approved."""
    session_id = await make(stage, **{"link": LINK, **changes})
    for person in approved:
        request = await asked(stage, session_id, person)
        await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON)
    return session_id


async def standing(stage: Stage, at: datetime, *, tick: bool = True) -> dict[AlertRule, AlertLine]:
    if tick:
        await ticking.tick(stage.context, at=at)
        await alert_jobs.clashes(stage.context, at=at)
    board = await alert_boards.board(stage.context, now=at, by=stage.root, helpful=50)
    return {line.rule: line for line in board.lines}


async def opens(stage: Stage, rule: AlertRule, at: datetime) -> AlertLine:
    """Check that a rule opens at an instant, by ticks a little late, and return its alert."""
    assert rule not in await standing(stage, at - MS)
    found = (await standing(stage, at + S))[rule]
    assert found.opened_at == at
    return found


async def resolved(stage: Stage, rule: AlertRule, at: datetime) -> None:
    """Check that a rule was resolved at an instant."""
    assert rule not in await standing(stage, at + S)
    rows = await stage.rows("SELECT resolved_at FROM alert WHERE rule = ? ORDER BY id DESC LIMIT 1", str(rule))
    assert rows == [(to_ms(at),)]


async def lift(stage: Stage) -> int:
    return int(str((await stage.rows("SELECT lift FROM session WHERE id = 1"))[0][0]))


# -- a world for each rule -----------------------------------------------------------------------------------


async def test_nobody_joined(stage: Stage):
    session_id = await scheduled(stage, stage.ana, mentor_id=stage.bob)
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOON, phone="+34 600")
    found = await opens(stage, AlertRule.NOBODY_JOINED, START + 10 * MIN)
    assert found.actions == (Suggestion.REMIND, Suggestion.CALL_MENTOR, Suggestion.CANCEL)
    assert found.sentence == "waiting 10 min, 1 approved, nobody came"
    assert await lift(stage) == 1
    for person in (stage.bob, stage.ana):
        await presence.join(stage.context, session_id, person, by=stage.root, at=START + 14 * MIN)
    await resolved(stage, AlertRule.NOBODY_JOINED, START + 14 * MIN)
    assert await lift(stage) == 2


async def test_upcoming_empty(stage: Stage):
    session_id = await scheduled(stage)
    request = await asked(stage, session_id, stage.ana)
    found = await opens(stage, AlertRule.UPCOMING_EMPTY, START - 30 * MIN)
    assert found.actions == (Suggestion.APPROVE, Suggestion.ALERT_AUTHOR, Suggestion.RESCHEDULE)
    when = START - 20 * MIN
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=when)
    await resolved(stage, AlertRule.UPCOMING_EMPTY, when)
    await requests.withdraw(stage.context, request, by=stage.root, at=START - 9 * MIN)
    assert (await standing(stage, START - 8 * MIN))[AlertRule.UPCOMING_EMPTY].opened_at == START - 9 * MIN
    await resolved(stage, AlertRule.UPCOMING_EMPTY, START)


async def test_request_backlog(stage: Stage):
    session_id = await scheduled(stage, stage.ana)
    request = await asked(stage, session_id, stage.bob)
    found = await opens(stage, AlertRule.REQUEST_BACKLOG, START - 2 * HOUR)
    assert found.actions == (Suggestion.APPROVE, Suggestion.ALERT_AUTHOR)
    assert await lift(stage) == 2, "a notice does not lift"
    await requests.decide(stage.context, [request], RequestState.REJECTED, by=stage.root, at=START - HOUR)
    await resolved(stage, AlertRule.REQUEST_BACKLOG, START - HOUR)


async def test_no_show_risk(stage: Stage):
    session_id = await scheduled(stage, stage.ana, starts_at=NOON + 30 * HOUR, ends_at=NOON + 31 * HOUR)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.insert(
            "session_risk", session_id=session_id, chance=0.55, base_rate=0.2, cases=40, facts={}, at=NOON,
            basis="1", marked=True,
        )  # fmt: skip
        await tx.set_flag(session_id, Badge.AT_RISK, True)
    found = await opens(stage, AlertRule.NO_SHOW_RISK, NOON + 6 * HOUR)
    assert found.actions == (Suggestion.REMIND, Suggestion.CONFIRM, Suggestion.RESCHEDULE)
    assert dict(found.facts)["chance"] == "55%"
    await resolved(stage, AlertRule.NO_SHOW_RISK, NOON + 30 * HOUR)


async def test_host_missing(stage: Stage):
    session_id = await scheduled(stage, stage.ana, mentor_id=stage.bob)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    found = await opens(stage, AlertRule.HOST_MISSING, START + 5 * MIN)
    assert (found.severity, found.actions) == (Severity.CRITICAL, (Suggestion.REASSIGN, Suggestion.MODERATE))
    assert await lift(stage) == 0
    await presence.join(stage.context, session_id, stage.bob, by=stage.root, at=START + 9 * MIN)
    await resolved(stage, AlertRule.HOST_MISSING, START + 9 * MIN)


async def test_no_mentor(stage: Stage):
    session_id = await scheduled(stage, kind=Kind.COACHING, starts_at=NOON + 30 * HOUR, ends_at=NOON + 31 * HOUR)
    found = await opens(stage, AlertRule.NO_MENTOR, NOON + 6 * HOUR)
    assert found.actions == (Suggestion.ASSIGN,)
    when = NOON + 7 * HOUR
    await sessions.move(stage.context, Move.REASSIGN, session_id, by=stage.root, at=when, mentor_id=stage.bob)
    await resolved(stage, AlertRule.NO_MENTOR, when)


async def test_clash(stage: Stage):
    first = await scheduled(stage, stage.ana)
    second = await scheduled(stage, title="CV review", starts_at=START + 30 * MIN, ends_at=END + HOUR)
    third = await scheduled(stage, stage.ana, title="Later", starts_at=END, ends_at=END + HOUR)
    assert AlertRule.CLASH not in await standing(stage, NOON + MIN), "what begins as the other ends does not overlap"
    request = await asked(stage, second, stage.ana, at=NOON + 5 * MIN)
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON + 6 * MIN)
    assert AlertRule.CLASH in await standing(stage, NOON + 7 * MIN)
    rows = await stage.rows("SELECT session_id, opened_at FROM alert WHERE rule = 'clash' ORDER BY session_id")
    assert rows == [(one, to_ms(NOON + 6 * MIN)) for one in (first, second, third)]
    assert {row[0] for row in await stage.rows("SELECT flags FROM session")} == {"CLASH"}
    board = await boards.board(stage.context, "badge:clash", now=NOON + 7 * MIN, by=stage.root)
    assert {line.id for line in board.lines} == {first, second, third}
    line = (await alert_boards.board(stage.context, now=NOON + 7 * MIN, by=stage.root, helpful=9)).lines[0]
    assert line.sentence == f"Ana is also expected in #{second} CV review"
    assert line.actions == (Suggestion.REASSIGN, Suggestion.RESCHEDULE)
    moved = NOON + 20 * MIN
    await sessions.move(
        stage.context, Move.RESCHEDULE, second, by=stage.root, at=moved, starts_at=END + HOUR, ends_at=END + 2 * HOUR
    )
    assert AlertRule.CLASH not in await standing(stage, moved)
    assert await stage.rows("SELECT count(*) FROM clash") == [(0,)]
    assert {row[0] for row in await stage.rows("SELECT flags FROM session")} == {""}


async def test_a_mentor_of_two_sessions_at_once_clashes_until_one_is_cancelled_and_an_admin_who_made_both_does_not(
    stage: Stage,
):
    await scheduled(stage, mentor_id=stage.bob)
    second = await scheduled(stage, mentor_id=stage.bob)
    assert AlertRule.CLASH in await standing(stage, NOON)
    await sessions.move(stage.context, Move.CANCEL, second, by=stage.root, at=NOON + MIN, reason="ill")
    assert AlertRule.CLASH not in await standing(stage, NOON + MIN)
    await scheduled(stage)
    await scheduled(stage)
    assert AlertRule.CLASH not in await standing(stage, NOON + 2 * MIN)


async def test_overtime(stage: Stage):
    session_id = await scheduled(stage, stage.ana, stage.bob, mentor_id=stage.bob)
    for person in (stage.ana, stage.bob):
        await presence.join(stage.context, session_id, person, by=stage.root, at=START)
    found = await opens(stage, AlertRule.OVERTIME, END + 15 * MIN)
    assert found.actions == (Suggestion.EXTEND, Suggestion.COMPLETE)
    when = END + 20 * MIN
    await sessions.move(stage.context, Move.COMPLETE, session_id, by=stage.root, at=when)
    await resolved(stage, AlertRule.OVERTIME, when)


async def test_unstable_by_those_who_are_lost_is_seen_although_heads_are_only_counted(stage: Stage):
    names = [f"Guest {number}" for number in range(7)]
    guests = [(await people.add(stage.context, name, by=stage.root, at=NOON)).people[0] for name in names]
    session_id = await scheduled(stage, mentor_id=stage.bob)
    for person in (*guests, stage.bob):
        await presence.join(stage.context, session_id, person, by=stage.root, at=START)
    await ticking.tick(stage.context, at=START + MIN)
    for place, person in enumerate(guests[:4]):
        at = START + 20 * MIN + place * S
        assert AlertRule.UNSTABLE not in await standing(stage, at - MS, tick=False)
        await presence.leave(stage.context, session_id, person, by=stage.root, at=at)
    found = (await standing(stage, START + 20 * MIN + 4 * S, tick=False))[AlertRule.UNSTABLE]
    assert (found.opened_at, dict(found.facts)["lost"]) == (START + 20 * MIN + 3 * S, "4 of 8")
    assert found.actions == (Suggestion.CHECK_PLATFORM,)
    await resolved(stage, AlertRule.UNSTABLE, START + 23 * MIN)


async def test_unstable_by_one_who_comes_back_again_and_again(stage: Stage):
    session_id = await scheduled(stage, stage.ana, mentor_id=stage.bob)
    for person in (stage.bob, stage.cyd):
        await presence.join(stage.context, session_id, person, by=stage.root, at=START)
    for place in range(3):
        at = START + place * 2 * MIN
        await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=at)
        await presence.leave(stage.context, session_id, stage.ana, by=stage.root, at=at + MIN)
    await ticking.tick(stage.context, at=START + 5 * MIN + S)
    assert AlertRule.UNSTABLE not in await standing(stage, START + 6 * MIN - MS)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START + 6 * MIN)
    assert (await standing(stage, START + 6 * MIN, tick=False))[AlertRule.UNSTABLE].opened_at == START + 6 * MIN
    await resolved(stage, AlertRule.UNSTABLE, START + 12 * MIN)


async def test_link_broken(stage: Stage):
    session_id = await scheduled(stage, stage.ana, link="")
    found = await opens(stage, AlertRule.LINK_BROKEN, START - 30 * MIN)
    assert found.actions == (Suggestion.ALERT_AUTHOR,)
    when = START - 12 * MIN
    version = int(str((await stage.rows("SELECT version FROM session"))[0][0]))
    edit = SessionEdit(link=LINK)
    await sessions.edit(stage.context, session_id, edit, by=stage.root, at=when, expected=version)
    await resolved(stage, AlertRule.LINK_BROKEN, when)


async def test_delivery_failed(stage: Stage):
    session_id = await scheduled(stage, stage.ana)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        letter = await tx.insert(
            "notification", kind="reminder", channel="file", person_id=stage.ana, name="Ana", address="a@example.org",
            session_id=session_id, subject="s", body="b", message_id="<1>", occurrence="1", not_before=NOON,
            created_at=NOON, state="dead",
        )  # fmt: skip
        tx.touch(session_id, words=False)
    found = (await standing(stage, NOON + MIN))[AlertRule.DELIVERY_FAILED]
    assert (found.opened_at, found.actions) == (NOON, (Suggestion.RESEND,))
    assert found.sentence == "reminder to Ana is dead"
    async with stage.context.db.write(by=stage.root, at=NOON + 5 * MIN) as tx:
        await tx.update("notification", letter, state="sent")
        tx.touch(session_id, words=False)
    await resolved(stage, AlertRule.DELIVERY_FAILED, NOON + 5 * MIN)


async def beats(stage: Stage, session_id: int, person: int, since: datetime, until: datetime) -> None:
    at = since
    while at <= until:
        await presence.heartbeat(stage.context, session_id, person, by=stage.root, at=at, source=Source.WEBHOOK)
        at += 30 * S


async def test_feed_silent_holds_nobody_joined_back(stage: Stage):
    live = await scheduled(stage, stage.ana, mentor_id=stage.bob)
    await scheduled(stage, stage.cyd, title="Empty")
    await beats(stage, live, stage.ana, START, START + 15 * MIN)
    last = START + 15 * MIN
    await alert_jobs.stand(stage.context, at=last)
    assert AlertRule.NOBODY_JOINED in await standing(stage, last)
    await alert_jobs.stand(stage.context, at=last + 5 * MIN - MS)
    assert AlertRule.FEED_SILENT not in await standing(stage, last + 5 * MIN - MS)
    await alert_jobs.stand(stage.context, at=last + 5 * MIN + 7 * S)
    there = await standing(stage, last + 5 * MIN + 8 * S)
    assert there[AlertRule.FEED_SILENT].opened_at == last + 5 * MIN
    assert there[AlertRule.FEED_SILENT].actions == (Suggestion.CHECK_PLATFORM,)
    assert AlertRule.NOBODY_JOINED not in there
    back = last + 9 * MIN
    await presence.heartbeat(stage.context, live, stage.ana, by=stage.root, at=back, source=Source.WEBHOOK)
    await alert_jobs.stand(stage.context, at=back)
    await resolved(stage, AlertRule.FEED_SILENT, back)
    assert AlertRule.NOBODY_JOINED in await standing(stage, back + S)


async def test_the_installation(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    machine = Machine(late=6 * S, free=1 << 20, total=1 << 40, backup_at=NOON - 27 * HOUR)

    async def measured(context: Context, fetch: Fetch) -> Machine:
        del context
        return machine

    monkeypatch.setattr(alert_jobs, "_machine", measured)
    assert await alert_jobs.stand(stage.context, at=NOON) == 1
    assert await alert_jobs.stand(stage.context, at=NOON + S) == 0, "an idle job writes nothing"
    there = await standing(stage, NOON)
    assert set(there) == {AlertRule.WORKER_LATE, AlertRule.DISK_LOW, AlertRule.BACKUP_OLD}
    assert all(line.actions == (Suggestion.OPEN_HEALTH,) for line in there.values())
    assert there[AlertRule.BACKUP_OLD].opened_at == NOON - HOUR
    machine = Machine()
    await alert_jobs.stand(stage.context, at=NOON + MIN)
    assert await standing(stage, NOON + MIN) == {}


# -- taking up, putting off ----------------------------------------------------------------------------------


async def waiting(stage: Stage) -> int:
    """Return the alert of a session that nobody joins."""
    await scheduled(stage, stage.ana)
    return (await standing(stage, START + 10 * MIN))[AlertRule.NOBODY_JOINED].id


async def test_who_acknowledges_stands_on_the_row_and_the_session_sinks(stage: Stage):
    alert, at = await waiting(stage), START + 12 * MIN
    before = await stage.rows("SELECT rank FROM session")
    receipt = await alerts.acknowledge(stage.context, [alert], by=stage.root, at=at, note="calling")
    line = (await standing(stage, at, tick=False))[AlertRule.NOBODY_JOINED]
    assert (line.state, line.acknowledged_by, line.acknowledged_at) == (AlertState.ACKNOWLEDGED, "Root", at)
    assert (line.note, await lift(stage)) == ("calling", 2)
    assert await stage.rows("SELECT rank FROM session") > before
    with pytest.raises(Conflict, match="Root has it since 15:12 UTC"):
        await alerts.acknowledge(stage.context, [alert], by=stage.root, at=at + MIN)
    assert await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'alert.acknowledge'") == [(1,)]
    await undo.undo(stage.context, by=stage.root, at=at + MIN, entry=receipt.undo)
    assert (await standing(stage, at + MIN))[AlertRule.NOBODY_JOINED].state is AlertState.OPEN
    assert await stage.rows("SELECT rank FROM session") == before


async def test_a_snoozed_alert_comes_back_by_itself(stage: Stage):
    alert, at = await waiting(stage), START + 12 * MIN
    await alerts.snooze(stage.context, [alert], until=at + 15 * MIN, by=stage.root, at=at)
    assert (await standing(stage, at))[AlertRule.NOBODY_JOINED].state is AlertState.SNOOZED
    assert await lift(stage) == 2
    await ticking.tick(stage.context, at=at + 15 * MIN - MS)
    assert await lift(stage) == 2
    await ticking.tick(stage.context, at=at + 15 * MIN)
    assert await lift(stage) == 1
    receipt = await alerts.snooze(stage.context, [alert], until=at + HOUR, by=stage.root, at=at + 16 * MIN)
    await alerts.unsnooze(stage.context, [alert], by=stage.root, at=at + 17 * MIN)
    assert await lift(stage) == 1
    assert receipt.undo is not None
    with pytest.raises(Conflict, match="not snoozed"):
        await alerts.unsnooze(stage.context, [alert], by=stage.root, at=at + 18 * MIN)


async def test_what_comes_back_soon_is_still_the_affair_of_whoever_had_it(stage: Stage):
    rules = replace(stage.context.rules, alerts=AlertSettings(nobody_joined_after=MIN))
    quick = replace(stage, context=replace(stage.context, rules=rules))
    quick.context.db.rules = rules
    alert, at = await waiting(quick), START + 12 * MIN
    await alerts.acknowledge(quick.context, [alert], by=stage.root, at=at)
    await presence.join(quick.context, 1, stage.ana, by=stage.root, at=at + MIN)
    await presence.leave(quick.context, 1, stage.ana, by=stage.root, at=at + 2 * MIN)
    line = (await standing(quick, at + 4 * MIN))[AlertRule.NOBODY_JOINED]
    assert (line.acknowledged_by, line.opened_at) == ("Root", at + 3 * MIN)


async def test_a_resolved_alert_is_nobodys(stage: Stage):
    alert, at = await waiting(stage), START + 12 * MIN
    await presence.join(stage.context, 1, stage.ana, by=stage.root, at=at)
    with pytest.raises(Conflict, match="resolved by itself at 15:12"):
        await alerts.acknowledge(stage.context, [alert], by=stage.root, at=at + MIN)
    with pytest.raises(NotFound):
        await alerts.acknowledge(stage.context, [99], by=stage.root, at=at)


async def test_mentors_take_up_the_alerts_of_their_own_sessions_alone(stage: Stage):
    mine = await scheduled(stage, stage.ana, mentor_id=stage.bob)
    other = await scheduled(stage, stage.ana, starts_at=START + MS)
    await ticking.tick(stage.context, at=START + 11 * MIN)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    seen = (await alert_boards.board(stage.context, now=START + 11 * MIN, by=bob)).lines
    assert {line.session_id for line in seen} == {mine}
    ids = dict(await stage.rows("SELECT session_id, id FROM alert WHERE rule = 'nobody_joined'"))
    await alerts.acknowledge(stage.context, [ids[mine]], by=bob, at=START + 11 * MIN)  # type: ignore[list-item]
    for actor in (bob, Actor(stage.cyd, "Cyd", Role.VIEWER), Actor(stage.cyd, "Cyd", Role.PARTICIPANT)):
        with pytest.raises(NotAllowed):
            await alerts.acknowledge(stage.context, [ids[other]], by=actor, at=START + 11 * MIN)  # type: ignore[list-item]


async def test_a_shift_note_stands_until_another_takes_its_place(stage: Stage):
    await alerts.leave_note(stage.context, "Zoom is flaky", by=stage.root, at=NOON)
    second = await alerts.leave_note(stage.context, "all calm", by=stage.root, at=NOON + HOUR)
    note = (await alert_boards.board(stage.context, now=NOON + HOUR, by=stage.root)).note
    assert note is not None
    assert (note.text, note.by, note.at) == ("all calm", "Root", NOON + HOUR)
    await undo.undo(stage.context, by=stage.root, at=NOON + 2 * HOUR, entry=second.undo)
    note = await alert_boards.shift_note(stage.context)
    assert note is not None
    assert note.text == "Zoom is flaky"


def test_tomorrow_is_the_next_morning_where_the_admin_is():
    madrid = ZoneInfo("Europe/Madrid")
    assert snoozed_until(Snooze.QUARTER, NOON, madrid) == NOON + 15 * MIN
    assert snoozed_until(Snooze.TOMORROW, NOON, madrid) == NOON + 18 * HOUR


async def test_a_critical_alert_that_nobody_takes_up_is_escalated_once_to_whoever_is_on_call(stage: Stage):
    context = replace(
        stage.context, rules=replace(stage.context.rules, alerts=AlertSettings(on_call="ops@example.org"))
    )
    session_id = await scheduled(stage, stage.ana, mentor_id=stage.bob)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    await ticking.tick(stage.context, at=START + 5 * MIN)
    await alert_jobs.stand(context, at=START + 15 * MIN - MS)
    assert await stage.rows("SELECT escalated_at FROM alert") == [(None,)]
    for late in (0, 10):
        await alert_jobs.stand(context, at=START + 15 * MIN + late * S)
    assert await stage.rows("SELECT escalated_at FROM alert") == [(to_ms(START + 15 * MIN),)]
    letters = await stage.rows("SELECT kind, address, subject, body FROM notification WHERE kind = 'alert'")
    assert letters == [
        (
            "alert", "ops@example.org", "[sessiontui] nobody took up 1 critical alert within 10 min",
            "Host missing: Circle #1: 1 guest inside for 15 min, host never came\n",
        )
    ]  # fmt: skip


# -- asking --------------------------------------------------------------------------------------------------


async def test_the_desk_finds_sessions_by_their_alerts_and_shows_them_under_now(stage: Stage):
    far = await scheduled(stage, starts_at=NOON + 90 * HOUR, ends_at=NOON + 91 * HOUR)
    await asked(stage, far, stage.ana)
    later = NOON + 25 * HOUR
    await ticking.tick(stage.context, at=later)
    for query, there in (
        ("alert:request_backlog", True), ("alert:notice", True), ("alert:critical,warning", False),
        ("has:alert", True), ("-has:alert", False), ("view:now", True), ("view:today", False),
    ):  # fmt: skip
        board = await boards.board(stage.context, query, now=later, by=stage.root)
        assert [line.id for line in board.lines] == ([far] if there else []), query
    listed = await boards.listing(stage.context, "alert:request_backlog", now=later, by=stage.root)
    assert [line.id for line in listed.lines] == [far]
    assert listed.lines[0].alerts[0].rule is AlertRule.REQUEST_BACKLOG
    counts = (await boards.board(stage.context, "", now=later, by=stage.root)).alerts
    assert (counts.total, counts.pressing[Severity.NOTICE]) == (1, 1)


async def test_what_is_said_of_alerts_is_asked_of_each_alone(stage: Stage):
    first = await scheduled(stage, stage.ana, title="Grief circle")
    await asked(stage, first, stage.bob)
    now = START + 11 * MIN
    await ticking.tick(stage.context, at=now)
    assert len((await alert_boards.board(stage.context, now=now, by=stage.root)).lines) == 2
    only = (await alert_boards.board(stage.context, "alert:nobody_joined grief", now=now, by=stage.root)).lines
    assert [line.rule for line in only] == [AlertRule.NOBODY_JOINED]
    assert (await alert_boards.board(stage.context, "alert:critical", now=now, by=stage.root)).lines == ()
    past = await alert_boards.board(stage.context, "alert:warning", now=now + HOUR, as_of=now, by=stage.root)
    assert [line.rule for line in past.lines] == [AlertRule.NOBODY_JOINED]


async def test_as_of_an_instant_the_intervals_decide(stage: Stage):
    alert = await waiting(stage)
    await alerts.acknowledge(stage.context, [alert], by=stage.root, at=START + 12 * MIN)
    await presence.join(stage.context, 1, stage.ana, by=stage.root, at=START + 14 * MIN)
    for minutes, state in ((9, None), (10, "open"), (12, "acknowledged"), (13, "acknowledged"), (14, None)):
        at = START + minutes * MIN
        board = await alert_boards.board(stage.context, now=END, as_of=at, by=stage.root)
        states = [str(line.state) for line in board.lines if line.rule is AlertRule.NOBODY_JOINED]
        assert states == ([] if state is None else [state]), minutes
    before = await alert_boards.board(stage.context, now=END, as_of=START + 10 * MIN - MS, by=stage.root)
    assert before.lines == ()
    latest = (await alert_boards.board(stage.context, now=START + 20 * MIN, by=stage.root)).lately
    assert [line.rule for line in latest] == [AlertRule.NOBODY_JOINED]


async def test_a_worker_that_slept_tells_what_opened_and_was_resolved_meanwhile(stage: Stage):
    await scheduled(stage, stage.ana)
    await ticking.tick(stage.context, at=NOON)
    await ticking.tick(stage.context, at=END + 9 * HOUR)
    rows = await stage.rows("SELECT rule, opened_at, resolved_at FROM alert")
    assert rows == [("nobody_joined", to_ms(START + 10 * MIN), to_ms(END))]


async def test_a_list_needs_no_worker(stage: Stage):
    await scheduled(stage, stage.ana)
    found = (await alert_boards.board(stage.context, now=START + 11 * MIN, by=stage.root)).lines
    assert [(line.rule, line.opened_at) for line in found] == [(AlertRule.NOBODY_JOINED, START + 10 * MIN)]


# -- storms --------------------------------------------------------------------------------------------------


async def storm(stage: Stage, size: int) -> None:
    """Make sessions that all wait for guests who do not come, by copying one."""
    await scheduled(stage, stage.ana)
    columns = [str(row[1]) for row in await stage.rows("PRAGMA table_info(session)") if row[1] != "id"]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join("NULL" if column == "external_id" else f's."{column}"' for column in columns)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run(
            f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            f" INSERT INTO session ({names}) SELECT {values} FROM n, session s WHERE s.id = 1",
            (size - 1,),
        )
        await tx.recount()


async def test_a_storm_of_alerts_collapses_and_lets_others_write(stage: Stage):
    size = 2_000
    await storm(stage, size)
    await ticking.tick(stage.context, at=START)
    now = START + 10 * MIN
    await ticking.tick(stage.context, at=now)
    board = await alert_boards.board(stage.context, now=now, by=stage.root, each=200, helpful=60)
    (group,) = board.groups
    assert (group.rule, group.number, group.pressing, len(board.lines)) == (AlertRule.NOBODY_JOINED, size, size, 200)
    ids = await alert_boards.open_ids(stage.context, "", now=now, group=group)
    receipt = await alerts.acknowledge(stage.context, ids, by=stage.root, at=now)
    assert receipt.sentence == "acknowledged 2 000 alerts"
    assert await stage.rows("SELECT count(*) FROM session WHERE lift < 2") == [(0,)]
    assert await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'alert.acknowledge'") == [(1,)]
    await undo.undo(stage.context, by=stage.root, at=now + S, entry=receipt.undo)
    assert await stage.rows("SELECT count(*) FROM session WHERE lift < 2") == [(size,)]


@pytest.mark.slow
async def test_a_storm_of_alerts_is_opened_asked_for_and_acknowledged_soon(stage: Stage):
    await storm(stage, 2_000)
    await ticking.tick(stage.context, at=START)
    now = START + 10 * MIN
    began = time.perf_counter()
    await ticking.tick(stage.context, at=now)
    ticked = time.perf_counter() - began
    began = time.perf_counter()
    (group,) = (await alert_boards.board(stage.context, now=now, by=stage.root, each=200, helpful=60)).groups
    asked_for = time.perf_counter() - began
    ids = await alert_boards.open_ids(stage.context, "", now=now, group=group)
    began = time.perf_counter()
    await alerts.acknowledge(stage.context, ids, by=stage.root, at=now)
    taken = time.perf_counter() - began
    assert asked_for < 1, f"asking took {asked_for:.2f} s"
    assert taken < 2, f"acknowledging took {taken:.2f} s"
    assert ticked < 20, f"the tick took {ticked:.2f} s"
