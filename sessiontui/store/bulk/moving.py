"""What of a session is another in its copy: ids, instants and people; and the statements that write it so."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sessiontui.domain.rules import DEFAULT_RULES
from sessiontui.store.bulk.copies import Circle

PARTS: Final = ("session_change", "join_request", "request_change", "presence_signal", "presence")
"""The tables that hold what happened in a session."""

_NEXT: Final = (
    "CASE WHEN o.next_transition_at IS NULL THEN NULL ELSE min(o.next_transition_at + c.moved, ifnull((SELECT"
    " min(r.requested_at) FROM main.join_request r WHERE r.session_id = o.id AND r.state = 'pending')"
    f" + c.told + {DEFAULT_RULES.backlog_after // timedelta(milliseconds=1)}, 1 << 62)) END"
)
"""When a copy is due; early is harmless. What was asked moves less than the window; an alert waits for its age."""

_NUMBERED: Final = ("session", "join_request")
"""The tables whose ids are known before they are written, because others refer to them."""

_MOVED: Final = {
    "session": (
        (
            "moved",
            (
                "starts_at",
                "ends_at",
                "base_starts_at",
                "base_ends_at",
                "next_transition_at",
                "final_end_at",
                "present_since",
                "last_left_at",
            ),
        ),
        ("told", ("created_at", "changed_at", "heads_at", "begun_at", "ended_at", "paused_at")),
    ),
    "session_change": (("moved", ("starts_at", "ends_at")), ("told", ("at",))),
    "join_request": (("moved", ()), ("told", ("requested_at", "decided_at"))),
    "request_change": (("moved", ()), ("told", ("at",))),
    "presence_signal": (("moved", ("at", "until")), ("told", ("received_at",))),
    "presence": (("moved", ("joined_at", "left_at", "heartbeat_at")), ("told", ())),
}
"""What moves with the window, and what with that which was said of it."""

_WHO: Final = {
    "session": ("author_id", "base_mentor_id", "mentor_id"),
    "session_change": ("mentor_id", "by_id"),
    "join_request": ("person_id",),
    "request_change": ("by_id",),
    "presence_signal": ("person_id",),
    "presence": ("person_id",),
}


def part_of(table: str) -> str:
    """Return the statement that lays one table's rows aside, with their session and what copies have to know."""
    if table == "join_request":
        return (
            "CREATE TEMP TABLE part_join_request AS SELECT r.*,"
            " row_number() OVER (PARTITION BY r.session_id ORDER BY r.id) - 1 AS place,"
            " (SELECT c.by_id FROM request_change c WHERE c.request_id = r.id AND r.decided_by != ''"
            " ORDER BY c.id DESC LIMIT 1) AS decider FROM join_request r ORDER BY r.session_id, r.id"
        )
    if table == "request_change":
        return (
            "CREATE TEMP TABLE part_request_change AS SELECT c.*, r.session_id, r.place FROM request_change c"
            " JOIN part_join_request r ON r.id = c.request_id ORDER BY r.session_id, c.id"
        )
    return f"CREATE TEMP TABLE part_{table} AS SELECT * FROM {table} ORDER BY session_id, id"


def copying(connection: sqlite3.Connection, table: str, circles: Sequence[Circle]) -> str:
    """Return the statement that writes one table's rows of all copies, moved and with others in them."""
    source = "main.session" if table == "session" else f"part_{table}"
    key = "id" if table == "session" else "session_id"
    there = [str(row[1]) for row in connection.execute(f"PRAGMA main.table_info({table})")]
    new = _new_values(table, circles)
    columns = [column for column in there if table in _NUMBERED or column != "id"]
    values = [new.get(column, f'o."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f"INSERT INTO main.{table} ({names}) SELECT {', '.join(values)}"
        f" FROM temp.copy c CROSS JOIN {source} o ON o.{key} = c.original ORDER BY c.id"
    )


def _new_values(table: str, circles: Sequence[Circle]) -> dict[str, str]:
    """Return what differs from the original, by column."""
    moved, told = ({column: f"o.{column} + c.{by}" for column in columns} for by, columns in _MOVED[table])
    people = {column: _other(f"o.{column}", circles) for column in _WHO[table]}
    if table == "session":
        words_of = {column: f"c.{column}" for column in ("title", "title_words", "haystack", "seen_ids")}
        own = {"id": "c.id", "rank": "o.rank + c.ranked", "next_transition_at": _NEXT, "alerted": "0"}
        return {**moved, **told, **people, **words_of, **own}
    new = {**moved, **told, **people, "session_id": "c.id"}
    if table == "join_request":
        new |= {"id": "c.request + o.place", "decided_by": _name("o.decider", "o.decided_by", circles)}
    if table == "request_change":
        new["request_id"] = "c.request + o.place"
    if "by_id" in people:
        new["by_name"] = _name("o.by_id", "o.by_name", circles)
    return new


def _other(column: str, circles: Sequence[Circle]) -> str:
    """Return who takes the place of the person in a column, as the turns of its copy say."""
    cases = "".join(
        f" WHEN {column} BETWEEN {circle.first} AND {circle.first + circle.count - 1}"
        f" THEN {circle.onto} + ({column} - {circle.first} + c.turn{place}) % {circle.size}"
        for place, circle in enumerate(circles)
    )
    return f"CASE{cases} ELSE {column} END" if cases else column


def _name(column: str, without: str, circles: Sequence[Circle]) -> str:
    return f"coalesce((SELECT p.name FROM main.person p WHERE p.id = {_other(column, circles)}), {without})"
