"""Questions about the outbox: letters, what became of them, and whom they go to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sessiontui.store.histories import CHUNK, Fetch, every_id, marks
from sessiontui.store.reader import Row, Value
from sessiontui.store.reads.leaving import swap
from sessiontui.store.reads.operations import Run
from sessiontui.store.viewing import own_sessions

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json

_UNDELIVERED: Final = "state IN ('dead', 'uncertain')"

_RESENT: Final = "EXISTS (SELECT 1 FROM notification r WHERE r.resend_of = n.id AND r.state != 'cancelled')"
"""Whether a letter was sent again, so that it asks for nothing any more."""

_NAMED: Final = """coalesce(json_extract(n.headers, '$."Message-ID"'), n.message_id)"""
"""The Message-ID that a letter bears: its own, or that of the one whose place it takes."""

_COLUMNS: Final = (
    "n.id, n.kind, n.channel, n.person_id, n.name, n.address, n.session_id, coalesce(s.title, ''), n.subject,"
    f" n.body, n.state, {_NAMED}, n.not_before, n.attempts, n.last_error, n.created_at, n.sent_at, n.cause_id,"
    f" n.resend_of, n.about_start, n.own_channel, {{}}, {_RESENT}"
)
_WHOLE: Final = _COLUMNS.format("n.attachments")
_LISTED: Final = _COLUMNS.format("json_remove(n.attachments, '$[0].content')")
"""What a list needs of a letter: all but what is in its attachment."""

_SEARCHED: Final = ("n.kind", "n.name", "n.address", "n.subject", "s.title")
_BACKSLASH: Final = "'\\'"
_FROM: Final = "FROM notification n LEFT JOIN session s ON s.id = n.session_id"


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter as it is kept. Instants are milliseconds; ``resent`` says that a newer record took its place.

    ``message_id`` is the one that it bears, which a record written after a doubt shares with the doubted one.
    ``attachments`` say what goes with it; their content is there once it was handed over, and in no list.
    """

    id: int
    kind: str
    channel: str
    person_id: int | None
    name: str
    address: str
    session_id: int | None
    session: str
    subject: str
    body: str
    state: str
    message_id: str
    not_before: int
    attempts: int
    last_error: str
    created_at: int
    sent_at: int | None
    cause_id: int | None
    resend_of: int | None
    about_start: int | None
    own_channel: str
    attachments: tuple[Mapping[str, Json], ...]
    resent: bool


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that did not arrive, or of which nobody knows, and that nobody has sent again."""

    id: int
    session_id: int | None
    kind: str
    name: str
    state: str
    error: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Addressee:
    """Someone who may be told about a session; ``state`` is that of their request there, empty without one.

    ``person_id`` is 0 for an address that is nobody's, such as the one of whoever is on call.
    """

    person_id: int
    name: str
    email: str
    zone: str
    state: str = ""
    language: str = ""


async def undelivered(fetch: Fetch, session_ids: Sequence[int]) -> dict[int, tuple[Undelivered, ...]]:
    """Return the letters of sessions that are dead or uncertain and not sent again, by session, oldest first."""
    found: dict[int, list[Undelivered]] = {}
    for start in range(0, len(session_ids), CHUNK):
        chunk = session_ids[start : start + CHUNK]
        rows = await fetch(
            "SELECT n.id, n.session_id, n.kind, n.name, n.state, n.last_error, n.created_at FROM notification n"
            f" WHERE n.session_id IN ({marks(chunk)}) AND n.{_UNDELIVERED} AND NOT {_RESENT} ORDER BY n.id",
            chunk,
        )
        for row in rows:
            found.setdefault(cast("int", row[1]), []).append(Undelivered(*row))  # type: ignore[arg-type]
    return {session_id: tuple(lost) for session_id, lost in found.items()}


async def letter(fetch: Fetch, letter_id: int) -> LetterRow | None:
    """Return one letter."""
    rows = await fetch(f"SELECT {_WHOLE} {_FROM} WHERE n.id = ?", (letter_id,))
    return _letter(rows[0]) if rows else None


async def letters(
    fetch: Fetch,
    *,
    states: Sequence[str] = (),
    session_ids: Sequence[int] | None = None,
    words: Sequence[str] = (),
    own: int | None = None,
    limit: int,
) -> list[LetterRow]:
    """Return letters, newest first.

    ``words`` all stand in kind, name, address, subject or title. ``own`` narrows to a person's own
    sessions.
    """
    tests, values = ["1"], list[Value]()
    if states:
        tests.append(f"n.state IN ({','.join('?' * len(states))})")
        values += states
    if session_ids is not None:
        tests.append(f"n.session_id IN ({marks(session_ids)})")
        values += session_ids
    for word in words:
        like = like_of(word)
        tests.append(f"({' OR '.join(f'{column} LIKE ? ESCAPE {_BACKSLASH}' for column in _SEARCHED)})")
        values += [like] * len(_SEARCHED)
    if own is not None:
        tests.append(f"n.session_id IN ({own_sessions()})")
        values += [own, own, own]
    sql = f"SELECT {_LISTED} {_FROM} WHERE {' AND '.join(tests)} ORDER BY n.id DESC LIMIT ?"
    return [_letter(row) for row in await fetch(sql, (*values, limit))]


def like_of(word: str) -> str:
    """Return the pattern of texts that hold a word.

    >>> like_of("50%")
    '%50\\\\%%'
    """
    for special in ("\\", "%", "_"):
        word = word.replace(special, f"\\{special}")
    return f"%{word}%"


async def of_cause(fetch: Fetch, cause_ids: Sequence[int]) -> list[LetterRow]:
    """Return the letters that acts caused, by the audit entries of the acts."""
    sql = f"SELECT {_LISTED} {_FROM} WHERE n.cause_id IN ({marks(cause_ids)}) ORDER BY n.id"
    return [_letter(row) for row in await fetch(sql, cause_ids)]


async def counts(fetch: Fetch, *, own: int | None = None) -> dict[str, int]:
    """Return how many letters are in each state; those sent again no longer count as dead or uncertain.

    ``own`` narrows to a person's own sessions.
    """
    counted = f"NOT (n.{_UNDELIVERED} AND {_RESENT})"
    if own is not None:
        counted += f" AND n.session_id IN ({own_sessions('?1')})"
    rows = await fetch(
        f"SELECT n.state, count(*) FROM notification n WHERE {counted} GROUP BY n.state",
        () if own is None else (own,),
    )
    return {str(row[0]): cast("int", row[1]) for row in rows}


async def lost(fetch: Fetch) -> list[tuple[str, str, int, int, str]]:
    """Return the letters that are dead or uncertain and not sent again, by channel and state.

    Each with how many they are, when the newest was written (ms), and what the last try of that one said.
    """
    rows = await fetch(
        "SELECT n.channel, n.state, count(*), max(n.created_at), n.last_error FROM notification n"
        f" WHERE n.{_UNDELIVERED} AND NOT {_RESENT} GROUP BY n.channel, n.state ORDER BY 4 DESC",
        (),
    )
    return [cast("tuple[str, str, int, int, str]", tuple(row)) for row in rows]


async def is_written(fetch: Fetch, occurrence: str) -> bool:
    """Return whether a letter about an occurrence was written already."""
    return bool(await fetch("SELECT 1 FROM notification WHERE occurrence = ?", (occurrence,)))


async def hold_back(run: Run, letter_id: int, *, why: str) -> bool:
    """Cancel a letter that nobody has begun to send, and return whether it was so."""
    return await swap(run, letter_id, "pending", "cancelled", error=why)


async def pass_as_sent(run: Run, until_ms: int) -> int:
    """Let what is due by an instant count as sent when it was due, as worlds begin; return how many letters."""
    return await run(
        "UPDATE notification SET state = 'sent', sent_at = not_before, attempts = 1"
        " WHERE state = 'pending' AND not_before <= ?",
        (until_ms,),
    )


async def latest_of_kind(fetch: Fetch, kind: str, *, limit: int) -> list[int]:
    """Return the newest letters of a kind that were sent, each about another session."""
    return every_id(
        await fetch(
            "SELECT max(id) FROM notification WHERE kind = ? AND state = 'sent' GROUP BY session_id"
            " ORDER BY max(id) DESC LIMIT ?",
            (kind, limit),
        )
    )


async def oldest_due(fetch: Fetch) -> int | None:
    """Return since when the letter that has been due longest could have left, in milliseconds."""
    rows = await fetch("SELECT min(not_before) FROM notification WHERE state = 'pending'", ())
    return cast("int | None", rows[0][0])


async def addressees(fetch: Fetch, session_id: int, states: Sequence[str]) -> list[Addressee]:
    """Return the people whose request in a session is in one of these states, by name."""
    rows = await fetch(
        "SELECT p.id, p.name, p.email, p.zone, r.state, p.language"
        " FROM join_request r JOIN person p ON p.id = r.person_id"
        f" WHERE r.session_id = ? AND r.state IN ({','.join('?' * len(states))}) ORDER BY p.name_key, p.id",
        (session_id, *states),
    )
    return [Addressee(*row) for row in rows]  # type: ignore[arg-type]


async def addressees_of(fetch: Fetch, person_ids: Sequence[int]) -> list[Addressee]:
    """Return people by their ids, in that order."""
    rows = await fetch(
        f"SELECT id, name, email, zone, '', language FROM person WHERE id IN ({marks(person_ids)})", person_ids
    )
    found = {cast("int", row[0]): Addressee(*row) for row in rows}  # type: ignore[arg-type]
    return [found[person_id] for person_id in dict.fromkeys(person_ids) if person_id in found]


async def last_of_kind(fetch: Fetch, session_id: int, kind: str) -> dict[int, int]:
    """Return when each person was last written a letter of a kind about a session, in milliseconds."""
    rows = await fetch(
        "SELECT person_id, max(created_at) FROM notification WHERE session_id = ? AND kind = ?"
        " AND state != 'cancelled' AND person_id IS NOT NULL GROUP BY person_id",
        (session_id, kind),
    )
    return {cast("int", row[0]): cast("int", row[1]) for row in rows}


async def state_of(fetch: Fetch, session_id: int, person_id: int) -> str:
    """Return the state of a person's request in a session, or nothing."""
    rows = await fetch(
        "SELECT state FROM join_request WHERE session_id = ? AND person_id = ?", (session_id, person_id)
    )
    return str(rows[0][0]) if rows else ""


