# ruff: noqa: E501 - the lines of exports are as long as they are
from __future__ import annotations

import json
import math
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.vocabulary import RequestState
from sessiontui.intake import Host, QuestionKind

from .files import REALDATA, at, needs_realdata, only_report, read_real, read_text

HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room\n"


@needs_realdata
def test_unique_users_give_totals():
    intake = read_real("01_zoom_csv/meeting001_participants.csv")
    report = only_report(intake)
    assert intake.format == "zoom"
    assert intake.read == intake.accepted == 10
    assert report.approximate
    assert (report.starts_at, report.ends_at) == (at("2020-09-24T11:35:16"), at("2020-09-24T12:49:20"))
    assert report.meeting_id == "00000000001"
    assert report.title == "Meeting about Reunion"
    assert report.host == Host("Andrew Knight", "knightap@wustl.edu")
    assert sum(a.seconds for a in report.attendees) == 629 * 60
    assert [a.email for a in report.attendees].count(None) == 4
    assert "Participants says 170, 10 rows are listed" in intake.notes
    assert len(report.people()) == 10  # the second device is not merged by its similar name
    paul = report.attendees[3]
    assert (paul.name, paul.original_name) == ("Paul McCartney (Wings)", "Wings")


@needs_realdata
def test_usage_and_participants_side_by_side():
    intake = read_real("01_zoom_csv/combined_report_contoso.csv")
    report = only_report(intake)
    (row,) = report.attendees
    assert report.meeting_id == "85218486288"
    assert report.host == Host("James Warren", "James.Warren@contoso.com")
    assert row.email == "Matthew.Giordano@contoso.com"
    assert (row.joined_at, row.left_at) == (at("2023-06-01T00:00"), at("2023-06-01T00:21"))
    assert row.seconds == 21 * 60
    assert not intake.questions  # the time of creation, 15/08, settles the order


@needs_realdata
def test_rows_with_times():
    intake = read_real("01_zoom_csv/heroes_first12.csv")
    report = only_report(intake)
    assert intake.read == 12
    assert len(report.people()) == 12
    assert sum(math.ceil(a.seconds / 60) for a in report.attendees) == 1098
    assert report.starts_at == at("2021-11-19T09:54:15")
    assert report.ends_at == at("2021-11-19T12:01:59")
    assert not report.approximate
    assert not intake.questions


def _dictionary():
    if not REALDATA.is_dir():
        return []
    words = json.loads((REALDATA / "01_zoom_csv/locale_headers.json").read_text())
    return [(key, value) for key, value in words.items() if isinstance(value, list)]


@pytest.mark.parametrize(("language", "headings"), _dictionary())
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_language_delimiter_and_encoding(language, headings, delimiter, encoding, newline):
    totals = len(headings) == 4
    cells = (
        ["Ana", "ana@example.org", "40", "Yes"]
        if totals
        else ["Ana", "ana@example.org", "05/13/2026 10:00:00 AM", "05/13/2026 10:39:30 AM", "40", "Yes"]
    )
    text = newline.join([delimiter.join(headings), delimiter.join(cells), ""])
    intake = read_text(text, encoding=encoding)
    (row,) = only_report(intake).attendees
    assert (row.name, row.email) == ("Ana", "ana@example.org")
    if totals:
        assert (row.seconds, row.joined_at) == (2400, None)
    else:
        assert row.joined_at == at("2026-05-13T10:00")
        assert row.seconds == 2370


def test_latin_1_is_read_with_a_note():
    text = "Nombre (nombre original);E-mail del usuario;Hora para unirse;Hora para salir;Duración (minutos)\n"
    intake = read_text(text + "José;jose@example.org;13/05/2026 10:00;13/05/2026 10:30;30\n", encoding="latin-1")
    assert only_report(intake).attendees[0].name == "José"
    assert any("Windows-1252" in note for note in intake.notes)


