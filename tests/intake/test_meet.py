# ruff: noqa: E501 - the lines of exports are as long as they are
from __future__ import annotations

import pytest

from sessiontui.intake import QuestionKind

from .files import at, needs_realdata, only_report, read_real, read_text

TRACKR = '"Name","Joined at","Left at","Time in call","Status"\n'
NAME = "Meet---abc-defg-hij-2026-08-16.csv"


@needs_realdata
def test_seconds_win_over_rounded_clocks_and_shares_are_no_people():
    intake = read_real("03_meet_csv/Meet---nnp-xrmp-aop-2026-08-16 (1).csv")
    report = only_report(intake)
    assert report.meeting_id == "nnp-xrmp-aop"
    assert [(a.name, a.seconds) for a in report.attendees] == [
        ("BARBARA KAMIŃSKA", 28846),
        ("Krzysztof Sączawa", 28900),
    ]
    assert report.starts_at == at("2026-08-16T09:59")
    assert report.ends_at == at("2026-08-16T18:00:46")
    assert any("prezentacja" in note for note in intake.notes)


@needs_realdata
def test_one_person_in_two_rows():
    report = only_report(read_real("03_meet_csv/Meet---abc-defg-hij-2026-08-16.csv"))
    assert len(report.people()) == 1
    assert len(report.attendees) == 2
    assert sum(a.seconds for a in report.attendees) == 2700


@pytest.mark.parametrize(
    "word", ["Presentation", "prezentacja", "Präsentation", "présentation", "presentación", "発表"]
)
def test_share_tiles_by_language(word):
    text = (
        TRACKR
        + f'"Ana","10:00 AM","10:30 AM","00:30:00","Left"\n"Ana ({word})","10:00 AM","10:10 AM","00:10:00","Left"\n'
    )
    names = [a.name for a in only_report(read_text(text, name=NAME)).attendees]
    assert names == (["Ana", "Ana (発表)"] if word == "発表" else ["Ana"])


def test_a_meeting_over_midnight():
    text = TRACKR + (
        '"Ana","11:50 PM","12:20 AM","00:30:00","Left"\n'
        '"Bob","12:05 AM","12:30 AM","00:25:00","Left"\n'
        '"Cy","11:55 PM","11:58 PM","00:03:00","Left"\n'
    )
    report = only_report(read_text(text, name=NAME))
    assert [(a.joined_at, a.left_at) for a in report.attendees] == [
        (at("2026-08-16T23:50"), at("2026-08-17T00:20")),
        (at("2026-08-17T00:05"), at("2026-08-17T00:30")),
        (at("2026-08-16T23:55"), at("2026-08-16T23:58")),
    ]
    assert report.ends_at == at("2026-08-17T00:30")


def test_a_day_with_a_long_pause_is_not_over_midnight():
    text = TRACKR + '"Ana","09:00","09:30","00:30:00","Left"\n"Ana","22:00","22:30","00:30:00","Left"\n'
    report = only_report(read_text(text, name=NAME))
    assert report.starts_at == at("2026-08-16T09:00")


def test_somebody_still_in_the_call():
    report = only_report(read_text(TRACKR + '"Ana","10:00 AM","","00:12:05","In call"\n', name=NAME))
    assert report.attendees[0].left_at == at("2026-08-16T10:12:05")


def test_a_duration_that_does_not_agree_keeps_the_clock():
    intake = read_text(TRACKR + '"Ana","10:00 AM","11:00 AM","00:20:00","Left"\n', name=NAME)
    (row,) = only_report(intake).attendees
    assert (row.seconds, row.left_at) == (1200, at("2026-08-16T11:00"))
    assert any("20 min" in note for note in intake.notes)


