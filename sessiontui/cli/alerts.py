"""``alerts``: what needs someone, now or at an instant, as text or JSON; a monitor can fail on a severity."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.alerts import LEVELS, AlertState
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import ago, count
from sessiontui.services.alerts import boards as alert_boards
from sessiontui.services.told.parts import alert_json

if TYPE_CHECKING:
    from sessiontui.services.pictures import AlertLine

EVERY: Final = 100_000
"""Alerts that are told what helps: all of them, as whoever pipes them on has time."""

_TABLE: Final = (
    Column(heading="Alert", right=True),
    Column(heading="Severity"),
    Column(heading="Rule"),
    Column(heading="Session", right=True),
    Column(heading="Whom", least=12),
    Column(heading="Since"),
    Column(heading="Why", least=16),
    Column(heading="Who has it", least=8),
)


def run(options: argparse.Namespace) -> int:
    """List alerts; 1 with ``--fail-on`` where one is as grave as that."""
    return carry_out(options, _alerts)


async def _alerts(call: Call) -> int:
    options, now = call.options, call.clock()
    board = await alert_boards.board(
        call.context,
        " ".join(options.query).strip(),
        now=now,
        as_of=options.at,
        by=call.actor,
        zone=call.zone,
        helpful=EVERY,
    )
    if options.json:
        output.put_json({"taken_at": rfc3339(board.taken_at)}, rows=("alerts", map(alert_json, board.lines)))
    else:
        rows = [_row(line, board.taken_at, call.zone) for line in board.lines]
        if rows:
            plain = output.is_plain(asked=options.ascii)
            output.put(*lay_out(_TABLE, rows, width=output.width(), plain=plain))
        when = board.taken_at.strftime("%Y-%m-%d %H:%M:%S")
        talk.say(f"{count(len(rows), 'alert')}, {'as of' if board.as_of else 'taken'} {when} UTC")
        if board.note is not None:
            talk.say(f"shift note by {board.note.by}: {board.note.text}")
    if options.fail_on is None:
        return 0
    gravest = [str(severity) for severity in LEVELS[: [str(one) for one in LEVELS].index(options.fail_on) + 1]]
    return 1 if any(line.severity in gravest for line in board.lines) else 0


def in_a_line(line: AlertLine, zone: ZoneInfo) -> str:
    """Return an alert as one line below its session: how grave, what, why, its number, and who has it."""
    number = f" (alert {line.id})" if line.id else ""
    held = _holder(line, zone)
    return f"{line.severity.capitalize()}: {line.rule}{number}: {line.sentence}{f'; {held}' if held else ''}"


def _row(line: AlertLine, at: datetime, zone: ZoneInfo) -> list[str]:
    session = "" if line.session_id is None else f"#{line.session_id}"
    since = ago(at - line.opened_at)
    number = str(line.id) if line.id else ""
    told = (line.subject, since, line.sentence, _holder(line, zone))
    return [number, str(line.severity), str(line.rule), session, *told]


def _holder(line: AlertLine, zone: ZoneInfo) -> str:
    if line.state is AlertState.ACKNOWLEDGED and line.acknowledged_at is not None:
        return f"{line.acknowledged_by}, {line.acknowledged_at.astimezone(zone):%H:%M}"
    if line.state is AlertState.SNOOZED and line.snoozed_until is not None:
        return f"snoozed until {line.snoozed_until.astimezone(zone):%m-%d %H:%M}"
    return ""
