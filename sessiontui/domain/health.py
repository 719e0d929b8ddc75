"""Health from 0 to 100: what each part of the installation scores, and the band that a score falls in.

The score of the whole is the worst part's, so that nothing that is broken hides behind what works.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

LATE_AFTER: Final = timedelta(seconds=5)
"""Lateness of the tick from which statuses on the screen can no longer be trusted."""

DISK_BYTES: Final = 1 << 30
DISK_SHARE: Final = 0.05
"""Free space, in bytes and as a share, below which the disk is low; the scarcer of the two counts."""

BACKUP_AFTER: Final = timedelta(hours=26)
"""Age of the newest verified backup from which a daily one has been missed, with two hours to spare."""

BACKUP_LOST: Final = timedelta(days=7)
"""Age from which a backup helps so little that it cannot score worse."""

CLOCK_CALM: Final = timedelta(hours=1)
"""How long a step of the clock stays worth a notice."""

MAIL_STUCK: Final = timedelta(minutes=5)
"""How long a letter may be due before mail counts as stuck; a first failure is tried again within a minute."""

UNTOLD_FOR: Final = timedelta(seconds=90)
"""Turns in which a job found nothing are written down once a minute, with the next renewal of the lease."""

SLOW_MS: Final = 1000.0
"""How long, in milliseconds, the slow calls of an endpoint may take: whoever waits longer tries again."""

MANY_LOCKED: Final = 5
"""Locked accounts from which it is no forgotten password any more, but somebody who guesses."""

FEW_ASKED: Final = 100
LOW_RATE: Final = 0.3
"""Answers from which a cache can be judged, and the share from memory below which it is of no use."""

WAL_LARGE: Final = 256 << 20
"""Size of the write-ahead log that only a reader who never lets go can cause; writers truncate at 64 MiB."""


class Band(StrEnum):
    """What a score means in a word, best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    CRITICAL = "critical"


_FLOORS: Final = ((80, Band.EXCELLENT), (60, Band.GOOD), (40, Band.FAIR), (20, Band.POOR))


@dataclass(frozen=True, slots=True)
class Finding:
    """A score from 0 to 100, the fact behind it, and what to do where it is low."""

    score: int
    fact: str
    hint: str = ""


def has_untold_turns(every: timedelta, since: timedelta) -> bool:
    """Tell whether a job of a living worker had turns since its last run that was written down.

    >>> second, minute = timedelta(seconds=1), timedelta(minutes=1)
    >>> has_untold_turns(second, 40 * second), has_untold_turns(minute, 40 * second)
    (True, False)
    >>> has_untold_turns(second, 3 * minute)
    False
    """
    return every < since <= UNTOLD_FOR


def band(score: int) -> Band:
    """Return the band of a score.

    >>> [str(band(score)) for score in (100, 80, 79, 60, 40, 20, 19, 0)]
    ['excellent', 'excellent', 'good', 'good', 'fair', 'poor', 'critical', 'critical']
    """
    return next((word for floor, word in _FLOORS if score >= floor), Band.CRITICAL)


def worst(scores: Iterable[int]) -> int:
    """Return the score of the whole: the worst part's, 100 without parts.

    >>> worst([100, 40, 96]), worst([])
    (40, 100)
    """
    return min(scores, default=100)


def worker(*, leader: str, late: timedelta, paused: Iterable[str] = (), failing: Iterable[str] = ()) -> Finding:
    """Judge the worker by who leads, how late the tick is, and which jobs are paused or failing.

    >>> worker(leader="", late=timedelta()).score
    0
    >>> worker(leader="console 12 on ops", late=timedelta(seconds=6)).fact
    'the tick is 6 s late'
    """
    if not leader:
        return Finding(0, "no worker leads: statuses do not move by themselves", "start one with: sessiontui worker")
    if late > LATE_AFTER:
        score = max(0, 39 - round((late - LATE_AFTER).total_seconds()))
        return Finding(score, f"the tick is {round(late.total_seconds())} s late", "look at the load of the host")
    if stuck := ", ".join(failing):
        return Finding(45, f"failing: {stuck}", "the last error stands with the job")
    if resting := ", ".join(paused):
        return Finding(59, f"paused: {resting}", "resume it when it is safe")
    return Finding(100, f"led by {leader}")


