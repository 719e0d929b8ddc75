"""The attendance of a period: who came, how the sessions went, and how each mentor did, as a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.analytics.wording import percent
from sessiontui.domain.phrases import count, number
from sessiontui.domain.risk.telling import between
from sessiontui.tui.present.charts import Drawn, Item
from sessiontui.tui.present.look import BAD, GOOD, MUTED, Look, fitted, outside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.services.attendance import AttendanceReport, Performance, Share

_LABEL: Final = 15
_NUMBER: Final = 9
_CELL: Final = 10
_NAME: Final = 40
"""Cells of a name at the most, so that the eye finds the figures of a line."""

_CELLS: Final = ("Came", "Complete", "In time", "Effic.", "Together")

_LOW: Final = 0.5
"""A share below which more than every second one is missing."""


def report(found: AttendanceReport, look: Look, width: int, *, drill: str, filtered: bool) -> Drawn:
    """Return the totals in lines, then a table of the mentors, the busiest first.

    ``drill`` is the filter of the period's sessions; ``filtered`` says that the figures beside it follow a filter,
    which the report does not.
    """
    total = found.total
    if not total.sessions:
        return Drawn((Content.styled("No session of this period has ended.", MUTED),))
    lines = [
        _line("Participation", _share(total.participation, "expected came"), look, width),
        _line("Effectiveness", _share(total.completed, "ran half their time or more"), look, width),
        _line("Ran", _ran(total), look, width),
        _line("Host in time", _share(total.punctual, "with a host"), look, width),
        _line("People", _people(total, look), look, width),
    ]
    if filtered:
        lines.append(_line("", "of all sessions of the period: the filter does not count here", look, width))
    items = [Item(line=0, start=0, end=width, told=f"{count(total.sessions, 'session')} ended", drill=drill)]
    lines.append(Content(""))
    fit = max(1, min(len(_CELLS), (width - 13 - _NUMBER) // _CELL))
    room = min(_NAME, max(8, width - 1 - _NUMBER - fit * _CELL))
    head = f"{'Mentor':<{room}}{'Sessions':>{_NUMBER}}" + "".join(f"{title:>{_CELL}}" for title in _CELLS[:fit])
    lines.append(Content.styled(head[:width], MUTED))
    for one in found.mentors:
        items.append(Item(line=len(lines), start=0, end=width, told=told(one, look), drill=_of(one, drill)))
        lines.append(_row(one, look, room, fit))
    return Drawn(tuple(lines), tuple(items))


def told(one: Performance, look: Look) -> str:
    """Return what one mentor's sessions came to, with the numbers behind the shares."""
    parts = [
        f"{one.name}: {count(one.sessions, 'session')}",
        f"{_plain_share(one.participation)} came",
        f"{_plain_share(one.completed)} complete",
    ]
    if one.punctual.n:
        parts.append(f"there in time {_plain_share(one.punctual)}")
    return look.dot.join(parts)


def _of(one: Performance, drill: str) -> str:
    """Return the filter of somebody's sessions, empty where none can say it."""
    if one.person_id is None:
        return ""
    return f"{drill} {'mentor' if one.leads else 'author'}:#{one.person_id}"


def _line(label: str, text: str, look: Look, width: int) -> Content:
    return fitted(Content.styled(label.ljust(_LABEL), MUTED) + outside(text), width, look)


def _row(one: Performance, look: Look, room: int, fit: int) -> Content:
    cells: Sequence[tuple[str, str]] = (
        (_short(one.participation), _style(one.participation)),
        (_short(one.completed), _style(one.completed)),
        (_short(one.punctual), _style(one.punctual)),
        ("" if one.efficiency is None else percent(one.efficiency), ""),
        ("" if one.together is None else percent(one.together), ""),
    )
    return Content("").join(
        [
            fitted(outside(one.name), room, look),
            Content(f"{number(one.sessions):>{_NUMBER}}"),
            *(Content.styled(f"{text:>{_CELL}}", style) for text, style in cells[:fit]),
        ]
    )


def _style(share: Share) -> str:
    if share.high is None or share.low is None:
        return ""
    return BAD if share.high < _LOW else GOOD if share.low > _LOW else ""


def _share(share: Share, what: str) -> str:
    if share.value is None or share.low is None or share.high is None:
        return "none"
    return f"{percent(share.value)} of {number(share.n)} {what} (95 % CI {between(share.low, share.high)})"


def _plain_share(share: Share) -> str:
    return "none" if share.value is None else f"{percent(share.value)} ({number(share.hits)} of {number(share.n)})"


def _short(share: Share) -> str:
    return "" if share.value is None else percent(share.value)


def _ran(total: Performance) -> str:
    if total.efficiency is None:
        return "nobody came to any"
    together = "" if total.together is None else f", the host there for {percent(total.together)} of it"
    return f"{percent(total.efficiency)} of the scheduled time{together}"


def _people(total: Performance, look: Look) -> str:
    parts = [f"{number(n)} {verdict}" for verdict, n in total.verdicts.items() if n]
    if total.walk_ins:
        parts.append(count(total.walk_ins, "walk-in"))
    return look.dot.join(parts) or "nobody"
