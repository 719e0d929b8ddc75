"""Small ways to import, and to see everything that an import left behind."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.services import boards, importing
from sessiontui.services.importing import ImportOptions, ImportReport, SourceFile, Verdict
from sessiontui.services.pictures import Board
from tests.conftest import Stage

LATER = datetime(2026, 11, 20, 12, tzinfo=UTC)
DATA_TABLES = (
    "session",
    "session_change",
    "join_request",
    "request_change",
    "person",
    "outside_id",
    "attendee",
    "presence_signal",
    "presence",
    "status_count",
    "audit_entry",
    "change_log",
)


def clock(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-05-04T{text}:00+00:00")


def jsonl(*lines: Mapping[str, object], name: str = "own.jsonl") -> SourceFile:
    return SourceFile(name, "\n".join(json.dumps(line) for line in lines).encode())


def session(outside: str = "s1", **told: object) -> dict[str, object]:
    plain = {"title": "Grief circle", "starts_at": "2026-05-04T14:00:00Z", "ends_at": "2026-05-04T15:00:00Z"}
    return {"type": "session", "id": outside, **plain, **told}


def person(outside: str = "p1", name: str = "Ina", **told: object) -> dict[str, object]:
    return {"type": "person", "id": outside, "name": name, **told}


def request(outside: str = "s1", who: str = "p1", state: str = "pending", **told: object) -> dict[str, object]:
    return {"type": "request", "session": outside, "person": who, "state": state, **told}


def presence(
    joined: str, left: str | None, outside: str = "s1", who: str = "p1", **told: object
) -> dict[str, object]:
    day = "2026-05-04T{}:00Z"
    ends = None if left is None else day.format(left)
    return {
        "type": "presence",
        "session": outside,
        "person": who,
        "joined_at": day.format(joined),
        "left_at": ends,
    } | told


def move(what: str, at: str, outside: str = "s1", **told: object) -> dict[str, object]:
    return {"type": "move", "session": outside, "move": what, "at": f"2026-05-04T{at}:00Z", **told}


async def take(
    stage: Stage,
    *files: SourceFile | Mapping[str, object],
    by: Actor | None = None,
    at: datetime = LATER,
    **options: object,
) -> ImportReport:
    lines = [file for file in files if not isinstance(file, SourceFile)]
    whole = [file for file in files if isinstance(file, SourceFile)] + ([jsonl(*lines)] if lines else [])
    report = await importing.apply(stage.context, whole, ImportOptions(**options), by=by or stage.root, at=at)
    for file in report.files:
        assert file.read == sum(file.counts[verdict] for verdict in Verdict)
    return report


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return tuple(report.total(verdict) for verdict in Verdict)


async def board(stage: Stage, *, at: datetime | None = None, now: datetime = LATER) -> Board:
    return await boards.listing(stage.context, "", now=now, as_of=at, by=stage.root)


async def line(stage: Stage, title: str = "Grief circle", **when: datetime):
    (found,) = [each for each in (await board(stage, **when)).lines if each.title == title]
    return found


def shown(taken: Board) -> list[tuple[object, ...]]:
    """What a board says, without the ids that depend on the order of arrival."""
    return sorted(
        (
            line.title,
            line.external_id,
            line.status,
            line.why,
            tuple(sorted(map(str, line.badges))),
            line.starts_at,
            line.ends_at,
            line.actual,
            line.pending,
            line.approved,
            line.rejected,
            line.active,
            line.left,
            line.mentor,
            line.author,
            line.tags,
            line.capacity,
            line.control,
        )
        for line in taken.lines
    )


def dump(path: Path, tables: Sequence[str] = DATA_TABLES) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}
    finally:
        connection.close()
