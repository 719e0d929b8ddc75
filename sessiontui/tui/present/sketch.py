"""What the row of a session alone tells in the detail pane: heading, stage of life, and the facts that it holds.

Nothing here needs the toolkit: the first page shows it before that is loaded, and the pane until the detail is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.alerts.words import AlertState
from sessiontui.domain.signs import SIGNS
from sessiontui.domain.telling import STAGES as STAGES
from sessiontui.domain.vocabulary import Badge, Priority, Severity, Status
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, UTC_ZONE, Look, Words, shown_of
from sessiontui.tui.present.times import clock, minutes, moment, span, window
from sessiontui.tui.present.told import PRESSING, SEVERITY_SIGNS, badge_style, glyph_words, style_of

if TYPE_CHECKING:
    from sessiontui.services.lines import AlertLine, SessionLine

LABEL_WIDTH: Final = 10
"""Cells of the labels before the facts."""

TAB_NAMES: Final = ("Overview", "Requests", "Presence", "Durations", "Plan", "Talk", "Files", "History")
"""The tabs of the pane, in their order."""

_SHORT_STAGES: Final = ("crea", "req", "appr", "upc", "live", "end")

_STAGE_OF: Final = {
    Status.HAS_REQUESTS: 1,
    Status.APPROVED: 2,
    Status.UPCOMING: 3,
    Status.WAITING: 4,
    Status.ACTIVE: 4,
    Status.PAUSED: 4,
    Status.ENDED_COMPLETE: 5,
    Status.ENDED_EARLY: 5,
    Status.ENDED_NO_SHOW: 5,
}
"""The stage that a status alone tells, until the detail is there."""

MEANINGS: Final[Mapping[Badge, str]] = {
    Badge.EARLY_JOIN: "someone is in before the start",
    Badge.OVERTIME: "still going on past its end",
    Badge.EVERYONE_LEFT: "all guests have left; it may still resume",
    Badge.HOST_WAITING: "the host is in, no guest is",
    Badge.NO_HOST: "guests are in, the host is not",
    Badge.HOST_ONLY: "only the host came",
    Badge.EARLY_END: "ran for less than half of its time",
    Badge.NO_SHOW: "no guest came",
    Badge.PENDING: "requests still wait for a decision",
    Badge.AT_RISK: "likely that nobody comes",
    Badge.UNMATCHED: "attendees nobody has identified yet",
    Badge.APPROXIMATE: "the source gave totals, not times",
    Badge.OVERBOOKED: "more approved than there is room for",
    Badge.BLOCKED: "a blocker is open",
    Badge.CLASH: "a person or the mentor is double-booked",
    Badge.STALE: "heartbeats are overdue: who is in may be out",
}
"""What the badges of a session mean."""


def title_words(line: SessionLine) -> Words:
    """Return the title of the pane."""
    return ((" ", ""), (shown_of(line.title), ""), (f" #{line.id} ", ""))


def stage_of(line: SessionLine) -> int:
    """Return the stage that a row alone tells; a cancelled session stopped where it was."""
    if line.status is not Status.CANCELLED:
        return _STAGE_OF.get(line.status, 0)
    if line.final_end is not None and line.final_end >= line.starts_at:
        return 4
    return 2 if line.approved else 1 if line.pending else 0


def stage_words(at: int, status: Status, look: Look, width: int) -> Words:
    """Return the stages of life as steps with the current one lit, in words as long as ``width`` allows."""
    dash = look.of("─", "-")
    lit = f"bold {style_of(status)}"
    for names in (STAGES, _SHORT_STAGES):
        if sum(map(len, names)) + len(names) + 1 <= width:
            break
    else:
        return ((f"[{STAGES[at]}]", lit), (f" {at + 1} of {len(STAGES)}", MUTED))
    steps: list[tuple[str, str]] = []
    for place, name in enumerate(names):
        steps += [(dash, MUTED)] if place else []
        steps.append((f"[{name}]", lit) if place == at else (name, "" if place < at else MUTED))
    return tuple(steps)


def status_line(line: SessionLine, look: Look) -> Words:
    """Return the status of a session with the text beside it."""
    words = (
        *glyph_words(line.status, look),
        (f" {SIGNS[line.status].word}", f"bold {style_of(line.status)}"),
        ("  ", ""),
        (shown_of(line.beside), ""),
    )
    return (*words, ("  provisional", MUTED)) if line.provisional else words


def why_line(line: SessionLine) -> Words:
    """Return the rule that fired and its facts."""
    return (("Why: ", MUTED), (shown_of(line.why), ""))


def known_facts(line: SessionLine, now: datetime, look: Look) -> list[tuple[str, Words]]:
    """Return the rows of the overview that need no detail, in its order."""
    return [
        *signals(line),
        *alerts(line, now, look),
        *schedule(line, look),
        ("People", head_count(line, look)),
        *hosts(line),
        *origin(line, now, look),
    ]


def signals(line: SessionLine) -> list[tuple[str, Words]]:
    """Return the badges with what each means, the most pressing first."""
    badges = [badge for badge in PRESSING if badge in line.badges]
    return [
        ("" if place else "Signals", ((badge.value, badge_style(badge)), (f"  {MEANINGS[badge]}", MUTED)))
        for place, badge in enumerate(badges)
    ]


def alerts(line: SessionLine, now: datetime, look: Look) -> list[tuple[str, Words]]:
    """Return the alerts, each as one fact of the session."""
    return [("" if place else "Alerts", alert_fact(alert, now, look)) for place, alert in enumerate(line.alerts)]


def alert_fact(line: AlertLine, now: datetime, look: Look) -> Words:
    """Return an alert as one fact of its session: how grave, what, why, and who has it."""
    quiet = line.state is not AlertState.OPEN
    words = (
        (severity_sign(line.severity, look), MUTED if quiet else SEVERITY_SIGNS[line.severity][2]),
        (f" {line.rule.words}", "bold"),
        (shown_of(f": {line.sentence}"), MUTED if quiet else ""),
    )
    if not quiet:
        return words
    in_hand = "in hand: " if line.state is AlertState.ACKNOWLEDGED else ""
    return (*words, (f"; {in_hand}", MUTED), *holder_words(line, now, look))


def holder_words(line: AlertLine, now: datetime, look: Look) -> Words:
    """Return who stands on the row: who has it and since when, until when it is put off, or that it was escalated."""
    if line.state is AlertState.ACKNOWLEDGED and line.acknowledged_at is not None:
        return ((shown_of(f"{line.acknowledged_by} {clock(line.acknowledged_at, look.zone)}"), GOOD),)
    if line.state is AlertState.SNOOZED and line.snoozed_until is not None:
        return ((f"snoozed {span(line.snoozed_until - now)}", MUTED),)
    if line.escalated_at is not None:
        return (("escalated", f"bold {BAD}"),)
    return (("nobody", MUTED),)


def severity_sign(severity: Severity, look: Look) -> str:
    """Return the sign of a severity.

    >>> severity_sign(Severity.CRITICAL, Look(ascii=True))
    '!!'
    """
    own, plain, _ = SEVERITY_SIGNS[severity]
    return look.of(own, plain)


def schedule(line: SessionLine, look: Look) -> list[tuple[str, Words]]:
    """Return from when to when, in the zone of whoever looks and in UTC."""
    dash = look.of("–", "-")
    length = (f"  {minutes(line.scheduled)} min", MUTED)
    utc = window(line.starts_at, line.ends_at, UTC_ZONE, dash=dash)
    if look.zone.utcoffset(line.starts_at) == UTC_ZONE.utcoffset(line.starts_at):
        return [("Schedule", ((utc, ""), length))]
    local = window(line.starts_at, line.ends_at, look.zone, dash=dash)
    return [("Schedule", ((local, ""), length)), ("", ((utc, MUTED),))]


def head_count(line: SessionLine, look: Look) -> Words:
    """Return who is in, who was, and who asked."""
    parts = [f"{line.active} here", f"{line.left} left", f"{line.approved} approved", f"{line.pending} pending"]
    if line.rejected:
        parts.append(f"{line.rejected} rejected")
    if not line.capacity:
        parts.append("no limit")
    return ((look.dot.join(parts), ""),)


def hosts(line: SessionLine) -> list[tuple[str, Words]]:
    """Return mentor and author by name."""
    rows: list[tuple[str, Words]] = [("Mentor", ((shown_of(line.mentor), "") if line.mentor else ("none", MUTED),))]
    if line.author and line.author != line.mentor:
        rows.append(("Author", ((shown_of(line.author), ""),)))
    return rows


def origin(line: SessionLine, now: datetime, look: Look) -> list[tuple[str, Words]]:
    """Return what kind of session it is, its tags, where it came from, and whether it is put away."""
    rows: list[tuple[str, Words]] = [("Kind", _kind(line, look))]
    if line.tags:
        rows.append(("Tags", ((shown_of(", ".join(line.tags)), ""),)))
    if line.source or line.external_id:
        source = f"{line.source}:{line.external_id}" if line.external_id else line.source
        rows.append(("Source", ((shown_of(source), ""),)))
    if line.archived_at is not None:
        rows.append(("Archived", ((moment(line.archived_at, now, look.zone), ""),)))
    return rows


def _kind(line: SessionLine, look: Look) -> Words:
    if line.priority is Priority.NORMAL:
        return ((line.kind.value, ""),)
    style = f"bold {ALARM}" if line.priority in (Priority.HIGH, Priority.URGENT) else MUTED
    return ((line.kind.value, ""), (look.dot, ""), (f"{line.priority.value} priority", style))
