# ruff: noqa: E501 - the lines of exports are as long as they are
from __future__ import annotations

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.intake import Host

from .files import at, needs_realdata, only_report, read_real, read_text


@needs_realdata
@pytest.mark.parametrize("file", ["IDL-14-11-22.csv", "IDL-14-11-22_utf16le_crlf.csv"])
def test_the_report_in_sections(file):
    intake = read_real(f"02_teams_csv/{file}")
    report = only_report(intake)
    assert intake.read == 7
    assert not intake.questions
    assert report.title == "Scrum Meeting"
    assert (report.starts_at, report.ends_at) == (at("2022-11-14T09:29:07"), at("2022-11-14T09:50:14"))
    assert [a.seconds for a in report.attendees] == [1166, 1160, 1161, 1158, 1130, 1061, 890]
    assert report.host == Host("JANSSENS JAN (EXT)", "jan.janssens.ext@un.int")
    assert "De Compostela, Santiago" in [a.name for a in report.attendees]
    assert not report.approximate


@needs_realdata
def test_a_live_event_closes_who_never_left_at_its_end():
    intake = read_real("02_teams_csv/live_event_engagement.csv")
    john, mark = only_report(intake).attendees
    assert (john.name, john.email, john.seconds) == ("John Doe", "johndoe@test.net", 37 * 60 + 46)
    assert mark.left_at == at("2022-01-25T17:25:54")
    assert any("1 never left" in note for note in intake.notes)