async def is_here(fetch: Fetch, session_id: int, person_id: int) -> bool:
    """Return whether a person is in a session, as far as anyone has said."""
    return bool(
        await fetch(
            "SELECT 1 FROM presence WHERE session_id = ? AND person_id = ? AND left_at IS NULL LIMIT 1",
            (session_id, person_id),
        )
    )


async def is_told_since(fetch: Fetch, letter: LetterRow, kinds: Sequence[str]) -> bool:
    """Return whether a newer letter of some kinds went, or goes, to the same person about the same session."""
    return bool(
        await fetch(
            "SELECT 1 FROM notification WHERE session_id = ? AND person_id = ? AND id > ?"
            f" AND kind IN ({marks(kinds)}) AND state NOT IN ('cancelled', 'dead') LIMIT 1",
            (letter.session_id, letter.person_id, letter.id, *kinds),
        )
    )


async def still_press(fetch: Fetch, cause_id: int) -> bool:
    """Return whether any of the alerts of an escalation, by its audit entry, is still with nobody."""
    return bool(
        await fetch(
            "SELECT 1 FROM audit_entry e, json_each(e.detail, '$.alerts') j JOIN alert a ON a.id = j.value"
            " WHERE e.id = ? AND a.resolved_at IS NULL AND a.acknowledged_at IS NULL LIMIT 1",
            (cause_id,),
        )
    )


def _letter(row: Row) -> LetterRow:
    columns = (*row[:-2], tuple(json.loads(str(row[-2]))), bool(row[-1]))
    return LetterRow(*columns)  # type: ignore[arg-type]
