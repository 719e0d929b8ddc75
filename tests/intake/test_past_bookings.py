"""Tables of past bookings: columns by name in any order, outcomes of both polarities, rows refused with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.intake.booking_words import Column, outcome
from sessiontui.intake.past_bookings import read
from tests.domain.risk_world import HEADING, as_table, clinic

OWN = "person,booked at,starts at,attended\n"
ROW = "Ana,2026-05-01T10:00:00Z,2026-05-04T14:00:00Z,yes\n"


def cases_of(text: str, **how: object):
    return read("bookings.csv", text.encode(), **how).cases  # type: ignore[arg-type]


def reasons(text: str) -> list[str]:
    return [str(refusal) for refusal in read("bookings.csv", text.encode()).refusals]


def test_a_plain_table_is_read():
    (case,) = cases_of(OWN + ROW)
    assert (case.who, case.came, case.is_dated) == ("Ana", True, False)
    assert case.booked_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert case.starts_at == datetime(2026, 5, 4, 14, tzinfo=UTC)
    assert case.known_at == case.starts_at + timedelta(hours=1)


def test_the_table_of_appointments_is_read_with_its_own_meanings():
    text = HEADING + (
        "\n29872499824296,5642903,F,2016-04-29T18:38:08Z,2016-04-29T00:00:00Z,62,JARDIM DA PENHA,0,1,0,0,0,0,No"
        "\n558997776694438,5642503,M,2016-04-27T16:08:27Z,2016-04-29T00:00:00Z,56,JARDIM DA PENHA,0,0,0,0,0,0,Yes\n"
    )
    found = read("KaggleV2-May-2016.csv", text.encode())
    assert [case.came for case in found.cases] == [True, False]
    assert found.is_dated
    same_day = found.cases[0]
    assert same_day.booked_at is not None
    assert same_day.booked_at > same_day.starts_at  # an appointment of the day stands at its midnight
    assert same_day.known_at == same_day.starts_at + timedelta(days=1)
    assert dict(found.columns) == {
        Column.PERSON: "PatientId", Column.BOOKED: "ScheduledDay", Column.START: "AppointmentDay",
        Column.AWAY: "No-show",
    }  # fmt: skip
    assert (found.read, found.left_out, found.refusals) == (2, 0, ())


def test_a_world_comes_back_from_its_own_table():
    world = clinic(400)
    found = read("x.csv", as_table(world).encode())
    assert [(case.starts_at, case.known_at, case.came) for case in found.cases] == [
        (case.starts_at, case.known_at, case.came) for case in world
    ]
    assert len({case.who for case in found.cases}) == len({case.who for case in world})


def test_days_booked_after_they_were_over_are_refused_with_line_and_reason():
    text = OWN + ROW + "Bob,2026-05-06 08:00,2026-05-04 14:00,no\nCyd,2026-05-04 16:00,2026-05-04 14:00,no\n"
    assert reasons(text) == ["line 3: it was booked 2 d after it began"]
    assert [case.who for case in cases_of(text)] == ["Ana", "Cyd"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2026-05-01,2026-05-04,yes", "it does not say who"),
        ("Ana,2026-05-01,,yes", "it does not say when it started"),
        ("Ana,2026-05-01,soon,yes", "'soon' is not the start of anything"),
        ("Ana,whenever,2026-05-04,yes", "'whenever' is not when anything was booked"),
        ("Ana,2026-05-01,2026-02-30,yes", "there is no such day"),
        ("Ana,2026-02-30,2026-05-04,yes", "there is no such day to book on"),
        ("Ana,2026-05-01,2026-05-04,perhaps", "'perhaps' does not tell whether they came"),
        ("Ana,2026-05-01,0001-05-04,yes", "there is no such day"),
    ],
)
def test_a_bad_row_is_refused_with_line_and_reason(row: str, reason: str):
    assert reasons(OWN + ROW + row + "\n") == [f"line 3: {reason}"]


def test_a_booking_without_its_instant_is_taken():
    (case,) = cases_of("patient;appointment date;status\nAna;04.05.2026 14:00;attended\n")
    assert case.booked_at is None
    assert case.asked_at == case.starts_at


@pytest.mark.parametrize("word", ["", "cancelled", "Rescheduled", "excused"])
def test_what_says_nothing_of_coming_is_left_out_and_counted(word: str):
    found = read("x.csv", f"{OWN}{ROW}Bob,2026-05-01,2026-05-04,{word}\n".encode())
    assert (found.read, len(found.cases), found.left_out, found.refusals) == (2, 1, 1, ())


@pytest.mark.parametrize(
    ("text", "column", "came"),
    [
        ("Yes", Column.CAME, True), ("Yes", Column.AWAY, False), ("no", Column.AWAY, True), ("0", Column.CAME, False),
        ("1.0", Column.AWAY, False), ("TRUE", Column.CAME, True), ("false", Column.AWAY, True),
        ("no-show", Column.CAME, False), ("No Show", Column.AWAY, False), ("Show-Up", Column.CAME, True),
        ("attended", Column.AWAY, True), ("Late", Column.CAME, True), ("DNA", Column.CAME, False),
    ],
)  # fmt: skip
def test_outcomes_of_both_polarities(text: str, column: Column, came: bool):
    assert outcome(text, column) is came


@pytest.mark.parametrize(
    "heading",
    [
        "Client ID,Start Time,Booked On,No Show",
        "no_show,bookedOn,client id,START",
        "Start;client_id;NoShow;created at",
    ],
)
def test_columns_are_known_by_name_in_any_order(heading: str):
    cells = {"clientid": "Ana", "bookedon": "2026-05-01", "createdat": "2026-05-01", "noshow": "false"}
    separator = ";" if ";" in heading else ","
    names = [name.lower().replace(" ", "").replace("_", "") for name in heading.split(separator)]
    row = separator.join(cells.get(name, "2026-05-04 14:00") for name in names)
    (case,) = cases_of(f"{heading}\n{row}\n")
    assert (case.who, case.came) == ("Ana", True)
    assert case.booked_at == datetime(2026, 5, 1, tzinfo=UTC)


def test_an_id_comes_before_a_name_and_a_preamble_is_passed_over():
    text = "Bookings of May\n\nname,person id,date,time,came\nAna,17,2026-05-04,14:30,1\n"
    (case,) = cases_of(text)
    assert (case.who, case.starts_at) == ("17", datetime(2026, 5, 4, 14, 30, tzinfo=UTC))


def test_a_table_without_the_columns_is_refused_by_what_it_lacks():
    with pytest.raises(BadInput, match=r"who booked .* nor whether they came .*the columns are a, start") as error:
        read("x.csv", b"a,start\n1,2026-05-04\n")
    assert error.value.place == "x.csv"
    with pytest.raises(BadInput, match="the columns are missing"):
        read("x.csv", b"")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_encodings_and_marks_are_those_of_every_intake(encoding: str):
    text = OWN + "Zoë,2026-05-01T10:00:00Z,2026-05-04T14:00:00Z,yes\n"
    (case,) = read("x.csv", text.encode(encoding)).cases
    assert case.who == "Zoë"


def test_times_without_a_zone_are_of_the_zone_that_was_said():
    text = OWN + "Ana,2026-05-01 10:00,2026-05-04 14:00,yes\n"
    (case,) = cases_of(text, zone=ZoneInfo("Europe/Madrid"))
    assert case.starts_at == datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_a_day_is_the_day_as_written_whatever_the_zone():
    text = OWN + "Ana,2016-04-29T18:38:08Z,2016-04-29T00:00:00Z,yes\n"
    zone = ZoneInfo("America/Sao_Paulo")
    (case,) = cases_of(text, zone=zone)
    assert case.starts_at.astimezone(zone) == datetime(2016, 4, 29, tzinfo=zone)


def test_the_order_of_day_and_month_is_decided_as_in_every_intake():
    first = OWN + "Ana,1/5/2026 10:00,4/5/2026 14:00,yes\n"
    assert cases_of(first, day_first=True)[0].starts_at.month == 5
    assert cases_of(first, day_first=False)[0].starts_at.month == 4
    assert cases_of(first + "Bob,1/5/2026 10:00,25/5/2026 14:00,no\n")[0].starts_at.month == 5
    assert read("x.csv", first.encode()).questions != ()


def test_a_quote_that_never_closes_costs_its_row_alone():
    assert reasons(f'{OWN}"Bob,2026-05-01,2026-05-04,yes\n{ROW}')[0].startswith("line 2: a quote is opened")
    assert len(cases_of(f'{OWN}"Bob,2026-05-01,2026-05-04,yes\n{ROW}')) == 1


def test_no_text_of_the_table_is_acted_upon():
    (case,) = cases_of(OWN + "'=cmd|x,2026-05-01,2026-05-04 10:00,yes\n")
    assert case.who == "=cmd|x"