def database(*, reachable: bool, writable: bool, wal_bytes: int) -> Finding:
    """Judge the database by whether it answers, can be written, and keeps its write-ahead log short.

    >>> database(reachable=True, writable=True, wal_bytes=0).score
    100
    """
    if not reachable:
        return Finding(0, "the database does not answer", "run 'sessiontui db check'")
    if not writable:
        return Finding(60, "open for reading only", "nothing can be changed from here")
    if wal_bytes > WAL_LARGE:
        return Finding(
            50, f"the write-ahead log has grown to {size(wal_bytes)}", "end whatever has been reading for very long"
        )
    return Finding(100, "answers and can be written")


def disk(*, free: int, total: int) -> Finding:
    """Judge the free space of the disk, in bytes: from twice what counts as low upwards it is all right.

    >>> gib = 1 << 30
    >>> [disk(free=free, total=10 * gib).score for free in (5 * gib, 2 * gib, gib, gib // 2, 0)]
    [100, 100, 60, 20, 0]
    """
    ratio = min(free / DISK_BYTES, (free / total) / DISK_SHARE if total else 0.0)
    fact = f"{size(free)} free of {size(total)}"
    if ratio >= 2:
        return Finding(100, fact)
    score = round(60 + 40 * (ratio - 1)) if ratio >= 1 else round(39 * ratio)
    return Finding(score, fact, "" if band(score) is Band.EXCELLENT else "free some space before writing stops")


def backup(*, age: timedelta | None, since_first_use: timedelta) -> Finding:
    """Judge the age of the newest verified backup; ``None`` means that there is none.

    >>> day = timedelta(days=1)
    >>> [backup(age=age, since_first_use=9 * day).score for age in (day, 2 * day, 9 * day, None)]
    [100, 53, 20, 20]
    """
    hint = "make one with: sessiontui db backup FILE"
    if age is None and since_first_use <= BACKUP_AFTER:
        return Finding(80, "no backup yet; the database is new", hint)
    if age is not None and age <= BACKUP_AFTER:
        return Finding(100, f"the newest verified one is {hours(age)} old")
    missed = since_first_use if age is None else age
    part = min(1.0, (missed - BACKUP_AFTER) / (BACKUP_LOST - BACKUP_AFTER))
    fact = "there is no verified backup" if age is None else f"the newest verified one is {hours(age)} old"
    return Finding(round(59 - 39 * part), fact, hint)


def clock(*, step: str = "", age: timedelta | None = None) -> Finding:
    """Judge the clock by when it last stepped; ``step`` is the sentence about it.

    >>> clock().score, clock(step="the clock stepped back by 1 h", age=timedelta(minutes=2)).score
    (100, 70)
    """
    if age is not None and age <= CLOCK_CALM:
        return Finding(70, step, "check the time service of the host; the jobs were planned anew")
    return Finding(100, "runs evenly")


def outbox(*, dead: int, uncertain: int, overdue: timedelta, faults: int = 0) -> Finding:
    """Judge the outbox by what did not arrive, by how long what is due has been waiting, and by faulty wordings.

    >>> outbox(dead=0, uncertain=0, overdue=timedelta()).score
    100
    >>> outbox(dead=2, uncertain=1, overdue=timedelta()).fact
    '2 letters are dead, 1 uncertain'
    """
    hint = "screen 9 shows them; R sends one again"
    if overdue > MAIL_STUCK:
        late = max(0, 39 - int((overdue - MAIL_STUCK) / timedelta(minutes=1)))
        return Finding(late, f"letters have been waiting for {hours(overdue)}", "the last error stands on screen 9")
    if dead:
        more = f", {uncertain} uncertain" if uncertain else ""
        return Finding(50, f"{dead} letter{' is' if dead == 1 else 's are'} dead{more}", hint)
    if uncertain:
        return Finding(65, f"{uncertain} letter{' is' if uncertain == 1 else 's are'} uncertain", hint)
    if faults:
        told = f"{faults} wording{' of letters is' if faults == 1 else 's of letters are'} faulty and not used"
        return Finding(75, told, "'sessiontui mail wordings' says what is wrong, by file and line")
    return Finding(100, "everything due has left")


