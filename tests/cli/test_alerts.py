"""``alerts`` and what ``do`` does to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import Run

MIN = timedelta(minutes=1)


def instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def waiting(run: Run, own: Callable[..., str]) -> datetime:
    """A session that began twelve minutes ago with one approved and nobody there."""
    now = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the command line reads the clock of the host
    starts = now - 12 * MIN
    path = own(
        {"type": "person", "id": "p1", "name": "Ana", "email": "ana@example.org"},
        {"type": "person", "id": "p9", "name": "Lee", "role": "mentor"},
        {"type": "session", "id": "s1", "title": "Grief circle", "kind": "conversation", "author": "p9",
         "starts_at": instant(starts), "ends_at": instant(starts + 60 * MIN), "link": "https://meet.example.org/1"},
        {"type": "request", "session": "s1", "person": "p1", "state": "approved",
         "requested_at": instant(starts - 60 * MIN), "decided_at": instant(starts - 50 * MIN)},
    )  # fmt: skip
    assert run("import", path).code == 0
    return starts


def test_alerts_tell_what_whom_since_when_and_what_helps(run: Run, waiting: datetime):
    told = run("alerts", "--json")
    assert told.code == 0
    (alert,) = told.json["alerts"]
    told_of = (alert["rule"], alert["severity"], alert["session"], alert["state"])
    assert told_of == (
        "nobody_joined",
        "warning",
        1,
        "open",
    )
    assert alert["opened_at"] == instant(waiting + 10 * MIN)
    assert alert["facts"] == {"waiting_since": instant(waiting), "approved": "1"}
    assert alert["actions"] == ["remind", "cancel"]
    text = run("alerts")
    assert "nobody_joined  " in text.out
    assert text.out.splitlines()[1].split()[0] == str(alert["id"])  # what 'do acknowledge' takes
    assert "Grief circle" in text.out
    assert "1 alert, taken" in text.err


def test_a_session_shows_its_alerts_and_who_has_them(run: Run, waiting: datetime):
    assert "Warning: nobody_joined (alert 1): waiting 12 min" in run("show", "1").out
    assert run("show", "1", "--json").json["alerts"][0]["rule"] == "nobody_joined"
    assert run("do", "acknowledge", "1").code == 0
    (told,) = [text for text in run("show", "1").out.splitlines() if "nobody_joined" in text]
    assert re.search(r"nobody came; .+, \d\d:\d\d$", told)


def test_it_fails_only_where_a_severity_is_named_and_reached(run: Run, waiting: datetime):
    assert run("alerts").code == 0
    assert run("alerts", "--fail-on", "critical").code == 0
    assert run("alerts", "--fail-on", "warning").code == 1
    assert run("alerts", "--fail-on", "notice").code == 1
    assert run("alerts", "alert:critical", "--fail-on", "notice").code == 0
    assert run("alerts", "--fail-on", "loud").code == 2
    assert run("alerts", "alert:loud").code == 2


def test_what_do_takes_up_stands_on_the_list_and_can_be_taken_back(run: Run, waiting: datetime):
    number = str(run("alerts", "--json").json["alerts"][0]["id"])
    done = run("do", "acknowledge", number, "--reason", "calling", "--json")
    assert done.code == 0, done.err
    (alert,) = run("alerts", "--json").json["alerts"]
    assert (alert["state"], alert["note"]) == ("acknowledged", "calling")
    assert run("do", "undo").code == 0
    assert run("do", "snooze", number, "--for", "15m").code == 0
    assert run("alerts", "--json").json["alerts"][0]["state"] == "snoozed"
    assert run("do", "unsnooze", number).code == 0
    assert run("alerts", "--json").json["alerts"][0]["state"] == "open"
    assert run("do", "note", "Zoom", "is", "flaky").code == 0
    assert "Zoom is flaky" in run("alerts").err
    assert run("do", "acknowledge", "99").code == 1


def test_the_past_has_the_alerts_of_its_own(run: Run, waiting: datetime):
    assert run("alerts", "--at", instant(waiting + 11 * MIN), "--json").json["alerts"][0]["rule"] == "nobody_joined"
    assert run("alerts", "--at", instant(waiting + 9 * MIN), "--json").json["alerts"] == []
