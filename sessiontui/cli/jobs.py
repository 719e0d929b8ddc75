"""``jobs``: what the worker does, how each job fares; run now, pause, resume, all of them if that is wanted."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.access import Action, require
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.phrases import ago, count, minutes, span
from sessiontui.services import jobs, leading
from sessiontui.services.health import alive

if TYPE_CHECKING:
    from sessiontui.services.pictures import JobLine
    from sessiontui.services.receipt import Receipt

_TABLE: Final = (
    Column(heading="Job"),
    Column(heading="State"),
    Column(heading="Every", right=True),
    Column(heading="Last run"),
    Column(heading="Runs", right=True),
    Column(heading="Errors", right=True),
    Column(heading="Last error", least=12),
)


def run(options: argparse.Namespace) -> int:
    """Do what was asked with jobs."""
    return carry_out(options, WAYS[options.way])


async def _list(call: Call) -> int:
    require(call.actor, Action.SEE_JOBS)
    found, now = await jobs.lines(call.context), call.clock()
    if call.options.json:
        output.put_json({"taken_at": rfc3339(now)}, rows=("jobs", (_json(line) for line in found)))
        return 0
    rows = [
        [
            line.name,
            "paused" if line.paused else "failing" if line.last_error else "fine",
            period(line.every),
            "never" if line.last_at is None else ago(now - line.last_at),
            str(line.runs),
            str(line.errors),
            line.last_error,
        ]
        for line in found
    ]
    if rows:
        output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))
    talk.say(count(len(found), "job") if found else "no worker has led on this database yet")
    if found and not alive(await leading.look(call.context), now):
        talk.say("no worker leads now, so none of them runs: start one with 'sessiontui worker'")
    return 0


def period(every: timedelta) -> str:
    """Return how often a job has its turn.

    >>> period(timedelta(seconds=15)), period(timedelta(minutes=10)), period(timedelta(hours=6))
    ('15 s', '10 min', '6 h')
    """
    whole = minutes(every)
    return span(whole) if whole * timedelta(minutes=1) == every else f"{every.total_seconds():g} s"


async def _run(call: Call) -> int:
    return _done(call, await jobs.run_now(call.context, call.options.job, by=call.actor, at=call.clock()))


async def _pause(call: Call) -> int:
    options, by, at = call.options, call.actor, call.clock()
    if _is_one(call):
        return _done(call, await jobs.pause(call.context, options.job, by=by, at=at))
    talk.confirm("Stop every job? Nothing moves by itself until they are resumed.", yes=options.yes)
    return _done(call, await jobs.stop_all(call.context, by=by, at=at))


async def _resume(call: Call) -> int:
    by, at = call.actor, call.clock()
    if _is_one(call):
        return _done(call, await jobs.resume(call.context, call.options.job, by=by, at=at))
    return _done(call, await jobs.start_all(call.context, by=by, at=at))


def _is_one(call: Call) -> bool:
    """Tell whether one job is meant; ``WrongUsage`` where neither one nor all are."""
    if (call.options.job is None) == (not call.options.all):
        raise WrongUsage("name a job, or --all", hint="'sessiontui jobs list' shows them")
    return call.options.job is not None


def _done(call: Call, receipt: Receipt) -> int:
    if call.options.json:
        output.put_json({"sentence": receipt.sentence})
    else:
        output.put(receipt.sentence)
    return 0


def _json(line: JobLine) -> dict[str, object]:
    return {
        "name": line.name,
        "paused": line.paused,
        "every_seconds": line.every.total_seconds(),
        "last_at": maybe_rfc3339(line.last_at),
        "next_at": maybe_rfc3339(line.next_at),
        "took_seconds": None if line.took is None else line.took.total_seconds(),
        "runs": line.runs,
        "errors": line.errors,
        "last_error": line.last_error or None,
    }


WAYS: Final[Mapping[str, Callable[[Call], Awaitable[int]]]] = {
    "list": _list,
    "run": _run,
    "pause": _pause,
    "resume": _resume,
}
