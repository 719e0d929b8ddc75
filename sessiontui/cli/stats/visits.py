"""``stats visits``: how long visits last, how often people come, what they decide, how much activity is kept."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.stats import bound
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.analytics.wording import percent
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.phrases import count, number, span
from sessiontui.services.projects import knowing
from sessiontui.services.visits import figures

if TYPE_CHECKING:
    from sessiontui.domain.visits.figures import Spread, VisitFigures
    from sessiontui.services.visits.figures import VisitReport

_TABLE: Final = (
    Column(heading="Figure", least=20),
    Column(heading="Mean", right=True),
    Column(heading="Median", right=True),
    Column(heading="p95", right=True),
    Column(heading="Of", right=True),
)


def run(options: argparse.Namespace) -> int:
    """Tell the figures of visits."""
    if len(options.query) > 2 or options.by is not None or options.at is not None:
        raise WrongUsage("'stats visits' takes a project, --since and --until alone")
    return carry_out(options, _report)


async def _report(call: Call) -> int:
    options, now = call.options, call.clock()
    project = (await knowing.find(call.context, options.query[1])).id if len(options.query) > 1 else None
    found = await figures.report(
        call.context,
        by=call.actor,
        now=now,
        since=bound(call, options.since, ">=", now),
        until=bound(call, options.until, "<", now),
        project_id=project,
        zone=call.zone,
    )
    if options.json:
        output.put_json(as_json(found))
        return 0
    plain = output.is_plain(asked=options.ascii)
    output.put(*as_text(found.figures, width=output.width(), plain=plain))
    told = f"{count(found.figures.visits, 'visit')} of {count(found.figures.people, 'person', 'people')}"
    talk.say(f"{told}, those that are over")
    return 0


def as_text(told: VisitFigures, *, width: int | None, plain: bool) -> Iterator[str]:
    """Yield the figures as a table."""
    rows = [
        ["Duration", *_lengths(told.duration), f"{number(told.duration.n)} visits"],
        ["Between visits", *_lengths(told.between), number(told.between.n)],
        ["Visits a day", *_numbers(told.per_day), f"{number(told.per_day.n)} days with one"],
        ["Items decided", *_numbers(told.decided), f"{number(told.decided.n)} visits"],
    ]
    yield from lay_out(_TABLE, rows, width=width, plain=plain)
    rate = told.tracking
    if rate.value is None or rate.low is None or rate.high is None:
        yield "Activity kept: none was tracked"
    else:
        surely = f"surely {percent(rate.low)} to {percent(rate.high)}"
        yield f"Activity kept: {percent(rate.value)} ({number(rate.hits)} of {number(rate.n)}, {surely})"


def as_json(found: VisitReport) -> dict[str, object]:
    """Return the figures by their names; lengths are minutes."""
    told = found.figures
    rate = told.tracking
    return {
        "taken_at": rfc3339(found.taken_at),
        "since": maybe_rfc3339(found.since),
        "until": maybe_rfc3339(found.until),
        "project": found.project_id,
        "visits": told.visits,
        "people": told.people,
        "metrics": {
            "visit_duration": _spread(told.duration),
            "visits_per_person_day": _spread(told.per_day),
            "items_decided_per_visit": _spread(told.decided),
            "time_between_visits": _spread(told.between),
            "activity_success_rate": {
                "value": rate.value,
                "n": rate.n,
                "hits": rate.hits,
                "low": rate.low,
                "high": rate.high,
            },
        },
    }


def _spread(told: Spread) -> dict[str, object]:
    return {"value": told.mean, "n": told.n, "mean": told.mean, "median": told.median, "p95": told.p95}


def _lengths(told: Spread) -> list[str]:
    return ["" if value is None else span(int(value)) for value in (told.mean, told.median, told.p95)]


def _numbers(told: Spread) -> list[str]:
    return ["" if value is None else f"{value:.3g}" for value in (told.mean, told.median, told.p95)]
