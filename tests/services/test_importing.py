"""Importing the program's own shapes: what they mean, that order does not matter, and that again changes nothing."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound
from sessiontui.domain.vocabulary import Badge, Control, Move, RequestState, Role, Status
from sessiontui.services import audit, boards, importing, people, requests, sessions, ticking
from sessiontui.services.importing import ImportOptions, Phase, SourceFile, Verdict
from sessiontui.services.sessions import SessionEdit
from tests.conftest import NOON, Stage, build_stage

from .import_stage import (
    LATER,
    board,
    clock,
    counts,
    dump,
    jsonl,
    line,
    move,
    person,
    presence,
    request,
    session,
    shown,
    take,
)

MIN = timedelta(minutes=1)


@pytest.fixture(params=["at once", "apart"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows are taken in one transaction, many in a workshop: both do the same."""
    if request.param == "apart":
        monkeypatch.setattr("sessiontui.services.importing.FEW", -1)
        monkeypatch.setattr("sessiontui.store.workshop.delivering.FEW", 0)


async def detail(stage: Stage, session_id: int, *, now=LATER):
    return await boards.detail(stage.context, session_id, now=now, by=stage.root)


async def only(stage: Stage, outside: str = "s1") -> int:
    return await boards.find(stage.context, f"import:{outside}")


# -- what the lines mean --------------------------------------------------------------------------------


async def test_control_is_the_state_before_the_first_move_and_moves_fold(stage: Stage):
    told = [session(control="draft"), move("publish", "12:00"), move("start", "14:05"), move("complete", "14:50")]
    assert counts(await take(stage, *told)) == (4, 0, 0, 0)
    seen = [(await line(stage, at=clock(when))).control for when in ("11:59", "12:00", "14:05", "14:49", "14:50")]
    assert seen == ["draft", "scheduled", "running", "running", "completed"]
    assert (await line(stage)).control is Control.COMPLETED


@pytest.mark.parametrize(("word", "field"), [("cancelled", "cancelled_at"), ("completed", "completed_at")])
async def test_an_ending_without_moves_was_scheduled_before(stage: Stage, word: str, field: str):
    await take(
        stage,
        session(
            control=word, cancel_reason="ill" if word == "cancelled" else None, **{field: "2026-05-04T14:20:00Z"}
        ),
    )
    assert (await line(stage, at=clock("14:19"))).control is Control.SCHEDULED
    assert (await line(stage, at=clock("14:20"))).control == word


async def test_an_ending_without_an_instant_counts_as_always(stage: Stage):
    await take(stage, session(control="cancelled"))
    assert (await line(stage, at=clock("01:00"))).status is Status.CANCELLED


async def test_started_at_is_when_it_began(stage: Stage):
    await take(stage, session(started_at="2026-05-04T13:50:00Z"), person(), presence("13:52", "14:30"))
    found = await line(stage)
    assert found.actual == 38 * MIN
    assert (await line(stage, at=clock("13:55"))).status is Status.ACTIVE


@pytest.mark.parametrize("control", ["paused", "completed"])
async def test_started_at_counts_also_where_it_was_no_longer_going_on(stage: Stage, control: str):
    told = session(control=control, started_at="2026-05-04T13:50:00Z")
    await take(stage, told, person(), presence("13:52", "14:30"))
    found = await line(stage)
    assert (found.control, found.actual) == (control, 38 * MIN)
    before = dump(stage.path)
    await take(stage, told, person(), presence("13:52", "14:30"))
    assert dump(stage.path) == before


async def test_started_at_may_be_told_later(stage: Stage):
    await take(stage, session(control="paused"), person(), presence("13:52", "14:30"))
    assert (await line(stage)).actual == 30 * MIN
    await take(stage, session(control="paused", started_at="2026-05-04T13:50:00Z"))
    assert (await line(stage)).actual == 38 * MIN
    assert await ticking.rebuild(stage.context, at=LATER) == 0


async def test_creation_bounds_the_past(stage: Stage):
    await take(stage, session(created_at="2026-05-03T10:00:00Z"), session("s2", title="Always"))
    assert [each.title for each in (await board(stage, at=clock("10:00") - timedelta(days=1, minutes=1))).lines] == [
        "Always"
    ]
    assert {each.title for each in (await board(stage, at=clock("10:00") - timedelta(days=1))).lines} == {
        "Always",
        "Grief circle",
    }
    assert [each.title for each in (await board(stage, at=clock("10:00").replace(year=1990))).lines] == ["Always"]


