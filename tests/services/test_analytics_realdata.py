"""Figures of real hand-ins: who handed in by the day it was due came, who did later or never did not."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from tests.conftest import Stage
from tests.services.analytics_world import Ask, One, Stay
from tests.services.test_analytics import agree, drawn, settle

FOLDER = Path(__file__).parents[3] / "shared" / "realdata" / "07_attendance_data" / "oulad"

DAY = 24 * 60

ROWS = 400
"""Hand-ins of each assessment: enough for every figure, few enough to be imported in a moment."""


def world() -> list[One]:
    """Each assessment as an hour of work on the day it was due, each student as one who was approved for it."""
    with (FOLDER / "assessments.csv").open(encoding="utf-8") as file:
        due = {row["id_assessment"]: row["date"] for row in csv.DictReader(file)}
    handed: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with (FOLDER / "studentAssessment_first5000.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if due.get(row["id_assessment"]) and row["date_submitted"] and len(handed[row["id_assessment"]]) < ROWS:
                handed[row["id_assessment"]][f"s{row['id_student']}"] = int(float(row["date_submitted"]))
    found = []
    for assessment, students in handed.items():
        day = int(float(due[assessment]))
        in_time = [who for who, date in students.items() if date <= day]
        found.append(
            One(
                (day - 400) * DAY,
                60,
                "mentoring",
                "scheduled",
                None,
                (),
                "",
                tuple(Ask(who, "approved", -10 * DAY, 30) for who in students),
                tuple(Stay(who, 0, 40) for who in in_time),
            )
        )
    return found


@pytest.mark.skipif(not FOLDER.exists(), reason="the real files are not here")
async def test_real_hand_ins_give_the_figures_that_counting_them_gives(stage: Stage):
    real = world()
    assert sum(len(one.asks) for one in real) >= ROWS
    await settle(stage, real)
    agree(await drawn(stage), real)
