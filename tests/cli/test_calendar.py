"""``export calendar``: a calendar on stdout or in a private file, of a query or of a person."""

from __future__ import annotations

import stat
from pathlib import Path

import icalendar
import pytest

from tests.cli.conftest import Run


def test_a_calendar_on_stdout_is_one_for_other_programs(circle: Run):
    ran = circle("export", "calendar")
    (event,) = icalendar.Calendar.from_ical(ran.out).walk("VEVENT")
    assert (ran.code, str(event["SUMMARY"]), str(event["UID"])) == (0, "Grief circle", "import:s1@sessiontui")
    assert {each.params["CN"]: each.params["PARTSTAT"] for each in [event["ATTENDEE"]]} == {"Ana": "NEEDS-ACTION"}


def test_a_calendar_in_a_file_is_private_whole_and_comes_back(circle: Run, tmp_path: Path, monkeypatch):
    target = tmp_path / "out.ics"
    target.write_text("old")
    ran = circle("export", "calendar", "-o", str(target), "--zone", "Europe/Madrid")
    assert (ran.code, ran.out) == (0, "")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
    raw = target.read_bytes()
    assert b"DTSTART;TZID=Europe/Madrid:20360504T160000\r\n" in raw
    assert raw.endswith(b"END:VCALENDAR\r\n")
    monkeypatch.setenv("SESSIONTUI_HOME", str(tmp_path / "other"))
    assert circle("import", str(target)).code == 0
    assert [each["title"] for each in circle("list", "--json").json["sessions"]] == ["Grief circle"]


def test_one_session_a_filter_or_a_person(circle: Run):
    def number(*arguments: str) -> int:
        ran = circle("export", "calendar", *arguments)
        assert ran.code == 0, ran.err
        return len(icalendar.Calendar.from_ical(ran.out).walk("VEVENT"))

    assert number("id:1") == 1
    assert number("tag:none") == 0
    assert number("--person", "Dr Lee") == 1
    assert number("--person", "Ana") == 0  # she is not approved yet
    assert circle("do", "approve", "1", "--yes").code == 0
    assert number("--person", "Ana") == 1
    assert number("tag:none", "--person", "Ana") == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("calendar", "--format", "csv"), 2),
        (("sessions", "--format", "ics"), 2),
        (("sessions", "--person", "Ana"), 2),
        (("calendar", "--by", "kind"), 2),
        (("calendar", "--person", "Nobody"), 1),
        (("calendar", "nonsense:x"), 2),
    ],
)
def test_what_is_no_calendar_is_refused_in_a_sentence(circle: Run, arguments: tuple[str, ...], code: int):
    ran = circle("export", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.strip()


def test_a_calendar_that_fails_leaves_the_old_file_as_it_was(circle: Run, tmp_path: Path):
    target = tmp_path / "out.ics"
    target.write_text("old")
    assert circle("export", "calendar", "nonsense:x", "-o", str(target)).code == 2
    assert target.read_text() == "old"
    assert list(tmp_path.glob(".*partial")) == []
