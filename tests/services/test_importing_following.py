"""Events that change a series from one of its dates on, one after the other."""

from __future__ import annotations

from datetime import UTC, datetime

from sessiontui.services.importing import SourceFile
from tests.conftest import Stage

from .import_stage import counts, take

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def event(*lines: str, starts: str, ends: str, title: str) -> str:
    told = (f"SUMMARY:{title}", f"DTSTART:{starts}Z", f"DTEND:{ends}Z", *lines)
    return "\r\n".join(("BEGIN:VEVENT", "UID:u", *told, "END:VEVENT"))


def following(day: str, *, starts: str, ends: str, title: str) -> str:
    return event(f"RECURRENCE-ID;RANGE=THISANDFUTURE:{day}Z", starts=starts, ends=ends, title=title)


async def shown(stage: Stage) -> list[str]:
    rows = await stage.rows(
        "SELECT strftime('%d %H:%M', starts_at / 1000, 'unixepoch')"
        " || strftime('-%H:%M ', ends_at / 1000, 'unixepoch') || title FROM session ORDER BY starts_at"
    )
    return [str(row[0]) for row in rows]


async def test_a_second_change_names_its_date_as_it_was_before_the_first(stage: Stage):
    calendar = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            event("RRULE:FREQ=DAILY;COUNT=6", starts="20260502T120000", ends="20260502T140000", title="First"),
            following("20260504T120000", starts="20260504T090000", ends="20260504T110000", title="Earlier"),
            event("RECURRENCE-ID:20260505T120000Z", starts="20260505T170000", ends="20260505T180000", title="Alone"),
            following("20260506T120000", starts="20260507T142200", ends="20260507T161300", title="A day later"),
            "END:VCALENDAR",
        )
    )
    report = await take(stage, SourceFile("x.ics", calendar.encode()), at=NOW)
    assert await shown(stage) == [
        "02 12:00-14:00 First", "03 12:00-14:00 First", "04 09:00-11:00 Earlier", "05 17:00-18:00 Alone",
        "07 14:22-16:13 A day later", "08 14:22-16:13 A day later",
    ]  # fmt: skip
    assert not [note for one in report.files for note in one.notes if "that there is not" in note]
    again = await take(stage, SourceFile("x.ics", calendar.encode()), at=NOW)
    assert counts(again)[:2] == (0, 0)


async def test_a_date_that_becomes_a_whole_day_is_no_session(stage: Stage):
    whole_day = "BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID:20260503T120000Z\r\nDTSTART;VALUE=DATE:20260503\r\nEND:VEVENT"
    calendar = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            event("RRULE:FREQ=DAILY;COUNT=3", starts="20260502T120000", ends="20260502T140000", title="First"),
            whole_day,
            "END:VCALENDAR",
        )
    )
    report = await take(stage, SourceFile("x.ics", calendar.encode()), at=NOW)
    assert await shown(stage) == ["02 12:00-14:00 First", "04 12:00-14:00 First"]
    assert counts(report)[3] == 1


async def test_a_later_message_adds_a_date_and_a_reply_leaves_the_plan_alone(stage: Stage):
    series = event("RRULE:FREQ=DAILY;COUNT=2", starts="20260502T120000", ends="20260502T140000", title="First")
    alone = series.replace("UID:u", "UID:v").replace("RRULE:FREQ=DAILY;COUNT=2\r\n", "").replace("First", "Alone")
    added = event(starts="20260509T120000", ends="20260509T130000", title="Added")
    reply = "BEGIN:VEVENT\r\nUID:v\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.org\r\nEND:VEVENT"
    for method, events in (("PUBLISH", series + "\r\n" + alone), ("ADD", added), ("REPLY", reply)):
        text = "\r\n".join(("BEGIN:VCALENDAR", f"METHOD:{method}", events, "END:VCALENDAR"))
        report = await take(stage, SourceFile("x.ics", text.encode()), at=NOW)
        assert counts(report)[3] == 0
    assert await shown(stage) == [
        "02 12:00-14:00 First", "02 12:00-14:00 Alone", "03 12:00-14:00 First", "09 12:00-13:00 Added",
    ]  # fmt: skip
    assert await stage.rows("SELECT count(*) FROM series") == [(1,)]
    answers = "SELECT s.title, r.state FROM join_request r JOIN session s ON s.id = r.session_id"
    assert await stage.rows(answers) == [("Alone", "approved")]
