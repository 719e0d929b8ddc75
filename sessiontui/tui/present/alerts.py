"""Alerts as rows, as a count in the top line, and one whole: what, whom, since when, why, and who has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.alerts.words import LEVELS, AlertState
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Severity
from sessiontui.tui.present.columns import Column, Row
from sessiontui.tui.present.look import ALARM, GOOD, MUTED, Look, outside
from sessiontui.tui.present.severity import holder, severity_cell, style_of
from sessiontui.tui.present.sheets import facts as sheet
from sessiontui.tui.present.sketch import severity_sign as sign
from sessiontui.tui.present.times import moment, short_moment, span

if TYPE_CHECKING:
    from sessiontui.services.pictures import AlertBoard, AlertGroup, AlertLine, ShiftNote

COLUMNS: Final = (
    Column("severity", "Severity", 11, from_width=58),
    Column("severity", "", 2, to_width=58),
    Column("what", "What", 15),
    Column("whom", "Whom", 14, flex=2),
    Column("since", "Since", 8, right=True, tinted=False),
    Column("why", "Why", 14, flex=6, from_width=92, tinted=False),
    Column("has", "Who has it", 12, from_width=68),
    Column("keys", "Keys", 6, from_width=76, tinted=False),
)

_INSTANTS: Final = ("since", "at")
"""How the names of facts that are instants end."""


def summary(board: AlertBoard, look: Look, width: int) -> Content:
    """Return the line above the table: how many press by severity, and how many somebody has or has put off."""
    if not board.counts.total:
        return Content.styled("No alert is open.", MUTED)
    parts = []
    for severity in LEVELS:
        number = board.counts.pressing.get(severity, 0)
        words = f"{number} {severity}" if severity is Severity.CRITICAL else count(number, severity.value)
        parts.append(Content.styled(f"{sign(severity, look)} {words}", style_of(severity) if number else MUTED))
    taken = board.counts.total - board.counts.pressing_total
    parts.append(Content.styled(f"{taken} in hand or snoozed", MUTED))
    if board.matched != board.counts.total:
        parts.append(Content.styled(f"{board.matched} shown", MUTED))
    line = Content("   ").join(parts)
    return line if line.cell_length <= width else Content("  ").join(parts[:3])


def note_line(note: ShiftNote, now: datetime, look: Look) -> Content:
    """Return what the last admin left for the next."""
    left = f"{moment(note.at, now, look.zone)} "
    return Content.assemble(
        Content.styled("Shift note  ", MUTED),
        outside(note.text, "bold"),
        Content.styled(f"  {left}", MUTED),
        outside(note.by, MUTED),
    )


def row(line: AlertLine, now: datetime, look: Look, *, inside: bool = False, keys: str = "") -> Row:
    """Return an alert as a row of the table; ``inside`` a group that is open it stands a little to the right."""
    quiet = MUTED if line.state is not AlertState.OPEN else ""
    indent = "  " if inside else ""
    return Row(
        line.id,
        (
            severity_cell(line.severity, look, quiet=bool(quiet)),
            severity_cell(line.severity, look, quiet=bool(quiet), word=False),
            Content.styled(f"{indent}{line.rule.words}", quiet or "bold"),
            outside(line.subject, quiet),
            Content.styled(span(now - line.opened_at), quiet),
            outside(line.sentence, quiet or MUTED),
            holder(line, now, look),
            Content.styled(keys, "bold $accent"),
        ),
    )


def group_row(group: AlertGroup, now: datetime, look: Look, *, is_open: bool) -> Row:
    """Return a storm as one row that can be opened."""
    quiet = not group.pressing
    sign = look.of("▾", "v") if is_open else look.of("▸", ">")
    number = f"{group.number:,}".replace(",", " ")
    whom = f"{number} sessions" if group.rule.is_about_session else f"{number} subjects"
    if group.place:
        whom += f" on {group.place}"
    press = "" if group.pressing == group.number else f"{group.number - group.pressing} in hand"
    hint = "enter closes it" if is_open else "enter opens it, A acknowledges all"
    return Row(
        group.key,
        (
            severity_cell(group.severity, look, quiet=quiet),
            severity_cell(group.severity, look, quiet=quiet, word=False),
            Content.styled(f"{sign} {group.rule.words}", MUTED if quiet else "bold"),
            outside(whom, MUTED if quiet else "bold"),
            Content.styled(span(now - group.oldest_at), MUTED if quiet else ""),
            Content.styled(hint, MUTED),
            Content.styled(press, MUTED),
            Content.styled("A", "bold $accent") if group.pressing else Content(""),
        ),
    )


def heading(line: AlertLine, now: datetime, look: Look, width: int) -> Content:
    """Return the top of the detail: the rule, how much it presses, and why in one sentence."""
    top = Content.assemble(severity_cell(line.severity, look), "  ", Content.styled(line.rule.words, "bold"))
    why = Content.assemble(Content.styled("Why: ", MUTED), outside(line.sentence))
    return Content("\n").join([*top.wrap(max(8, width)), *why.wrap(max(8, width))])


def body(line: AlertLine, earlier: Sequence[AlertLine], now: datetime, look: Look, width: int) -> Content:
    """Return the facts of an alert, who has it, and when it was open before."""
    rows: list[tuple[str, Content]] = [
        ("Whom", outside(f"{line.subject} #{line.session_id}" if line.session_id else line.subject)),
        ("Since", Content(f"{moment(line.opened_at, now, look.zone)}, {span(now - line.opened_at)}")),
    ]
    for name, value in line.facts:
        rows.append((_label(name), _value(name, value, now, look)))
    rows.append(("In hand", _in_hand(line, now, look)))
    if line.note:
        rows.append(("Note", outside(line.note)))
    if line.escalated_at is not None:
        rows.append(("Escalated", Content(moment(line.escalated_at, now, look.zone))))
    sheets = [sheet(rows, width)]
    if earlier:
        sheets.append(Content.styled(f"\nEarlier, {count(len(earlier), 'time')}", MUTED))
        sheets += [_earlier(one, now, look) for one in earlier[:8]]
    return Content("\n").join(sheets)


def group_body(group: AlertGroup, now: datetime, look: Look, width: int) -> Content:
    """Return what there is to say about a storm."""
    rows = [
        ("Rule", Content(group.rule.words)),
        ("Alerts", Content(f"{group.number:,}".replace(",", " "))),
        ("In hand", Content(str(group.number - group.pressing))),
        ("Oldest", Content(f"{moment(group.oldest_at, now, look.zone)}, {span(now - group.oldest_at)}")),
    ]
    if group.place:
        rows.append(("Platform", outside(group.place)))
    rows.append(("", Content.styled("One cause is likely: look there before going one by one.", MUTED)))
    return sheet(rows, width)


def calm(board: AlertBoard, look: Look) -> Content:
    """Return the picture of no alert: what was last, so that silence can be trusted."""
    parts = [Content.styled(look.of("✓", "+") + " Nothing needs you", f"bold {GOOD}")]
    if board.query:
        parts = [Content.styled("No alert fits the filter", "bold"), Content.styled("esc shows all again", MUTED)]
    elif board.lately:
        last = board.lately[0]
        when = "" if last.resolved_at is None else short_moment(last.resolved_at, board.taken_at, look.zone)
        parts.append(Content.styled(f"{count(len(board.lately), 'alert')} resolved within a day, the last:", MUTED))
        parts.append(Content.assemble(outside(f"{last.rule.words}: {last.subject}", MUTED), f" {when}"))
    else:
        parts.append(Content.styled("No alert was open within the last day.", MUTED))
    return Content("\n").join(parts)


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


_LABELS: Final = {
    "waiting_since": "Waiting",
    "guests_since": "Inside",
    "host_gone_since": "Host left",
    "pending_since": "Oldest",
    "silent_since": "Silent",
    "starts_at": "Starts",
    "ended_at": "Ended",
    "backup_at": "Backup",
    "usual pause": "Usually",
    "sessions going on": "Going on",
    "other session": "Other",
    "past cases": "Cases",
}
"""The facts whose names are longer than a label can be, or are two of one name."""


def _value(name: str, value: str, now: datetime, look: Look) -> Content:
    if name.rpartition("_")[2] in _INSTANTS:
        try:
            at = parse_instant(value)
        except BadInput:
            return outside(value)
        away = span(now - at)
        return Content(
            f"{moment(at, now, look.zone)}, {away} ago" if at <= now else f"{moment(at, now, look.zone)}, in {away}"
        )
    return outside(value)


def _in_hand(line: AlertLine, now: datetime, look: Look) -> Content:
    if line.state is AlertState.ACKNOWLEDGED and line.acknowledged_at is not None:
        return outside(f"{line.acknowledged_by} has it, {moment(line.acknowledged_at, now, look.zone)}", GOOD)
    if line.state is AlertState.SNOOZED and line.snoozed_until is not None:
        until = moment(line.snoozed_until, now, look.zone)
        return outside(f"snoozed by {line.snoozed_by} until {until}", MUTED)
    return Content.styled("nobody yet", ALARM)


def _earlier(line: AlertLine, now: datetime, look: Look) -> Content:
    ended = "still open" if line.resolved_at is None else f"for {span(line.resolved_at - line.opened_at)}"
    who = f", {line.acknowledged_by} had it" if line.acknowledged_by else ""
    return outside(f"{moment(line.opened_at, now, look.zone)} {ended}{who}", MUTED)
