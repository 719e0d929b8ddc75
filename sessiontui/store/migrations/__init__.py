"""Migrations: numbered scripts of SQL, each run once, whole or not at all.

The head is a constant, so that opening an up-to-date database costs one pragma.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from sessiontui.domain.errors import Unavailable

SCRIPTS: Final = (
    "0001_desk.sql", "0002_alerts.sql", "0003_outbox.sql", "0004_rollups.sql", "0005_risk.sql", "0006_following.sql",
    "0007_reads.sql", "0008_series.sql", "0009_choices.sql", "0010_refusals.sql",
    "0011_courses.sql",
    "0012_recordings.sql", "0013_places.sql", "0014_preferences.sql",
    "0015_series_sources.sql", "0016_people.sql", "0017_long_sessions.sql", "0018_talk_and_files.sql",
    "0019_drafts.sql", "0020_templates.sql", "0021_reads_at_scale.sql",
    "0022_plans.sql",
    "0023_logins.sql",
    "0024_projects.sql",
    "0025_told_plans.sql",
    "0026_practice.sql",
    "0027_wide_orders.sql",
    "0028_doors.sql",
    "0029_staff.sql",
    "0030_waymarks.sql",
    "0031_late_signals.sql",
    "0032_alerted.sql",
    "0033_activity_keys.sql",
    "0034_marks.sql",
    "0035_client_caches.sql",
    "0036_alert_counts.sql",
)  # fmt: skip

HEAD: Final = len(SCRIPTS)
"""The schema version that this program reads and writes."""


Tell: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much of it is done."""

_COPYING: Final = "keeping a copy of the database as it is"
_UPGRADING: Final = "upgrading the database"

_INTERRUPTED: Final = "interrupted"
"""What SQLite says of a statement that was ended by who looks whether it may go on."""

_LOOK_EVERY: Final = 100_000
"""Steps of SQLite's machine, some milliseconds, after which a statement can be interrupted."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of a database; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def upgrade(
    connection: sqlite3.Connection, path: Path, *, backup_to: Path | None = None, tell: Tell | None = None
) -> int:
    """Bring a database to the head and return the version it came from.

    The connection must be in autocommit mode. A database that holds anything is backed up and the backup
    verified before the first statement. Each script and its version bump are one exclusive transaction, so
    that a kill at any statement leaves the old schema. A schema newer than this program is refused. Whoever wants
    to be told how far it is can interrupt it within a statement; what was done by then is kept.
    """
    before = version_of(connection)
    if before > HEAD:
        raise Unavailable(
            f"{path.name} has schema {before}, this program knows {HEAD}",
            hint="upgrade sessiontui, or restore a backup made by this version",
        )
    if before == HEAD:
        return before
    if before == 0 and connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise Unavailable(f"{path.name} is the database of another program", hint="name another file with --database")
    if before > 0 and backup_to is not None:
        from sessiontui.store.backup import back_up  # a database at the head, which most are, needs none

        if tell is not None:
            tell(_COPYING, 0, 1)
        back_up(connection, backup_to)
    connection.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
    if tell is not None:
        connection.set_progress_handler(_go_on, _LOOK_EVERY)
    try:
        _run_all(connection, before, tell)
    finally:
        connection.set_progress_handler(None, 0)
        connection.execute("PRAGMA foreign_keys = ON")
    return before


def statements(number: int) -> tuple[str, ...]:
    """Return the statements of one script, in order."""
    from importlib import resources  # with what it loads it takes longer than a look at a database at the head

    text = resources.files(__package__).joinpath(SCRIPTS[number - 1]).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return tuple(part.strip() for part in "\n".join(lines).split(";\n") if part.strip(" ;\n"))


def _go_on() -> int:
    """Let SQLite go on; an interruption of this process reaches Python here, and ends the statement."""
    return 0


def _run_all(connection: sqlite3.Connection, before: int, tell: Tell | None) -> None:
    numbers = range(before + 1, HEAD + 1)
    done, of = 0, 0 if tell is None else sum(len(statements(number)) for number in numbers)

    def step() -> None:
        nonlocal done
        done += 1
        if tell is not None:
            tell(_UPGRADING, done, of)

    for number in numbers:
        _run(connection, number, step)


def _run(connection: sqlite3.Connection, number: int, step: Callable[[], None]) -> None:
    """Run one script whole or not at all; ``step`` is called after each of its statements."""
    connection.execute("BEGIN EXCLUSIVE")
    try:
        if version_of(connection) >= number:  # another process was quicker
            connection.execute("ROLLBACK")
            return
        for statement in statements(number):
            connection.execute(statement)
            step()
        connection.execute(f"PRAGMA user_version = {number:d}")
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.OperationalError) and str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        raise
