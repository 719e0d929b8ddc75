"""What the detail pane says of attendance and of the no-show risk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sessiontui.domain.engagement import Engagement
from sessiontui.domain.recordings import Audience
from sessiontui.domain.risk import Outlook, Risk
from sessiontui.domain.vocabulary import Attendance
from sessiontui.services.pictures import AttendanceLine, PresenceLine, RiskLine
from sessiontui.services.recordings.shown import Opening, RecordingLine
from sessiontui.tui.present.attendance import attendance
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.sheets import overview
from tests.tui.desk_fakes import NOW, detail_of, line

PLAIN = Look(ascii=True)
DETAIL = detail_of(line(1))


def guest(person: str, verdict: Attendance, **changes: object) -> AttendanceLine:
    seen = verdict not in (Attendance.ABSENT, Attendance.UNKNOWN, Attendance.EXCUSED)
    values: dict[str, object] = {
        "person_id": 1, "person": person, "verdict": verdict, "stayed": timedelta(minutes=40),
        "first_join": NOW if seen else None, "last_leave": None, "here": False, "expected": True, "walk_in": False,
        "why": "40 of 60 min", "corrected_by": "", "corrected_at": None, "reason": "", "provisional": False,
    }  # fmt: skip
    return AttendanceLine(**{**values, **changes})  # type: ignore[arg-type]


def said(*guests: AttendanceLine, width: int = 60, look: Look = PLAIN) -> list[str]:
    return attendance(replace(DETAIL, attendance=guests), look, width).plain.splitlines()


def test_nothing_is_said_where_nothing_is_known():
    assert said() == []


def test_who_is_missing_stands_on_top_and_every_verdict_has_sign_and_word():
    lines = said(*(guest(f"P{place}", verdict) for place, verdict in enumerate(Attendance)), width=100)
    assert lines[0] == (
        "Attendance  1 present | 1 excused | 1 late | 1 partial | 1 unknown | 1 absent | 3 expected, not seen"
    )
    assert [row.split()[:2] for row in lines[1:]] == [
        ["x", "absent"], ["?", "unknown"], ["%", "partial"], ["~", "late"], ["-", "excused"], ["+", "present"],
    ]  # fmt: skip
    assert all(row.isascii() for row in lines)


def test_no_row_is_wider_than_the_pane_and_names_do_nothing():
    long = guest("[bold]" + "x" * 80 + "\x1b[2J", Attendance.PRESENT, walk_in=True, provisional=True)
    for width in (20, 38, 78):
        rows = attendance(replace(DETAIL, attendance=(long,)), PLAIN, width)
        assert all(len(row) <= width for row in rows.plain.splitlines())
        assert "\x1b" not in rows.plain
    assert said(long, width=80)[0].startswith("Attendance  1 present | 1 walk-in | provisional until ")


def test_the_risk_is_one_line_until_it_is_a_warning():
    person = Outlook(who="p1", chance=0.5, low=0.2, high=0.8, came=1, past=4, usual=0.7)
    risk = Risk(chance=0.5, base_rate=0.7, cases=120, people=(person,), threshold=0.4)
    warned = overview(replace(DETAIL, risk=RiskLine(risk=risk, names={"p1": "Ana"})), PLAIN, 70).plain
    assert "Risk      50 % that nobody comes, limit 40 %" in warned
    assert "Ana 50 % (20 to 80 %): came 1 of 4" in warned
    assert "platform: 70 % come, 120 past cases" in warned
    calm = replace(risk, chance=0.2)
    told = overview(replace(DETAIL, risk=RiskLine(risk=calm, names={})), PLAIN, 70).plain
    assert "Risk      20 % that nobody comes\n" in told
    assert "platform" not in told
    assert "Risk" not in overview(DETAIL, PLAIN, 70).plain


def test_how_people_took_part_stands_beside_the_verdict_and_hosts_come_last():
    lee = PresenceLine(
        person_id=9, person="Dr Lee", is_host=True, approved=False, matched=True, here=False, stays=(),
        stayed=timedelta(minutes=60), engagement=Engagement(talk=timedelta(minutes=30)),
    )  # fmt: skip
    ana = guest("Ana", Attendance.PRESENT, engagement=Engagement(talk=timedelta(seconds=9.54), messages=1))
    lines = attendance(replace(DETAIL, attendance=(ana,), presence=(lee,)), PLAIN, 90).plain.splitlines()
    assert " ".join(lines[1].split()) == "+ present Ana 40 of 60 min; talked 10 s, 1 message"
    assert [" ".join(row.split()) for row in lines[2:]] == ["host Dr Lee talked 30 min"]


def test_seats_and_recordings_are_told_in_the_overview():
    recorded = RecordingLine(
        id=1, session_id=1, title="Whole \x1b[2J", length=timedelta(minutes=58), audience=Audience.NAMED,
        added_at=NOW, added_by="Root", people=((1, "Ana"), (2, "Bo")), opened=2,
        openings=(Opening("Ana", NOW),), may_change=True,
    )  # fmt: skip
    seats = replace(DETAIL.line, capacity=1, approved=1, pending=2)
    text = overview(replace(DETAIL, line=seats, requests=(), recordings=(recorded,) * 6), PLAIN, 100).plain
    assert "Seats     1 of 1 seat, 2 waiting" in text
    assert "58 min | for Ana, Bo | opened 2 times, last by Ana" in text
    assert "and 2 more: V lists them" in text
    assert "\x1b" not in text
    assert "Seats" not in overview(replace(DETAIL, line=replace(seats, capacity=0)), PLAIN, 100).plain
