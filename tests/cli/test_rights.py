"""``do`` asks the same table of rights as the keys: what it refuses for want of a right is what the table refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.vocabulary import Role
from tests.cli.conftest import Run

DOES = {
    Action.PUBLISH: ("publish", "1"),
    Action.START: ("start", "1"),
    Action.PAUSE: ("pause", "1"),
    Action.RESUME: ("resume", "1"),
    Action.COMPLETE: ("complete", "1", "--yes"),
    Action.EXTEND: ("extend", "1", "--by-minutes", "15"),
    Action.CANCEL: ("cancel", "1", "--yes", "--reason", "ill"),
    Action.REOPEN: ("reopen", "1"),
    Action.ARCHIVE: ("archive", "1"),
    Action.RESTORE: ("restore", "1"),
    Action.RESCHEDULE: ("reschedule", "1", "--starts", "2036-05-05T14:00Z"),
    Action.EDIT: ("edit", "1", "--title", "Other"),
    Action.DECIDE: ("approve", "1", "--all-pending"),
    Action.CORRECT_ATTENDANCE: ("identify", "1"),
    Action.REMIND: ("remind", "1", "--yes"),
    Action.MODERATE: ("moderate", "1"),
    Action.REASSIGN: ("reassign", "1", "--mentor", "none"),  # last: it is nobody's own after it
}


def be(home: Path, role: Role, *, hosts: bool) -> None:
    """Give whoever runs this a role, and make the session theirs or not."""
    (path,) = [one for one in home.rglob("*.db") if "before" not in one.name]
    with closing(sqlite3.connect(path)) as database, database:
        (me,) = database.execute("SELECT id FROM person WHERE os_user IS NOT NULL").fetchone()
        database.execute("UPDATE person SET role = ? WHERE id = ?", (str(role), me))
        database.execute("UPDATE session SET base_mentor_id = ?1, mentor_id = ?1", (me if hosts else None,))


@pytest.mark.parametrize("hosts", [False, True])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTICIPANT, Role.MENTOR, Role.ADMIN])
def test_do_gives_the_cells_of_the_table(circle: Run, home: Path, role: Role, hosts: bool) -> None:
    be(home, role, hosts=hosts)
    me, wrong = Actor(1, "me", role), []
    for action, words in DOES.items():
        allowed = may(me, action, Standing(hosts=hosts)).allowed
        ran = circle("do", *words)
        if ("Not allowed" in ran.err) is allowed:
            wrong.append((str(action), allowed, ran.err))
    assert wrong == []
    refused = circle("export", "audit", "--format", "json") if role is Role.ADMIN else None
    assert refused is None or refused.code == 0


def test_what_do_refused_stands_in_the_audit_trail(circle: Run, home: Path) -> None:
    be(home, Role.VIEWER, hosts=False)
    assert circle("do", "start", "1").code == 1
    be(home, Role.SUPERADMIN, hosts=False)
    told = [entry for entry in circle("show", "1", "--json").json["history"] if entry["action"] == "refused"]
    assert [entry["sentence"] for entry in told] == ["was refused: a viewer may not start sessions"]
