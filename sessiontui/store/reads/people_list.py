"""The list of people: a window of those who are asked for, with what is known of each, and likely duplicates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sessiontui.domain.people_query import Has, Is, PeopleQuery
from sessiontui.domain.query import words
from sessiontui.store.histories import Fetch, every_id
from sessiontui.store.reader import Value

_BACKSLASH: Final = "'\\'"

_HAS: Final = {
    Has.MAIL: "p.email != ''",
    Has.PHONE: "p.phone != ''",
    Has.ZONE: "p.zone != ''",
    Has.LOGIN: "p.os_user IS NOT NULL",
    Has.NOTES: "EXISTS (SELECT 1 FROM person_note n WHERE n.person_id = p.id AND n.removed_at IS NULL)",
    Has.REQUESTS: "p.id IN (SELECT t.person_id FROM person_tally t WHERE t.pending > 0)",
    Has.SESSIONS: "EXISTS (SELECT 1 FROM person_tally t WHERE t.person_id = p.id AND t.takes_part > 0)",
    Has.HOSTED: "EXISTS (SELECT 1 FROM person_tally t WHERE t.person_id = p.id AND t.hosts > 0)",
}

_IS: Final = {
    Is.ERASED: "p.erased_at IS NOT NULL",
    # What was ended by hand, or lapsed, has nobody in it any more, though nobody may have told that they left.
    Is.HERE: (
        "p.id IN (SELECT v.person_id FROM presence v CROSS JOIN session s ON s.id = v.session_id"
        " WHERE v.left_at IS NULL AND v.person_id IS NOT NULL AND s.control NOT IN ('completed', 'cancelled')"
        " AND (s.provisional OR s.status NOT LIKE 'ended%'))"
    ),
}

_STRENGTH: Final = (
    "CASE p.role WHEN 'superadmin' THEN 0 WHEN 'admin' THEN 1 WHEN 'mentor' THEN 2 WHEN 'viewer' THEN 3 ELSE 4 END"
)
_TALLIED: Final = "person_tally t INDEXED BY {} CROSS JOIN person p ON p.id = t.person_id"

ORDERS: Final = {
    "name": ("person p", "p.name_key, p.id"),
    "newest": ("person p", "p.id DESC"),
    "role": ("person p", f"{_STRENGTH}, p.name_key, p.id"),
    "sessions": (_TALLIED.format("person_tally_sessions"), "t.sessions DESC, p.name_key, p.id"),
    "seen": (_TALLIED.format("person_tally_seen"), "t.seen_at DESC, p.name_key, p.id"),
}
"""The orders of the list by name: where it is read, and the order itself; an index holds the first part of it."""

_LOCAL: Final = "instr(email_key, '+')"
_MAIL: Final = (
    f"CASE WHEN {_LOCAL} > 1 AND {_LOCAL} < instr(email_key, '@') THEN substr(email_key, 1, {_LOCAL} - 1)"
    " || substr(email_key, instr(email_key, '@')) ELSE email_key END"
)
_DIGITS: Final = (
    "ltrim(replace(replace(replace(replace(replace(replace(phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''),"
    " '+', ''), '0')"
)

SIGNS: Final = {
    "same address": (_MAIL, "email_key != ''"),
    "same phone": (_DIGITS, "length(phone) > 6"),
    "same name and zone": ("name_key || '|' || zone", "zone != ''"),
}
"""What speaks for two people being one, the strongest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person beside the row; ``seen_at`` is milliseconds."""

    person_id: int
    takes_part: int
    hosts: int
    pending: int
    seen_at: int | None


async def window(
    fetch: Fetch, query: PeopleQuery, *, order: str, limit: int, offset: int, only: int | None = None
) -> tuple[list[int], int]:
    """Return the ids of a window of those who are asked for, and how many they are; with ``only`` at most one."""
    test, values = _test(query, only)
    matched = cast("int", (await fetch(f"SELECT count(*) FROM person p WHERE {test}", values))[0][0])
    source, ordered = ORDERS[order]
    sql = f"SELECT p.id FROM {source} WHERE {test} ORDER BY {ordered} LIMIT ? OFFSET ?"
    return every_id(await fetch(sql, (*values, limit, offset))), matched


async def known(fetch: Fetch, ids: Sequence[int]) -> dict[int, Known]:
    """Return what is known of some people: sessions, requests that wait, when they were last seen."""
    rows = await fetch(
        "SELECT t.person_id, t.takes_part, t.hosts, t.pending, t.seen_at FROM json_each(?) j"
        " CROSS JOIN person_tally t ON t.person_id = j.value",
        (json.dumps(list(ids)),),
    )
    return {cast("int", row[0]): Known(*cast("tuple[int, int, int, int, int | None]", row)) for row in rows}


async def alike(fetch: Fetch, sign: str, *, limit: int) -> list[list[int]]:
    """Return groups of people who share one sign, lowest number first."""
    what, where = SIGNS[sign]
    rows = await fetch(
        f"SELECT group_concat(id) FROM (SELECT id, {what} AS sign FROM person WHERE {where} AND erased_at IS NULL"
        " ORDER BY id) GROUP BY sign HAVING count(*) > 1 AND sign != '' LIMIT ?",
        (limit,),
    )
    return [sorted(int(number) for number in str(row[0]).split(",")) for row in rows]


def _test(query: PeopleQuery, only: int | None) -> tuple[str, tuple[Value, ...]]:
    tests: list[str] = []
    values: list[Value] = []
    if only is not None:
        tests.append("p.id = ?")
        values.append(only)
    if not any(which is Is.ERASED for which, _ in query.is_):
        tests.append("p.erased_at IS NULL")
    for word in query.words:
        for part in words(word) or (word,):
            like = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            tests.append(f"(p.name_key LIKE ? ESCAPE {_BACKSLASH} OR p.email_key LIKE ? ESCAPE {_BACKSLASH})")
            values += [f"% {like}%", f"%{like}%"]
    for column, wanted in (("role", [str(role) for role in query.roles]), ("zone", list(query.zones))):
        if wanted:
            tests.append(f"lower(p.{column}) IN ({', '.join('?' * len(wanted))})")
            values += [value.lower() for value in wanted]
    tests += [_HAS[which] if is_so else f"NOT ({_HAS[which]})" for which, is_so in query.has]
    tests += [_IS[which] if is_so else f"NOT ({_IS[which]})" for which, is_so in query.is_]
    return " AND ".join(tests) or "1", tuple(values)
