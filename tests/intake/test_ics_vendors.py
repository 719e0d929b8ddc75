"""Calendars as programs write them beside the standard: names of zones, events without a length, broken rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.vocabulary import RequestState
from sessiontui.intake import Intake, PersonRecord, QuestionKind, RequestRecord, SeriesRecord, SessionRecord
from sessiontui.intake.ics_zones import _offset

from .files import at, read_text

HOUR = timedelta(hours=1)


def calendar(*parts: str) -> Intake:
    return read_text("\r\n".join(("BEGIN:VCALENDAR", *parts, "END:VCALENDAR")), name="x.ics")


def event(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", "UID:u", "SUMMARY:s", *lines, "END:VEVENT"))


def zone(name: str, standard: str = "+0530", summer: str = "+0630") -> str:
    """A zone that nobody else has: it changes its clocks on days of its own."""
    parts = []
    for kind, since, away, to in (
        ("STANDARD", "19701111T030000", summer, standard),
        ("DAYLIGHT", "19700404T020000", standard, summer),
    ):
        parts += [
            f"BEGIN:{kind}", f"DTSTART:{since}", "RRULE:FREQ=YEARLY",
            f"TZOFFSETFROM:{away}", f"TZOFFSETTO:{to}", f"END:{kind}",
        ]  # fmt: skip
    return "\r\n".join(("BEGIN:VTIMEZONE", f"TZID:{name}", *parts, "END:VTIMEZONE"))


def one(intake: Intake) -> SessionRecord:
    (found,) = (record for record in intake.records if isinstance(record, SessionRecord))
    return found


def test_a_zone_whose_name_has_commas_is_the_one_that_is_described():
    described = zone(r"North Isles\, South Isles")
    intake = calendar(described, event('DTSTART;TZID="North Isles, South Isles":20260504T140000'))
    assert one(intake).starts_at == at("2026-05-04T07:30")
    assert not intake.questions


def test_a_zone_that_is_not_known_is_taken_for_the_only_one_described_and_asked_for():
    intake = calendar(zone("UTC", "+0000", "+0000"), zone("Isles"), event("DTSTART;TZID=Custom:20260504T140000"))
    assert one(intake).starts_at == at("2026-05-04T07:30")
    ((kind, text),) = [(question.kind, question.text) for question in intake.questions]
    assert kind is QuestionKind.ZONE
    assert "were read as Isles" in text


def test_of_two_zones_described_none_is_guessed():
    intake = calendar(zone("Isles"), zone("Fells", "-0100"), event("DTSTART;TZID=Custom:20260504T140000"))
    assert one(intake).starts_at == at("2026-05-04T14:00")
    assert "were read as UTC" in intake.questions[0].text


def test_series_of_one_file_ask_a_zone_once_for_each_day():
    _offset.cache_clear()
    series = [
        f"BEGIN:VEVENT\r\nUID:u{month}\r\nDTSTART;TZID=Isles:2026{month:02d}04T140000\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT"
        for month in range(1, 13)
    ]
    intake = calendar(zone("Isles"), *series)
    assert sum(isinstance(record, SeriesRecord) for record in intake.records) == 12
    days = (datetime(2031, 12, 31) - datetime(2026, 1, 1)).days + 62  # noqa: DTZ001 - a number of days
    assert _offset.cache_info().misses <= 2 * days


@pytest.mark.parametrize("end", ["DTEND:20260504T140000Z", "DURATION:PT0S", "DURATION:P0D"])
def test_an_event_without_a_length_lasts_an_hour(end: str):
    intake = calendar(event("DTSTART:20260504T140000Z", end))
    assert one(intake).ends_at - one(intake).starts_at == HOUR
    assert "some events end where they begin; they were given an hour" in intake.notes


def test_an_end_before_the_beginning_is_no_length():
    (refusal,) = calendar(event("DTSTART:20260504T140000Z", "DTEND:20260504T133000Z")).refusals
    assert (refusal.line, refusal.reason) == (2, "it ends before its beginning")


@pytest.mark.parametrize("until", ["123456T123456", "20260504T1400Z", "2026054", "20260504140000"])
def test_an_end_of_a_rule_that_is_no_date_is_refused(until: str):
    (refusal,) = calendar(event("DTSTART:20260504T140000Z", f"RRULE:FREQ=DAILY;UNTIL={until}")).refusals
    assert refusal.reason == f"RRULE of line 6: UNTIL={until} is no date"


def test_a_date_that_becomes_a_whole_day_is_none_of_its_series():
    whole_day = "BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID;TZID=Europe/Madrid:{}\r\nDTSTART;VALUE=DATE:{}\r\nEND:VEVENT"
    intake = calendar(
        event("DTSTART;TZID=Europe/Madrid:20260504T140000", "RRULE:FREQ=DAILY;COUNT=4"),
        whole_day.format("20260505T140000", "20260505"),
        whole_day.format("20260506T140000", "20261306"),  # says nothing that could be read: its date stays
    )
    (series,) = (record for record in intake.records if isinstance(record, SeriesRecord))
    assert series.excluded == {datetime(2026, 5, 5, 14)}  # noqa: DTZ001 - on the clock of the series
    assert series.zone == ZoneInfo("Europe/Madrid")
    assert sorted(refusal.line for refusal in intake.refusals) == [8, 13]


def test_days_that_are_added_begin_when_the_series_does():
    intake = calendar(event("DTSTART:20260504T140000Z", "RDATE;VALUE=DATE:20260506,20260508", "RDATE:PT1H"))
    (series,) = (record for record in intake.records if isinstance(record, SeriesRecord))
    assert series.added == (datetime(2026, 5, 6, 14), datetime(2026, 5, 8, 14))  # noqa: DTZ001 - clock times
    assert "line 7: 'PT1H' is no date; it was left out" in intake.notes


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("COUNTER", "METHOD:COUNTER: it proposes another time; nothing is planned until the organizer agrees"),
        ("DECLINECOUNTER", "METHOD:DECLINECOUNTER: it turns a proposal down, and plans nothing"),
        ("REFRESH", "METHOD:REFRESH: it asks for an event, and plans nothing"),
    ],
)
def test_messages_that_plan_nothing_are_refused(method: str, reason: str):
    intake = calendar(f"METHOD:{method}", event("DTSTART:20260504T140000Z"))
    assert [(refusal.line, refusal.reason) for refusal in intake.refusals] == [(3, reason)]
    assert not intake.records


def test_a_reply_tells_answers_and_no_event():
    answer = "ATTENDEE;CN=Ana;PARTSTAT={}:mailto:ana@example.org"
    intake = calendar(
        "METHOD:REPLY",
        event("DTSTART:20260504T140000Z", answer.format("ACCEPTED")),
        event("RECURRENCE-ID:20260511T140000Z", answer.format("DECLINED")),
        event("DTSTART:20260504T140000Z"),
    )
    assert [(one.session, one.person, one.state) for one in intake.records if isinstance(one, RequestRecord)] == [
        ("u", "ana@example.org", RequestState.APPROVED),
        ("u/2026-05-11T14:00:00Z", "ana@example.org", RequestState.REJECTED),
    ]
    assert [one.name for one in intake.records if isinstance(one, PersonRecord)] == ["Ana"]
    assert not any(isinstance(one, SessionRecord | SeriesRecord) for one in intake.records)
    assert [refusal.reason for refusal in intake.refusals] == ["a reply of nobody"]


def test_an_added_date_is_one_of_the_event_of_its_id():
    session = one(calendar("METHOD:ADD", event("DTSTART:20260504T140000Z")))
    assert (session.id, session.series, session.occurrence) == ("u/2026-05-04T14:00:00Z", "u", at("2026-05-04T14:00"))


def test_a_zone_without_an_offset_is_utc():
    described = zone("(no TZ description)", "+0000", "+0000")
    intake = calendar(described, event('DTSTART;TZID="(no TZ description)":20260504T140000', "RRULE:FREQ=DAILY"))
    (series,) = (record for record in intake.records if isinstance(record, SeriesRecord))
    assert series.zone == ZoneInfo("UTC")


def test_of_events_stamped_alike_the_one_changed_later_counts():
    told = event("DTSTART:20260504T140000Z", "DTSTAMP:20260501T000000Z", "LAST-MODIFIED:202605{}T000000Z", "X:{}")
    intake = calendar(told.replace("SUMMARY:s", "SUMMARY:new").format("03", 1), told.format("02", 2))
    assert one(intake).title == "new"


@pytest.mark.parametrize(
    ("rule", "starts", "kept"),
    [
        ("FREQ=MONTHLY;SKIP=BACKWARD", "20260131", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD", "20260130", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("FREQ=YEARLY;SKIP=BACKWARD", "20280229", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
        ("FREQ=MONTHLY;SKIP=FORWARD", "20260128", "FREQ=MONTHLY"),
        ("FREQ=WEEKLY;SKIP=FORWARD", "20260131", "FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYDAY=-1FR;SKIP=BACKWARD", "20260130", "BYDAY=-1FR;FREQ=MONTHLY"),
    ],
)
def test_dates_that_a_month_has_not_are_moved_back(rule: str, starts: str, kept: str):
    intake = calendar(event(f"DTSTART:{starts}T140000Z", f"RRULE:RSCALE=GREGORIAN;{rule}"))
    (series,) = (record for record in intake.records if isinstance(record, SeriesRecord))
    assert sorted(series.rules[0].split(";")) == sorted(kept.split(";"))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;SKIP=FORWARD",
        "FREQ=YEARLY;BYYEARDAY=366;SKIP=BACKWARD",
        "FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD",
    ],
)
def test_moves_that_no_rule_can_say_are_refused(rule: str):
    (refusal,) = calendar(event("DTSTART:20261231T140000Z", f"RRULE:RSCALE=GREGORIAN;{rule}")).refusals
    assert refusal.reason.endswith("moves its dates in a way that cannot be kept")