async def test_a_day_is_derived_at_every_boundary(stage: Stage):
    await take(
        stage,
        person(),
        person("p9", "Amara", role="mentor"),
        session(author="p9", created_at="2026-05-04T08:00:00Z", capacity=8),
        request(
            state="approved", requested_at="2026-05-04T09:00:00Z", decided_at="2026-05-04T10:00:00Z", decided_by="p9"
        ),
        presence("14:05", "14:35"),
        presence("14:38", "14:58"),
        move("pause", "14:45"),
        move("resume", "14:50"),
    )
    expected = [
        ("08:59", "created"),
        ("09:00", "has_requests"),
        ("09:59", "has_requests"),
        ("10:00", "approved"),
        ("13:29", "approved"),
        ("13:30", "upcoming"),
        ("13:59", "upcoming"),
        ("14:00", "waiting"),
        ("14:04", "waiting"),
        ("14:05", "active"),
        ("14:34", "active"),
        ("14:35", "waiting"),
        ("14:38", "active"),
        ("14:45", "paused"),
        ("14:49", "paused"),
        ("14:50", "active"),
        ("14:58", "waiting"),
        ("15:00", "ended_complete"),
    ]
    assert [(when, str((await line(stage, at=clock(when))).status)) for when, _ in expected] == expected
    assert not (await board(stage, at=clock("07:59"))).lines
    assert (await line(stage)).actual == 45 * MIN


async def test_unknown_ids_are_refused_or_known_by_id_alone(stage: Stage):
    report = await take(
        stage,
        session(author="ghost"),
        request("nowhere"),
        presence("14:00", None, "nowhere"),
        move("start", "14:00", "nowhere"),
    )
    assert counts(report) == (1, 0, 0, 3)
    assert {refusal.reason for refusal in report.files[0].refusals} == {"session 'nowhere' of 'import' is unknown"}
    assert sorted(refusal.line for refusal in report.files[0].refusals) == [2, 3, 4]
    assert report.files[0].notes == ["known by id only, no file tells their names: ghost"]
    assert (await line(stage)).author == "ghost"
    await take(stage, person("ghost", "Amara"))
    assert (await line(stage)).author == "Amara"


async def test_a_move_that_leads_nowhere_is_refused_and_named(stage: Stage):
    told = [
        session(),
        move("resume", "14:00"),
        move("complete", "14:30"),
        move("extend", "14:40", ends_at="2026-05-04T16:00:00Z"),
    ]
    first, again = await take(stage, *told), await take(stage, *told)
    assert (counts(first), counts(again)) == ((2, 0, 0, 2), (0, 0, 2, 2))
    assert [(refusal.line, refusal.reason) for refusal in first.files[0].refusals] == [
        (2, "a scheduled session cannot be resumed: only a paused one can, and is running then"),
        (4, "a completed session cannot be extended: only a scheduled, running or paused one can"),
    ]


async def test_a_move_cannot_turn_the_window_round(stage: Stage):
    report = await take(stage, session(), move("extend", "14:10", ends_at="2026-05-04T13:00:00Z"))
    assert counts(report) == (1, 0, 0, 1)
    assert (await line(stage)).ends_at == clock("15:00")


async def test_moves_of_one_instant_are_taken_in_the_order_that_is_possible(stage: Stage):
    told = [move("complete", "14:10"), move("pause", "14:10"), move("resume", "14:10"), move("start", "14:10")]
    assert counts(await take(stage, session(), *told)) == (5, 0, 0, 0)
    assert (await line(stage)).control is Control.COMPLETED


async def test_a_reassignment_without_a_mentor_takes_the_mentor_away(stage: Stage):
    await take(stage, person("p2", "Lee"), session(mentor="p2"), move("reassign", "13:00"))
    assert ((await line(stage)).mentor, (await line(stage, at=clock("12:59"))).mentor) == ("", "Lee")


# -- again, and after people acted --------------------------------------------------------------------------------

WORLD = (
    person("p1", "Ina", email="ina@example.org"),
    person("p2", "Lee"),
    person("p9", "Amara", role="mentor"),
    session("s1", author="p9", capacity=3, tags=["grief", "ä;b"], fields={"a": [1, 1.5, None, {"b": True}]}),
    session("s2", title="Paused", kind="work", author="p9"),
    session("s3", title="Cancelled", control="cancelled", cancelled_at="2026-05-04T13:00:00Z", cancel_reason="ill"),
    session(
        "s4",
        title="Done",
        control="completed",
        started_at="2026-05-04T14:01:00Z",
        completed_at="2026-05-04T14:40:00Z",
    ),
    request(
        state="approved", requested_at="2026-05-03T10:00:00Z", decided_at="2026-05-03T11:00:00Z", decided_by="p9"
    ),
    request(who="p2", state="withdrawn", requested_at="2026-05-03T10:00:00Z", decided_at="2026-05-03T12:00:00Z"),
    request(
        "s4", state="rejected", requested_at="2026-05-03T10:00:00Z", decided_at="2026-05-03T09:00:00Z", reason="full"
    ),
    presence("14:05", "14:35"),
    presence("14:20", "14:50", who="p2"),
    presence("14:10", "14:00", "s4"),
    presence("14:10", None, "s4", "p2"),
    move("start", "14:00", "s2", by="p9"),
    move("pause", "14:10", "s2", by="p9"),
    move("resume", "14:20", "s2", by="p9"),
    move("complete", "14:50", "s2", by="p9"),
)


