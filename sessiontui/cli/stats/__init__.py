"""``stats``: the figures of the platform as text that fits 80 columns, or as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, cut, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.analytics.metrics import SELDOM_KNOWN, Metric
from sessiontui.domain.analytics.wording import NONE, SURE, beside_of, percent, sure_word, value_word
from sessiontui.domain.phrases import count, number
from sessiontui.domain.query import QueryError, parse
from sessiontui.domain.query.terms import Within
from sessiontui.services import analytics
from sessiontui.services.analytics.figures import WEEKDAYS, Dimension
from sessiontui.services.analytics.rows import as_json, bar_word

if TYPE_CHECKING:
    from sessiontui.services.analytics.figures import Figures
    from sessiontui.services.scoring.picture import By

WIDTH: Final = 80
"""Columns of the text where it goes to no terminal."""

_BAR: Final = 24

_GROUPS_SHOWN: Final = 40

_REASONS_SHOWN: Final = 8

_HEADINGS: Final = (
    Column(heading="Figure", least=20),
    Column(heading="Value", right=True),
    Column(heading=SURE, least=18),
    Column(heading="Of", right=True),
    Column(heading="", least=10),
)

_NARROW: Final = frozenset({Metric.CANCELLATION_RATE, Metric.APPROVAL_RATE})
"""Figures for which eighty columns have no room beside the others."""

_MOST: Final = 6


def run(options: argparse.Namespace) -> int:
    """Tell the figures."""
    return carry_out(options, _stats)


async def _stats(call: Call) -> int:
    options = call.options
    found = await taken(call, now=call.clock(), query=" ".join(options.query).strip())
    if options.json:
        output.put_json(as_json(found))
        return 0
    plain = output.is_plain(asked=options.ascii)
    output.put(*as_text(found, width=min(output.width() or WIDTH, 120), plain=plain))
    talk.say(_told(found))
    return 0


async def taken(call: Call, *, now: datetime, query: str) -> Figures:
    """Return the figures that the options ask for."""
    options = call.options
    at = options.at or now
    return await analytics.figures(
        call.context,
        by=call.actor,
        now=now,
        query=query,
        since=bound(call, options.since, ">=", at),
        until=bound(call, options.until, "<", at),
        by_dim=dimension_of(options.by),
        medians=options.medians,
        zone=call.zone,
        as_of=options.at,
    )


def dimension_of(word: str | None) -> Dimension | None:
    """Return by what the figures of the platform are told apart."""
    if word is not None and word not in set(Dimension):
        raise WrongUsage(f"--by {word} is for 'stats work' and 'stats learning'", hint="--by mentor is near")
    return None if word is None else Dimension(word)


def by_of(word: str | None) -> By | None:
    """Return by what work and learning are told apart."""
    from sessiontui.services.scoring.picture import By

    if word is not None and word not in set(By):
        raise WrongUsage(f"work and learning are not told apart by {word}", hint=f"--by {', '.join(By)}")
    return None if word is None else By(word)


def bound(call: Call, text: str | None, sign: str, at: datetime) -> datetime | None:
    """Return the instant that an option means: a day, an instant, or a time before now, such as -30d."""
    if text is None:
        return None
    place, hint = "--since" if sign == ">=" else "--until", "write it like 2026-05-04, 2026-05-04T14:05Z or -30d"
    try:
        terms = parse(f"starts:{sign}{text.strip()}", now=at, zone=call.zone).where.terms
    except QueryError as error:
        said = error.detail.removeprefix(f"{error.place}: ")
        raise WrongUsage(said, hint=hint, place=place, title="Not a time") from None
    term = terms[0] if len(terms) == 1 else None
    if not isinstance(term, Within):
        raise WrongUsage(f"{text!r} is not a time", hint=hint, place=place, title="Not a time")
    return term.since if sign == ">=" else term.until


def as_text(found: Figures, *, width: int, plain: bool) -> Iterator[str]:
    """Yield the lines of the figures, none wider than the width."""
    if found.is_empty:
        yield "no session starts in this period" + (" that the filter means" if found.query else "")
        return
    yield from _figures(found, width, plain)
    if found.groups:
        yield from _groups(found, width, plain)
    yield from _funnel(found, plain)
    yield from _histogram(found, plain)
    yield from _reasons(found, width, plain)
    yield from _week(found, plain)
    yield from _days(found, plain)
    yield from _advice(found, width)


def _figures(found: Figures, width: int, plain: bool) -> Iterator[str]:
    rows = [
        [
            figure.definition.title,
            value_word(figure),
            plain_of(sure_word(figure), plain),
            number(figure.n),
            figure.definition.over,
        ]
        for figure in found.metrics
        if figure.n or figure.metric not in SELDOM_KNOWN
    ]
    yield from lay_out(_HEADINGS, rows, width=width, plain=plain)


def _groups(found: Figures, width: int, plain: bool) -> Iterator[str]:
    dim = found.by_dim
    beside = [one for one in beside_of(found.groups[0].figures) if one[0] not in _NARROW][:_MOST]
    yield ""
    columns = [
        Column(heading=f"By {dim}", least=12),
        Column(heading="Sessions", right=True),
        *(Column(heading=heading, right=True) for _, heading in beside),
    ]
    rows = []
    for group in found.groups[:_GROUPS_SHOWN]:
        by_metric = {figure.metric: figure for figure in group.figures}
        values = [value_word(by_metric[metric]) for metric, _ in beside]
        shown = ["" if value == NONE else value for value in values]
        rows.append([group.label or "none", number(group.sums.sessions), *shown])
    yield from lay_out(columns, rows, width=width, plain=plain)
    if len(found.groups) > _GROUPS_SHOWN:
        yield f"and {number(len(found.groups) - _GROUPS_SHOWN)} more; --json has all"


def _funnel(found: Figures, plain: bool) -> Iterator[str]:
    yield from _bars("From request to presence, over ended sessions", [
        (step.name, step.n) for step in found.funnel
    ], plain, shares=True)  # fmt: skip


def _histogram(found: Figures, plain: bool) -> Iterator[str]:
    bars = [(plain_of(bar_word(bar), plain), bar.n) for bar in found.histogram]
    yield from _bars("Actual of scheduled time", bars, plain)


def _reasons(found: Figures, width: int, plain: bool) -> Iterator[str]:
    if not found.reasons:
        return
    yield ""
    yield "Cancelled because"
    for reason in found.reasons[:_REASONS_SHOWN]:
        share = percent(reason.figure.value or 0.0)
        line = f"  {share:>6} {number(reason.figure.hits or 0):>7}  "
        yield line + cut(reason.reason, width - len(line), ellipsis="~" if plain else "…")
    if len(found.reasons) > _REASONS_SHOWN:
        yield f"  and {count(len(found.reasons) - _REASONS_SHOWN, 'more reason')}"


def _week(found: Figures, plain: bool) -> Iterator[str]:
    """Yield a heat map: a line per weekday, a sign per hour."""
    starts = {(hour.weekday, hour.hour): hour.starts for hour in found.week}
    most = max(starts.values(), default=0)
    if not most:
        return
    signs = " .:-=+*#%@" if plain else " ░▒▓█"
    yield ""
    yield f"Starts by hour ({found.zone.key}), up to {number(most)}"
    yield "      " + "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()
    for weekday, name in enumerate(WEEKDAYS):
        cells = [starts.get((weekday, hour), 0) for hour in range(24)]
        shown = "".join(signs[-(-n * (len(signs) - 1) // most)] * 2 for n in cells)
        yield f"  {name} {shown}".rstrip()


def _days(found: Figures, plain: bool) -> Iterator[str]:
    if not found.days:
        return
    last = found.days[-14:]
    yield from _bars(
        "People seen a day" + (f" (the last {len(last)} of {number(len(found.days))} days)" if found.days else ""),
        [(f"{WEEKDAYS[day.day.weekday()]} {day.day:%m-%d}", day.seen) for day in last],
        plain,
        beside=["" if day.mean is None else f"7-day mean {day.mean:.1f}" for day in last],
    )


def _advice(found: Figures, width: int) -> Iterator[str]:
    if not found.advice:
        return
    import textwrap

    yield ""
    yield "What stands out"
    for place, told in enumerate(found.advice, start=1):
        yield from textwrap.wrap(told.sentence, width, initial_indent=f"  {place}. ", subsequent_indent="     ")


def _bars(
    title: str,
    bars: Sequence[tuple[str, int]],
    plain: bool,
    *,
    shares: bool = False,
    beside: Sequence[str] = (),
) -> Iterator[str]:
    most = max((n for _, n in bars), default=0)
    if not most:
        return
    yield ""
    yield title
    label = max(len(name) for name, _ in bars)
    sign = "#" if plain else "█"
    for place, (name, n) in enumerate(bars):
        bar = sign * max(round(n / most * _BAR), 1 if n else 0)
        more = percent(n / bars[0][1]) if shares and bars[0][1] else beside[place] if beside else ""
        yield f"  {name:<{label}}  {bar:<{_BAR}} {number(n):>9}  {more}".rstrip()


def plain_of(text: str, plain: bool) -> str:
    """Return a text with signs that every terminal has, where these alone are wanted."""
    return text.replace("–", "-").replace("…", "to").replace("×", "x") if plain else text


def _told(found: Figures) -> str:
    counted = count(found.sums.sessions, "session")
    since = "the beginning" if found.since is None else f"{found.since.astimezone(found.zone):%Y-%m-%d %H:%M}"
    until = "the end" if found.until is None else f"{found.until.astimezone(found.zone):%Y-%m-%d %H:%M}"
    when = f"{found.taken_at:%Y-%m-%d %H:%M} UTC"
    return f"{counted} from {since} to {until}, {'as of' if found.as_of else 'taken'} {when}"
