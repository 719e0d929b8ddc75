"""Attendance on the command line: shown, set by hand, exported, reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sessiontui.cli.arguments import do as arguments_do
from sessiontui.cli.do.acts import AUTO
from sessiontui.services.attendance.correcting import BY_HAND
from tests.cli.conftest import Run


@pytest.fixture
def met(run: Run, own: Callable[..., str]) -> Run:
    """One session of the past, #1: Ana came late, Bob did not, Dr Lee led it."""
    stay = {"type": "presence", "session": "s1"}
    file = own(
        {"type": "person", "id": "p1", "name": "Ana"},
        {"type": "person", "id": "p2", "name": "Bob"},
        {"type": "person", "id": "p9", "name": "Dr Lee", "role": "mentor"},
        {
            "type": "session", "id": "s1", "title": "Grief circle", "author": "p9", "mentor": "p9",
            "starts_at": "2026-05-04T14:00:00Z", "ends_at": "2026-05-04T15:00:00Z",
        },
        *(
            {
                "type": "request", "session": "s1", "person": person, "state": "approved",
                "requested_at": "2026-05-03T10:00:00Z", "decided_at": "2026-05-03T11:00:00Z",
            }
            for person in ("p1", "p2")
        ),
        {**stay, "person": "p1", "joined_at": "2026-05-04T14:20:00Z", "left_at": "2026-05-04T15:00:00Z"},
        {**stay, "person": "p9", "joined_at": "2026-05-04T14:00:00Z", "left_at": "2026-05-04T15:00:00Z"},
    )  # fmt: skip
    assert run("import", file).code == 0
    return run


def verdicts(run: Run) -> dict[str, str]:
    return {line["person"]: line["verdict"] for line in run("show", "1", "--json").json["attendance"]}


def test_show_tells_the_verdicts(met: Run):
    assert verdicts(met) == {"Ana": "late", "Bob": "absent"}
    text = met("show", "1").out
    assert "Attendance (2)" in text
    assert "came 20 min after the start, 40 of 40 min" in text
    assert "approved, never seen" in text


def test_attendance_is_set_by_hand_and_taken_back(met: Run):
    done = met("do", "attendance", "1", "--person", "Bob", "--set", "excused", "--reason", "was ill")
    assert (done.code, verdicts(met)["Bob"]) == (0, "excused")
    (bob,) = [line for line in met("show", "1", "--json").json["attendance"] if line["person"] == "Bob"]
    assert (bob["reason"], bool(bob["corrected_by"])) == ("was ill", True)
    assert met("do", "undo").code == 0
    assert verdicts(met)["Bob"] == "absent"
    met("do", "attendance", "1", "--person", "Bob", "--set", "present")
    assert met("do", "attendance", "1", "--person", "Bob", "--set", "auto").code == 0
    assert verdicts(met)["Bob"] == "absent"
    assert met("do", "attendance", "1", "--person", "Dr Lee", "--set", "present").code == 1
    assert met("do", "attendance", "1", "--person", "Bob", "--set", "unknown").code == 2


def test_attendance_is_exported_a_row_per_person_and_session(met: Run):
    found = met("export", "attendance", "--format", "json").json["attendance"]
    assert [(row["session"], row["person"], row["verdict"], row["minutes"]) for row in found] == [
        (1, "Ana", "late", 40),
        (1, "Bob", "absent", 0),
    ]
    heading, *rows = met("export", "attendance").out.splitlines()
    assert heading.startswith("session,session_title,person,verdict,minutes")
    assert len(rows) == 2


def test_the_report_of_a_range(met: Run):
    found = met("stats", "attendance", "--since", "2026-05-04", "--until", "2026-05-05", "--json").json
    assert (found["sessions"], found["participation_rate"]["hits"], found["participation_rate"]["n"]) == (1, 1, 2)
    assert found["mentors"][0]["mentor"] == "Dr Lee"
    assert found["mentors"][0]["mentor_in_time"]["hits"] == 1
    text = met("stats", "attendance").out
    assert "Participation: 1 of 2 (50 %, 95 % interval 9 to 91 %) of those expected came" in text
    assert "Dr Lee" in text
    assert "no session of this range has ended" in met("stats", "attendance", "--since", "2026-06-01").out
    assert met("stats", "attendance", "--by", "kind").code == 2


def test_the_words_of_the_command_line_are_those_of_the_service():
    assert set(arguments_do.VERDICTS) == {*BY_HAND, AUTO}