async def test_importing_twice_changes_nothing(stage: Stage):
    first = await take(stage, *WORLD)
    assert counts(first) == (len(WORLD), 0, 0, 0)
    before, picture = dump(stage.path), shown(await board(stage))
    again = await take(stage, *WORLD, at=LATER + timedelta(days=1))
    assert counts(again) == (0, 0, len(WORLD), 0)
    assert dump(stage.path) == before
    assert shown(await board(stage)) == picture


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_of_lines_and_files_gives_the_same_board(tmp_path: Path, seed: int):
    pictures = []
    for shuffled in (False, True):
        stage = await build_stage(tmp_path / str(shuffled))
        lines, order = list(WORLD), random.Random(seed)
        if shuffled:
            order.shuffle(lines)
        cut = sorted(order.sample(range(1, len(lines)), 2))
        files = [
            jsonl(*part, name=f"{place}.jsonl")
            for place, part in enumerate((lines[: cut[0]], lines[cut[0] : cut[1]], lines[cut[1] :]))
        ]
        assert counts(await take(stage, *files)) == (len(WORLD), 0, 0, 0)
        pictures.append(
            [shown(await board(stage, at=clock(when))) for when in ("09:00", "14:00", "14:15", "14:30", "15:00")]
        )
        await stage.context.db.close()
    assert pictures[0] == pictures[1]


async def test_what_an_admin_did_since_stays(stage: Stage):
    told = [
        person(),
        person("p2", "Lee"),
        session(),
        session("s2", title="Two"),
        request(requested_at="2026-05-01T10:00:00Z"),
        request("s2", "p2"),
    ]
    await take(stage, *told, at=NOON)
    one, two = await only(stage), await only(stage, "s2")
    context, by = stage.context, stage.root
    asked = await requests.find(context, one, (await people.everyone(context, text="Ina"))[0].id)
    await requests.decide(context, [asked], RequestState.APPROVED, by=by, at=NOON)
    await sessions.move(context, Move.EXTEND, one, by=by, at=NOON, ends_at=clock("16:00"))
    await sessions.edit(context, one, SessionEdit(title="Renamed", capacity=5), by=by, at=NOON)
    await sessions.move(context, Move.CANCEL, two, by=by, at=NOON, reason="mine")
    lee = (await people.everyone(context, text="Lee"))[0].id
    await people.edit(context, lee, name="Lee Chan", by=by, at=NOON)
    before = dump(stage.path)
    assert counts(await take(stage, *told)) == (0, 0, len(told), 0)
    assert dump(stage.path) == before
    changed = [person("p2", "Lee Zhou", phone="1"), session(link="https://new.example")]
    assert counts(await take(stage, *changed, at=NOON + MIN)) == (0, 2, 0, 0)
    found = await detail(stage, one, now=NOON + MIN)
    assert (found.line.title, found.line.capacity, found.line.ends_at, found.link) == (
        "Renamed",
        5,
        clock("16:00"),
        "https://new.example",
    )
    assert [(each.name, each.phone) for each in await people.everyone(context, text="Lee")] == [("Lee Chan", "1")]


async def test_a_changed_line_changes_what_it_says_from_its_instant_on(stage: Stage):
    await take(stage, session(capacity=2), at=NOON)
    assert counts(await take(stage, session(capacity=4, ends_at="2026-05-04T15:30:00Z"), at=NOON + MIN)) == (
        0,
        1,
        0,
        0,
    )
    was, now = await line(stage, at=NOON), await line(stage, at=NOON + MIN)
    assert (was.capacity, was.ends_at, now.capacity, now.ends_at) == (2, clock("15:00"), 4, clock("15:30"))
    assert now.starts_at == clock("14:00")


async def test_half_a_new_window_never_turns_an_edited_one_round(stage: Stage):
    await take(stage, session(), at=NOON - 5 * 60 * MIN)
    window = {"starts_at": clock("10:00"), "ends_at": clock("11:00")}
    await sessions.move(
        stage.context, Move.RESCHEDULE, await only(stage), by=stage.root, at=NOON - 4 * 60 * MIN, **window
    )
    await take(stage, session(starts_at="2026-05-04T14:30:00Z"), at=NOON - 3 * 60 * MIN)
    found = await line(stage)
    assert (found.starts_at, found.ends_at) == (clock("14:30"), clock("15:00"))


