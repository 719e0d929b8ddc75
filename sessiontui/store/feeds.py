"""Sources of data: when each was heard, how long it usually pauses, and whether there is something to tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.alerts.standing import Feed, gap_size
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.urgency import ranks_of
from sessiontui.store.histories import Fetch
from sessiontui.store.reads.operations import setting, write_setting

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

WEEK: Final = 7
"""Days over which it is judged how a source usually sends."""

CURSOR: Final = "feeds.cursor"
"""The setting that holds the last signal that was looked at."""

FIRST_LOOK: Final = 50_000
"""Signals that are looked at when nothing was looked at before."""

MOST: Final = 50_000
"""Signals that are looked at in one go."""

_DAY: Final = 86_400_000

_WINDOW: Final = timedelta(days=1) / timedelta(milliseconds=1)
"""How long before now a session may have begun to count as going on."""

_JUST_BEFORE: Final = 300_000
"""How long, in ms, before a source fell silent a guest may have been heard last to count as inside then."""

_WAITING: Final = 0
"""The tier of sessions that wait for guests."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard of one source since the last look: the last instant, and pauses by day and size."""

    last_at: int
    gaps: dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that was heard since the last look, by source, and the last signal of it."""

    cursor: int
    sources: dict[str, Hearing]


async def listen(fetch: Fetch) -> Heard | None:
    """Return what live sources have sent since the last look; ``None`` for nothing."""
    newest = cast("int", (await fetch("SELECT ifnull(max(id), 0) FROM presence_signal", ()))[0][0])
    kept = await setting(fetch, CURSOR)
    cursor = max(newest - FIRST_LOOK, 0) if kept is None else min(int(kept), newest)
    if newest == cursor:
        return None
    newest = min(newest, cursor + MOST)
    last = {str(row[0]): cast("int", row[1]) for row in await fetch("SELECT source, at FROM source_seen", ())}
    gaps: defaultdict[str, defaultdict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for row in await fetch(
        "SELECT s.source, p.received_at FROM presence_signal p JOIN session s ON s.id = p.session_id"
        " WHERE p.id > ? AND p.id <= ? AND p.source IN ('api', 'webhook') GROUP BY 1, 2 ORDER BY 2",
        (cursor, newest),
    ):
        source, at = str(row[0]), cast("int", row[1])
        if source in last and at >= last[source]:
            gaps[source][at // _DAY, gap_size(timedelta(milliseconds=at - last[source]))] += 1
        last[source] = max(at, last.get(source, at))
        gaps[source].setdefault((at // _DAY, 0), 0)
    return Heard(newest, {source: Hearing(last[source], dict(sizes)) for source, sizes in gaps.items()})


async def note(tx: Tx, heard: Heard) -> None:
    """Keep what was heard, and forget how sources were more than a week ago."""
    await write_setting(tx.run, CURSOR, str(heard.cursor))
    for source, hearing in heard.sources.items():
        await tx.run(
            "INSERT INTO source_seen (source, at) VALUES (?, ?)"
            " ON CONFLICT (source) DO UPDATE SET at = max(at, excluded.at)",
            (source, hearing.last_at),
        )
        await tx.run_many(
            "INSERT INTO source_gap (source, day, size, n) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source, day, size) DO UPDATE SET n = n + excluded.n",
            [(source, day, size, n) for (day, size), n in hearing.gaps.items() if n],
        )
    await tx.run("DELETE FROM source_gap WHERE day < ?", (tx.now // _DAY - WEEK,))


async def feeds(fetch: Fetch, now: datetime) -> list[Feed]:
    """Return the sources that send by themselves, with what is known of each at an instant."""
    sizes: defaultdict[str, dict[int, int]] = defaultdict(dict)
    since = to_ms(now) // _DAY - WEEK
    for row in await fetch("SELECT source, size, sum(n) FROM source_gap WHERE day >= ? GROUP BY 1, 2", (since,)):
        sizes[str(row[0])][cast("int", row[1])] = cast("int", row[2])
    if not sizes:
        return []
    at = to_ms(now)
    going = {
        str(row[0]): (cast("int", row[1]), cast("int", row[2]))
        for row in await fetch(
            "SELECT source, count(*), min(starts_at) FROM session WHERE starts_at <= ?1 AND starts_at > ?2"
            " AND ends_at > ?1 AND archived_at IS NULL AND control IN ('scheduled', 'running') GROUP BY source",
            (at, at - int(_WINDOW)),
        )
    }
    found = []
    for row in await fetch("SELECT source, at FROM source_seen", ()):
        source, heard_at = str(row[0]), cast("int", row[1])
        if source not in sizes:
            continue
        number, begun = going.get(source, (0, None))
        found.append(
            Feed(
                source=source,
                heard_at=from_ms(heard_at),
                gaps=sizes[source],
                going_on=number,
                expected_since=None if begun is None else from_ms(begun),
                were_inside=bool(number) and await _were_inside(fetch, source, heard_at, at),
            )
        )
    return found


async def hold_back(tx: Tx, source: str) -> None:
    """Let the sessions of a source that wait for guests be judged anew, because its silence began or ended."""
    for low, high in ranks_of(_WAITING):
        await tx.run(
            "UPDATE session SET next_transition_at = ?1 WHERE rank >= ?2 AND rank <= ?3 AND source = ?4"
            " AND ifnull(next_transition_at > ?1, 1)",
            (tx.now, low, high, source),
        )


async def _were_inside(fetch: Fetch, source: str, heard_at: int, now: int) -> bool:
    """Return whether somebody was in a session that still goes on when a source was last heard, and did not leave."""
    return bool(
        await fetch(
            "SELECT 1 FROM session s JOIN presence p ON p.session_id = s.id WHERE s.starts_at <= ?1"
            # Never by the index of sources: one source may have sent all there is.
            " AND s.starts_at > ?2 AND s.ends_at > ?1 AND s.archived_at IS NULL AND +s.source = ?3"
            " AND s.control IN ('scheduled', 'running') AND p.joined_at <= ?4"
            " AND (p.left_at IS NULL OR (p.source = 'inferred' AND p.left_at >= ?4 - ?5)) LIMIT 1",
            (now, now - int(_WINDOW), source, heard_at, _JUST_BEFORE),
        )
    )
