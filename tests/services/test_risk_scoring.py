"""How the no-show risk fares: against the platform's rate, against logistic regression, on real hand-ins."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.domain.risk import Case
from sessiontui.services.risk import rival as risk_rival
from sessiontui.services.risk.scoring import evaluate
from sessiontui.services.risk.trial import try_file
from tests.domain.risk_world import as_table, clinic

UTC_ZONE = ZoneInfo("UTC")
OULAD = Path(__file__).resolve().parents[3] / "shared/realdata/07_attendance_data/oulad"


def trial(text: str):
    return try_file("bookings.csv", text.encode(), zone=None, day_first=None, threshold=0.4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_on_a_clinic_it_beats_the_rate_and_keeps_up_with_logistic_regression():
    pytest.importorskip("sklearn")
    read, found = trial(as_table(clinic(25_000)))
    assert (read.refusals, found.train + found.test) == ((), 25_000)
    assert found.rival is not None
    assert found.beats_base
    assert found.model.brier < 0.95 * found.base.brier
    assert found.model.brier < 1.02 * found.rival.brier
    assert found.model.auc is not None
    assert found.model.auc > 0.65
    for line in found.bins:
        if line.n >= 500:
            assert line.mean == pytest.approx(line.share, abs=0.04)
    assert found.warned is not None
    assert found.warned.low > 1 - found.fit.base_rate  # a warning tells more than the rate


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("spread", [0.0, 0.9, 2.0])
def test_on_as_many_as_the_well_known_table_has(spread: float):
    pytest.importorskip("sklearn")
    _, found = trial(as_table(clinic(110_527, spread=spread)))
    assert found.rival is not None
    assert found.model.brier < found.base.brier
    assert found.model.brier < 1.02 * found.rival.brier


def test_it_is_never_taught_what_it_is_tested_on():
    cases = clinic(4_000)
    found = evaluate(cases, zone=UTC_ZONE, threshold=0.4)
    assert found is not None
    turned = [
        case if case.starts_at < found.cut else Case(
            who=case.who, booked_at=case.booked_at, starts_at=case.starts_at, known_at=case.known_at,
            came=not case.came, is_dated=True,
        )
        for case in cases
    ]  # fmt: skip
    again = evaluate(turned, zone=UTC_ZONE, threshold=0.4)
    assert again is not None
    assert again.fit == found.fit
    assert again.base.n == found.base.n
    assert again.model.brier > found.model.brier


def test_bookings_that_begin_together_are_not_parted_and_too_few_are_no_test():
    cases = clinic(600)
    found = evaluate(cases, zone=UTC_ZONE, threshold=0.4)
    assert found is not None
    assert found.test == sum(case.starts_at >= found.cut for case in cases)
    assert found.train == sum(case.starts_at < found.cut for case in cases)
    assert evaluate(cases[:10], zone=UTC_ZONE, threshold=0.4) is None
    one_day = [case for case in cases if case.starts_at == cases[0].starts_at]
    assert evaluate(one_day, zone=UTC_ZONE, threshold=0.4) is None
    assert evaluate([], zone=UTC_ZONE, threshold=0.4) is None
    with pytest.raises(BadInput, match="too few to learn from some and test on others"):
        trial("person,starts at,came\nAna,2026-05-04,1\n")


def test_where_the_library_is_missing_that_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(risk_rival, "is_there", lambda: False)
    found = evaluate(clinic(600), zone=UTC_ZONE, threshold=0.4, with_rival=True)
    assert found is not None
    assert found.rival is None
    assert "scikit-learn is not installed" in found.no_rival


def test_everyone_who_always_came_is_no_trouble():
    cases = [case for case in clinic(3_000) if case.came]
    found = evaluate(cases, zone=UTC_ZONE, threshold=0.4, with_rival=True)
    assert found is not None
    assert found.model.auc is None
    assert found.model.brier < 0.01
    assert found.rival is None
    assert found.no_rival


# -- real people: what was due, and what was handed in ---------------------------------------------------------


MONTHS = {"B": 2, "J": 10}
"""In which month a course of a year begins, by the letter of its name."""


def hand_ins() -> Iterator[Case]:
    """Yield who was expected to hand in what, as bookings due on their day; in time means that they came.

    A student is expected for every work of a course of which they handed in any. The course in which the excerpt
    breaks off is left out: nobody knows who handed in the rest.
    """
    with (OULAD / "assessments.csv").open(newline="") as file:
        works = {row["id_assessment"]: row for row in csv.DictReader(file)}
    with (OULAD / "studentAssessment_first5000.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    def course_of(work: str) -> tuple[str, str]:
        return works[work]["code_module"], works[work]["code_presentation"]

    broken_off = course_of(rows[-1]["id_assessment"])
    handed = {
        (row["id_student"], row["id_assessment"]): int(row["date_submitted"])
        for row in rows
        if course_of(row["id_assessment"]) != broken_off
    }
    for student, course in sorted({(student, course_of(work)) for student, work in handed}):
        begins = datetime(int(course[1][:4]), MONTHS[course[1][4]], 1, tzinfo=UTC)
        for work in sorted({work for _, work in handed if course_of(work) == course}):
            due = int(works[work]["date"])
            day = begins + timedelta(days=due)
            submitted = handed.get((student, work))
            yield Case(
                who=student,
                booked_at=None,
                starts_at=day,
                known_at=day + timedelta(days=1),
                came=submitted is not None and submitted <= due,
                is_dated=True,
            )


@pytest.mark.skipif(not OULAD.is_dir(), reason="the folder of real files is not there")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_on_real_hand_ins_it_beats_the_rate():
    cases = list(hand_ins())
    assert len(cases) == 705 * 5
    found = evaluate(cases, zone=UTC_ZONE, threshold=0.4, with_rival=True)
    assert found is not None
    assert found.beats_base
    if found.rival is not None:
        assert found.model.brier < 1.02 * found.rival.brier
