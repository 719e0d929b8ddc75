"""BigBlueButton: dashboards and recordings, the vendor's own examples, and everything that can be wrong with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sessiontui.domain.engagement import Engagement
from sessiontui.domain.errors import BadInput
from sessiontui.intake import Attendee, Intake, MeetingReport, read

REAL = Path(__file__).parents[3] / "shared" / "realdata" / "05_bbb"
T0 = 1_700_000_000_000


def dashboard(users: object, **over: object) -> Intake:
    meeting = {"intId": f"abc-{T0}", "extId": "room-1", "name": "Choir", "users": users, "createdOn": T0, **over}
    return read("dashboard.json", json.dumps({"endedOn": T0 + 60_000, **meeting}).encode())


def user(name: str, *spans: tuple[int, int], **more: object) -> dict[str, object]:
    ids = {
        f"w{n}": {"intId": f"w{n}", "registeredOn": T0 + a, "leftOn": T0 + b if b else 0}
        for n, (a, b) in enumerate(spans)
    }
    return {"userKey": name, "extId": name, "name": name, "isModerator": False, "intIds": ids, **more}


def recording(*events: str, meeting_id: str = f"abc-{T0}", name: str = "Choir") -> Intake:
    text = f'<recording meeting_id="{meeting_id}"><meeting id="{meeting_id}" externalId="room-1" name="{name}"/>'
    return read(
        "events.xml",
        (f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n' + "\n".join(events) + "</recording>").encode(),
    )


def came(at: int, user: str, name: str = "Ana", outside: str = "") -> str:
    inner = f"<userId>{user}</userId><externalUserId>{outside}</externalUserId><role>VIEWER</role><name>{name}</name>"
    return f'<event timestamp="{at}" module="PARTICIPANT" eventname="ParticipantJoinEvent">{inner}</event>'


def event(at: int, name: str, inner: str = "", module: str = "PARTICIPANT") -> str:
    return f'<event timestamp="{at}" module="{module}" eventname="{name}">{inner}</event>'


def only(intake: Intake) -> MeetingReport:
    (report,) = intake.reports
    return report


def stayed(row: Attendee) -> timedelta:
    assert row.joined_at is not None
    assert row.left_at is not None
    return row.left_at - row.joined_at


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_vendors_dashboard() -> None:
    report = only(read("learning_dashboard_data.json", (REAL / "learning_dashboard_data.json").read_bytes()))
    assert report.starts_at is not None
    assert report.ends_at is not None
    assert report.ends_at - report.starts_at == timedelta(milliseconds=26_719)
    assert [(row.name, stayed(row)) for row in report.attendees] == [
        ("teacher 1", timedelta(milliseconds=24_256)),
        ("teacher 1", timedelta(milliseconds=4_708)),
    ]
    assert len(report.people()) == 2


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_the_vendors_recording() -> None:
    expected = json.loads((REAL / "sample_expected.json").read_text())
    report = only(read("sample.xml", (REAL / "sample.xml").read_bytes()))
    assert report.title == "Home Room"
    assert report.starts_at is not None
    assert report.ends_at is not None
    assert report.starts_at.replace(microsecond=0) == datetime(2018, 8, 16, 15, 39, 21, tzinfo=UTC)
    assert (report.ends_at - report.starts_at) == timedelta(milliseconds=expected["span_ms"])
    assert {row.name: stayed(row) // timedelta(milliseconds=1) for row in report.attendees} == {
        one["name"]: one["present_ms"] for one in expected["users"].values()
    }


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_a_recording_without_events_is_an_empty_meeting() -> None:
    intake = read("sample_no_events.xml", (REAL / "sample_no_events.xml").read_bytes())
    assert (only(intake).attendees, intake.refusals) == ((), ())
    assert "the recording holds no events" in intake.notes


def test_an_empty_file_says_so() -> None:
    with pytest.raises(BadInput, match="empty"):
        read("empty.xml", b"")


def test_one_who_came_twice_has_two_intervals_in_both_versions() -> None:
    old = only(dashboard({"ana": user("Ana", (0, 10_000), (20_000, 30_000))}))
    sessions = [{"registeredOn": T0, "leftOn": T0 + 10_000}, {"registeredOn": T0 + 20_000, "leftOn": T0 + 30_000}]
    new = only(dashboard({"ana": {**user("Ana"), "intIds": {"w0": {"intId": "w0", "sessions": sessions}}}}))
    assert (
        [stayed(row) for row in old.attendees]
        == [stayed(row) for row in new.attendees]
        == [timedelta(seconds=10)] * 2
    )
    assert len(old.people()) == len(new.people()) == 1


def test_whoever_is_still_there_stays_until_the_meetings_end() -> None:
    assert stayed(only(dashboard({"ana": user("Ana", (10_000, 0))})).attendees[0]) == timedelta(seconds=50)


def test_a_meeting_that_goes_on_has_open_stays() -> None:
    intake = dashboard({"ana": user("Ana", (0, 0)), "bo": user("Bo", (0, 30_000))}, endedOn=0)
    assert only(intake).attendees[0].left_at is None
    assert only(intake).ends_at == datetime.fromtimestamp(T0 / 1000 + 30, UTC)
    assert any("going on" in note for note in intake.notes)


def test_bad_users_are_refused_one_by_one() -> None:
    intake = dashboard({"a": 7, "b": user("", (0, 1)), "c": user("Cem"), "d": user("Dee", (0, 10_000))})
    assert [str(refusal) for refusal in intake.refusals] == [
        "line 1: it is not a user",
        "line 2: the user has no name",
        "line 3: nothing tells when the user was in the meeting",
    ]
    assert [row.name for row in only(intake).attendees] == ["Dee"]
    assert intake.read == 4


def test_a_departure_before_the_arrival_is_kept_and_adds_nothing() -> None:
    (row,) = only(dashboard({"ana": user("Ana", (10_000, 5_000))})).attendees
    assert (row.contradictory, row.seconds) == (True, 0)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"intId":1,"extId":2,"users":[]}',
        b'{"intId":"a","extId":"b","users":{',
        b'{"extId":"","intId":"","users":"x"}',
    ],
)
def test_broken_dashboards_are_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read("dashboard.json", raw)


def test_a_recording_ends_when_it_says_so() -> None:
    report = only(
        recording(came(1_000, "w1"), event(31_000, "EndAndKickAllEvent"), event(99_000, "Later", module="CHAT"))
    )
    assert [stayed(row) for row in report.attendees] == [timedelta(seconds=30)]
    assert report.starts_at == datetime.fromtimestamp(T0 / 1000, UTC)


def test_telephone_lines_are_no_departures() -> None:
    left = event(5_000, "ParticipantLeftEvent", "<participant>w1</participant>", module="VOICE")
    intake = recording(came(1_000, "w1"), left, event(11_000, "Any"))
    assert [stayed(row) for row in only(intake).attendees] == [timedelta(seconds=10)]
    assert intake.notes == ()


def test_leaving_and_coming_again_by_another_id_is_one_person() -> None:
    left = event(4_000, "ParticipantLeftEvent", "<userId>w1</userId>")
    report = only(
        recording(came(1_000, "w1", outside="p1"), left, came(6_000, "w2", outside="p1"), event(9_000, "Any"))
    )
    assert [[stayed(row) for row in rows] for rows in report.people().values()] == [[timedelta(seconds=3)] * 2]


def test_leaving_without_having_come_is_told() -> None:
    intake = recording(came(1_000, "w1"), event(4_000, "ParticipantLeftEvent", "<userId>w9</userId>"))
    assert any("w9 left without having come" in note for note in intake.notes)


def test_a_second_join_is_the_same_stay() -> None:
    report = only(recording(came(1_000, "w1"), came(5_000, "w1"), event(11_000, "Any")))
    assert [stayed(row) for row in report.attendees] == [timedelta(seconds=10)]


def test_newer_recordings_state_the_instant_themselves() -> None:
    report = only(
        recording(
            event(1_000, "Any", f"<timestampUTC>{T0 + 7_000}</timestampUTC>"), came(2_000, "w1"), meeting_id="x"
        )
    )
    assert report.attendees[0].joined_at == datetime.fromtimestamp(T0 / 1000 + 8, UTC)


def test_without_a_day_there_are_totals() -> None:
    intake = recording(came(1_000, "w1"), event(61_000, "Any"), meeting_id="x")
    assert [(row.joined_at, row.seconds) for row in only(intake).attendees] == [(None, 60)]
    assert only(intake).approximate


@pytest.mark.parametrize(
    "raw",
    [
        b'<recording meeting_id="a"><event timestamp="1"',
        b'<!DOCTYPE r [<!ENTITY a "b">]><recording meeting_id="a">&a;</recording>',
        b'<?xml version="1.0"?><!DOCTYPE recording SYSTEM "file:///etc/passwd"><recording meeting_id="a"/>',
    ],
)
def test_broken_or_dangerous_recordings_are_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read("events.xml", raw)


def test_a_declared_encoding_does_not_matter_once_decoded() -> None:
    inner = f'<recording meeting_id="a-{T0}"><meeting id="a-{T0}" name="Zoë"/></recording>'
    text = f'<?xml version="1.0" encoding="utf-16"?>{inner}'
    assert only(read("events.xml", text.encode("utf-16"))).title == "Zoë"


# -- how people took part --------------------------------------------------------------------------------------


def test_a_dashboard_tells_how_people_took_part_by_person_not_by_device() -> None:
    part = {"talk": {"totalTime": 9_540}, "totalOfMessages": 1, "answers": {"p1": ["A"], "p2": []}}
    cams = [{"startedOn": T0, "stoppedOn": T0 + 4_000}, {"startedOn": T0 + 2_000, "stoppedOn": 0}]
    signs = [{"name": "raiseHand", "sentOn": T0}, {"name": "happy", "sentOn": T0}]
    report = only(
        dashboard(
            {
                "a": user("Ana", (0, 9_000), **part, webcams=cams, emojis=signs),
                "b": {**user("Ana", (0, 9_000), **part), "extId": "Ana"},
                "c": user("Bo", (0, 9_000), reactions=[{}], raiseHand=[1, 2]),
                "d": user("Cy", (0, 9_000)),
            }
        )
    )
    assert report.engagement == {
        "id:ana": Engagement(
            talk=timedelta(milliseconds=19_080), webcam=timedelta(seconds=60), messages=2, reactions=1,
            raised_hands=1, poll_answers=2,
        ),
        "id:bo": Engagement(reactions=1, raised_hands=2),
    }  # fmt: skip


@pytest.mark.parametrize(
    "odd", [None, "x", [], {"totalTime": "9"}, {"totalTime": -1}, {"totalTime": 1e40}, {"totalTime": True}]
)
def test_figures_that_are_none_are_left_out(odd: object) -> None:
    report = only(dashboard({"a": user("Ana", (0, 9_000), talk=odd, webcams=[odd], emojis=[odd], answers=odd)}))
    (told,) = report.engagement.values()
    assert told.talk is None
    assert (told.webcam, told.reactions, told.raised_hands) == (timedelta(), 0, 0)


def test_a_recording_tells_who_talked_until_they_stopped_left_or_it_ended() -> None:
    def talks(at: int, user: str, on: bool) -> str:
        inner = f"<participant>{user}</participant><talking>{str(on).lower()}</talking>"
        return event(at, "ParticipantTalkingEvent", inner, "VOICE")

    report = only(
        recording(
            came(0, "w1", "Ana"),
            came(0, "w2", "Bo"),
            talks(1_000, "w1", True),
            talks(2_000, "w1", True),
            talks(4_000, "w1", False),
            talks(5_000, "w2", True),
            event(6_000, "StartWebcamShareEvent", "<stream>cam-w1-7</stream>", "WEBCAM"),
            event(7_000, "PublicChatEvent", "<senderId>w2</senderId><message>hi</message>", "CHAT"),
            event(8_000, "ParticipantStatusChangeEvent", "<userId>w2</userId><status>mood</status><value>x</value>"),
            event(9_000, "EndAndKickAllEvent"),
            talks(9_500, "w1", True),
        )
    )
    ana, bo = report.engagement["id:w1"], report.engagement["id:w2"]
    assert (ana.talk, ana.webcam) == (timedelta(seconds=3), timedelta(seconds=3))
    assert (bo.talk, bo.messages, bo.reactions) == (timedelta(seconds=4), 1, 0)