def test_cells_with_line_breaks_short_rows_and_bad_rows():
    text = HEAD + (
        '"Ana\nMaria",ana@example.org,05/13/2026 10:00:00 AM,05/13/2026 10:30:00 AM,30,Yes\n'
        "Bob,not a mail,05/13/2026 10:00:00 AM,05/13/2026 10:10:00 AM\n"
        ",,,,,\n"
        "Eve,,yesterday,05/13/2026 10:10:00 AM,10\n"
        "Flo\n"
        "Gus,,05/13/2026 10:20:00 AM,05/13/2026 10:10:00 AM,1\n"
        "Hal,,05/13/2026 10:00:00 AM,05/13/2026 10:05:00 AM,5,No,,Yes\n"
        '"Ida,,05/13/2026 10:00:00 AM,05/13/2026 10:05:00 AM,5\n'
        "Joe,,05/13/2026 10:00:00 AM,,\n"
    )
    intake = read_text(text)
    report = only_report(intake)
    assert [a.name for a in report.attendees] == ["Ana Maria", "Bob", "Gus", "Joe"]
    assert {r.line: r.reason for r in intake.refusals} == {
        6: "'yesterday' is not a time",
        7: "it has neither times nor a duration",
        10: "a quote is opened and never closed",
    }
    gus = report.attendees[2]
    assert gus.contradictory
    assert gus.seconds == 0
    assert report.attendees[1].email is None
    assert any("'not a mail'" in note for note in intake.notes)
    assert any("waiting room" in note for note in intake.notes)
    assert report.attendees[3].left_at is None
    assert report.attendees[3].seconds is None
    assert intake.read == 7


def test_two_devices_of_one_address_are_one_person():
    rows = (
        "Ana,ana@example.org,05/13/2026 10:00:00 AM,05/13/2026 10:30:00 AM,30\n"
        "Ana's iPad,ANA@example.org,05/13/2026 10:10:00 AM,05/13/2026 10:20:00 AM,10\n"
        "Bob,,05/13/2026 10:10:00 AM,05/13/2026 10:20:00 AM,10\n"
        "Bob,,05/13/2026 10:25:00 AM,05/13/2026 10:30:00 AM,5\n"
        "Bob (iPad),,05/13/2026 10:25:00 AM,05/13/2026 10:30:00 AM,5\n"
    )
    people = only_report(read_text(HEAD + rows)).people()
    assert [len(found) for found in people.values()] == [2, 2, 1]


WEBINAR = """Attendee Report,
Report Generated:,"May 14, 2026 08:00 AM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views
"Bereavement, an introduction",812-3456-7890,"May 13, 2026 09:58 AM",62,3,0,1,3,2,
Host Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Amara,amara@example.org,"May 13, 2026 09:58 AM","May 13, 2026 11:00 AM",62,No,Spain
Panelist Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Lee,lee@example.org,"May 13, 2026 10:00 AM","May 13, 2026 11:00 AM",60,No,Spain
Attendee Details,
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Ana (Ana Ruiz),Ana,Ruiz,ana@example.org,"May 1, 2026 01:02 PM",approved,"May 13, 2026 10:00 AM","May 13, 2026 10:20 AM",20,Yes,Spain
Yes,Ana (Ana Ruiz),Ana,Ruiz,ana@example.org,"May 1, 2026 01:02 PM",approved,"May 13, 2026 10:30 AM","May 13, 2026 10:40 AM",10,Yes,Spain
No,Bob,Bob,Bo,bob@example.org,"May 2, 2026 01:02 PM",approved,--,--,--,--,--
No,Cy,Cy,Cy,cy@example.org,"May 2, 2026 01:02 PM",pending,--,--,--,--,--
Other Attended,
User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
34600111222,"May 13, 2026 10:01 AM","May 13, 2026 10:11 AM",10,Spain
"""