def test_without_a_date_only_minutes_are_read_and_it_is_asked():
    intake = read_text(TRACKR + '"Ana","10:00 AM","10:30 AM","00:30:00","Left"\n', name="export.csv")
    report = only_report(intake)
    assert [q.kind for q in intake.questions] == [QuestionKind.DATE]
    assert report.approximate
    assert report.starts_at is None
    assert report.attendees[0].seconds == 1800


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_the_workspace_sheet(delimiter, encoding):
    rows = [
        ["First name", "Last name", "Email", "Duration", "Time joined", "Time exited"],
        ["Ana", "Ruiz", "ana@example.org", "1 hr 3 min", "10:00 AM", "11:03 AM"],
        ["Bob", "", "", "52 min", "10:00 AM", "10:52 AM"],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    ana, bob = only_report(read_text(text, name=NAME, encoding=encoding)).attendees
    assert (ana.name, ana.email, ana.seconds) == ("Ana Ruiz", "ana@example.org", 3780)
    assert (bob.name, bob.seconds) == ("Bob", 52 * 60)


@pytest.mark.parametrize(
    "preamble",
    [
        '"*     Meeting code: abc-defg-hij"\r\n"*     Created on 2020-09-30 09:57:32"\r\n"*     Ended on 2020-09-30 10:47:02"\r\n\r\n',
        '"Meeting code","abc-defg-hij"\r\n"Created","2020-09-30 09:57:32"\r\n"Ended","2020-09-30 10:47:02"\r\n',
    ],
)
def test_the_full_name_layout_with_a_preamble(preamble):
    text = preamble + (
        '"Full Name","First Seen","Time in Call"\r\n'
        '"Ana","2020-09-30 09:57:35","00:02:28"\r\n'
        '"Bob","2020-09-30 09:58:00","52 min"\r\n'
        '"Cy","2020-09-30 09:58:00","1 hr 3 min"\r\n'
    )
    report = only_report(read_text(text, encoding="utf-8-sig", name="x.csv"))
    assert report.meeting_id == "abc-defg-hij"
    assert (report.starts_at, report.ends_at) == (at("2020-09-30T09:57:32"), at("2020-09-30T10:47:02"))
    assert report.approximate
    assert [a.seconds for a in report.attendees] == [148, 3120, 3780]
    assert report.attendees[0].joined_at == at("2020-09-30T09:57:35")


def test_the_full_name_layout_without_a_preamble():
    text = '"Full Name","First Seen","Time in Call"\r\n"Ana","10:00","00:02:28"\r\n'
    report = only_report(read_text(text, name=NAME))
    assert report.starts_at == at("2026-08-16T10:00")
    assert report.approximate


@pytest.mark.parametrize(
    ("heading", "row", "name"),
    [
        ("SNo,Participant Name,Attendance Started at,Joined at(beta),Attendance Stopped at,Attended Duration,Meeting code",
         "1,Ana,18:40:00,18:42:57,20:04:51,1 hr 21 min 53s,abc-defg-hij", "Attendance Report - abc (4-Aug-2026).csv"),
        ("SNo,Participant Name,Class Date,Attended Duration,Joined at(beta),Attendance Stopped at,Meeting code",
         "1,Ana,4-Aug-2026,1 hr 21 min 53s,06:42:57 PM,08:04:51 PM,abc-defg-hij", "export.csv"),
    ],
)  # fmt: skip
def test_a_table_that_counts_its_rows(heading, row, name):
    report = only_report(read_text(f"{heading}\n,,,,,,\n{row}\n", name=name))
    assert report.meeting_id == "abc-defg-hij"
    (ana,) = report.attendees
    assert (ana.name, ana.joined_at, ana.seconds) == ("Ana", at("2026-08-04T18:42:57"), 4913)


@pytest.mark.parametrize(
    ("preamble", "code"),
    [
        ("*,Meet\n*,Meeting code: abc-defg-hij\n*,Created on 2026-08-22 17:55:00\n", "abc-defg-hij"),
        ("Created at,Sat 22 Aug 2026, 5:55 PM\n", None),
    ],
)
def test_preambles_that_a_spreadsheet_has_parted(preamble, code):
    report = only_report(read_text(preamble + "Full Name,First Seen,Time in Call\nAna,5:58 PM,00:10:00\n"))
    assert (report.meeting_id, report.starts_at) == (code, at("2026-08-22T17:55"))
    assert report.attendees[0].joined_at == at("2026-08-22T17:58")


def test_names_and_minutes_alone():
    text = "First name,Last name,Email,Duration\nAna,Ruiz,ana@example.org,90 min\n"
    assert [(a.name, a.seconds) for a in only_report(read_text(text)).attendees] == [("Ana Ruiz", 5400)]


STAYS = '"Date","Meeting","Meet code","Meeting start","Meeting end","Participant","Email","Status","Joins & leaves","ID"\n'


def test_all_stays_in_one_cell():
    text = STAYS + (
        '"2026-08-14","Circle","abc-defg-hij","09:00","10:00","Ana","ana@example.org","Present","[""08:58–09:20"",""09:30–""]","m1"\n'
        '"2026-08-14","Circle","abc-defg-hij","09:00","10:00","\'=Bo","","Present","[""09:05–10:02""]","m1"\n'
        '"2026-08-14","Circle","abc-defg-hij","09:00","10:00","Cy","","Absent","","m1"\n'
        '"2026-08-15","Late","klm-nopq-rst","23:30","00:30","Ana","","Present","[""23:40–00:20""]","m2"\n'
        '"soon","Late","klm-nopq-rst","","","Di","","Present","[""23:40–00:20""]","m2"\n'
    )
    intake = read_text(text)
    circle, late = intake.reports
    assert (circle.title, circle.meeting_id) == ("Circle", "abc-defg-hij")
    assert (circle.starts_at, circle.ends_at) == (at("2026-08-14T09:00"), at("2026-08-14T10:00"))
    assert [(a.name, a.joined_at, a.left_at) for a in circle.attendees] == [
        ("Ana", at("2026-08-14T08:58"), at("2026-08-14T09:20")),
        ("Ana", at("2026-08-14T09:30"), None),
        ("=Bo", at("2026-08-14T09:05"), at("2026-08-14T10:02")),
    ]
    assert (late.starts_at, late.ends_at) == (at("2026-08-15T23:30"), at("2026-08-16T00:30"))
    assert late.attendees[0].left_at == at("2026-08-16T00:20")
    assert [(r.line, r.reason) for r in intake.refusals] == [
        (4, "absent there; here absence follows from presence"),
        (6, "'soon' is not a date"),
    ]


def test_all_stays_in_one_cell_in_polish():
    text = '"Data","Spotkanie","Kod Meet","Uczestnik","E-mail","Wejścia i wyjścia","ID"\n"2026-08-14","Krąg","abc-defg-hij","Ana","","[""09:00–10:00""]","m"\n'
    assert [a.seconds for a in only_report(read_text(text)).attendees] == [3600]


def test_the_workspace_sheet_in_spanish():
    text = (
        "Nombre,Apellido,Correo electrónico,Duración,Hora a la que se unió,Hora a la que salió\n"
        "Ana,Ruiz,ana@example.org,1 h 3 min,10:00,11:03\n"
    )
    (ana,) = only_report(read_text(text, name=NAME)).attendees
    assert (ana.name, ana.email, ana.seconds) == ("Ana Ruiz", "ana@example.org", 3780)
    assert ana.joined_at == at("2026-08-16T10:00")