@pytest.mark.parametrize(
    "later",
    [
        {"control": "completed", "completed_at": "2026-05-04T14:40:00Z"},
        {"control": "completed", "started_at": "2026-05-04T13:50:00Z", "completed_at": "2026-05-04T14:40:00Z"},
        {"control": "cancelled", "cancelled_at": "2026-05-04T13:00:00Z", "cancel_reason": "ill"},
        {"started_at": "2026-05-04T13:50:00Z"},
    ],
)
async def test_two_imports_end_where_the_last_alone_would(tmp_path: Path, later: dict[str, str]):
    pictures = []
    for versions in ([session(), session(**later)], [session(**later)]):
        stage = await build_stage(tmp_path / str(len(versions)))
        for version in versions:
            await take(stage, person(), version, presence("13:52", "14:30"))
        pictures.append(
            [shown(await board(stage, at=clock(when))) for when in ("12:30", "13:55", "14:10", "14:45", "16:00")]
        )
        before = dump(stage.path)
        await take(stage, versions[-1])
        assert dump(stage.path) == before
        await stage.context.db.close()
    assert pictures[0] == pictures[1]


async def test_moves_that_a_session_told_before_are_recognised(stage: Stage):
    told = session(control="completed", started_at="2026-05-04T14:00:00Z", completed_at="2026-05-04T14:40:00Z")
    await take(stage, told)
    assert counts(await take(stage, move("start", "14:00"), move("complete", "14:40"))) == (0, 0, 2, 0)


async def test_two_lines_of_one_thing_do_not_take_turns(stage: Stage):
    told = [
        person("p1", "Ina"),
        person("p1", "Ina Ray"),
        person("p1", "Ina Ray"),
        session(title="Old"),
        session(title="New"),
        request(state="approved", requested_at="2026-05-01T10:00:00Z", decided_at="2026-05-02T10:00:00Z"),
        request(requested_at="2026-05-01T10:00:00Z"),
        request(state="rejected", requested_at="2026-05-01T10:00:00Z", decided_at="2026-05-01T11:00:00Z"),
        presence("14:00", None),
        presence("14:00", "14:20"),
        presence("14:00", "14:50"),
        presence("14:00", "14:50"),
    ]
    first = await take(stage, *told)
    assert counts(first) == (5, 0, 4, 3)
    assert [refusal.line for refusal in first.files[0].refusals] == [1, 4, 8]
    assert "line 5 of own.jsonl tells otherwise of the same session" in [
        refusal.reason for refusal in first.files[0].refusals
    ]
    before = dump(stage.path)
    again = await take(stage, *told)
    assert again.total("added") == again.total("updated") == 0
    assert dump(stage.path) == before
    found = await line(stage, "New")
    assert (found.approved, found.rejected, found.actual) == (1, 0, 50 * MIN)


# -- requests and presence --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["pending", "approved", "rejected", "withdrawn"])
async def test_every_state_of_a_request(stage: Stage, state: str):
    decided = None if state == "pending" else "2026-05-02T10:00:00Z"
    await take(
        stage,
        person(),
        session(),
        request(state=state, requested_at="2026-05-01T10:00:00Z", decided_at=decided, message="hi"),
    )
    (found,) = (await detail(stage, await only(stage))).requests
    assert (found.person, found.state, found.message) == ("Ina", state, "hi")
    before = await line(stage, at=clock("09:00") - timedelta(days=2))
    assert (before.pending, before.approved, before.rejected) == (1, 0, 0)


async def test_decided_before_it_was_asked_counts_from_the_asking(stage: Stage):
    await take(
        stage,
        person(),
        session(),
        request(state="approved", requested_at="2026-05-02T10:00:00Z", decided_at="2026-05-01T10:00:00Z"),
    )
    day = clock("10:00") - timedelta(days=2)
    assert (await line(stage, at=day - MIN)).approved == 0
    assert (await line(stage, at=day)).approved == 1


async def test_a_request_moves_on_and_a_later_decision_by_hand_stays(stage: Stage):
    asked = {"requested_at": "2026-05-01T10:00:00Z"}
    await take(stage, person(), session(), request(**asked), at=NOON)
    request_id = (await detail(stage, await only(stage), now=NOON)).requests[0].id
    await requests.decide(stage.context, [request_id], RequestState.REJECTED, by=stage.root, at=NOON)
    await take(stage, request(state="approved", decided_at="2026-05-04T11:00:00Z", **asked), at=NOON + MIN)
    assert (await line(stage)).rejected == 1
    await take(stage, request(state="approved", decided_at="2026-05-04T13:00:00Z", **asked))
    assert (await line(stage)).rejected == 1, "the file says no other state than before"
    await take(stage, request(state="withdrawn", decided_at="2026-05-04T13:30:00Z", **asked))
    found = (await detail(stage, await only(stage))).requests[0]
    assert found.state is RequestState.WITHDRAWN
    assert (await line(stage, at=clock("13:29"))).rejected == 1