def test_a_webinar_has_hosts_panelists_attendees_and_those_who_signed_up():
    intake = read_text(WEBINAR)
    report = only_report(intake)
    assert report.title == "Bereavement, an introduction"
    assert report.meeting_id == "81234567890"
    assert report.host == Host("Amara", "amara@example.org")
    assert (report.starts_at, report.ends_at) == (at("2026-05-13T09:58"), at("2026-05-13T11:00"))
    assert [a.role for a in report.attendees] == ["host", "panelist", "attendee", "attendee", "attendee"]
    assert [(r.name, r.state) for r in report.registrants] == [
        ("Ana (Ana Ruiz)", RequestState.APPROVED),
        ("Bob", RequestState.APPROVED),
        ("Cy", RequestState.PENDING),
    ]
    assert report.registrants[0].registered_at == at("2026-05-01T13:02")
    assert report.attendees[-1].name == "34600111222"
    assert not intake.refusals
    assert intake.read == 7


def test_a_usage_report_is_one_report_a_meeting():
    text = (
        "Topic,Meeting ID,User Name,User Email,Department,Group,Has Zoom Rooms?,Creation Time,Start Time,End Time,"
        "Duration (Minutes),Participants\n"
        "One,111 1111 1111,Amara,amara@example.org,,,No,05/01/2026 08:00:00 AM,05/13/2026 10:00:00 AM,05/13/2026 11:00:00 AM,60,4\n"
        "Two,222 2222 2222,Amara,amara@example.org,,,No,05/01/2026 08:00:00 AM,05/14/2026 10:00:00 AM,05/14/2026 11:00:00 AM,60,4\n"
    )
    intake = read_text(text)
    assert [(r.title, r.meeting_id, r.starts_at) for r in intake.reports] == [
        ("One", "11111111111", at("2026-05-13T10:00")),
        ("Two", "22222222222", at("2026-05-14T10:00")),
    ]
    assert intake.read == 2


def test_totals_without_a_preamble_have_no_window():
    report = only_report(read_text("Name (Original Name),User Email,Total Duration (Minutes),Guest\nAna,,12,Yes\n"))
    assert report.starts_at is None
    assert report.approximate
    assert report.attendees[0].seconds == 720


@pytest.mark.parametrize(
    ("join", "leave", "minutes", "month"),
    [
        ("04/05/2026 10:00:00 AM", "04/05/2026 10:30:00 AM", "30", 4),  # a 12-hour clock in capitals: month first
        ("04/05/2026 23:50", "05/05/2026 00:10", "20", 5),  # only day first gives 20 minutes
        ("04/05/2026 23:50", "04/06/2026 00:10", "20", 4),  # only month first does
    ],
)
def test_the_order_of_day_and_month_follows_the_evidence(join, leave, minutes, month):
    intake = read_text(HEAD + f"Ana,,{join},{leave},{minutes}\n")
    assert only_report(intake).attendees[0].joined_at.month == month
    assert not intake.questions


def test_an_open_order_is_asked_and_can_be_told():
    text = HEAD + "Ana,,04/05/2026 10:00,04/05/2026 10:30,30\n"
    asked = read_text(text)
    assert [q.kind for q in asked.questions] == [QuestionKind.DAY_ORDER]
    assert only_report(asked).starts_at.month == 5
    for day_first, month in ((True, 5), (False, 4)):
        told = read_text(text, day_first=day_first)
        assert not told.questions
        assert only_report(told).starts_at.month == month


def test_evidence_beats_what_was_told():
    intake = read_text(HEAD + "Ana,,05/13/2026 10:00,05/13/2026 10:30,30\n", day_first=True)
    assert only_report(intake).starts_at == at("2026-05-13T10:00")


def test_the_zone_told_is_used_and_odd_hours_do_no_harm():
    madrid = ZoneInfo("Europe/Madrid")
    row = "Ana,,{},{},{}\n"
    summer = read_text(HEAD + row.format("2026-05-13 10:00:00", "2026-05-13 10:30:00", 30), zone=madrid)
    assert only_report(summer).starts_at == at("2026-05-13T08:00")
    skipped = read_text(HEAD + row.format("2026-03-29 02:30:00", "2026-03-29 03:45:00", 15), zone=madrid)
    assert only_report(skipped).attendees[0].seconds == 15 * 60
    repeated = read_text(HEAD + row.format("2026-10-25 02:50:00", "2026-10-25 02:10:00", 20), zone=madrid)
    assert only_report(repeated).attendees[0].seconds == 20 * 60


