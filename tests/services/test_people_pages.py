"""The list of people, likely duplicates, notes, one person whole, and everything that is kept of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.analytics.metrics import Metric
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Move, RequestState, Role, Source
from sessiontui.services import analytics, people, presence, requests, sessions, ticking, undo
from sessiontui.services.candidates import Window, candidates, told
from sessiontui.services.logins import clients
from sessiontui.services.people import listing, notes, page, portable
from sessiontui.services.presence import PresenceReport
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def make(stage: Stage, title: str, *, mentor: int | None = None, at=NOON + HOUR, length=HOUR) -> int:
    draft = SessionDraft(title=title, starts_at=at, ends_at=at + length, mentor_id=mentor, publish=True)
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON, confirm=True)).sessions[0]


async def approve(stage: Stage, session_id: int, person_id: int) -> None:
    await requests.ask(stage.context, session_id, person_id, by=stage.root, at=NOON)
    request = await requests.find(stage.context, session_id, person_id)
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON + HOUR / 2)


async def held(stage: Stage) -> int:
    """One session that Bob mentored, to which Ana came and Cyd did not, and one of his to come."""
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOON, role=Role.MENTOR, zone="Asia/Tokyo")
    one = await make(stage, "Grief circle", mentor=stage.bob)
    await make(stage, "Next circle", mentor=stage.bob, at=NOON + DAY)
    for person in (stage.ana, stage.cyd):
        await approve(stage, one, person)
    for who in (stage.ana, stage.bob):
        for signal, at in ((Signal.JOIN, NOON + HOUR), (Signal.LEAVE, NOON + 2 * HOUR)):
            report = PresenceReport(session_id=one, signal=signal, at=at, source=Source.MANUAL, person_id=who)
            await presence.record(stage.context, [report], by=stage.root, at=at)
    await ticking.tick(stage.context, at=NOON + 3 * HOUR)
    return one


async def test_the_list_tells_sessions_record_and_when_each_was_seen(stage: Stage):
    await held(stage)
    board = await listing.board(stage.context, by=stage.root, now=NOON + 3 * HOUR)
    by_name = {line.person.name: line for line in board.lines}
    assert board.matched == 4
    assert (by_name["Bob"].hosts, by_name["Bob"].takes_part) == (2, 0)
    assert (by_name["Ana"].record.came, by_name["Ana"].record.n) == (1, 1)
    assert (by_name["Cyd"].record.came, by_name["Cyd"].record.n) == (0, 1)
    assert by_name["Ana"].seen_at == NOON + HOUR
    assert by_name["Cyd"].seen_at is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ana", "Bob", "Cyd", "Root"]),
        ("cy", ["Cyd"]),
        ("bob@example.org", ["Bob"]),
        ("role:mentor,superadmin", ["Bob", "Root"]),
        ("has:hosted", ["Bob"]),
        ("has:sessions -has:phone", ["Ana", "Cyd"]),
        ("zone:asia/tokyo", ["Bob"]),
        ("has:login", ["Root"]),
        ("-has:mail", ["Root"]),
        ("is:here", []),
        ("nobody", []),
    ],
)
async def test_the_filter_of_the_list(stage: Stage, query: str, names: list[str]):
    await held(stage)
    board = await listing.board(stage.context, query, by=stage.root, now=NOON + 3 * HOUR)
    assert [line.person.name for line in board.lines] == names
    assert board.matched == len(names)


async def test_who_never_told_that_they_left_is_not_here_once_the_session_is_over(stage: Stage):
    one = await make(stage, "Grief circle")
    await approve(stage, one, stage.ana)
    at = NOON + HOUR
    joined = PresenceReport(session_id=one, signal=Signal.JOIN, at=at, source=Source.MANUAL, person_id=stage.ana)
    await presence.record(stage.context, [joined], by=stage.root, at=at)

    async def here(now: datetime) -> list[str]:
        return [
            line.person.name for line in (await listing.board(stage.context, "is:here", by=stage.root, now=now)).lines
        ]

    assert await here(at) == ["Ana"]
    await sessions.move(stage.context, Move.COMPLETE, one, by=stage.root, at=at + HOUR / 2)
    async with stage.context.db.write(by=stage.root, at=at + HOUR / 2) as tx:
        await tx.run("UPDATE presence SET left_at = NULL WHERE session_id = ?", (one,))
    assert await here(at + HOUR / 2) == []


@pytest.mark.parametrize("query", ["role:king", "has:wings", "-role:mentor", "size:9", "is:tall"])
async def test_a_wrong_term_is_named_with_what_it_could_be(stage: Stage, query: str):
    with pytest.raises(BadInput) as refusal:
        await listing.board(stage.context, query, by=stage.root, now=NOON)
    assert query in refusal.value.detail
    assert refusal.value.hint


@pytest.mark.parametrize("order", listing.ORDERS)
async def test_every_order_pages_through_everybody_once(stage: Stage, order: str):
    await held(stage)
    seen: list[int] = []
    for offset in range(4):
        board = await listing.board(stage.context, by=stage.root, now=NOON, order=order, limit=1, offset=offset)
        seen += [line.person.id for line in board.lines]
    assert sorted(seen) == [1, 2, 3, 4]
    expected = {"name": 2, "newest": 4, "role": 1, "sessions": 3, "seen": 2}
    assert seen[0] == expected[order]


async def test_who_may_not_manage_people_sees_themselves_alone(stage: Stage):
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    board = await listing.board(stage.context, by=bob, now=NOON)
    assert [line.person.id for line in board.lines] == [stage.bob]
    assert not board.all_seen
    own = await page.page(stage.context, stage.bob, by=bob, now=NOON)
    assert own.notes == ()
    for refused in (
        page.page(stage.context, stage.ana, by=bob, now=NOON),
        listing.alike(stage.context, by=bob),
        notes.write(stage.context, stage.ana, "x", by=bob, at=NOON),
        portable.portable(stage.context, stage.ana, by=bob, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_likely_duplicates_are_told_with_the_reasons_and_stay_two(stage: Stage):
    add = {"by": stage.root, "at": NOON}
    await people.edit(stage.context, stage.ana, phone="+34 600-000-001", zone="Europe/Madrid", **add)
    await people.add(stage.context, "Anna", email="ANA+news@example.org", phone="0034 600 000 001", **add)
    await people.add(stage.context, "Bob", zone="Europe/Madrid", **add)
    await people.add(stage.context, "Ana", zone="Europe/Madrid", **add)
    found = await listing.alike(stage.context, by=stage.root)
    assert [(two.kept.id, two.other.id, two.reasons) for two in found] == [
        (2, 5, ("same address", "same phone")),
        (2, 7, ("same name and zone",)),
    ]
    assert len(await people.everyone(stage.context)) == 7


async def test_a_note_is_written_edited_removed_and_each_taken_back(stage: Stage):
    context, by = stage.context, stage.root
    written = await notes.write(context, stage.ana, "prefers mornings", by=by, at=NOON)
    (note,) = await notes.notes(context, stage.ana, by=by)
    edited = await notes.edit(context, note.id, "prefers evenings", by=by, at=NOON + HOUR)
    (note,) = await notes.notes(context, stage.ana, by=by)
    assert (note.text, note.at, [old.text for old in note.before]) == (
        "prefers evenings", NOON + HOUR, ["prefers mornings"],
    )  # fmt: skip
    with pytest.raises(Conflict, match="changed since"):
        await undo.undo(context, by=by, at=NOON, entry=written.undo)
    await undo.undo(context, by=by, at=NOON, entry=edited.undo)
    (note,) = await notes.notes(context, stage.ana, by=by)
    assert (note.text, note.before) == ("prefers mornings", ())
    removed = await notes.remove(context, note.id, by=by, at=NOON)
    assert await notes.notes(context, stage.ana, by=by) == ()
    await undo.undo(context, by=by, at=NOON, entry=removed.undo)
    assert len(await notes.notes(context, stage.ana, by=by)) == 1
    told = await stage.rows("SELECT sentence || detail FROM audit_entry WHERE action = 'person.note'")
    assert len(told) == 3
    assert not [line for line in told if "mornings" in str(line)], "what a note says stands in no entry"


async def test_one_person_whole(stage: Stage):
    one = await held(stage)
    found = await page.page(stage.context, stage.ana, by=stage.root, now=NOON + 3 * HOUR)
    assert [(part.session_id, part.word, part.seen) for part in found.parts] == [(one, "participant", True)]
    assert (found.record.came, found.record.n) == (1, 1)
    assert found.first_seen == NOON + HOUR
    assert found.mentor is None


async def test_a_mentors_page(stage: Stage):
    await held(stage)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    for by in (stage.root, bob):
        found = (await page.page(stage.context, stage.bob, by=by, now=NOON + 3 * HOUR)).mentor
        assert found is not None
        assert [one.title for one in found.coming] == ["Next circle"]
        assert [(one.title, one.came, one.approved) for one in found.past] == [("Grief circle", 1, 2)]
        figures = {figure.metric: figure for figure in found.figures}
        assert (figures[Metric.COMPLETION_RATE].value, figures[Metric.COMPLETION_RATE].n) == (1.0, 1)
        assert (figures[Metric.SHOW_UP_RATE].value, figures[Metric.SHOW_UP_RATE].n) == (0.5, 2)
        assert (figures[Metric.RESPONSE_TIME].median, figures[Metric.RESPONSE_TIME].p90) == (30.0, 30.0)
        assert [week.sessions for week in found.weeks if week.is_now] == [2]
        assert sum(week.sessions for week in found.weeks) == 2
        assert [booking.title for booking in found.bookings] == ["Next circle"]
        assert len(found.days_from) == 8


async def test_a_mentors_figures_are_those_of_the_analytics(stage: Stage):
    await held(stage)
    now = NOON + 3 * HOUR
    found = (await page.page(stage.context, stage.bob, by=stage.root, now=now)).mentor
    asked = await analytics.figures(stage.context, by=stage.root, now=now, query=f"mentor:#{stage.bob}")
    assert found is not None
    assert list(found.figures) == [asked.figure(figure.metric) for figure in found.figures]


async def test_everything_that_is_kept_of_a_person_is_handed_out_once_asked_and_written_down(stage: Stage):
    one = await held(stage)
    await notes.write(stage.context, stage.ana, "prefers mornings", by=stage.root, at=NOON)
    told = await portable.portable(stage.context, stage.ana, by=stage.root, at=NOON + 3 * HOUR)
    assert told["person"]["email"] == "ana@example.org"
    assert told["requests"][0]["session"] == one
    assert told["presence"][0]["joined_at"] == "2026-05-04T13:00:00Z"
    assert told["notes"][0]["text"] == "prefers mornings"
    own = await portable.portable(
        stage.context, stage.ana, by=Actor(stage.ana, "Ana", Role.PARTICIPANT), at=NOON + 3 * HOUR
    )
    assert "notes" not in own
    assert len(await stage.rows("SELECT 1 FROM audit_entry WHERE action = 'person.export'")) == 2


async def test_candidates_say_who_is_free_how_busy_each_is_and_what_time_it_is_for_them(stage: Stage):
    await held(stage)
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, role=Role.MENTOR)
    at = NOON + DAY + HOUR / 2
    found = await candidates(stage.context, [Window(at, at + HOUR)], by=stage.root, now=NOON)
    assert [one.person.name for one in found] == ["Ana", "Root", "Bob"]
    free, _, busy = found
    assert free.is_free
    assert (busy.day, busy.on_day, busy.in_week, busy.booked) == ("that day", 1, 2, 2 * HOUR)
    assert busy.standing(ZoneInfo("UTC")) == "busy: Next circle #2 (12:00 to 13:00 UTC)"
    assert busy.standing(ZoneInfo("Asia/Tokyo")) == "busy: Next circle #2 (21:00 to 22:00)", "as the clock beside it"
    assert busy.local == "21:00"
    text = told(busy, NOON, stage.context.zone)
    assert text.endswith("next Tue 05 May 12:00 Next circle; 21:00 for them")
    touching = await candidates(
        stage.context, [Window(NOON + DAY + HOUR, NOON + DAY + 2 * HOUR)], by=stage.root, now=NOON
    )
    assert all(one.is_free for one in touching)


async def test_programs_that_call_the_http_api_are_no_candidates(stage: Stage):
    await clients.add(stage.context, "Portal", "read", by=stage.root, at=NOON + HOUR)
    await clients.add(stage.context, "Robot of Root", "read", by=stage.root, at=NOON + HOUR, person_id=stage.root.id)
    found = await candidates(stage.context, [Window(NOON, NOON + HOUR)], by=stage.root, now=NOON)
    assert [one.person.name for one in found] == ["Root"], "who lends a client their rights is still a person"
