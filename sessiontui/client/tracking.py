"""Activity that is reported on the side: its caller never waits and never fails, and every report is counted."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sessiontui.client import visiting
from sessiontui.client.calls import Call
from sessiontui.client.clock import rfc3339
from sessiontui.client.errors import ClientError, Refused
from sessiontui.client.project_shapes import Activity, Tracked
from sessiontui.client.retrying import RetryPolicy, Strategy
from sessiontui.client.routes import Id

ROOM: Final = 10_000
"""Reports that may wait; beyond them the oldest is let go, for the newest says more."""

PERSISTENCE: Final = RetryPolicy(
    network=Strategy(repeats=100, first=0.1, cap=5.0),
    server=Strategy(repeats=100, first=0.5, cap=30.0),
    patience=300.0,
)
"""How long one report is tried: nobody waits for it, and a restart of the server should lose none."""

BATCH: Final = 200
"""Reports of one call at most."""

Delivery: TypeAlias = Generator[Call[Tracked], Tracked, dict[str, int]]
"""Calls to make, each of which is sent its answer; in the end, how many reports ended in which way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCounts:
    """What became of the reports: ``taken = waiting + under_way + acknowledged + dropped + refused + failed``.

    ``dropped`` found no room, here or at the server, ``refused`` were not to the server's liking, ``failed`` met a
    network or server that stayed down, or a client that was closed.
    """

    taken: int = 0
    waiting: int = 0
    under_way: int = 0
    acknowledged: int = 0
    dropped: int = 0
    refused: int = 0
    failed: int = 0


class ActivityQueue:
    """Reports that wait to be sent, oldest first.

    >>> queue = ActivityQueue(room=1)
    >>> queue.put({"project": "a"}), queue.put({"project": "b"}), queue.take()
    (True, False, [{'project': 'b'}])
    >>> queue.settle(acknowledged=1)
    >>> queue.counts().dropped, queue.counts().acknowledged
    (1, 1)
    """

    def __init__(self, *, room: int = ROOM) -> None:
        self._room = room
        self._waiting: deque[Activity] = deque()
        self._under_way = 0
        self._taken = self._dropped = self._acknowledged = self._refused = self._failed = 0

    def put(self, activity: Activity) -> bool:
        """Take a report; return whether nothing had to be dropped for it."""
        self._taken += 1
        self._waiting.append(activity)
        if len(self._waiting) <= self._room:
            return True
        self._waiting.popleft()
        self._dropped += 1
        return False

    def take(self) -> list[Activity]:
        """Return the oldest reports, at most ``BATCH``, which are then under way."""
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        self._under_way += len(batch)
        return batch

    def settle(self, *, acknowledged: int = 0, dropped: int = 0, refused: int = 0, failed: int = 0) -> None:
        """Take note of how reports under way ended."""
        self._under_way -= acknowledged + dropped + refused + failed
        self._acknowledged += acknowledged
        self._dropped += dropped
        self._refused += refused
        self._failed += failed

    def give_up(self) -> None:
        """Count whatever waits as failed: the client is closed."""
        self._failed += len(self._waiting)
        self._waiting.clear()

    def counts(self) -> ActivityCounts:
        """Return the counts as they are now."""
        return ActivityCounts(
            taken=self._taken,
            waiting=len(self._waiting),
            under_way=self._under_way,
            acknowledged=self._acknowledged,
            dropped=self._dropped,
            refused=self._refused,
            failed=self._failed,
        )


def delivered(batch: Sequence[Activity]) -> Delivery:
    """Report a batch, and return what to settle of it; it yields calls to make.

    A server that refuses a batch is asked about each of its reports, so that one that is wrong takes no other along.
    """
    try:
        answer = yield visiting.report_activity(batch)
    except Refused:
        if len(batch) == 1:
            return {"refused": 1}
    except ClientError:
        return {"failed": len(batch)}
    else:
        dropped = min(int(answer.get("dropped", 0)), len(batch))
        return {"acknowledged": len(batch) - dropped, "dropped": dropped}
    settled: dict[str, int] = {}
    for activity in batch:
        for outcome, number in (yield from delivered([activity])).items():
            settled[outcome] = settled.get(outcome, 0) + number
    return settled


def sign(
    user: Id, project: Id, *, kind: str, text: str, agent: str, item: int | None, at: datetime, key: str
) -> Activity:
    """Return the report of an activity."""
    activity: Activity = {
        "user": user,
        "project": project,
        "kind": kind,
        "text": text,
        "agent": agent,
        "at": rfc3339(at),
        "key": key,
    }
    if item is not None:
        activity["item"] = item
    return activity
