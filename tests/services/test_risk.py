"""The no-show risk of the platform itself: learned from ended sessions, said of the next day, marked and judged."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Badge, Kind, Move, RequestState, Role
from sessiontui.services import boards, people, presence, requests, risk, sessions, ticking
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.engine import Database
from sessiontui.store.reads import risk as kept
from sessiontui.worker.plans import PLANS
from tests.conftest import NOON, Stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = NOON + 40 * DAY


async def meet(
    stage: Stage, at: datetime, expected: list[int], came: list[int], *, kind: Kind = Kind.CONVERSATION
) -> int:
    """Make a session of an hour, approve people for it, and let some of them come."""
    context, root = stage.context, stage.root
    draft = SessionDraft(title="Circle", kind=kind, starts_at=at, ends_at=at + HOUR, publish=True)
    (session,) = (await sessions.create(context, draft, by=root, at=at - 3 * DAY)).sessions
    for person in expected:
        await approve(stage, session, person, at - 2 * DAY)
    for person in came:
        await presence.join(context, session, person, by=root, at=at)
        await presence.leave(context, session, person, by=root, at=at + HOUR)
    return session


async def approve(stage: Stage, session: int, person: int, at: datetime) -> int:
    await requests.ask(stage.context, session, person, by=stage.root, at=at)
    request = await requests.find(stage.context, session, person)
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=at)
    return request


async def past(stage: Stage, *, days: int = 12) -> None:
    """Play a past: Ana always comes, Bob never does, Cyd every other time."""
    for day in range(days):
        came = [stage.ana, *([stage.cyd] if day % 2 else [])]
        await meet(stage, NOON + day * DAY, [stage.ana, stage.bob, stage.cyd], came)
    await ticking.tick(stage.context, at=NOON + (days + 1) * DAY)


async def badges(stage: Stage, session: int, now: datetime = NOW) -> tuple[Badge, ...]:
    (line,) = await boards.lines(stage.context, [session], now=now, by=stage.root)
    return line.badges


async def pages(stage: Stage, *, limit: int) -> list[kept.PastBooking]:
    found = kept.past_pages(stage.context.db.fetch, before=to_ms(NOW), limit=limit)
    return [row async for page in found for row in page]


async def said(stage: Stage, session: int):
    return (await kept.chances(stage.context.db.fetch, [session])).get(session)


async def test_a_young_platform_says_nothing(stage: Stage):
    await past(stage, days=3)
    session = await meet(stage, NOW + 5 * HOUR, [stage.bob], [])
    assert await risk.keep(stage.context, at=NOW) == 0
    assert await risk.chance_of(stage.context, session, now=NOW) is None
    assert await badges(stage, session) == ()


async def test_who_never_came_puts_a_session_at_risk_and_who_always_did_does_not(stage: Stage):
    await past(stage)
    shaky = await meet(stage, NOW + 5 * HOUR, [stage.bob], [])
    safe = await meet(stage, NOW + 6 * HOUR, [stage.bob, stage.ana], [])
    assert await risk.keep(stage.context, at=NOW) == 2
    assert Badge.AT_RISK in await badges(stage, shaky)
    assert Badge.AT_RISK not in await badges(stage, safe)
    found = await risk.chance_of(stage.context, shaky, now=NOW)
    assert found is not None
    assert found.is_marked
    assert (found.people[0].came, found.people[0].past) == (0, 12)
    assert found.cases == 36
    assert found.base_rate == pytest.approx(19 / 38)
    stored = await said(stage, shaky)
    assert stored is not None
    assert stored.chance == found.chance
    assert stored.facts["threshold"] == 0.4
    other = await said(stage, safe)
    assert other is not None
    assert 0 < other.chance < stored.chance


async def test_the_desk_the_detail_and_the_filter_show_it(stage: Stage):
    await past(stage)
    session = await meet(stage, NOW + 5 * HOUR, [stage.bob], [])
    await risk.keep(stage.context, at=NOW)
    board = await boards.board(stage.context, 'badge:"At risk"', now=NOW, by=stage.root)
    assert [line.id for line in board.lines] == [session]
    detail = await boards.detail(stage.context, session, now=NOW, by=stage.root)
    assert detail.risk is not None
    assert detail.risk.names == {f"p{stage.bob}": "Bob"}
    stranger = Actor(stage.cyd, "Cyd", Role.PARTICIPANT)
    assert (await boards.detail(stage.context, session, now=NOW, by=stranger)).risk is None


async def test_nothing_is_written_while_nothing_changed(stage: Stage):
    await past(stage)
    await meet(stage, NOW + 5 * HOUR, [stage.bob], [])
    assert await risk.keep(stage.context, at=NOW) == 1
    before = await stage.context.db.pulse()
    assert await risk.keep(stage.context, at=NOW + 59 * timedelta(minutes=1)) == 0
    assert await stage.context.db.pulse() == before
    assert await risk.keep(stage.context, at=NOW + HOUR) == 1  # records may have grown


async def test_a_change_of_requests_is_followed_at_once(stage: Stage):
    await past(stage)
    session = await meet(stage, NOW + 5 * HOUR, [stage.bob], [])
    await risk.keep(stage.context, at=NOW)
    request = await approve(stage, session, stage.ana, NOW)
    assert await risk.keep(stage.context, at=NOW + timedelta(minutes=1)) == 1
    assert Badge.AT_RISK not in await badges(stage, session)
    await requests.withdraw(stage.context, request, by=stage.root, at=NOW + timedelta(minutes=2))
    assert await risk.keep(stage.context, at=NOW + timedelta(minutes=3)) == 1
    assert Badge.AT_RISK in await badges(stage, session)


@pytest.mark.parametrize("way", ["cancelled", "begun", "moved", "nobody approved", "archived"])
async def test_a_mark_goes_when_its_ground_is_gone(stage: Stage, way: str):
    await past(stage)
    start = NOW + 5 * HOUR
    session = await meet(stage, start, [stage.bob], [])
    await risk.keep(stage.context, at=NOW)
    at = start if way == "begun" else NOW + HOUR
    if way == "cancelled":
        await sessions.move(stage.context, Move.CANCEL, session, by=stage.root, at=at)
    elif way == "moved":
        await sessions.move(
            stage.context, Move.RESCHEDULE, session, by=stage.root, at=at, starts_at=start + 3 * DAY,
            ends_at=start + 3 * DAY + HOUR,
        )  # fmt: skip
    elif way == "nobody approved":
        request = await requests.find(stage.context, session, stage.bob)
        await requests.withdraw(stage.context, request, by=stage.root, at=at)
    elif way == "archived":
        await sessions.move(stage.context, Move.CANCEL, session, by=stage.root, at=at)
        await sessions.move(stage.context, Move.ARCHIVE, session, by=stage.root, at=at)
    assert await risk.keep(stage.context, at=at) >= 1
    assert Badge.AT_RISK not in await badges(stage, session, at)
    assert await said(stage, session) is None  # whatever named the chance lets go of it
    rows = await stage.rows("SELECT marked, warned_at FROM session_risk WHERE session_id = ?", session)
    assert rows == [(0, to_ms(NOW))]


async def test_an_alert_names_the_chance_and_goes_with_it(stage: Stage):
    await past(stage)
    session = await meet(stage, NOW + 5 * HOUR, [stage.bob], [])
    await risk.keep(stage.context, at=NOW)
    opened = "SELECT count(*) FROM alert WHERE rule = 'no_show_risk' AND session_id = ? AND resolved_at IS NULL"
    assert await stage.rows(opened, session) == [(1,)]
    request = await requests.find(stage.context, session, stage.bob)
    await requests.withdraw(stage.context, request, by=stage.root, at=NOW + HOUR)
    await risk.keep(stage.context, at=NOW + HOUR)
    assert await stage.rows(opened, session) == [(0,)]


async def test_the_window_is_a_day_and_its_last_instant_counts(stage: Stage):
    await past(stage)
    inside = await meet(stage, NOW + DAY, [stage.bob], [])
    outside = await meet(stage, NOW + DAY + timedelta(milliseconds=1), [stage.bob], [])
    await risk.keep(stage.context, at=NOW)
    assert Badge.AT_RISK in await badges(stage, inside)
    assert Badge.AT_RISK not in await badges(stage, outside)


async def test_warnings_are_judged_by_what_came_of_them(stage: Stage):
    await past(stage)
    start = NOW + 5 * HOUR
    right = await meet(stage, start, [stage.bob], [])
    wrong = await meet(stage, start, [stage.bob], [])
    off = await meet(stage, start, [stage.bob], [])
    await risk.keep(stage.context, at=NOW)
    assert {Badge.AT_RISK in await badges(stage, session) for session in (right, wrong, off)} == {True}
    await sessions.move(stage.context, Move.CANCEL, off, by=stage.root, at=NOW)
    await presence.join(stage.context, wrong, stage.bob, by=stage.root, at=start)
    await presence.leave(stage.context, wrong, stage.bob, by=stage.root, at=start + HOUR)
    await ticking.tick(stage.context, at=start)
    assert (await risk.learned(stage.context, now=start, by=stage.root)).warnings is None
    later = start + HOUR + timedelta(minutes=10)
    await ticking.tick(stage.context, at=later)
    warned = (await risk.learned(stage.context, now=later, by=stage.root)).warnings
    assert warned is not None
    assert (warned.hits, warned.n) == (1, 2)
    assert warned.low < 0.5 < warned.high


async def test_what_cannot_be_known_is_not_learned_from(stage: Stage):
    await past(stage)
    before = (await risk.learned(stage.context, now=NOW, by=stage.root)).cases
    await meet(stage, NOW - 5 * DAY, [stage.ana], [stage.ana], kind=Kind.WORK)
    late = await meet(stage, NOW - 4 * DAY, [stage.bob], [])  # only tried the link beforehand
    await presence.join(stage.context, late, stage.bob, by=stage.root, at=NOW - 4 * DAY - HOUR)
    await presence.leave(stage.context, late, stage.bob, by=stage.root, at=NOW - 4 * DAY)
    cancelled = await meet(stage, NOW - 3 * DAY, [stage.bob], [])
    await sessions.move(stage.context, Move.CANCEL, cancelled, by=stage.root, at=NOW - 3 * DAY - HOUR)
    await meet(stage, NOW + DAY, [stage.bob], [])
    await ticking.tick(stage.context, at=NOW)
    rows = await pages(stage, limit=100)
    assert len(rows) == before + 1
    assert (rows[0].session_id, rows[0].seen) == (late, False)


async def test_pages_of_the_past_lose_and_repeat_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    await past(stage)
    whole = await pages(stage, limit=1_000)
    assert len(whole) == 36
    for size in (1, 2, 5, 12):
        monkeypatch.setattr(kept, "PAGE", size)
        assert await pages(stage, limit=1_000) == whole
    assert await pages(stage, limit=7) == whole[:7]


async def test_it_learns_anew_once_enough_more_has_ended(stage: Stage):
    await past(stage)
    assert await risk.refit(stage.context, at=NOW)
    assert not await risk.refit(stage.context, at=NOW)
    first = await kept.newest_fit(stage.context.db.fetch)
    for day in range(risk.REFIT_LEAST):
        await meet(stage, NOW + day * DAY, [stage.ana], [stage.ana])
    later = NOW + (risk.REFIT_LEAST + 1) * DAY
    await ticking.tick(stage.context, at=later)
    assert await risk.refit(stage.context, at=later)
    second = await kept.newest_fit(stage.context.db.fetch)
    assert first is not None
    assert second is not None
    assert (second.cases, second.ended) == (first.cases + risk.REFIT_LEAST, first.ended + risk.REFIT_LEAST)
    assert await stage.rows("SELECT count(*) FROM risk_fit") == [(1,)]
    assert second.id > first.id


async def test_what_was_read_to_learn_is_let_go_of_and_nothing_at_rest(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    await past(stage)
    slimmed: list[Database] = []

    async def slim(db: Database) -> None:
        slimmed.append(db)

    monkeypatch.setattr(Database, "slim", slim)
    await risk.keep(stage.context, at=NOW)
    assert slimmed
    slimmed.clear()
    await risk.keep(stage.context, at=NOW)
    assert not slimmed


async def test_it_learns_anew_every_few_hours_at_most(stage: Stage):
    await past(stage)
    assert await risk.refit(stage.context, at=NOW)
    for day in range(risk.REFIT_LEAST):
        await meet(stage, NOON + (14 + day) * DAY, [stage.ana], [stage.ana])
    await ticking.tick(stage.context, at=NOW)
    assert not await risk.refit(stage.context, at=NOW + risk.REFIT_EVERY - HOUR)
    assert await risk.refit(stage.context, at=NOW + risk.REFIT_EVERY)


async def test_of_each_person_the_newest_bookings_are_read(stage: Stage):
    await past(stage)
    fetch = stage.context.db.fetch
    everyone = [stage.ana, stage.bob, stage.cyd]
    whole = await kept.bookings_of(fetch, everyone, before=to_ms(NOW), newest=100)
    assert len(whole) == 36
    newest = await kept.bookings_of(fetch, everyone, before=to_ms(NOW), newest=5)
    for person in everyone:
        own = sorted((row for row in whole if row.person_id == person), key=lambda row: row.starts_at)
        assert sorted((row for row in newest if row.person_id == person), key=lambda row: row.starts_at) == own[-5:]


async def test_what_was_learned_is_for_those_who_see_all_figures(stage: Stage):
    found = await risk.learned(stage.context, now=NOW, by=stage.root)
    assert (found.fit, found.tested, found.warnings) == (None, None, None)
    await people.add(stage.context, "Vic", by=stage.root, at=NOON, role=Role.VIEWER)
    await risk.learned(stage.context, now=NOW, by=Actor(99, "Vic", Role.VIEWER))
    for role in (Role.PARTICIPANT, Role.MENTOR):
        with pytest.raises(NotAllowed):
            await risk.learned(stage.context, now=NOW, by=Actor(99, "Max", role))


async def test_the_worker_does_it():
    (plan,) = [plan for plan in PLANS if plan.name == "risk"]
    assert plan.act is risk.keep
    assert plan.every <= timedelta(minutes=5)
    assert plan.first_after > timedelta(minutes=1)  # whoever opens a console looks at it first