def test_clock_times_are_of_the_day_that_the_report_gives():
    text = (
        "Meeting ID,Topic,Start Time\n973 0329 0176,Circle,Sep 11 2026\n\n"
        "Name (original name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
        "Ana,ana@example.org,18:14,20:00,106,No\n"
    )
    report = only_report(read_text(text))
    assert (report.starts_at, report.ends_at) == (at("2026-09-11T18:14"), at("2026-09-11T20:00"))
    assert [a.seconds for a in report.attendees] == [106 * 60]


@pytest.mark.parametrize(
    ("join", "leave", "minutes", "came", "left"),
    [
        ("23:50", "00:10", "20", "11T23:50", "12T00:10"),
        ("23:50", "00:10", "", "11T23:50", "12T00:10"),
        ("00:05", "00:40", "35", "12T00:05", "12T00:40"),
        ("23:40", "23:55", "15", "11T23:40", "11T23:55"),
        ("22:40", "23:55", "75", "11T22:40", "11T23:55"),  # somebody was early
        ("2026-09-12 00:05", "00:40", "35", "12T00:05", "12T00:40"),
        ("23:55", "00:00", "5", "11T23:55", "12T00:00"),
        ("23:50", "23:40", "", "11T23:50", "11T23:40"),  # nobody stays that long: it contradicts itself
        ("00:40", "00:10", "0", "12T00:40", "12T00:10"),
    ],
)
def test_clock_times_past_midnight_are_of_the_next_day(join: str, leave: str, minutes: str, came: str, left: str):
    text = (
        "Meeting ID,Topic,Start Time\n973 0329 0176,Circle,Sep 11 2026 23:45\n\n"
        "Name (original name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
        f"Ana,ana@example.org,{join},{leave},{minutes},No\n"
    )
    (ana,) = only_report(read_text(text)).attendees
    assert (ana.joined_at, ana.left_at) == (at(f"2026-09-{came}"), at(f"2026-09-{left}"))
    assert ana.contradictory == (came > left)


def test_a_meeting_over_midnight_and_the_end_of_a_month_leaves_the_order_of_its_day_open():
    """The day after is counted once it is known which number is the day."""
    text = (
        "Meeting ID,Topic,Start Time\n973 0329 0176,Circle,31/08/2026 23:45\n\n"
        "Name (original name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
        "Ana,ana@example.org,23:50,00:10,20,No\n"
    )
    (ana,) = only_report(read_text(text)).attendees
    assert (ana.joined_at, ana.left_at) == (at("2026-08-31T23:50"), at("2026-09-01T00:10"))


@pytest.mark.parametrize("title", ["", "Registration Report\nReport generated time,05/09/2026 10:00 AM\n"])
def test_who_registered_before_anybody_came(title):
    text = title + (
        "Topic,Webinar ID,Scheduled Time,Duration (minutes),# Registered\nTalk,123 456 7890,05/20/2026 10:00,60,2\n"
        "Attendee Details\nFirst Name,Last Name,Email,Registration Time,Approval Status\n"
        "Ana,Ruiz,ana@example.org,05/09/2026 10:00,approved\nBo,,bo@example.org,05/09/2026 11:00,pending\n"
    )
    intake = read_text(text)
    report = only_report(intake)
    assert not intake.refusals
    assert (report.meeting_id, report.starts_at, report.ends_at) == (
        "1234567890",
        at("2026-05-20T10:00"),
        at("2026-05-20T11:00"),
    )
    assert [(r.name, r.state) for r in report.registrants] == [
        ("Ana Ruiz", RequestState.APPROVED),
        ("Bo", RequestState.PENDING),
    ]
    assert not report.attendees


