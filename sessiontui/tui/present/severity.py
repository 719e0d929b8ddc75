"""How much an alert presses, as sign, word and colour; an alert as signal and as fact of its session; who has it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.alerts.words import LEVELS, AlertRule, AlertState
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Severity
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, outside
from sessiontui.tui.present.times import clock, span

if TYPE_CHECKING:
    from sessiontui.services.pictures import AlertCounts, AlertLine

_SIGNS: Final = {
    Severity.CRITICAL: ("▲", "!!", f"bold {BAD}"),
    Severity.WARNING: ("!", "!", f"bold {ALARM}"),
    Severity.NOTICE: ("·", "-", ""),
}
"""By severity its sign, what stands for it in ASCII, and its style; the word stands beside it where there is room."""

_SHORT: Final = {
    AlertRule.REQUEST_BACKLOG: "Backlog",
    AlertRule.NO_SHOW_RISK: "At risk",
    AlertRule.UPCOMING_EMPTY: "Nobody yet",
    AlertRule.DELIVERY_FAILED: "Undelivered",
    AlertRule.NOBODY_JOINED: "No one",
    AlertRule.HOST_MISSING: "No host",
    AlertRule.LINK_BROKEN: "No link",
}
"""Rules in at most eleven cells, which is what a signal has."""


def sign(severity: Severity, look: Look) -> str:
    """Return the sign of a severity.

    >>> sign(Severity.CRITICAL, Look(ascii=True))
    '!!'
    """
    own, plain, _ = _SIGNS[severity]
    return look.of(own, plain)


def style_of(severity: Severity) -> str:
    """Return the style of a severity."""
    return _SIGNS[severity][2]


def severity_cell(severity: Severity, look: Look, *, quiet: bool = False, word: bool = True) -> Content:
    """Return a severity as sign and word, or as its sign alone."""
    text = sign(severity, look)
    return Content.styled(f"{text} {severity.capitalize()}" if word else text, MUTED if quiet else style_of(severity))


def count_cell(counts: AlertCounts | None, look: Look, *, short: bool = False) -> Content:
    """Return the count of alerts that press for the top line, in the style of the worst; nothing where none does."""
    if counts is None or not counts.pressing_total:
        return Content("")
    worst = next(severity for severity in LEVELS if counts.pressing.get(severity))
    number = counts.pressing_total
    words = str(number) if short else count(number, "alert")
    return Content.styled(f"{look.of('⚠', '!!')} {words}", style_of(worst))


def signal(line: AlertLine) -> Content:
    """Return an alert as the signal of its session on the desk."""
    return Content.styled(_SHORT.get(line.rule, line.rule.words), style_of(line.severity) or MUTED)


def of_session(line: AlertLine, now: datetime, look: Look) -> Content:
    """Return an alert as one fact of its session: how grave, what, why, and who has it."""
    quiet = line.state is not AlertState.OPEN
    parts = [
        severity_cell(line.severity, look, quiet=quiet, word=False),
        Content.styled(f" {line.rule.words}", "bold"),
    ]
    parts.append(outside(f": {line.sentence}", MUTED if quiet else ""))
    if quiet:
        in_hand = "in hand: " if line.state is AlertState.ACKNOWLEDGED else ""
        parts += [Content.styled(f"; {in_hand}", MUTED), holder(line, now, look)]
    return Content.assemble(*parts)


def holder(line: AlertLine, now: datetime, look: Look) -> Content:
    """Return who stands on the row: who has it and since when, until when it is put off, or that it was escalated."""
    if line.state is AlertState.ACKNOWLEDGED and line.acknowledged_at is not None:
        return outside(f"{line.acknowledged_by} {clock(line.acknowledged_at, look.zone)}", GOOD)
    if line.state is AlertState.SNOOZED and line.snoozed_until is not None:
        return Content.styled(f"snoozed {span(line.snoozed_until - now)}", MUTED)
    if line.escalated_at is not None:
        return Content.styled("escalated", f"bold {BAD}")
    return Content.styled("nobody", MUTED)
