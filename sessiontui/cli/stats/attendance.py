"""``stats attendance``: who came to the sessions of a range of days, how they went, and how their mentors did."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.stats import bound
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.instants import EARLIEST, parse_instant, rfc3339
from sessiontui.domain.phrases import count, number
from sessiontui.domain.risk.telling import between, percent
from sessiontui.services import attendance

if TYPE_CHECKING:
    from sessiontui.services.attendance import AttendanceReport, Performance, Share

_MENTORS: Final = (
    Column(heading="Mentor", least=12),
    Column(heading="Sessions", right=True),
    Column(heading="Came", right=True),
    Column(heading="Complete", right=True),
    Column(heading="In time", right=True),
    Column(heading="Effic.", right=True),
    Column(heading="Together", right=True),
)


def run(options: argparse.Namespace) -> int:
    """Tell the attendance of a range of days."""
    if len(options.query) > 1 or options.by is not None or options.at is not None:
        raise WrongUsage("the attendance report takes --since and --until alone")
    return carry_out(options, _report)


async def _report(call: Call) -> int:
    options, now = call.options, call.clock()
    since = bound(call, options.since, ">=", now) or parse_instant(f"{EARLIEST}-01-01T00:00Z")
    until = bound(call, options.until, "<", now) or now
    found = await attendance.report(call.context, since=since, until=until, now=now, by=call.actor)
    if options.json:
        output.put_json(as_json(found))
    else:
        output.put(*as_text(found, width=output.width(), plain=output.is_plain(asked=options.ascii)))
    return 0


def as_text(found: AttendanceReport, *, width: int | None, plain: bool) -> Iterator[str]:
    """Yield the lines of a report as a person reads it."""
    total = found.total
    if not total.sessions:
        yield "no session of this range has ended"
        return
    yield f"{count(total.sessions, 'session')} ended"
    yield f"Participation: {_share_word(total.participation)} of those expected came"
    yield f"Effectiveness: {_share_word(total.completed)} ran for at least half of their time, {_mean_word(total)}"
    counted = [f"{n} {verdict}" for verdict, n in total.verdicts.items() if n]
    if total.walk_ins:
        counted.append(count(total.walk_ins, "walk-in"))
    if counted:
        yield f"People: {', '.join(counted)}"
    yield ""
    yield from lay_out(_MENTORS, [_row(one) for one in found.mentors], width=width, plain=plain)


def as_json(found: AttendanceReport) -> dict[str, object]:
    """Return a report for JSON; shares are between 0 and 1."""
    return {
        "taken_at": rfc3339(found.taken_at),
        "since": rfc3339(found.since),
        "until": rfc3339(found.until),
        **_performance(found.total),
        "mentors": [{"mentor": one.name, **_performance(one)} for one in found.mentors],
    }


def _performance(one: Performance) -> dict[str, object]:
    return {
        "sessions": one.sessions,
        "participation_rate": asdict(one.participation),
        "completion_rate": asdict(one.completed),
        "mentor_in_time": asdict(one.punctual),
        "duration_efficiency": one.efficiency,
        "together": one.together,
        "verdicts": {str(verdict): n for verdict, n in one.verdicts.items()},
        "walk_ins": one.walk_ins,
    }


def _row(one: Performance) -> list[str]:
    shares = [_short(share) for share in (one.participation, one.completed, one.punctual)]
    return [one.name, str(one.sessions), *shares, _percent(one.efficiency), _percent(one.together)]


def _share_word(share: Share) -> str:
    if share.value is None or share.low is None or share.high is None:
        return "none"
    surely = f"95 % interval {between(share.low, share.high)}"
    return f"{number(share.hits)} of {number(share.n)} ({percent(share.value)}, {surely})"


def _mean_word(total: Performance) -> str:
    return "nobody came to any" if total.efficiency is None else f"{percent(total.efficiency)} of it on average"


def _short(share: Share) -> str:
    return "" if share.value is None else f"{percent(share.value)} of {number(share.n)}"


def _percent(value: float | None) -> str:
    return "" if value is None else percent(value)
