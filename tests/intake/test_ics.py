# ruff: noqa: E501 - the lines of exports are as long as they are
from __future__ import annotations

import json
import warnings
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Control, Priority, RequestState
from sessiontui.intake import PersonRecord, QuestionKind, RequestRecord, SeriesRecord, SessionRecord, read

from .files import REALDATA, at, needs_realdata, read_real, read_text

CALENDARS = sorted((REALDATA / "06_ical").rglob("*.ics")) if REALDATA.is_dir() else []


def calendar(*events: str, head: str = "") -> str:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{body}END:VCALENDAR\r\n"


def sessions(intake) -> list[SessionRecord]:
    return [record for record in intake.records if isinstance(record, SessionRecord)]


def one(text: str, **options) -> SessionRecord:
    (session,) = sessions(read_text(text, name="x.ics", **options))
    return session


@pytest.mark.parametrize("path", CALENDARS, ids=lambda path: path.name)
def test_every_real_calendar_is_read_or_refused(path):
    try:
        intake = read(path.name, path.read_bytes())
    except BadInput:
        return
    lines = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert intake.read == intake.accepted + len(intake.refusals)
    for session in sessions(intake):
        assert session.ends_at > session.starts_at
        assert lines[session.line - 1].strip().upper() == "BEGIN:VEVENT"
    for refusal in intake.refusals:
        assert refusal.line <= len(lines)
    assert read(path.name, path.read_bytes()) == intake


@needs_realdata
def test_instants_agree_with_the_recorded_occurrences():
    occurrences = {}
    for line in (REALDATA / "06_ical/recurring_ical_events_expected.jsonl").read_text().splitlines():
        case = json.loads(line)
        for found in case["occurrences"]:
            if found["type"] == "VEVENT" and "T" in found["start"] and found["tz"]:
                start = datetime.fromisoformat(found["start"])
                if start.tzinfo is not None:
                    end = datetime.fromisoformat(found["end"])
                    occurrences.setdefault((case["calendar"], found["uid"], start), (end, found["summary"].strip()))
    compared = 0
    for path in (p for p in CALENDARS if p.parent.name == "recurring_ical_events"):
        intake = read(path.name, path.read_bytes())
        for session in sessions(intake) + [repeated.first for repeated in series(intake)]:
            expected = occurrences.get((path.name, session.series or session.id, session.starts_at))
            if expected is not None:
                assert (session.ends_at, session.title) == expected
                compared += 1
    assert compared >= 40