def test_headings_as_programs_rename_them():
    text = (
        "Topic,MeetingID,User_Name,User_Email_1,Creation_Time,Start_Time,End_Time,Duration_Minutes_1,Participants,"
        "NameOriginalName,User_Email_2,Join_Time,Leave_Time,Duration_Minutes_2,Guest,InWaitingRoom\n"
        "Circle,852 1848,Amara,amara@example.org,15/08/2022 01:27,01/06/2023 00:00,01/06/2023 00:21,22,1,"
        "Ana,ana@example.org,01/06/2023 00:01,01/06/2023 00:21,20,No,No\n"
    )
    report = only_report(read_text(text))
    assert (report.meeting_id, report.host.email) == ("8521848", "amara@example.org")
    assert [(a.email, a.joined_at) for a in report.attendees] == [("ana@example.org", at("2023-06-01T00:01"))]


def test_the_combined_report_in_italian():
    text = (
        "Argomento,Digita,ID,Nome organizzatore,E-mail organizzatore,Ora di inizio,Ora di fine,Partecipanti,"
        "Durata (minuti),Minuti totali dei partecipanti,Ora di creazione,Nome (nome originale),E-mail,"
        "Ora di ingresso,Ora di uscita,Durata (minuti),Guest,In sala d’attesa\n"
        "Cerchio,Riunione,896 1053,Amara,amara@example.org,01/30/2025 06:54:02 PM,01/30/2025 08:10:02 PM,1,77,60,"
        "01/13/2025 06:54:02 PM,Ana,ana@example.org,01/30/2025 06:55:02 PM,01/30/2025 07:55:02 PM,60,Sì,No\n"
    )
    report = only_report(read_text(text))
    assert (report.title, report.host) == ("Cerchio", Host("Amara", "amara@example.org"))
    assert [(a.email, a.seconds, a.guest) for a in report.attendees] == [("ana@example.org", 3600, True)]


def test_a_webinar_in_spanish():
    columns = "Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Es invitado,Nombre de país/región\n"
    text = (
        "Informe de asistentes\nInforme generado:,26/04/2026 08:00\n"
        "Tema,ID del seminario web,Hora de inicio real,Duración real (minutos)\nCírculo,123 456,25/04/2026 18:00,60\n"
        f"Detalles del anfitrión\nAsistió,Nombre de usuario (nombre original),Correo electrónico,{columns}"
        "Sí,Amara,amara@example.org,25/04/2026 17:50,25/04/2026 19:00,70,No,España\n"
        "Detalles de los asistentes\n"
        f"Asistió,Nombre de usuario (nombre original),Correo electrónico,Hora de inscripción,Estado de aprobación,{columns}"
        "Sí,Ana,ana@example.org,20/04/2026 18:02,aprobado,25/04/2026 18:02,25/04/2026 18:58,56,Sí,España\n"
        "No,Bo,bo@example.org,20/04/2026 18:02,pendiente,--,--,--,--,\n"
    )
    intake = read_text(text)
    report = only_report(intake)
    assert not intake.refusals
    assert "line 1: 'Informe de asistentes' stands above the report" in intake.notes
    assert (report.title, report.meeting_id, report.host) == ("Círculo", "123456", Host("Amara", "amara@example.org"))
    assert [(a.name, a.role) for a in report.attendees] == [("Amara", "host"), ("Ana", "attendee")]
    assert [(r.name, r.state) for r in report.registrants] == [
        ("Ana", RequestState.APPROVED),
        ("Bo", RequestState.PENDING),
    ]


def test_a_row_before_any_heading_is_refused_and_a_title_is_told():
    intake = read_text(f"Circle,of May\nAna,ana@example.org,60\n{HEAD}Bo,bo@example.org,,,60,No,,\n")
    assert [r.line for r in intake.refusals] == [2]
    assert "line 1: 'Circle of May' stands above the report" in intake.notes