async def test_the_instant_of_a_request_can_be_corrected(stage: Stage):
    await take(stage, person(), session(), request(requested_at="2026-05-03T10:00:00Z"))
    await take(stage, request(requested_at="2026-05-02T10:00:00Z"))
    assert (await line(stage, at=clock("10:00") - timedelta(days=2))).pending == 1
    assert (await detail(stage, await only(stage))).requests[0].requested_at == clock("10:00") - timedelta(days=2)


async def test_a_leave_is_filled_in_later_and_never_taken_back(stage: Stage):
    await take(stage, person(), session(), presence("14:10", None))
    assert (await line(stage)).actual == 50 * MIN  # an open one lasts until the window ends
    assert counts(await take(stage, presence("14:10", "14:40"))) == (0, 1, 0, 0)
    assert (await line(stage)).actual == 30 * MIN
    assert counts(await take(stage, presence("14:10", None))) == (0, 0, 1, 0)
    assert (await line(stage)).actual == 30 * MIN


async def test_a_contradictory_presence_is_kept_and_adds_no_minutes(stage: Stage):
    await take(stage, person(), session(), presence("14:30", "14:10"))
    (found,) = (await detail(stage, await only(stage))).presence
    assert [stay.contradictory for stay in found.stays] == [True]
    assert (await line(stage)).actual == timedelta()


# -- people --------------------------------------------------------------------------------


async def test_an_address_links_two_sources_and_separates_two_ids_of_one(stage: Stage):
    mail = "ina@example.org"
    await take(stage, person("p1", "Ina", email=mail), person("x7", "Ina R.", email=mail.upper(), source="other"))
    (ina,) = await people.everyone(stage.context, text="Ina")
    assert set(ina.external_ids) == {"import:p1", "other:x7"}
    await take(stage, person("p2", "Twin", email=mail))
    assert len([each for each in await people.everyone(stage.context) if each.email.casefold() == mail]) == 2


async def test_two_sources_do_not_take_turns_at_a_name(stage: Stage):
    mail = "ina@example.org"
    told = [person("p1", "Ina", email=mail), person("x7", "Ina Ray", email=mail, phone="1", source="other")]
    await take(stage, *told)
    before = dump(stage.path)
    assert counts(await take(stage, *told)) == (0, 0, 2, 0)
    assert dump(stage.path) == before
    (ina,) = await people.everyone(stage.context, text="Ina")
    assert (ina.name, ina.phone) == ("Ina", "1")


async def test_a_person_added_by_hand_keeps_name_and_role(stage: Stage):
    await people.add(stage.context, "Dee", by=stage.root, at=NOON, email="dee@example.org", role=Role.ADMIN)
    await take(stage, person("d", "Somebody", email="dee@example.org", role="participant", phone="1"))
    (dee,) = await people.everyone(stage.context, text="Dee")
    assert (dee.name, dee.role, dee.phone) == ("Dee", Role.ADMIN, "1")


@pytest.mark.parametrize(
    ("role", "wanted", "given"),
    [
        (Role.ADMIN, "superadmin", "participant"),
        (Role.ADMIN, "mentor", "mentor"),
        (Role.MENTOR, "admin", "participant"),
    ],
)
async def test_a_file_gives_no_role_that_its_bringer_could_not_give(
    stage: Stage, role: Role, wanted: str, given: str
):
    by = Actor(stage.ana, "Ana", role)
    report = await take(stage, person("z", "Zed", role=wanted), by=by)
    assert (await people.everyone(stage.context, text="Zed"))[0].role == given
    assert bool(report.files[0].notes) == (wanted != given)


async def test_a_mentors_file_does_not_touch_people_who_are_known(stage: Stage):
    await take(stage, person("b", "Boss", email="boss@example.org", role="admin"))
    by = Actor(stage.ana, "Ana", Role.MENTOR)
    told = person("b", "Fool", email="evil@example.org", role="participant")
    assert counts(await take(stage, told, by=by)) == (0, 0, 1, 0)
    (boss,) = await people.everyone(stage.context, text="Boss")
    assert (boss.email, boss.role) == ("boss@example.org", Role.ADMIN)


# -- rights --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTICIPANT])
async def test_who_may_not_import(stage: Stage, role: Role):
    with pytest.raises(NotAllowed):
        await take(stage, session(), by=Actor(stage.ana, "Ana", role))
    assert not (await board(stage)).lines