def test_one_event_with_people():
    text = calendar(
        "UID:u1\r\nSUMMARY:Grief\\, circle\r\nDTSTART;TZID=Europe/Madrid:20260504T160000\r\nDURATION:PT45M\r\n"
        "DESCRIPTION:one\\ntwo \\\\n three\r\nLOCATION:Room 4\r\nURL:https://example.org/e\r\nCATEGORIES:grief,new\r\n"
        "PRIORITY:2\r\nCREATED:20260401T100000Z\r\n"
        'ORGANIZER;CN="Okoye, Amara":mailto:Amara@Example.org\r\n'
        "ATTENDEE;CN=Ana;PARTSTAT=ACCEPTED:MAILTO:ana@example.org\r\n"
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@exam\r\n ple.org\r\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@example.org\r\n"
        "ATTENDEE;CUTYPE=ROOM:mailto:room@example.org\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:amara@example.org"
    )
    intake = read_text(text, name="x.ics")
    (session,) = sessions(intake)
    assert session.title == "Grief, circle"
    assert session.description == "one\ntwo \\n three"
    assert (session.starts_at, session.ends_at) == (at("2026-05-04T14:00"), at("2026-05-04T14:45"))
    assert (session.author, session.zone) == ("amara@example.org", "Europe/Madrid")
    assert session.tags == ("grief", "new")
    assert session.priority is Priority.HIGH
    assert session.link == "https://example.org/e"
    assert session.fields == {"location": "Room 4"}
    assert session.created_at == at("2026-04-01T10:00")
    people = {p.id: p.name for p in intake.records if isinstance(p, PersonRecord)}
    assert people == {
        "amara@example.org": "Okoye, Amara",
        "ana@example.org": "Ana",
        "bob@example.org": None,
        "cy@example.org": None,
    }
    assert {r.person: r.state for r in intake.records if isinstance(r, RequestRecord)} == {
        "ana@example.org": RequestState.APPROVED,
        "bob@example.org": RequestState.PENDING,
        "cy@example.org": RequestState.REJECTED,
    }
    assert not intake.refusals


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DTSTART:20260504T140000Z", "14:00"),
        ("DTSTART:20260504T140000", "12:00"),  # floating: the zone told
        ("DTSTART;TZID=W. Europe Standard Time:20260504T140000", "12:00"),
        ('DTSTART;TZID="/freeassociation.sourceforge.net/Europe/Berlin":20260504T140000', "12:00"),
        ("DTSTART;TZID=/softwarestudio.org/Olson_20011030_5/Pacific/Auckland:20260504T140000", "02:00"),
        ("DTSTART;TZID=GMT+0300:20260504T140000", "11:00"),
        ('DTSTART;TZID="UTC-05:30":20260504T140000', "19:30"),
        ("DTSTART;TZID=:20260504T140000", "12:00"),
        ("DTSTART;TZID=Middle-earth:20260504T140000", "12:00"),
    ],
)
def test_zones_by_any_name(line, expected):
    session = one(calendar(f"UID:u\r\nSUMMARY:s\r\n{line}"), zone=ZoneInfo("Europe/Madrid"))
    assert session.starts_at == at(f"2026-05-04T{expected}")
    assert (session.ends_at - session.starts_at).total_seconds() == 3600


def test_an_unknown_zone_is_asked_for():
    intake = read_text(calendar("UID:u\r\nSUMMARY:s\r\nDTSTART;TZID=Middle-earth:20260504T140000"))
    assert [q.kind for q in intake.questions] == [QuestionKind.ZONE]
    assert "Middle-earth" in intake.questions[0].text


def test_the_calendar_states_its_zone():
    text = calendar("UID:u\r\nSUMMARY:s\r\nDTSTART:20260504T140000", head="X-WR-TIMEZONE:Asia/Tokyo\r\n")
    assert one(text).starts_at == at("2026-05-04T05:00")


def test_a_zone_described_in_the_file_even_behind_its_use():
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Home\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0330\r\n"
        "TZOFFSETTO:+0330\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    text = calendar("UID:u\r\nSUMMARY:s\r\nDTSTART;TZID=Home:20260504T140000")
    for whole in (
        text.replace("END:VCALENDAR", zone + "END:VCALENDAR"),
        text.replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT"),
    ):
        assert one(whole).starts_at == at("2026-05-04T10:30")
    # the same name may mean something else in the next file
    other = text.replace("BEGIN:VEVENT", zone.replace("+0330", "-0100") + "BEGIN:VEVENT")
    assert one(other).starts_at == at("2026-05-04T15:00")


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART;VALUE=DATE:20260504", "it lasts all day; a session has a time of beginning"),
        ("DTSTART:20260504T140000Z\r\nDURATION:-PT1H", "it ends before its beginning"),
        ("DTSTART:20261332T140000Z", "DTSTART: '20261332T140000Z' is not a time"),
        ("SUMMARY:x", "DTSTART: is missing"),
    ],
)
def test_what_is_no_session_is_refused_with_the_reason(event, reason):
    intake = read_text(calendar(f"UID:u\r\n{event}"))
    assert [(r.line, r.reason) for r in intake.refusals] == [(3, reason)]
    assert intake.read == 1


def test_tasks_and_journals_are_counted():
    text = "BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nBEGIN:VJOURNAL\nEND:VJOURNAL\nBEGIN:VFREEBUSY\nEND:VFREEBUSY\nEND:VCALENDAR\n"
    assert [r.line for r in read_text(text).refusals] == [2, 4, 6]