REPORT = (
    "1. Summary\r\n"
    'Meeting title\t"Grief\r\ncircle"\r\n'
    "Attended participants\t2\r\n"
    "Start time\t{start}\r\n"
    "End time\t{end}\r\n"
    "Meeting duration\t1h 7s\r\n"
    "Average attendance time\t59m\r\n"
    "\r\n"
    "2. Participants\r\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\tEngagement: raised\r\n"
    "Amara\t{start}\t{end}\t{length}\tamara@example.org\tamara@example.org\tOrganiser\t1\r\n"
    "Ana\t{start}\t{end}\t{less}\t\t\tAttendee\r\n"
    "\r\n"
    "3. In-Meeting Activities\r\n"
    "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\r\n"
    "Amara\t{start}\t{end}\t{length}\tamara@example.org\tOrganiser\r\n"
    "Ana\t{start}\t{middle}\t{less}\r\n"
    "\r\n"
    "4. Meeting Engagement\r\n"
    "Name\tReactions\r\n"
    "Ana\t3\r\n"
)
SHAPES = {
    "american": ("11/14/22, 9:30:00 AM", "11/14/22, 10:30:07 AM", "11/14/22, 9:40:00 AM", "1h 7s", "10m"),
    "british": ("14/11/22, 09:30:00", "14/11/22, 10:30:07", "14/11/22, 09:40:00", "1h 7s", "10m"),
    "german": ("14.11.22, 09:30:00", "14.11.22, 10:30:07", "14.11.22, 09:40:00", "1 Std. 7 Sek.", "10 Min. 0 Sek."),
    "narrow": (
        "11/14/22, 9:30:00\u202fAM",
        "11/14/22, 10:30:07\u202fAM",
        "11/14/22, 9:40:00\u202fAM",
        "1h 0m 7s",
        "10m 0s",
    ),
    "open": ("4/5/22, 9:30:00 AM", "4/5/22, 10:30:07 AM", "4/5/22, 9:40:00 AM", "1h 7s", "10m"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
def test_dates_durations_and_encodings(shape, encoding):
    start, end, middle, length, less = SHAPES[shape]
    text = REPORT.format(start=start, end=end, middle=middle, length=length, less=less)
    intake = read_text(text, encoding=encoding)
    report = only_report(intake)
    amara, ana = report.attendees
    day = "2022-04-05" if shape == "open" else "2022-11-14"
    assert report.title == "Grief circle"
    assert (report.starts_at, report.ends_at) == (at(f"{day}T09:30"), at(f"{day}T10:30:07"))
    assert report.host == Host("Amara", "amara@example.org")
    assert (amara.seconds, amara.external_id) == (3607, "amara@example.org")
    assert (ana.seconds, ana.left_at) == (600, at(f"{day}T09:40"))
    assert not intake.questions
    assert intake.read == 2


def test_without_activities_first_join_and_last_leave_stand_in():
    start, end, middle, length, less = SHAPES["british"]
    text = REPORT.format(start=start, end=end, middle=middle, length=length, less=less).split("3. In-Meeting")[0]
    intake = read_text(text, encoding="utf-16")
    _, ana = only_report(intake).attendees
    assert ana.left_at == at("2022-11-14T10:30:07")
    assert ana.seconds == 600
    assert any("Ana was there for 10 of the 60 minutes" in note for note in intake.notes)


def test_sections_in_an_unknown_language_are_read_by_number_and_place():
    text = (
        "1. Samantekt\nHeiti\tGrief circle\nFjöldi\t1\nUpphaf\t14.11.2022, 09:30:00\nEndir\t14.11.2022, 10:00:00\n\n"
        "2. Þátttakendur\nHeiti x\tInn\tÚt\tLengd\tPóstur\tAuðkenni\tHlutverk\n"
        "Ana\t14.11.2022, 09:31:00\t14.11.2022, 09:59:00\t28 mín. 0 sek.\tana@example.org\tana@example.org\tOrganizer\n"
    )
    report = only_report(read_text(text, encoding="utf-16"))
    assert report.title == "Grief circle"
    assert report.attendees[0].email == "ana@example.org"
    assert report.attendees[0].joined_at == at("2022-11-14T09:31")
    assert report.host == Host("Ana", "ana@example.org")


def test_the_older_report_with_a_meeting_id():
    text = (
        "Meeting Summary\nTotal Number of Participants\t1\nMeeting Title\tCircle\n"
        "Meeting Start Time\t11/14/2022, 9:30:00 AM\nMeeting End Time\t11/14/2022, 10:00:00 AM\nMeeting Id\tabc-1\n\n"
        "Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\n"
        "Ana\t11/14/2022, 9:31:00 AM\t11/14/2022, 9:59:00 AM\t28m\tana@example.org\tOrganizer\tana@example.org\n"
    )
    report = only_report(read_text(text, encoding="utf-16"))
    assert (report.title, report.unique_id) == ("Circle", "abc-1")
    assert report.starts_at == at("2022-11-14T09:30")
    assert len(report.attendees) == 1


@pytest.mark.parametrize("heading", ["Full Name\tUser Action\tTimestamp\n", ""])
def test_the_classic_list(heading):
    text = heading + (
        "Amara\tJoined before\t11/14/2022, 9:30:00 AM\n"
        "Ana\tJoined\t11/14/2022, 9:31:00 AM\n"
        "Ana\tLeft\t11/14/2022, 9:40:00 AM\n"
        "Ana\tJoined\t11/14/2022, 9:45:00 AM\n"
        "Bob\tLeft\t11/14/2022, 9:46:00 AM\n"
        "Cy\tJoined\t11/14/2022, 10:00:00 AM\n"
    )
    intake = read_text(text, encoding="utf-16")
    report = only_report(intake)
    assert [(a.name, a.seconds) for a in report.attendees] == [
        ("Amara", 1800),
        ("Ana", 540),
        ("Ana", 900),
        ("Cy", 0),
    ]
    assert report.ends_at == at("2022-11-14T10:00")
    assert [r.reason for r in intake.refusals] == ["leaves without having joined"]
    assert intake.read == 5


def test_bad_rows_are_refused_with_their_line():
    start, end, middle, length, less = SHAPES["british"]
    text = REPORT.format(start=start, end=end, middle=middle, length=length, less=less)
    text = text.replace("\r\n4. Meeting", "Eve\tsoon\t\t\r\nFlo\r\n\r\n4. Meeting")
    intake = read_text(text, encoding="utf-16")
    assert [r.reason for r in intake.refusals] == [
        "'soon' is not a date and time",
        "it has neither a time of joining nor a duration",
    ]
    assert [text.split("\r\n")[r.line - 1][:3] for r in intake.refusals] == ["Eve", "Flo"]


def test_a_date_and_a_clock_parted_by_a_bare_comma():
    text = "Full Name,User Action,Timestamp\nAna,Joined,11/14/2022, 9:31:00 AM\nAna,Left,11/14/2022, 9:40:00 AM\n"
    assert only_report(read_text(text)).attendees[0].seconds == 540


def test_a_numbered_list_is_no_report():
    with pytest.raises(BadInput):
        read_text("1. Milk\n2. Bread\n3. Eggs\n")


def test_a_script_without_latin_letters_in_utf_16_without_a_mark():
    text = "이름(원래 이름)\t사용자 이메일\t참가 시간\t나간 시간\t기간(분)\n김철수\t\t2026-05-13 10:00:00\t2026-05-13 10:30:00\t30\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        assert only_report(read_text(text, encoding=encoding)).attendees[0].name == "김철수"


def test_keys_of_the_summary_are_known_by_what_stands_behind_them():
    text = (
        "1. Yhteenveto\nKokouksen otsikko,2026-05-04\nAlkamisaika,22.7.2026 7.05.12\nPäättymisaika,22.7.2026 7.20.41\n"
        "Kesto,15 min 29 s\n\n2. Osallistujat\nNimi,Liittyminen,Poistuminen,Kesto,Sähköposti,Rooli\n"
        "Ana,22.7.2026 7.02.10,22.7.2026 7.20.30,18 min 20 s,ana@example.org,Esittäjä\n"
    )
    report = only_report(read_text(text))
    assert report.title == "2026-05-04"
    assert (report.starts_at, report.ends_at) == (at("2026-07-22T07:05:12"), at("2026-07-22T07:20:41"))
    assert [(a.name, a.email, a.seconds) for a in report.attendees] == [("Ana", "ana@example.org", 1100)]


def test_clock_times_are_of_the_day_on_which_the_meeting_began():
    text = (
        "1. Summary\nMeeting Title\tCircle\nMeeting Start Time\t5/22/26, 9:30:00 AM\n\n2. Participants\n"
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tAttentiveness\nAna\t9:35 AM\t11:05 AM\t1h 30m\t0.95\n"
    )
    (row,) = only_report(read_text(text)).attendees
    assert (row.joined_at, row.left_at) == (at("2026-05-22T09:35"), at("2026-05-22T11:05"))
    without = read_text(text.replace("Meeting Start Time\t5/22/26, 9:30:00 AM\n", ""))
    assert [refusal.reason for refusal in without.refusals] == ["'9:35 AM' is not a date and time"]


@pytest.mark.parametrize(
    ("join", "leave", "length", "came", "left"),
    [
        ("11:50:00 PM", "12:10:00 AM", "20m", "22T23:50", "23T00:10"),
        ("12:05:00 AM", "12:40:00 AM", "35m", "23T00:05", "23T00:40"),
        ("11:30 PM", "11:50 PM", "20m", "22T23:30", "22T23:50"),
    ],
)
def test_clock_times_past_midnight_are_of_the_next_day(join: str, leave: str, length: str, came: str, left: str):
    text = (
        "1. Summary\nMeeting Title\tCircle\nMeeting Start Time\t5/22/26, 11:45:00 PM\n\n2. Participants\n"
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tAttentiveness\n"
        f"Ana\t{join}\t{leave}\t{length}\t0.95\n"
    )
    (row,) = only_report(read_text(text)).attendees
    assert (row.joined_at, row.left_at) == (at(f"2026-05-{came}"), at(f"2026-05-{left}"))


def test_a_list_of_two_meetings_is_two_reports():
    text = (
        "Full Name\tUser Action\tTimestamp\nAna\tJoined\t11/10/2022, 17:30:00\nBo\tJoined\t11/10/2022, 17:31:00\n"
        "Ana\tLeft\t11/10/2022, 18:30:00\nCy\tJoined before\t27/09/2022, 17:27:00\n"
    )
    first, second = read_text(text).reports
    assert [(a.name, a.seconds) for a in first.attendees] == [("Cy", 0)]
    assert [(a.name, a.seconds) for a in second.attendees] == [("Ana", 3600), ("Bo", 3540)]
    assert (first.ends_at, second.starts_at) == (at("2022-09-27T17:27"), at("2022-10-11T17:30"))


@pytest.mark.parametrize(
    "heading",
    [
        "Nome\tOra di ingresso\tOra di uscita\tDurata\tEmail\tRuolo",
        "Nome\tHorário de Entrada\tHorário de Saída\tDuração\tEmail\tFunção",
    ],
)
def test_a_table_of_people_alone_in_more_languages(heading):
    row = "Ana\t2026-03-03 17:00:00\t2026-03-03 18:00:00\t1h\tana@example.org\tOrganizador\n"
    (found,) = only_report(read_text(f"{heading}\n{row}")).attendees
    assert (found.email, found.role, found.seconds) == ("ana@example.org", "organizer", 3600)


def test_a_portuguese_list_of_arrivals():
    text = (
        "Nome Completo\tAtividade\tCarimbo de data/hora\nAna\tEntrou antes de\t13/09/2022 16:00:00\n"
        "Ana\tSaiu\t13/09/2022 17:00:00\n"
    )
    intake = read_text(text)
    assert not intake.refusals
    assert [a.seconds for a in only_report(intake).attendees] == [3600]


def test_what_a_row_leaves_open_follows_from_its_duration_and_the_end():
    text = (
        "1. Summary\nMeeting title\tCircle\nStart time\t9/22/26, 2:48:05 PM\nEnd time\t9/22/26, 6:11:26 PM\n\n"
        "2. Participants\nName\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole\n"
        "Ana\t\t9/22/26, 6:00:00 PM\t30m\nBo\t9/22/26, 3:10:00 PM\nCy\t9/22/26, 3:00:00 PM\t\t1h\nDi\t\t\t45m\nEve\n"
    )
    intake = read_text(text)
    report = only_report(intake)
    assert [(a.name, a.joined_at, a.left_at, a.seconds) for a in report.attendees] == [
        ("Ana", at("2026-09-22T17:30"), at("2026-09-22T18:00"), 1800),
        ("Bo", at("2026-09-22T15:10"), at("2026-09-22T18:11:26"), 10886),
        ("Cy", at("2026-09-22T15:00"), at("2026-09-22T16:00"), 3600),
        ("Di", None, None, 2700),
    ]
    assert report.approximate
    assert [r.reason for r in intake.refusals] == ["it has neither a time of joining nor a duration"]
    assert "who has no time of leaving was taken to stay until the meeting ended" in intake.notes


def test_a_table_of_people_with_the_words_of_teams_needs_no_role():
    text = (
        "Name\tFirst join\tLast leave\tIn-meeting duration\n"
        "Ana\t7/22/26, 7:00:11 PM\t7/22/26, 8:31:02 PM\t1h 30m 51s\n"
    )
    assert [a.seconds for a in only_report(read_text(text)).attendees] == [5451]
