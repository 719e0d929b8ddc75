"""``health``: how the installation is, from 0 to 100, with what to do about each low part."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.cli import measured, output
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.jobs import period
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.access import Action, may
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.phrases import ago
from sessiontui.services import health
from sessiontui.services.measuring import desk

if TYPE_CHECKING:
    from sessiontui.services.pictures import Health, JobLine

CRITICAL: Final = 20
"""A part below this is a problem that needs someone now."""

_PARTS: Final = (
    Column(heading="Part"),
    Column(heading="Score", right=True),
    Column(heading="Fact", least=20),
    Column(heading="What to do", least=10),
)
_JOBS: Final = (
    Column(heading="Job"),
    Column(heading="Every", right=True),
    Column(heading="Last"),
    Column(heading="Took", right=True),
    Column(heading="Runs", right=True),
    Column(heading="Errors", right=True),
    Column(heading="Last error", least=10),
)


def run(options: argparse.Namespace) -> int:
    """Tell the health; 1 when a part is critical."""
    return carry_out(options, _health)


async def _health(call: Call) -> int:
    now = call.clock()
    found = await health.health(call.context, now=now)
    besides = None
    if may(call.actor, Action.SEE_JOBS).allowed:
        besides = await desk.measured(call.context, by=call.actor, now=now)
    if call.options.json:
        output.put_json({**as_json(found), **({} if besides is None else measured.as_json(besides))})
    else:
        width, plain = output.width(), output.is_plain(asked=call.options.ascii)
        output.put(*as_text(found, now, width=width, plain=plain))
        if besides is not None:
            output.put(*measured.as_text(besides, width=width, plain=plain))
    return 1 if any(part.score < CRITICAL for part in found.parts) else 0


def as_text(found: Health, now: datetime, *, width: int | None, plain: bool) -> Iterator[str]:
    """Yield the lines of the health."""
    yield f"health {found.score} {found.band}"
    yield ""
    parts = [[part.name, str(part.score), part.fact, part.hint] for part in found.parts]
    yield from lay_out(_PARTS, parts, width=width, plain=plain)
    if found.jobs:
        yield ""
        yield from lay_out(_JOBS, [_job(job, now) for job in found.jobs], width=width, plain=plain)
    for source, heard in found.sources:
        yield f"source {source}: last heard {ago(now - heard)}"


def as_json(found: Health) -> dict[str, object]:
    """Return the health for JSON; lengths of time are in seconds."""
    return {
        "taken_at": rfc3339(found.taken_at),
        "score": found.score,
        "band": found.band,
        "leader": found.leader or None,
        "parts": [
            {"name": part.name, "score": part.score, "fact": part.fact, "hint": part.hint or None}
            for part in found.parts
        ],
        "jobs": [
            {
                "name": job.name,
                "every_seconds": job.every.total_seconds(),
                "last_at": maybe_rfc3339(job.last_at),
                "took_seconds": None if job.took is None else job.took.total_seconds(),
                "next_at": maybe_rfc3339(job.next_at),
                "runs": job.runs,
                "errors": job.errors,
                "last_error": job.last_error or None,
                "paused": job.paused,
            }
            for job in found.jobs
        ],
        "sources": [{"name": name, "heard_at": rfc3339(at)} for name, at in found.sources],
        "caches": [
            {"name": one.name, "hits": one.hits, "misses": one.misses, "dropped": one.dropped, "entries": one.entries}
            for one in found.caches
        ],
    }


def _job(job: JobLine, now: datetime) -> list[str]:
    took = "" if job.took is None else f"{job.took / timedelta(milliseconds=1):.0f} ms"
    last = "paused" if job.paused else "never" if job.last_at is None else ago(now - job.last_at)
    return [job.name, period(job.every), last, took, str(job.runs), str(job.errors), job.last_error]