def test_tasks_beside_events_are_passed_over_with_a_count():
    task = "BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n"
    alarm = "\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM"
    event = calendar("UID:u\r\nSUMMARY:s\r\nDTSTART:20260504T140000Z" + alarm, head=task + task)
    intake = read_text(event)
    assert (len(intake.records), intake.refusals) == (1, ())
    assert "passed over, as they are no sessions: 2 tasks, 1 reminder" in intake.notes


def test_cancelled_by_status_or_method():
    event = "UID:u\r\nSUMMARY:s\r\nDTSTART:20260504T140000Z"
    assert one(calendar(event + "\r\nSTATUS:CANCELLED")).control is Control.CANCELLED
    assert one(calendar(event, head="METHOD:CANCEL\r\n")).control is Control.CANCELLED
    assert one(calendar(event)).control is Control.SCHEDULED


def series(intake) -> list[SeriesRecord]:
    return [record for record in intake.records if isinstance(record, SeriesRecord)]


def clock(text: str) -> datetime:
    return datetime.fromisoformat(text)


WEEKLY = "UID:u\r\nSUMMARY:s\r\nDTSTART;TZID=Europe/Madrid:20260504T160000\r\nRRULE:FREQ=WEEKLY;COUNT=9"


def test_a_repeated_event_is_a_series_and_a_changed_date_stands_for_one_of_it():
    changed = "UID:u\r\nSUMMARY:s2\r\nDTSTART:20260511T150000Z\r\nRECURRENCE-ID:20260511T140000Z"
    intake = read_text(calendar(WEEKLY, changed))
    (repeated,), (date,) = series(intake), sessions(intake)
    assert (repeated.id, repeated.starts, repeated.zone.key) == ("u", clock("2026-05-04T16:00"), "Europe/Madrid")
    assert repeated.rules == ("FREQ=WEEKLY;COUNT=9",)
    assert (date.id, date.series, date.occurrence) == ("u/2026-05-11T14:00:00Z", "u", at("2026-05-11T14:00"))
    assert not date.and_following