async def test_a_mentor_imports_own_sessions_only(stage: Stage):
    await take(
        stage,
        person("a", "Ana", email="ana@example.org"),
        person("b", "Bob", email="bob@example.org"),
        session("theirs", author="b"),
    )
    by = Actor(stage.ana, "Ana", Role.MENTOR)
    report = await take(
        stage,
        session("mine", title="Mine", author="a"),
        session("led", title="Led", author="b", mentor="a"),
        session("free", title="Free"),
        session("other", title="Other", author="b"),
        session("theirs", title="Stolen", author="a"),
        request("theirs", "a", "approved"),
        presence("14:00", "14:30", "theirs", "a"),
        move("cancel", "13:00", "theirs"),
        request("mine", "b", "approved"),
        by=by,
    )
    assert counts(report) == (4, 0, 0, 5)
    assert {refusal.line for refusal in report.files[0].refusals} == {4, 5, 6, 7, 8}
    lines = {each.title: each for each in (await board(stage)).lines}
    assert set(lines) == {"Mine", "Led", "Free", "Grief circle"}
    assert lines["Free"].author == "Ana"
    assert lines["Grief circle"].status is Status.ENDED_NO_SHOW


# -- whole or not at all --------------------------------------------------------------------------------


async def test_a_file_that_cannot_be_read_is_an_error_and_leaves_nothing(stage: Stage):
    before = dump(stage.path)
    with pytest.raises(BadInput, match="no known format") as caught:
        await take(stage, SourceFile("b.bin", b"\x01\x02nonsense"))
    assert caught.value.place == "b.bin"
    assert str(caught.value).count("b.bin") == 1
    assert dump(stage.path) == before


async def test_among_several_files_one_that_cannot_be_read_does_not_stop_the_others(stage: Stage):
    report = await take(stage, SourceFile("b.bin", b"\x01\x02nonsense"), jsonl(session()))
    assert counts(report) == (1, 0, 0, 1)
    broken = next(file for file in report.files if file.name == "b.bin")
    assert "no known format" in broken.refusals[0].reason
    assert "b.bin" not in broken.refusals[0].reason
    assert len((await board(stage)).lines) == 1


@pytest.mark.parametrize("phase", [Phase.ROWS, Phase.SESSIONS])
async def test_a_cancelled_import_leaves_nothing_and_the_next_works(stage: Stage, phase: Phase):
    lines = [session(f"s{number}", title=f"T{number}") for number in range(900)]
    before = dump(stage.path)
    told: list[tuple[Phase, int, int]] = []

    def progress(now: Phase, done: int, of: int) -> None:
        told.append((now, done, of))
        if now is phase:
            task.cancel()

    task = asyncio.ensure_future(
        importing.apply(stage.context, [jsonl(*lines)], ImportOptions(), by=stage.root, at=LATER, progress=progress)
    )
    with pytest.raises(asyncio.CancelledError):
        await task
    assert dump(stage.path) == before
    assert told[0] == (Phase.ROWS, 200, 900)
    assert Phase.DELIVERING not in {now for now, _, _ in told}
    assert counts(await take(stage, session())) == (1, 0, 0, 0)


async def test_a_preview_says_what_an_import_does_and_changes_nothing(stage: Stage):
    before = dump(stage.path)
    files = [jsonl(*WORLD, move("start", "10:00", "s3"), request("ghost"))]
    seen = await importing.preview(stage.context, files, ImportOptions(), by=stage.root, at=LATER)
    assert dump(stage.path) == before
    done = await take(stage, *files)
    assert counts(seen) == counts(done)
    assert (seen.done, done.done) == (False, True)
    assert [file.refusals for file in seen.files] == [file.refusals for file in done.files]


async def test_an_import_has_one_audit_entry_and_the_chain_holds(stage: Stage):
    before = len(await boards.trail(stage.context))
    await take(stage, *WORLD)
    await take(stage, *WORLD)
    trail = await boards.trail(stage.context)
    assert len(trail) == before + 1
    assert trail[0].sentence == f"imported 1 file: {len(WORLD)} added, 0 updated, 0 unchanged, 0 refused"
    assert (await audit.verify(stage.context)).is_whole


async def test_a_full_recompute_agrees(stage: Stage):
    await take(stage, *WORLD)
    assert await ticking.rebuild(stage.context, at=LATER) == 0


# -- attaching reports --------------------------------------------------------------------------------

ZOOM = (
    "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
    "{room},{title},05/04/2026 {start}:00 PM,05/04/2026 {end}:00 PM,{host},60,{n}\n\n"
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n{rows}"
)


