"""Heartbeats of logins: that a client is there, and what it tells of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.logins.cache import ClientCache, as_kept
from sessiontui.domain.logins.caller import Caller
from sessiontui.services.logins import noting
from sessiontui.store.logins import families as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context

STEPS: Final = ("refresh", "key", "silent", "ask")
"""The steps of a client's ladder, in the order in which it takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReport:
    """What a client may tell with a heartbeat: a refresh that it began or that failed, the steps it had to take, and
    how its cache does.
    """

    refreshing: bool = False
    failed: bool = False
    ladder: Mapping[str, int] = field(default_factory=dict)
    cache: ClientCache | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it to keep."""
        return self.refreshing or self.failed or bool(self.ladder) or self.cache is not None


async def heartbeat(context: Context, caller: Caller, *, at: datetime, report: ClientReport | None = None) -> None:
    """Note that a login is alive, and what its client tells of itself."""
    noting.note_seen(context, caller.login_id, at=at, beat=True)
    if report is not None and report.says_something and not context.db.read_only:
        steps = {step: min(max(0, report.ladder.get(step, 0)), 1_000_000) for step in STEPS if step in report.ladder}
        async with context.db.write(by=caller.actor, at=at, brief=True) as tx:
            if report.refreshing:
                await kept.lease(tx.run, caller.login_id, until=to_ms(at + context.logins.lease))
            if report.failed:
                await kept.fail(tx.run, caller.login_id)
            if steps:
                await tx.update("login", caller.login_id, ladder=steps)
            if report.cache is not None:
                await tx.update("login", caller.login_id, cache=as_kept(report.cache))
    await noting.flush_if_due(context, at=at)