def test_dates_are_added_and_taken_out_in_the_clock_time_of_the_series():
    more = (
        "\r\nEXDATE:20260511T140000Z,20260518T140000Z\r\nEXDATE;TZID=Europe/London:20260525T150000"
        "\r\nEXDATE;VALUE=DATE:20260601\r\nRDATE;TZID=Europe/Madrid:20260506T160000"
        "\r\nRDATE;VALUE=PERIOD:20260507T080000Z/PT2H,20260508T080000Z/20260508T083000Z"
    )
    (found,) = series(read_text(calendar(WEEKLY + more)))
    assert found.excluded == {clock("2026-05-11T16:00"), clock("2026-05-18T16:00"), clock("2026-05-25T16:00")}
    assert found.excluded_days == {clock("2026-06-01").date()}
    assert found.added == (clock("2026-05-06T16:00"), clock("2026-05-07T10:00"), clock("2026-05-08T10:00"))
    assert {str(length) for _, length in found.lengths} == {"2:00:00", "0:30:00"}


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("RRULE:FREQ=SECONDLY", "RRULE of line 7: sessions do not begin every minute"),
        ("RRULE:FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "RRULE of line 7: the rule has both COUNT and UNTIL"),
        ("RRULE:COUNT=2", "RRULE of line 7: the rule does not say how often"),
        ("RRULE:RSCALE=CHINESE;FREQ=YEARLY", "RRULE of line 7: RSCALE is not known"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_with_line_and_uid(rule, reason):
    (refusal,) = read_text(calendar(f"UID:u\r\nSUMMARY:s\r\nDTSTART:20260504T140000Z\r\n{rule}")).refusals
    assert (refusal.reason, refusal.excerpt) == (reason, "s, UID u")


def test_a_rule_of_the_gregorian_calendar_needs_no_name_for_it():
    (found,) = series(read_text(calendar(WEEKLY.replace("FREQ=W", "RSCALE=GREGORIAN;SKIP=OMIT;FREQ=W"))))
    assert found.rules == ("FREQ=WEEKLY;COUNT=9",)


NEW_YORK = (
    "BEGIN:VTIMEZONE\r\nTZID:Our office\r\nBEGIN:STANDARD\r\nDTSTART:20071104T020000\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"
    "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


@pytest.mark.parametrize(
    ("head", "zone", "note"),
    [
        ("", "America/New_York", "which shows the same times"),
        ("X-WR-CALNAME:x\r\n", "America/New_York", "which shows the same times"),
    ],
)
def test_a_series_in_a_zone_of_its_own_takes_the_known_zone_that_is_like_it(head, zone, note):
    text = calendar(WEEKLY.replace("Europe/Madrid", "Our office"), head=head + NEW_YORK)
    intake = read_text(text)
    (found,) = series(intake)
    assert found.zone.key == zone
    assert any(note in told for told in intake.notes)


@pytest.mark.parametrize(
    "name", ["Eastern Standard Time", "(UTC-05:00) Eastern Time (US & Canada)", "Customized Time Zone"]
)
def test_zones_as_outlook_names_them(name):
    head = NEW_YORK.replace("Our office", name)
    (found,) = series(read_text(calendar(WEEKLY.replace("Europe/Madrid", f'"{name}"'), head=head)))
    assert found.zone.key == "America/New_York"


def test_a_zone_like_no_other_keeps_its_own_rules():
    head = NEW_YORK.replace("-0500", "-0437").replace("-0400", "-0337")
    intake = read_text(calendar(WEEKLY.replace("Europe/Madrid", "Our office"), head=head))
    (found,) = series(intake)
    assert found.first.starts_at == at("2026-05-04T19:37")
    assert any("its own rules hold for the dates given" in told for told in intake.notes)


def test_of_equal_revisions_the_one_stamped_later_counts():
    event = "UID:u\r\nSUMMARY:{}\r\nDTSTART:20260504T140000Z\r\nDTSTAMP:202605{}T000000Z"
    intake = read_text(calendar(event.format("new", "02"), event.format("old", "01")))
    assert [s.title for s in sessions(intake)] == ["new"]
    assert "UID u" in intake.refusals[0].excerpt


def test_the_latest_version_of_an_event_counts():
    event = "UID:u\r\nSUMMARY:{}\r\nDTSTART:20260504T140000Z\r\nSEQUENCE:{}"
    intake = read_text(calendar(event.format("new", 2), event.format("old", 1)))
    assert [s.title for s in sessions(intake)] == ["new"]
    assert [r.line for r in intake.refusals] == [9]


def test_broken_lines_cost_no_more_than_themselves():
    text = (
        'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nthis is nothing\nDTSTART:20260504T140000Z\nATTENDEE;"=:mailto:x@y.z\n'
        "BEGIN:VALARM\nTRIGGER:rubbish\nBEGIN:VEVENT\nUID:b\nDTSTART:20260505T140000Z\n"
    )
    intake = read_text(text)
    assert [s.id for s in sessions(intake)] == ["a", "b"]
    assert any(note.startswith("line 4: ") for note in intake.notes)
    assert "line 2: the event is not closed by END:VEVENT" in intake.notes


def test_links_of_meeting_platforms():
    event = "UID:u\r\nSUMMARY:s\r\nDTSTART:20260504T140000Z\r\n"
    assert one(calendar(event + "X-GOOGLE-CONFERENCE:https://meet.example/abc")).link == "https://meet.example/abc"
    assert one(calendar(event + "CONFERENCE;VALUE=URI:https://c.example/1")).link == "https://c.example/1"
    assert one(calendar(event + "LOCATION:https://z.example/j/1")).link == "https://z.example/j/1"
    assert one(calendar(event + "URL:javascript:alert(1)")).link is None


@needs_realdata
def test_no_warning_escapes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_real("06_ical/ical4j_valid/bears.ics").accepted == 21