def zoom(
    *rows: tuple[str, str, str, str],
    room="852 1848 6288",
    title="Sharing",
    start="02:00",
    end="03:00",
    host="amara@example.org",
    name="zoom.csv",
) -> SourceFile:
    text = "".join(
        f"{who},{mail},05/04/2026 {joined}:00 PM,05/04/2026 {left}:00 PM,{_minutes(joined, left)},Yes\n"
        for who, mail, joined, left in rows
    )
    return SourceFile(
        name, ZOOM.format(room=room, title=title, start=start, end=end, host=host, n=len(rows), rows=text).encode()
    )


def _minutes(joined: str, left: str) -> int:
    first, last = (int(hour) * 60 + int(minute) for hour, minute in (joined.split(":"), left.split(":")))
    return max(0, last - first)


async def test_a_report_makes_a_session_with_its_host_as_author(stage: Stage):
    report = await take(stage, zoom(("Ina", "", "02:05", "02:35"), ("Amara", "amara@example.org", "02:00", "03:00")))
    (found,) = report.files[0].attachments
    assert (found.how, found.is_new) == ("made from the report", True)
    row = await line(stage, "Sharing")
    assert (row.author, row.starts_at, row.ends_at, row.actual) == ("Amara", clock("14:00"), clock("15:00"), 30 * MIN)
    assert Badge.UNMATCHED in row.badges


async def test_a_report_goes_where_the_admin_says(stage: Stage):
    await take(stage, session())
    one = await only(stage)
    report = await take(stage, zoom(("Ina", "", "02:05", "02:35"), title="Else"), session_id=one)
    assert [(each.session_id, each.how) for each in report.files[0].attachments] == [(one, "as you said")]
    assert (await line(stage)).actual == 30 * MIN
    with pytest.raises(NotFound):
        await take(stage, zoom(("Ina", "", "02:05", "02:35")), session_id=999)


async def test_a_report_goes_to_the_meeting_of_its_id(stage: Stage):
    await take(stage, session(ends_at="2026-05-04T14:30:00Z"))
    async with stage.context.db.write(by=stage.root, at=LATER) as tx:
        await tx.update("session", await only(stage), meeting_id="85218486288")
    report = await take(stage, zoom(("Ina", "", "02:05", "02:35")))
    assert report.files[0].attachments[0].how == "by meeting id and overlapping window"
    apart = await take(stage, zoom(("Ina", "", "04:05", "04:35"), start="04:00", end="05:00", name="b.csv"))
    assert apart.files[0].attachments[0].is_new


async def test_a_title_is_only_a_proposal(stage: Stage):
    await take(stage, session(title="Sharing"))
    one = await only(stage)
    report = await take(stage, zoom(("Ina", "", "02:05", "02:35")))
    assert report.files[0].attachments[0].is_new
    assert any(f"--session {one}" in note for note in report.files[0].notes)
    assert not (await detail(stage, one)).presence


async def test_only_sure_signs_identify(stage: Stage):
    await take(
        stage,
        person("p1", "Ina", email="ina@example.org"),
        person("p2", "Lee"),
        person("p3", "Kim"),
        person("p4", "Kim"),
        person("p5", "Una"),
        session(),
        *(request(who=who, state="approved") for who in ("p2", "p3", "p4")),
    )
    rows = [("Somebody", "ina@example.org"), ("lee", ""), ("Kim", ""), ("Una", ""), ("Leee", "")]
    report = await take(
        stage, zoom(*((who, mail, "02:05", "02:35") for who, mail in rows)), session_id=await only(stage)
    )
    found = {each.person: each.matched for each in (await detail(stage, await only(stage))).presence}
    assert found == {"Ina": True, "Lee": True, "Kim": False, "Una": False, "Leee": False}
    candidates = {each.name: each.candidates[0].name for each in report.files[0].unmatched}
    assert candidates == {"Kim": "Kim", "Una": "Una", "Leee": "Lee"}
    assert report.files[0].unmatched[0].session_id == await only(stage)


async def test_whom_an_admin_chose_is_remembered(stage: Stage):
    await take(stage, session())
    one = await only(stage)
    await take(stage, zoom(("Annie", "", "02:05", "02:35")), session_id=one)
    async with stage.context.db.write(by=stage.root, at=LATER) as tx:
        await tx.run("UPDATE attendee SET person_id = ? WHERE name = 'Annie'", (stage.ana,))
    report = await take(stage, zoom(("Annie", "", "02:40", "02:50"), name="b.csv"), session_id=one)
    assert not report.files[0].unmatched
    assert {each.person_id for each in (await detail(stage, one)).presence} == {stage.ana}


