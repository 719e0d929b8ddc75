"""``stats risk``: what was learned, and a table of past bookings put on trial."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessiontui.services.risk import rival as risk_rival
from tests.cli.conftest import Run
from tests.domain.risk_world import as_table, clinic


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "appointments.csv"
    path.write_text(as_table(clinic(3_000)) + "1,2,F,2016-05-09T00:00:00Z,2016-05-01T00:00:00Z,1,X,0,0,0,0,0,0,No\n")
    return str(path)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risk_rival, "is_there", lambda: False)


@pytest.mark.usefixtures("alone")
def test_a_table_is_put_on_trial_without_any_database(run: Run, home: Path, table: str):
    done = run("stats", "risk", "--evaluate", table)
    assert (done.code, done.err) == (0, "")
    assert not home.exists()
    assert "3 001 read = 3 000 taken + 0 without an outcome + 1 refused" in done.out
    assert "Columns: who = PatientId, booked at = ScheduledDay" in done.out
    assert "line 3002: it was booked 8 d after it began" in done.out
    assert "booked on the day itself" in done.out
    assert "Brier" in done.out
    assert "AUC" in done.out
    assert "scikit-learn is not installed" in done.out
    assert "95 % interval" in done.out


@pytest.mark.usefixtures("alone")
def test_the_trial_as_json(run: Run, table: str):
    found = run("stats", "risk", "--evaluate", table, "--json").json
    assert (found["read"], found["taken"], found["refused"][0]["line"]) == (3_001, 3_000, 3_002)
    assert found["beats_base"] is (found["model"]["brier"] < found["base"]["brier"])
    assert found["logistic_regression"] is None
    assert "lead" in found["fit"]["effects"]
    assert sum(line["n"] for line in found["calibration"]) == found["test"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_with_the_library_both_are_compared(run: Run, table: str):
    pytest.importorskip("sklearn")
    done = run("stats", "risk", "--evaluate", table)
    assert "logistic regression  0." in done.out
    assert "Brier score against logistic regression:" in done.out


def test_what_cannot_be_put_on_trial_is_said(run: Run, tmp_path: Path):
    missing = run("stats", "risk", "--evaluate", str(tmp_path / "none.csv"))
    assert (missing.code, missing.out) == (1, "")
    assert "No such file" in missing.err
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    assert "no column tells who booked" in run("stats", "risk", "--evaluate", str(wrong)).err
    few = tmp_path / "few.csv"
    few.write_text("person,starts at,came\nAna,2026-05-04,yes\n")
    assert "too few" in run("stats", "risk", "--evaluate", str(few)).err


def test_the_own_past_of_a_young_platform(circle: Run):
    run = circle
    done = run("stats", "risk")
    assert done.code == 0
    assert "Nothing has been learned yet: 0 past cases" in done.out
    assert "No warning was put to the test yet" in done.out
    found = run("stats", "risk", "--json").json
    assert (found["fit"], found["cases"], found["tested"], found["threshold"]) == (None, 0, None, 0.4)
