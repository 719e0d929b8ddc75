"""How much an alert presses, as sign, word and colour; who has it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.domain.vocabulary import Severity
from sessiontui.tui.present.frame import alert_count
from sessiontui.tui.present.look import MUTED, Look, content
from sessiontui.tui.present.sketch import alert_fact, holder_words
from sessiontui.tui.present.sketch import severity_sign as sign
from sessiontui.tui.present.told import SEVERITY_SIGNS

if TYPE_CHECKING:
    from sessiontui.services.pictures import AlertCounts, AlertLine


def style_of(severity: Severity) -> str:
    """Return the style of a severity."""
    return SEVERITY_SIGNS[severity][2]


def severity_cell(severity: Severity, look: Look, *, quiet: bool = False, word: bool = True) -> Content:
    """Return a severity as sign and word, or as its sign alone."""
    text = sign(severity, look)
    return Content.styled(f"{text} {severity.capitalize()}" if word else text, MUTED if quiet else style_of(severity))


def count_cell(counts: AlertCounts | None, look: Look, *, short: bool = False) -> Content:
    """Return the count of alerts that press for the top line, in the style of the worst; nothing where none does."""
    return content(alert_count(counts, look, short=short))


def of_session(line: AlertLine, now: datetime, look: Look) -> Content:
    """Return an alert as one fact of its session: how grave, what, why, and who has it."""
    return content(alert_fact(line, now, look))


def holder(line: AlertLine, now: datetime, look: Look) -> Content:
    """Return who stands on the row: who has it and since when, until when it is put off, or that it was escalated."""
    return content(holder_words(line, now, look))
