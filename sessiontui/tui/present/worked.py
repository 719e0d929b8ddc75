"""How work went, as a panel: figures with their intervals, formulas, phases, weeks, groups, what goes together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.analytics.metrics import Unit
from sessiontui.domain.analytics.wording import NONE, SURE, percent, sure_word, value_word
from sessiontui.domain.phrases import count, minutes, number, span
from sessiontui.domain.scoring.figures import BESIDE, WorkMetric
from sessiontui.domain.scoring.scores import Score
from sessiontui.services.analytics.drilling import between_days
from sessiontui.tui.present.bars import bar
from sessiontui.tui.present.charts import Drawn, Item, below, beside, track
from sessiontui.tui.present.look import MUTED, Look, fitted, outside

if TYPE_CHECKING:
    from sessiontui.domain.learning.correlating import Correlation
    from sessiontui.domain.scoring.figures import WeekOfWork, WorkFigure
    from sessiontui.services.scoring.picture import WorkGroup, WorkReport

TWO_COLUMNS: Final = 110
"""From this width on phases and weeks stand beside the figures."""

_TITLE: Final = 19
_VALUE: Final = 8
_SURE: Final = 8
_NUMBER: Final = 7
_LEAST_TRACK: Final = 6
_MOST_TRACK: Final = 24
_CELL: Final = 9
_PHASE: Final = 14
_MOST_BAR: Final = 24
_WEEKS: Final = 8
_ELSE: Final = 22
"""Lines that all but the weeks takes where it stands in two columns."""

_CORRELATIONS: Final = 4
_GAP: Final = 3


def report(found: WorkReport, look: Look, width: int, height: int) -> Drawn:
    """Return the whole panel; where it is tall more weeks are shown."""
    weeks = max(_WEEKS, height - _ELSE)
    if found.is_empty:
        told = "Nothing that was worked on has ended in this period: sessions of kind work, or with goals."
        return Drawn(tuple(Content.styled(told, MUTED).wrap(max(10, width))))
    if width < TWO_COLUMNS:
        parts = [_figures(found, look, width), _phases(found, look, width), _weeks(found, look, width, weeks)]
        return below(*parts, _groups(found, look, width), _together(found, look, width))
    left = (width - _GAP) * 11 // 20
    right = width - _GAP - left
    top = beside(
        _figures(found, look, left),
        below(_phases(found, look, right), _weeks(found, look, right, weeks)),
        at=left + _GAP,
    )
    low = beside(_groups(found, look, left), _together(found, look, right), at=left + _GAP)
    return below(top, low)


def told_of(figure: WorkFigure, look: Look) -> str:
    """Return a figure in words: what was counted, over what, and how sure that is."""
    definition = figure.definition
    if figure.value is None:
        return f"{definition.title}: no {definition.over} in this period"
    sure = dashed(sure_word(figure), look)
    kind = "Wilson" if definition.unit is Unit.SHARE else "t interval"
    told = f"{definition.counts}: {value_word(figure)}" + (f", {SURE} {sure} ({kind})" if sure else "")
    return f"{dashed(told, look)}, of {number(figure.n)} {definition.over}"


def dashed(text: str, look: Look) -> str:
    """Return a text in signs that every terminal has, where these alone are wanted."""
    return text.replace("–", "-").replace("×", "x").replace("…", "to") if look.ascii else text


def _figures(found: WorkReport, look: Look, width: int) -> Drawn:
    fixed = _TITLE + _VALUE + _SURE + _NUMBER + 4
    length = min(_MOST_TRACK, width - fixed) if width - fixed >= _LEAST_TRACK else 0
    head = f"{count(found.n, 'ended session'):<{_TITLE + _VALUE}} "
    head += " " * (length + 2 if length else 0) + f"{SURE:<{_SURE}}{'of':>{_NUMBER}}"
    lines = [Content.styled(head[:width], MUTED)]
    items = []
    for figure in found.figures:
        drill = f"{found.drill} {figure.definition.sessions}"
        items.append(Item(line=len(lines), start=0, end=width, told=told_of(figure, look), drill=drill))
        lines.append(fitted(_figure(figure, look, length), width, look))
    for score in Score:
        lines += [Content.styled(part.plain, MUTED) for part in Content(score.formula).wrap(max(10, width))]
    return Drawn(tuple(lines), tuple(items))


def _figure(figure: WorkFigure, look: Look, length: int) -> Content:
    definition = figure.definition
    value = value_word(figure)
    line = Content(f"{definition.title:<{_TITLE}}")
    line += Content.styled(f"{'' if value == NONE else value:>{_VALUE}} ", "bold")
    scale = {
        Unit.SHARE: 1.0,
        Unit.RATIO: 2.0 if figure.metric is WorkMetric.ESTIMATE_RATIO else 1.0,
        Unit.POINTS: 100.0,
    }
    top = scale.get(definition.unit)
    if length and figure.value is not None and top is not None:
        low, high = (None if edge is None else min(1.0, edge / top) for edge in (figure.low, figure.high))
        line += Content(" ") + track(min(1.0, figure.value / top), low, high, length, look) + Content(" ")
    elif length:
        line += Content(" " * (length + 2))
    word = NONE if figure.value is None else dashed(sure_word(figure), look)
    line += Content(f"{word:<{_SURE}}") if figure.value is not None else Content.styled(f"{word:<{_SURE}}", MUTED)
    return line + Content.styled(f"{number(figure.n):>{_NUMBER}}", MUTED)


def _phases(found: WorkReport, look: Look, width: int) -> Drawn:
    if not found.phases:
        return Drawn(())
    lines = [Content.styled("Time by phase", "bold")]
    items = []
    room = max(4, min(_MOST_BAR, width - _PHASE - 24))
    most = max(one.share for one in found.phases)
    for one in found.phases:
        name = str(one.phase or "no phase")
        drawn = bar(one.share / most, room, look)
        told = f"{name}: {span(minutes(one.time))}, {percent(one.share)} of the work, in {count(one.n, 'session')}"
        items.append(Item(line=len(lines), start=0, end=width, told=told, drill=f"{found.drill} has:goals"))
        line = Content.assemble(
            f"{name:<{_PHASE}}",
            Content.styled(drawn, "$accent"),
            " " * (room - len(drawn)),
            f" {percent(one.share):>5} {span(minutes(one.time)):>9}",
            Content.styled(f" {number(one.n):>6}", MUTED),
        )
        lines.append(fitted(line, width, look))
    return Drawn(tuple(lines), tuple(items))


def _weeks(found: WorkReport, look: Look, width: int, most: int) -> Drawn:
    shown = found.weeks[-most:]
    if not shown:
        return Drawn(())
    more = f", the last {len(shown)} of {len(found.weeks)}" if len(found.weeks) > len(shown) else ""
    cells = ("n", "Product.", "Effic.", "Quality", "Goals", "Focus")
    fit = max(2, min(len(cells), (width - 10) // _CELL))
    head = f"{'':<10}" + "".join(f"{cell:>{_CELL}}" for cell in cells[:fit])
    lines = [Content.styled(f"By week{more}", "bold"), Content.styled(head[:width], MUTED)]
    items = []
    for one in shown:
        values = [
            number(one.n),
            *("" if score is None else f"{score:.0f}" for score in (one.productivity, one.efficiency, one.quality)),
            percent(one.goals_done / one.goals) if one.goals else "",
            span(minutes(one.focus)),
        ]
        text = f"{one.monday:%d %b %y} " + "".join(f"{value:>{_CELL}}" for value in values[:fit])
        drill = between_days(found.drill, one.monday, one.monday + timedelta(days=7), found.zone)
        items.append(Item(line=len(lines), start=0, end=width, told=_week_told(one), drill=drill))
        lines.append(fitted(Content(text), width, look))
    return Drawn(tuple(lines), tuple(items))


def _week_told(one: WeekOfWork) -> str:
    scores = (
        (Score.PRODUCTIVITY, one.productivity),
        (Score.EFFICIENCY, one.efficiency),
        (Score.QUALITY, one.quality),
    )
    known = "".join(f", {score} {value:.0f}" for score, value in scores if value is not None)
    return (
        f"week of {one.monday:%d %b %Y}: {count(one.n, 'session')}{known}, {one.goals_done} of {one.goals} goals done"
    )


def _groups(found: WorkReport, look: Look, width: int) -> Drawn:
    if not found.groups:
        return Drawn(())
    fit = max(1, min(len(BESIDE), (width - 14 - _NUMBER) // _CELL))
    room = width - _NUMBER - fit * _CELL
    head = f"{f'By {found.by_dim}':<{room}}{'n':>{_NUMBER}}" + "".join(f"{name:>{_CELL}}" for _, name in BESIDE[:fit])
    lines, items = [Content.styled(head[:width], "bold")], []
    for group in found.groups:
        by_metric = {figure.metric: figure for figure in group.figures}
        cells = ["" if by_metric[one].value is None else value_word(by_metric[one]) for one, _ in BESIDE[:fit]]
        line = fitted(outside(group.label or "none"), room, look)
        line += Content(f"{number(group.n):>{_NUMBER}}" + "".join(f"{cell:>{_CELL}}" for cell in cells))
        items.append(Item(line=len(lines), start=0, end=width, told=_group_told(group, look), drill=group.drill))
        lines.append(line)
    return Drawn(tuple(lines), tuple(items))


def _group_told(group: WorkGroup, look: Look) -> str:
    known = [
        f"{figure.definition.title.lower()} {value_word(figure)}"
        f" ({dashed(sure_word(figure), look)}, n {number(figure.n)})"
        for figure in group.figures[:4]
        if figure.value is not None
    ]
    return f"{group.label or 'none'}: {count(group.n, 'session')}; {', '.join(known)}"


def _together(found: WorkReport, look: Look, width: int) -> Drawn:
    if not found.together:
        return Drawn(())
    lines = [Content.styled("What goes together", "bold")]
    items = []
    for one in _sure_first(found.together):
        told = (
            f"{one.told}: rank correlation {one.rho:+.2f}, {SURE} {one.low:+.2f} to {one.high:+.2f},"
            f" n {number(one.n)}; it does not say which brings which"
        )
        style = "" if one.is_sure else MUTED
        figures = f"{one.rho:+.2f}  n {number(one.n)}"
        text = fitted(Content(one.told), max(8, width - len(figures) - 2), look)
        line = Content.styled(text.plain, style) + Content.styled(f"  {figures}", MUTED)
        items.append(Item(line=len(lines), start=0, end=width, told=told, drill=found.drill))
        lines.append(fitted(line, width, look))
    return Drawn(tuple(lines), tuple(items))


def _sure_first(correlations: Iterable[Correlation]) -> list[Correlation]:
    found = list(correlations)
    sure = [one for one in found if one.is_sure]
    return (sure or found)[:_CORRELATIONS]
