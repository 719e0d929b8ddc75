"""Figures as panels: each panel is drawn for the room it has, and says what can be chosen in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.analytics.metrics import SELDOM_KNOWN, Figure, Metric, Unit
from sessiontui.domain.analytics.wording import NONE, SURE, beside_of, percent, sure_word, value_word
from sessiontui.domain.phrases import count, number, span
from sessiontui.services.analytics.drilling import days_filter, hour_filter
from sessiontui.services.analytics.figures import WEEKDAYS
from sessiontui.services.analytics.rows import bar_word
from sessiontui.tui.present.bars import bar
from sessiontui.tui.present.charts import Drawn, Item, columns, shade, steps, track
from sessiontui.tui.present.look import MUTED, Look, fitted, outside

if TYPE_CHECKING:
    from sessiontui.services.analytics.figures import Day, Figures, Group

_TITLE: Final = 20
_VALUE: Final = 8
_SURE: Final = 7
_NUMBER: Final = 9
_WORDED: Final = 15
_LEAST_TRACK: Final = 6
_MOST_TRACK: Final = 30

_CELL: Final = 9

_HOURS: Final = 24
_HOUR: Final = 60
_DAY: Final = 24 * 60
_WEEKDAY: Final = 4

_TALLEST: Final = 24
"""Lines of the columns at the most: higher ones tell no more."""


def figures(found: Figures, look: Look, width: int, height: int) -> Drawn:
    """Return every figure on a line: its value, where it surely lies on a scale, and of how many."""
    del height
    shown = [figure for figure in found.metrics if figure.n or figure.metric not in SELDOM_KNOWN]
    fixed = _TITLE + _VALUE + _SURE + _NUMBER + 5
    room = width - fixed
    length = min(_MOST_TRACK, room) if room >= _LEAST_TRACK else 0
    sure = _SURE if length else max(_SURE, min(_WORDED, room + _SURE + 2))
    over = width - fixed - length - 2 >= 24
    head = f"{'':<{_TITLE}}{'':>{_VALUE}} "
    if length:
        head += f" {'0 %':<{length - 5}}100 % "
    head += f" {SURE:<{sure}} {'of':>{_NUMBER}}"
    lines = [Content.styled(head[:width], MUTED)]
    items = []
    for figure in shown:
        line = _figure_line(figure, look, length, sure)
        if over:
            line += Content.styled(f"  {figure.definition.over}", MUTED)
        items.append(
            Item(line=len(lines), start=0, end=width, told=told_of(figure, look), drill=drill_of(found, figure))
        )
        lines.append(fitted(line, width, look))
    return Drawn(tuple(lines), tuple(items))


def groups(found: Figures, look: Look, width: int, height: int) -> Drawn:
    """Return a table of the values of a dimension: how many sessions, and the shares that fit."""
    del height
    if not found.groups:
        return _nothing("no session has any: b tells them apart by something else", width)
    least = 12 + _NUMBER + 2
    beside = beside_of(found.groups[0].figures)
    fit = max(1, min(len(beside), (width - least) // _CELL))
    room = width - _NUMBER - 2 - fit * _CELL
    head = f"{'':<{room}}{'Sessions':>{_NUMBER + 2}}" + "".join(f"{title:>{_CELL}}" for _, title in beside[:fit])
    lines, items = [Content.styled(head[:width], MUTED)], []
    for group in found.groups:
        by_metric = {figure.metric: figure for figure in group.figures}
        cells = [_short(by_metric.get(metric)) for metric, _ in beside[:fit]]
        line = fitted(outside(group.label or "none"), room, look) + Content(
            f"{number(group.sums.sessions):>{_NUMBER + 2}}" + "".join(f"{cell:>{_CELL}}" for cell in cells)
        )
        items.append(Item(line=len(lines), start=0, end=width, told=_group_told(group, look), drill=group.drill))
        lines.append(line)
    return Drawn(tuple(lines), tuple(items))


def week(found: Figures, look: Look, width: int, height: int) -> Drawn:
    """Return a heat map of starts by weekday and hour, and what the shades mean."""
    cell = 2 if width >= _WEEKDAY + 2 * _HOURS else 1
    held = {(hour.weekday, hour.hour): hour for hour in found.week}
    most = max((hour.starts for hour in found.week), default=0)
    scale = "".join(f"{hour:<{3 * cell}}" for hour in range(0, _HOURS, 3))
    lines = [Content.styled(f"{'':<{_WEEKDAY}}{scale}"[:width], MUTED)]
    items = []
    for weekday, name in enumerate(WEEKDAYS):
        parts = [Content.styled(f"{name:<{_WEEKDAY}}", MUTED)]
        for hour in range(_HOURS):
            one = held.get((weekday, hour))
            starts = 0 if one is None else one.starts
            parts.append(Content.styled(shade(starts, most, look) * cell, "$accent" if starts else f"{MUTED} dim"))
            if one is not None:
                start = _WEEKDAY + hour * cell
                told = f"{name} {hour:02}:00{look.of('–', '-')}{(hour + 1) % 24:02}:00: {count(starts, 'start')}"
                if one.ended:
                    told += f", nobody came to {one.no_show} of {one.ended}"
                told += f", {number(one.seen)} people seen"
                drill = hour_filter(found, weekday, hour)
                items.append(Item(line=len(lines), start=start, end=start + cell, told=told, drill=drill))
        lines.append(Content("").join(parts))
    if len(lines) + 1 < height:
        lines.append(Content(""))
    dash = look.of("–", "-")
    legend = [
        f"{sign * cell} {number(low)}" + (f"{dash}{number(high)}" if high > low else "")
        for sign, low, high in steps(most, look)
    ]
    lines.append(Content.styled(fitted(Content("    " + "  ".join(legend)), width, look).plain.rstrip(), MUTED))
    return Drawn(tuple(lines), tuple(items))


def trend(found: Figures, look: Look, width: int, height: int) -> Drawn:
    """Return people seen as columns, per day with the seven-day mean as a line, or per week where days are many."""
    if not found.days:
        return _nothing("nothing has happened yet", width)
    label = len(number(max(day.seen for day in found.days))) + 3
    room = max(7, width - label)
    weekly = len(found.days) > room
    bars = _weeks(found.days) if weekly else [(day.day, day.seen, day.mean, 1) for day in found.days]
    dropped = max(0, len(bars) - room)
    bars = bars[dropped:]
    wide = max(1, min(6, room // len(bars)))
    tall = max(2, min(_TALLEST, height - 2))
    top = max([1, *(seen for _, seen, _, _ in bars)])
    label = max(len(number(top)), 3) + 1
    heights, means = [seen for _, seen, _, _ in bars], [mean for _, _, mean, _ in bars]
    drawn = columns(heights, means, width=wide, height=tall, look=look)
    lines = []
    for row, chart in enumerate(drawn):
        mark = number(top) if row == 0 else "0" if row == tall - 1 else ""
        lines.append(Content.styled(f"{mark:>{label - 1}} ", MUTED) + chart)
    first, last = f"{bars[0][0]:%d %b %Y}", f"{bars[-1][0]:%d %b %Y}"
    gap = max(1, min(width - label, wide * len(bars)) - len(first) - len(last))
    lines.append(Content.styled(" " * label + first + (" " * gap + last if len(bars) * wide > 24 else ""), MUTED))
    what = "per week" if weekly else f"per day, {look.of('─', '-')} mean of 7 days"
    older = f", {number(dropped)} earlier left out" if dropped else ""
    lines.append(
        Content.styled(fitted(Content(" " * label + f"people seen {what}{older}"), width, look).plain, MUTED)
    )
    items = []
    for place, (day, seen, mean, days) in enumerate(bars):
        when = f"week of {day:%d %b %Y}" if weekly else f"{WEEKDAYS[day.weekday()]} {day:%d %b %Y}"
        told = f"{when}: {number(seen)} people seen" + ("" if mean is None else f", mean of 7 days {mean:.1f}")
        start = label + place * wide
        drill = days_filter(found, day, days)
        items.append(Item(line=tall - 1, start=start, end=start + max(1, wide - 1), told=told, drill=drill))
    return Drawn(tuple(lines), tuple(items))


def requests(found: Figures, look: Look, width: int, height: int) -> Drawn:
    """Return the funnel from request to presence, and the histogram of efficiency."""
    del height
    lines: list[Content] = []
    items: list[Item] = []
    first = found.funnel[0].n if found.funnel else 0
    names = max((len(bar_word(one)) for one in found.histogram), default=0) + 1
    lines.append(Content.styled("From request to presence, over ended sessions", MUTED))
    for step in found.funnel:
        share = step.n / first if first else 0.0
        told = f"{step.name}: {number(step.n)}, {percent(share)} of those who asked"
        items.append(Item(line=len(lines), start=0, end=width, told=told, drill=step.drill))
        lines.append(_bar_line(step.name, share, f"{number(step.n)} {percent(share):>6}", names, width, look))
    lines.append(Content.styled("Actual of scheduled time, sessions with guests", MUTED))
    n = sum(one.n for one in found.histogram)
    most = max((one.n for one in found.histogram), default=0)
    for one in found.histogram:
        word = bar_word(one) if not look.ascii else bar_word(one).replace("–", "-")
        share = one.n / n if n else 0.0
        told = f"{word} of the plan: {count(one.n, 'session')}, {percent(share)}"
        items.append(Item(line=len(lines), start=0, end=width, told=told, drill=one.drill))
        numbers = f"{number(one.n)} {percent(share):>6}"
        lines.append(_bar_line(word, one.n / most if most else 0.0, numbers, names, width, look))
    return Drawn(tuple(lines), tuple(items))


def reasons(found: Figures, look: Look, width: int, height: int) -> Drawn:
    """Return why sessions were cancelled, the most frequent reason first."""
    del height
    if not found.reasons:
        return _nothing("nothing was cancelled", width)
    lines: list[Content] = []
    items: list[Item] = []
    drill = f"{found.drill.replace(' -status:draft', '')} status:cancelled"
    for reason in found.reasons:
        figure = reason.figure
        share = percent(figure.value or 0.0)
        line = Content(f"{share:>6} {number(figure.hits or 0):>7}  ") + outside(reason.reason)
        told = f"{share} of {count(figure.n, 'cancelled session')}, {SURE} {_dashed(sure_word(figure), look)} %"
        items.append(Item(line=len(lines), start=0, end=width, told=told, drill=drill))
        lines.append(fitted(line, width, look))
    return Drawn(tuple(lines), tuple(items))


def advice(found: Figures, look: Look, width: int, height: int) -> Drawn:
    """Return what stands out, each in sentences that name its figures."""
    del height
    if not found.advice:
        return _nothing("nothing stands out beyond chance in this period", width)
    lines: list[Content] = []
    items = []
    for place, told in enumerate(found.advice, start=1):
        sentence = _dashed(told.sentence, look)
        if look.ascii:
            sentence = sentence.replace("“", '"').replace("”", '"')
        wrapped = outside(sentence).wrap(max(10, width - 3))
        items.append(Item(line=len(lines), start=0, end=2, told=f"what {told.label} is about", drill=told.drill))
        for row, part in enumerate(wrapped):
            lead = Content.styled(f"{place}. ", "bold $accent") if row == 0 else Content("   ")
            lines.append(lead + part)
    return Drawn(tuple(lines), tuple(items))


def told_of(figure: Figure, look: Look) -> str:
    """Return a figure in words: what was counted, over what, and how sure that is."""
    definition = figure.definition
    if figure.value is None:
        return f"{definition.title}: no {definition.over} in this period"
    if definition.unit is Unit.MINUTES:
        told = f"{definition.counts}: half within {value_word(figure)}, {sure_word(figure)}"
    else:
        sure = _dashed(sure_word(figure), look)
        told = f"{definition.counts}: {value_word(figure)}" + (f", {SURE} {sure}" if sure else "")
    return f"{told}, of {number(figure.n)} {definition.over}"


def drill_of(found: Figures, figure: Figure) -> str:
    """Return the filter of the sessions behind a figure."""
    base = found.drill.removesuffix("-status:draft").strip()
    return f"{base} {figure.definition.sessions}".strip()


def period_word(found: Figures, look: Look) -> str:
    """Return from when to when figures are, in the zone in which days are counted."""
    dash = look.of("–", "-")
    if found.since is None and found.until is None:
        if found.first is None or found.last is None:
            return "all time"
        return f"{found.first:%d %b %Y} {dash} {found.last:%d %b %Y}"
    start = "the beginning" if found.since is None else f"{found.since.astimezone(found.zone):%d %b %Y}"
    end = "now on" if found.until is None else f"{found.until.astimezone(found.zone) - timedelta(seconds=1):%d %b %Y}"
    return f"since {start}" if found.until is None else f"{start} {dash} {end}"


def _figure_line(figure: Figure, look: Look, length: int, sure_width: int) -> Content:
    definition = figure.definition
    sure = _dashed(sure_word(figure), look)
    value = value_word(figure)
    line = Content(f"{definition.title:<{_TITLE}}")
    line += Content.styled(f"{'' if value == NONE else value:>{_VALUE}}", "bold")
    if definition.unit is Unit.MINUTES or figure.value is None:
        room = (length + 2 if length else 0) + sure_width
        word = NONE if figure.value is None else _nine_tenths(figure, room)
        line += Content.styled(f" {word:<{room}}"[: room + 1], MUTED)
    else:
        scaled = 5.0 if definition.unit is Unit.STARS else 1.0
        if length:
            low, high = (None if edge is None else edge / scaled for edge in (figure.low, figure.high))
            line += Content("  ") + track(min(1.0, figure.value / scaled), low, high, length, look) + Content(" ")
        else:
            line += Content(" ")
        line += Content(f"{sure:<{sure_width}}")
    return line + Content.styled(f" {number(figure.n):>{_NUMBER}}", MUTED)


def _nine_tenths(figure: Figure, room: int) -> str:
    """Return below what nine tenths of a duration stay, in as many words as there is room; never part of a number."""
    if figure.p90 is None:
        return ""
    whole = ceil(figure.p90)
    coarse = whole if whole < _HOUR else -(-whole // _HOUR) * _HOUR if whole < _DAY else -(-whole // _DAY) * _DAY
    words = (sure_word(figure), f"< {span(whole)}", f"< {span(coarse)}")
    return next((word for word in words if len(word) <= room), "")


def _bar_line(name: str, share: float, numbers: str, names: int, width: int, look: Look) -> Content:
    room = max(4, width - names - 18)
    drawn = bar(share, room, look)
    return Content.assemble(
        Content(f"{name:<{names}}"),
        Content.styled(drawn, "$accent"),
        Content(" " * (room - len(drawn)) + f"{numbers:>17}"),
    )


def _weeks(days: Sequence[Day]) -> list[tuple[date, int, float | None, int]]:
    """Return Mondays with the people seen in the week from it on."""
    found: dict[date, int] = {}
    for day in days:
        monday = day.day - timedelta(days=day.day.weekday())
        found[monday] = found.get(monday, 0) + day.seen
    return [(monday, seen, None, 7) for monday, seen in found.items()]


def _group_told(group: Group, look: Look) -> str:
    figure = next(one for one in group.figures if one.metric is Metric.COMPLETION_RATE)
    sure = _dashed(sure_word(figure), look)
    told = f"{group.label or 'none'}: {number(group.sums.sessions)} sessions, {number(group.sums.seen)} people seen"
    if figure.value is None:
        return told
    return f"{told}, complete {value_word(figure)} of {number(figure.n)}, {SURE} {sure}"


def _short(figure: Figure | None) -> str:
    return "" if figure is None or figure.value is None else value_word(figure)


def _dashed(text: str, look: Look) -> str:
    return text.replace("–", "-") if look.ascii else text


def _nothing(why: str, width: int) -> Drawn:
    return Drawn(tuple(Content.styled(why, MUTED).wrap(max(10, width))))
