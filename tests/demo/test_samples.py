from __future__ import annotations

from pathlib import Path

import pytest

from sessiontui.intake import Format, QuestionKind, SessionRecord, read
from sessiontui.services.risk.trial import try_file

DATA = Path(__file__).parents[2] / "data"

SAMPLES = {
    "sessions.jsonl": Format.JSONL,
    "calendar.ics": Format.ICS,
    "zoom_participants.csv": Format.ZOOM,
    "teams_attendance.csv": Format.TEAMS,
    "Meet---qwe-rtyu-iop-2026-05-06.csv": Format.MEET,
    "bbb_dashboard.json": Format.BBB,
    "calendly_bookings.jsonl": Format.CALENDLY,
}

BOOKINGS = "past_bookings.csv"
"""What ``stats risk --evaluate`` reads; no intake of sessions."""

PLATFORM = "garden_platform.py"
"""The platform in twenty lines of the README."""


def test_the_folder_holds_the_samples_alone():
    assert {path.name for path in DATA.iterdir()} == {*SAMPLES, BOOKINGS, PLATFORM}


@pytest.mark.parametrize(("name", "format_"), SAMPLES.items())
def test_a_sample_is_recognised_and_read_whole(name, format_):
    intake = read(name, (DATA / name).read_bytes())
    assert intake.format is format_
    assert intake.refusals == ()
    assert intake.accepted >= 4
    assert {question.kind for question in intake.questions} <= {QuestionKind.ZONE}


def test_the_platform_sample_has_a_dozen_sessions_in_may():
    records = read("x", (DATA / "sessions.jsonl").read_bytes()).records
    sessions = [record for record in records if isinstance(record, SessionRecord)]
    assert len(sessions) == 12
    assert {(session.starts_at.year, session.starts_at.month) for session in sessions} == {(2026, 5)}


def test_the_teams_sample_has_the_bytes_that_teams_writes():
    raw = (DATA / "teams_attendance.csv").read_bytes()
    assert raw.startswith(b"\xff\xfe")
    assert "\r\n" in raw[2:].decode("utf-16-le")


def test_the_sample_of_past_bookings_can_be_put_on_trial():
    read_, found = try_file(BOOKINGS, (DATA / BOOKINGS).read_bytes(), zone=None, day_first=None, threshold=0.4)
    assert (len(read_.cases), read_.left_out, read_.refusals) == (423, 2, ())
    assert found.beats_base
