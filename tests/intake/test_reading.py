# ruff: noqa: E501 - the lines of exports are as long as they are
from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput
from sessiontui.intake import KNOWN_FORMATS, Intake, read
from sessiontui.intake.source import decode

from .files import REALDATA, needs_realdata, read_text

REAL = (
    sorted(p for d in ("01_zoom_csv", "02_teams_csv", "03_meet_csv") for p in (REALDATA / d).glob("*.csv"))
    + sorted((REALDATA / "06_ical/icalendar").glob("*.ics"))
    if REALDATA.is_dir()
    else []
)


def read_or_refuse(raw: bytes, **options) -> None:
    try:
        intake = read("x-abc-defg-hij-2026-08-16.csv", raw, **options)
    except BadInput:
        return
    assert isinstance(intake, Intake)
    assert intake.read == intake.accepted + len(intake.refusals)
    for report in intake.reports:
        for row in report.attendees:
            assert row.contradictory or row.left_at is None or row.left_at >= row.joined_at
            assert row.seconds is None or row.seconds >= 0


@given(st.binary(max_size=400), st.sampled_from([None, *KNOWN_FORMATS]))
def test_any_bytes_are_read_or_refused(raw, format_):
    read_or_refuse(raw, format=format_)


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["Name", "Joined at", "Left at", "Time in call", "1. Summary", "2. Participants", "Topic", "Meeting ID",
                 "Start Time", "Join Time", "Leave Time", "Duration (Minutes)", "Ana", "10:00 PM", "00:10", "31/12/9999",
                 "01/01/0001 00:00", "12/31/9999 11:59:59 PM", "0001-01-01", "99999999999", "-", "", "a@b.c", '"', "Joined",
                 "Full Name", "User Action", "Timestamp", "type", "session", "id", "title", "starts_at", "1h", "۱۲:۳۰"]
            ),
            min_size=1, max_size=6,
        ),
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([None, *KNOWN_FORMATS]),
)  # fmt: skip
def test_any_table_is_read_or_refused(rows, delimiter, format_):
    read_or_refuse("\n".join(delimiter.join(row) for row in rows).encode(), format=format_)


_LINES = st.sampled_from(
    ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "TZID:X",
     "DTSTART:20260101T000000", "DTSTART;TZID=X:20260101T000000", "DTEND:00010101T000000Z", "DTEND:99991231T235959",
     "DTSTART;TZID=Asia/Tokyo:00010101T000000", "DURATION:P9999999D", "RRULE:x", "UID:u", "SUMMARY:\\", " folded", ":",
     "ATTENDEE:mailto:", "ORGANIZER;CN=:x", "RECURRENCE-ID:20260101", "EXDATE:,", "X-WR-TIMEZONE:/", "CATEGORIES:,\\",
     'A;B="c', "BEGIN:STANDARD", "TZOFFSETTO:+9900", "TZOFFSETFROM:-0000", "END:STANDARD", "DTSTART;TZID=../x:20260101T000000"]
)  # fmt: skip


@given(st.lists(_LINES, max_size=25))
def test_any_calendar_is_read_or_refused(lines):
    read_or_refuse("\r\n".join(["BEGIN:VCALENDAR", *lines]).encode())


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_real_files_cut_and_spoilt_are_read_or_refused(path, data):
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 5))):
        if raw:
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(raw[: data.draw(st.integers(0, len(raw)))]))


@pytest.mark.parametrize(
    "raw", [b"", b"\xef\xbb\xbf", b"  \n", b"hello", b"a,b,c\n1,2,3\n", b"%PDF-1.4", b"PK\x03\x04"]
)
def test_what_is_no_known_format_is_said_with_those_that_are(raw):
    with pytest.raises(BadInput) as caught:
        read("file.ics", raw)
    assert caught.value.place == "file.ics"
    assert not raw.strip(b"\xef\xbb\xbf \n") or "zoom (Zoom" in caught.value.hint


def test_an_unknown_format_is_named():
    with pytest.raises(BadInput, match="no format 'xls'"):
        read("x", b"x", format="xls")


def test_the_extension_is_never_trusted():
    text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nSUMMARY:s\nDTSTART:20260504T140000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    assert read_text(text, name="C:\\reports\\attendance.csv").format == "ics"
    assert read_text("id,title,starts_at\n1,x,2026-05-04T14:00Z\n", name="x.ics").format == "csv"


@given(st.text(st.characters(min_codepoint=1, exclude_categories=("Cs",)), min_size=1))
def test_every_encoding_with_a_mark_is_decoded(text):
    for encoding in ("utf-8-sig", "utf-16"):
        assert decode(text.encode(encoding))[0] == text


@needs_realdata
def test_reading_twice_gives_the_same():
    for path in REAL[:8]:
        assert read(path.name, path.read_bytes()) == read(path.name, path.read_bytes())


def test_the_calendar_library_is_loaded_for_calendars_alone():
    code = "import sys, sessiontui.intake as i; i.read('x', b'id,title,starts_at\\n'); sys.exit('icalendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
