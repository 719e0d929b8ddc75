"""What both clients offer that waits for nothing: how they fare, what time it is, reports on the side."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from sessiontui.client.clock import instant
from sessiontui.client.core import Core, Statistics
from sessiontui.client.project_shapes import Activity
from sessiontui.client.routes import Id
from sessiontui.client.tracking import ActivityCounts, sign


class Reporting(Protocol):
    """Who sends reports of activity."""

    def put(self, activity: Activity) -> bool:
        """Take a report; return whether nothing had to be dropped for it."""
        ...

    def counts(self) -> ActivityCounts:
        """Return what became of the reports."""
        ...


class Side:
    """A client seen from the side; ``monitor`` keeps threads apart, where there are any."""

    def __init__(
        self,
        core: Core,
        reporter: Reporting,
        *,
        new_key: Callable[[], str],
        monitor: AbstractContextManager[object],
    ) -> None:
        self._core = core
        self._reports = reporter
        self._new_key = new_key
        self._monitor = monitor

    def track_activity(
        self,
        user: Id,
        project: Id,
        *,
        kind: str = "message",
        text: str = "",
        agent: str = "",
        item: int | None = None,
    ) -> bool:
        """Take a report that somebody, or their agent, is at work, to be sent on the side.

        It neither waits nor fails. ``False`` means that an older report had to be dropped for it; ``activities``
        counts what became of all.
        """
        at, key = self.now(), self._new_key()
        return self._reports.put(sign(user, project, kind=kind, text=text, agent=agent, item=item, at=at, key=key))

    def activities(self) -> ActivityCounts:
        """Return what became of the reports of activity."""
        return self._reports.counts()

    def statistics(self) -> Statistics:
        """Return how the login, the calls, the ladder and the cache fare."""
        with self._monitor:
            return self._core.statistics()

    def now(self) -> datetime:
        """Return the instant by the server's clock, as well as the dates of its answers tell it."""
        return instant(self._core.renewal.server_now())

    def forget(self, *paths: str) -> None:
        """Let the cache forget what was read at or below these paths, or all."""
        with self._monitor:
            self._core.cache.forget(*paths)