def api(*, calls: int, errors: int, p95_ms: float) -> Finding:
    """Judge the API by the calls of the last ten minutes: how many failed, and the pace of the slowest endpoint.

    >>> api(calls=0, errors=0, p95_ms=0).score, api(calls=1000, errors=50, p95_ms=20).score
    (100, 50)
    >>> api(calls=1000, errors=0, p95_ms=3000).fact
    'the slowest endpoint takes 3.0 s (p95)'
    """
    if not calls:
        return Finding(100, "nobody called lately")
    failing = round(max(0.0, 100 - 1000 * errors / calls))
    slow = 100 if p95_ms <= SLOW_MS else max(20, round(79 - 20 * (p95_ms / SLOW_MS - 1)))
    if failing <= slow and errors:
        return Finding(failing, f"{errors} of {calls} calls failed in ten minutes", "the error report says where")
    if slow < 100:
        return Finding(slow, f"the slowest endpoint takes {p95_ms / 1000:.1f} s (p95)", "look at the query times")
    return Finding(100, f"{calls} calls in ten minutes went well")


def logins(*, live: int, stuck: int, reused: int, locked: int) -> Finding:
    """Judge the logins by copied tokens of the last day, refreshes that are stuck, and accounts that are locked.

    >>> logins(live=12, stuck=0, reused=0, locked=0).fact
    '12 live'
    >>> logins(live=12, stuck=2, reused=0, locked=1).score, logins(live=0, stuck=0, reused=1, locked=0).score
    (50, 30)
    """
    if reused:
        told = f"{reused} login{' was' if reused == 1 else 's were'} copied within the day"
        return Finding(30, told, "call the owner: is it their device? filter state:revoked")
    if stuck:
        told = f"{stuck} login{' is' if stuck == 1 else 's are'} stuck in a refresh"
        return Finding(50, told, "filter is:stuck, then end or refresh them")
    if locked:
        told = f"{locked} account{' is' if locked == 1 else 's are'} locked after failed sign-ins"
        return Finding(60 if locked >= MANY_LOCKED else 79, told, "filter is:locked; u unlocks")
    return Finding(100, f"{live} live" if live else "nobody is signed in")


def cache(*, hits: int, misses: int) -> Finding:
    """Judge the caches of a process by how many answers came from them, once enough were asked for.

    >>> cache(hits=3, misses=1).score, cache(hits=900, misses=100).fact, cache(hits=10, misses=190).score
    (100, '90% of 1000 answers from memory', 65)
    """
    asked = hits + misses
    if asked < FEW_ASKED:
        return Finding(100, "little was asked of it yet" if asked else "nothing was asked of it yet")
    told = f"{hits / asked:.0%} of {asked} answers from memory"
    if hits / asked < LOW_RATE:
        return Finding(65, told, "most answers are made anew: what is cached changes all the time")
    return Finding(100, told)


def size(count: int) -> str:
    """Return a count of bytes in the unit that fits.

    >>> size(900), size(3 << 20), size(5 << 29)
    ('900 B', '3.0 MiB', '2.5 GiB')
    """
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError


def hours(length: timedelta) -> str:
    """Return a length in hours, or in days from two days on.

    >>> hours(timedelta(minutes=20)), hours(timedelta(hours=30)), hours(timedelta(days=9))
    ('less than 1 h', '30 h', '9 days')
    """
    whole = int(length / timedelta(hours=1))
    if whole < 1:
        return "less than 1 h"
    return f"{whole} h" if whole < 48 else f"{whole // 24} days"
