"""Bookings of Calendly and Cal.com: messages, lists and tables become sessions and requests."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.intake import Intake, MoveRecord, PersonRecord, RequestRecord, SessionRecord, read

REAL = Path(__file__).parents[3] / "shared" / "realdata" / "07b_booking_exports"
START = datetime(2026, 5, 4, 14, tzinfo=UTC)
HEADING = (
    "User Name,User Email,Invitee Name,Invitee Email,Invitee Time Zone,Event Type Name,Start Date & Time,"
    "End Date & Time,Location,Event Created Date & Time,Canceled,Cancellation reason,Marked as No-Show,Event UUID,"
    "Group\n"
)


def invitee(event: str, email: str = "ana@example.org", *, limit: int = 1, **payload: object) -> dict[str, object]:
    scheduled = {
        "uri": "https://api.calendly.example/scheduled_events/EV1",
        "name": "Intro",
        "status": "active",
        "start_time": "2026-05-04T14:00:00.000000Z",
        "end_time": "2026-05-04T14:30:00.000000Z",
        "invitees_counter": {"total": 1, "active": 1, "limit": limit},
        "location": {"type": "zoom", "join_url": "https://meet.example.org/1"},
        "event_memberships": [{"user_email": "Lee@example.org", "user_name": "Dr Lee"}],
    }
    body = {"name": "Ana", "email": email, "timezone": "Europe/Madrid", "created_at": "2026-05-01T10:00:00Z"}
    return {"event": event, "payload": {**body, "scheduled_event": scheduled, **payload}}


def cancelled(email: str = "ana@example.org", *, limit: int = 1) -> dict[str, object]:
    why = {"reason": "ill", "created_at": "2026-05-02T09:00:00Z", "canceler_type": "invitee"}
    return invitee("invitee.canceled", email, limit=limit, cancellation=why)


def lines(*values: object) -> Intake:
    return read("hook.jsonl", "\n".join(json.dumps(value) for value in values).encode())


def sessions(intake: Intake) -> list[SessionRecord]:
    return [record for record in intake.records if isinstance(record, SessionRecord)]


def requests(intake: Intake) -> dict[str, RequestRecord]:
    return {record.person: record for record in intake.records if isinstance(record, RequestRecord)}


def moves(intake: Intake) -> list[MoveRecord]:
    return [record for record in intake.records if isinstance(record, MoveRecord)]


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_vendors_messages_are_one_booking_that_was_called_off() -> None:
    intake = read("calendly_webhooks.jsonl", (REAL / "calendly_webhooks.jsonl").read_bytes())
    (session,) = sessions(intake)
    assert session.ends_at - session.starts_at == timedelta(hours=1)
    assert [(move.move, move.reason) for move in moves(intake)] == [(Move.CANCEL, "Meeting Conflict")]
    assert requests(intake)["test@example.com"].state is RequestState.WITHDRAWN
    assert any("no-show" in note for note in intake.notes)
    assert intake.refusals == ()


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_vendors_heading_is_recognised() -> None:
    heading = json.loads((REAL / "calendly_csv_header.json").read_text())["header"]
    row = dict.fromkeys(heading, "")
    row |= {
        "Invitee Email": "ana@example.org", "Invitee Name": "Ana", "Event Type Name": "Intro", "Canceled": "false",
        "Start Date & Time": "2026-05-04 02:00 pm", "End Date & Time": "2026-05-04 02:30 pm", "Event UUID": "EV1",
    }  # fmt: skip
    (session,) = sessions(read("events.csv", (",".join(heading) + "\n" + ",".join(row.values()) + "\n").encode()))
    assert (session.id, session.starts_at, session.ends_at - session.starts_at) == (
        "EV1",
        START,
        timedelta(minutes=30),
    )


def test_a_message_becomes_a_session_its_people_and_a_request() -> None:
    intake = lines(invitee("invitee.created"))
    (session,) = sessions(intake)
    assert (session.id, session.title, session.mentor, session.link) == (
        "EV1", "Intro", "lee@example.org", "https://meet.example.org/1",
    )  # fmt: skip
    people = {record.id: record.zone for record in intake.records if isinstance(record, PersonRecord)}
    assert people == {"lee@example.org": None, "ana@example.org": "Europe/Madrid"}
    assert requests(intake)["ana@example.org"].state is RequestState.APPROVED


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_messages_does_not_matter(order: tuple[int, ...]) -> None:
    messages = (invitee("invitee.created"), cancelled(), invitee("invitee_no_show.created"))
    intake = lines(*(messages[place] for place in order))
    assert [(move.at, move.reason) for move in moves(intake)] == [(datetime(2026, 5, 2, 9, tzinfo=UTC), "ill")]
    request = requests(intake)["ana@example.org"]
    assert (request.state, request.requested_at) == (
        RequestState.WITHDRAWN, datetime(2026, 5, 1, 10, tzinfo=UTC),
    )  # fmt: skip


def test_one_of_many_who_leaves_gives_back_a_seat_only() -> None:
    intake = lines(invitee("invitee.created", "bo@example.org", limit=8), cancelled(limit=8))
    assert moves(intake) == []
    assert sessions(intake)[0].capacity == 8
    states = {person: request.state for person, request in requests(intake).items()}
    assert states == {"bo@example.org": RequestState.APPROVED, "ana@example.org": RequestState.WITHDRAWN}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (7, "it is no message about an invitee"),
        ({"event": "routing_form_submission.created", "payload": {}}, "it is no message about an invitee"),
        ({"event": "invitee.created", "payload": {}}, "nothing tells which event it is"),
        (invitee("invitee.created", scheduled_event={"uri": "x"}), "nothing tells when the event is"),
        (invitee("invitee.created", scheduled_event={"uri": "x", "start_time": "soon"}), "start_time: "),
    ],
)
def test_bad_messages_are_refused_and_the_rest_is_taken(value: object, reason: str) -> None:
    intake = lines(invitee("invitee.created"), value)
    assert [refusal.line for refusal in intake.refusals] == [2]
    assert intake.refusals[0].reason.startswith(reason)
    assert len(sessions(intake)) == 1


def test_a_table_of_events() -> None:
    text = HEADING + (
        "Dr Lee,lee@example.org,Ana,ana@example.org,Europe/Madrid,Intro,2026-05-04 04:00 pm,2026-05-04 04:30 pm,,"
        "2026-05-01 09:00 am,false,,No,EV1,false\n"
        "Dr Lee,lee@example.org,Bo,bo@example.org,UTC,Intro,2026-05-05 04:00 pm,2026-05-05 04:30 pm,,"
        '2026-05-01 09:00 am,true,"ill, alas",,EV2,false\n'
        "Dr Lee,lee@example.org,Cem,not an address,UTC,Intro,never,2026-05-05 04:30 pm,,,false,,,EV3,false\n"
    )
    intake = read("events.csv", text.encode(), zone=ZoneInfo("Europe/Madrid"))
    assert [(session.id, session.starts_at) for session in sessions(intake)] == [
        ("EV1", START),
        ("EV2", START + timedelta(days=1)),
    ]
    assert [(move.session, move.reason) for move in moves(intake)] == [("EV2", "ill, alas")]
    assert [(refusal.line, refusal.reason) for refusal in intake.refusals] == [(4, "'never' is not a date and time")]


def booking(**over: object) -> dict[str, object]:
    return {
        "id": 11, "uid": "uid-1", "title": "Intro", "status": "accepted",
        "start": "2026-05-04T14:00:00.000Z", "end": "2026-05-04T14:30:00.000Z",
        "createdAt": "2026-05-01T10:00:00.000Z", "location": "https://meet.example.org/2",
        "hosts": [{"id": 1, "name": "Dr Lee", "email": "lee@example.org", "timeZone": "UTC"}],
        "attendees": [{"name": "Ana", "email": "ana@example.org", "timeZone": "Europe/Madrid", "absent": False}],
        **over,
    }  # fmt: skip


def test_both_versions_of_the_list_say_the_same() -> None:
    second = {"status": "success", "data": [booking()]}
    old = booking(
        startTime="2026-05-04T14:00:00Z", endTime="2026-05-04T14:30:00Z", status="ACCEPTED", user=booking()["hosts"]
    )
    old["user"] = {"name": "Dr Lee", "email": "lee@example.org", "timeZone": "UTC"}
    for name in ("start", "end", "hosts"):
        del old[name]
    first = {"bookings": [old]}
    answers = [read("cal.json", json.dumps(answer, indent=2).encode()) for answer in (first, second)]
    assert answers[0].records == answers[1].records
    assert requests(answers[0])["ana@example.org"].state is RequestState.APPROVED
    assert sessions(answers[0])[0].mentor == "lee@example.org"


@pytest.mark.parametrize(
    ("status", "state", "is_off"),
    [
        ("accepted", RequestState.APPROVED, False),
        ("PENDING", RequestState.PENDING, False),
        ("cancelled", RequestState.WITHDRAWN, True),
        ("rejected", RequestState.REJECTED, True),
    ],
)
def test_the_status_of_a_booking_is_that_of_its_requests(status: str, state: RequestState, is_off: bool) -> None:
    intake = read("cal.json", json.dumps({"status": "success", "data": [booking(status=status)]}).encode())
    assert requests(intake)["ana@example.org"].state is state
    assert bool(moves(intake)) == is_off


def hook(trigger: str, **payload: object) -> dict[str, object]:
    return {"triggerEvent": trigger, "createdAt": "2026-05-02T09:00:00Z", "payload": booking(**payload)}


def test_messages_of_one_booking_are_folded() -> None:
    intake = lines(
        hook("BOOKING_REQUESTED"), hook("BOOKING_CREATED"), hook("BOOKING_CANCELLED", cancellationReason="ill")
    )
    assert len(sessions(intake)) == 1
    assert [(move.at, move.reason) for move in moves(intake)] == [(datetime(2026, 5, 2, 9, tzinfo=UTC), "ill")]
    assert requests(intake)["ana@example.org"].state is RequestState.WITHDRAWN


def test_a_moved_booking_calls_the_old_date_off() -> None:
    moved = hook(
        "BOOKING_RESCHEDULED",
        uid="uid-2",
        rescheduleUid="uid-1",
        start="2026-05-06T14:00:00Z",
        end="2026-05-06T14:30:00Z",
    )
    intake = lines(hook("BOOKING_CREATED"), moved)
    assert [(move.session, move.reason) for move in moves(intake)] == [("uid-1", "rescheduled")]
    assert [session.id for session in sessions(intake)] == ["uid-1", "uid-2"]


def test_what_no_booking_is_told_of_is_refused() -> None:
    intake = lines(
        hook("BOOKING_CREATED"),
        {"triggerEvent": "MEETING_ENDED", "payload": {}},
        hook("BOOKING_CREATED", uid=None, id=None),
    )
    assert [refusal.line for refusal in intake.refusals] == [2, 3]


def test_guests_that_an_invitee_brings_come_and_stay_away_with_them() -> None:
    brought = {"scheduled_event": {**scheduled_of(invitee("")), "event_guests": [{"email": "Di@example.org"}, {}, 3]}}
    message = invitee("invitee.created", **brought)
    assert {who: one.state for who, one in requests(lines(message)).items()} == {
        "ana@example.org": RequestState.APPROVED,
        "di@example.org": RequestState.APPROVED,
    }
    gone = invitee("invitee.canceled", cancellation={"reason": "ill"}, **brought)
    assert {one.state for one in requests(lines(message, gone)).values()} == {RequestState.WITHDRAWN}


def scheduled_of(message: dict[str, object]) -> dict[str, object]:
    payload = message["payload"]
    assert isinstance(payload, dict)
    scheduled = payload["scheduled_event"]
    assert isinstance(scheduled, dict)
    return scheduled


def test_guests_in_a_cell_of_the_table_and_a_row_without_an_end() -> None:
    text = (
        "Invitee Email,Event Type Name,Start Date & Time,Canceled,Guest Email(s)\n"
        'ana@example.org,Intro,2026-05-04 14:00,false,"bo@example.org, cy@example.org; nobody"\n'
        "di@example.org,Review,2026-05-04 14:00,false,\n"
    )
    intake = read("events.csv", text.encode())
    assert [(one.title, one.starts_at, one.ends_at - one.starts_at) for one in sessions(intake)] == [
        ("Intro", START, timedelta(hours=1)),
        ("Review", START, timedelta(hours=1)),
    ]
    assert set(requests(intake)) == {"ana@example.org", "bo@example.org", "cy@example.org", "di@example.org"}
    assert any("'nobody' has no usable e-mail address" in note for note in intake.notes)


def test_older_messages_name_the_invitee_and_the_host_otherwise() -> None:
    message = {
        "event": "invitee.created",
        "payload": {
            "event_type": {"name": "Intro"},
            "event": {
                "uuid": "EV1", "start_time": "2026-05-04T14:00:00Z", "end_time": "2026-05-04T14:15:00Z",
                "extended_assigned_to": [{"name": "Dr Lee", "email": "lee@example.org"}],
            },
            "invitee": {"name": "Ana", "email": "ana@example.org", "timezone": "UTC"},
        },
    }  # fmt: skip
    intake = lines(message)
    (session,) = sessions(intake)
    assert (session.id, session.title, session.mentor) == ("EV1", "Intro", "lee@example.org")
    assert requests(intake)["ana@example.org"].state is RequestState.APPROVED


def test_a_booking_told_beside_its_trigger() -> None:
    message = {
        "triggerEvent": "BOOKING_CREATED", "createdAt": "2026-05-01T10:00:00Z", "uid": "B1", "title": "Intro",
        "startTime": "2026-05-04T14:00:00Z", "endTime": "2026-05-04T14:30:00Z",
        "organizer": {"name": "Lee", "email": "lee@example.org"},
        "attendees": [{"name": "Ana", "email": "ana@example.org"}],
    }  # fmt: skip
    intake = read("hook.json", json.dumps([message], indent=1).encode())
    assert [(one.id, one.mentor) for one in sessions(intake)] == [("B1", "lee@example.org")]
    assert set(requests(intake)) == {"ana@example.org"}