async def test_a_sure_sign_that_comes_later_identifies(stage: Stage):
    file = zoom(("I. R.", "ina@example.org", "02:05", "02:35"))
    await take(stage, file)
    assert Badge.UNMATCHED in (await line(stage, "Sharing")).badges
    await take(stage, person("p1", "Ina", email="ina@example.org"))
    assert counts(await take(stage, file)) == (0, 1, 0, 0)
    assert Badge.UNMATCHED not in (await line(stage, "Sharing")).badges
    before = dump(stage.path)
    assert counts(await take(stage, file)) == (0, 0, 1, 0)
    assert dump(stage.path) == before


async def test_one_name_on_two_devices_at_one_instant(stage: Stage):
    file = zoom(("Ina", "", "02:05", "02:35"), ("Ina", "", "02:05", "02:50"), ("Ina", "", "02:05", "02:50"))
    await take(stage, file)
    before = dump(stage.path)
    again = await take(stage, file)
    assert counts(again) == (0, 0, 3, 0)
    assert dump(stage.path) == before
    assert (await line(stage, "Sharing")).actual == 45 * MIN


async def test_two_reports_of_one_meeting_do_not_take_turns(stage: Stage):
    files = [zoom(("Ina", "", "02:05", "02:35")), zoom(("Ina", "", "02:05", "02:36"), name="b.csv")]
    await take(stage, *files)
    before = dump(stage.path)
    for order in (files, files[::-1]):
        assert counts(await take(stage, *order)) == (0, 0, 2, 0)
    assert dump(stage.path) == before


async def test_a_mentor_attaches_reports_to_own_sessions_only(stage: Stage):
    await take(
        stage, person("a", "Ana", email="ana@example.org"), session(), session("mine", title="Mine", author="a")
    )
    by = Actor(stage.ana, "Ana", Role.MENTOR)
    with pytest.raises(NotAllowed):
        await take(stage, zoom(("Ina", "", "02:05", "02:35")), by=by, session_id=await only(stage))
    assert counts(await take(stage, zoom(("Ina", "", "02:05", "02:35")), by=by)) == (0, 0, 0, 1)
    own = zoom(("Ina", "", "02:05", "02:35"), host="ana@example.org", title="Own")
    assert counts(await take(stage, own, by=by)) == (1, 0, 0, 0)
    assert counts(
        await take(stage, zoom(("Ina", "", "02:05", "02:35")), by=by, session_id=await only(stage, "mine"))
    ) == (1, 0, 0, 0)


# -- moves are judged by what was true at their instant -------------------------------------------------


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        ([move("pause", "13:00")], "before it is active"),
        ([move("complete", "13:00")], "before it has begun"),
        ([move("cancel", "16:00")], "its history stays as it was"),
        ([move("archive", "13:00")], "before it has ended"),
        ([move("complete", "14:30"), move("reopen", "16:00")], "once its window has ended"),
        ([move("extend", "14:10", ends_at="2026-05-04T14:40:00Z")], "needs a later end"),
    ],
)
async def test_a_move_that_its_instant_forbids_is_refused(stage: Stage, moves: list[dict[str, object]], reason: str):
    report = await take(stage, session(), *moves)
    assert report.total(Verdict.REFUSED) == 1
    assert reason in report.files[0].refusals[0].reason


async def test_who_leaves_at_the_instant_of_a_pause_was_there_for_it(stage: Stage):
    told = [person(), session(), presence("14:00", "14:20"), move("pause", "14:20")]
    assert counts(await take(stage, *told)) == (4, 0, 0, 0)


async def test_a_move_learnt_late_does_not_undo_what_came_after_it(stage: Stage):
    await take(stage, session(), move("start", "14:00"), move("complete", "14:50"))
    late = await take(stage, move("cancel", "13:00"))
    assert counts(late) == (0, 0, 0, 1)
    assert "make the later start" in late.files[0].refusals[0].reason
    assert (await line(stage)).control is Control.COMPLETED


async def test_a_session_at_the_end_of_time_is_refused_and_the_others_stand(stage: Stage):
    far = session("far", starts_at="9999-12-31T22:00:00Z", ends_at="9999-12-31T23:00:00Z")
    assert counts(await take(stage, far, session())) == (1, 0, 0, 1)


async def test_a_zoom_report_finds_the_planned_session_by_the_room_of_its_link(stage: Stage):
    await take(stage, session(link="https://us02web.zoom.us/j/85218486288?pwd=x"))
    raw = (
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
        "852 1848 6288,Anything,05/04/2026 02:01:00 PM,05/04/2026 02:58:00 PM,h@x.org,57,1\n\n"
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
        "Ina,ina@x.org,05/04/2026 02:01:00 PM,05/04/2026 02:58:00 PM,57,Yes\n"
    )
    report = await take(stage, SourceFile("zoom.csv", raw.encode()))
    assert [(part.is_new, part.how) for part in report.files[0].attachments] == [
        (False, "by meeting id and overlapping window")
    ]
    assert len((await board(stage)).lines) == 1
