"""``list``: sessions as text, JSON or CSV; with ``--watch`` their changes as lines."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count, minutes, number
from sessiontui.domain.signs import sign
from sessiontui.services import boards
from sessiontui.services.exporting import COLUMNS, Noun, made_from, session_row, template_columns

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board, SessionLine

LISTED: Final = tuple(name for name in COLUMNS[Noun.SESSIONS] if name not in ("platform", "link"))
"""The columns of a list; where people meet is for an export, which looks who may know it."""

_TABLE: Final = (
    Column(heading="ID", right=True),
    Column(heading="Status"),
    Column(heading="Session", least=16),
    Column(heading="Starts"),
    Column(heading="Min", right=True),
    Column(heading="Signal", least=12),
)


def run(options: argparse.Namespace) -> int:
    """List sessions, or watch them."""
    if options.watch:
        if options.csv or options.at is not None:
            raise WrongUsage("--watch goes with neither --csv nor --at")
        from sessiontui.cli import watching

        return carry_out(options, watching.watch)
    return carry_out(options, _list)


async def _list(call: Call) -> int:
    options = call.options
    board = await taken(call, limit=options.limit)
    made = await made_from(call.context, board.lines) if options.json or options.csv else {}
    told = ({**session_row(line), **template_columns(made.get(line.id))} for line in board.lines)
    if options.json:
        output.put_json(
            {"taken_at": rfc3339(board.taken_at), "counts": {str(key): n for key, n in board.counts.items()}},
            rows=("sessions", told),
        )
    elif options.csv:
        output.put_csv(LISTED, told)
    else:
        plain = output.is_plain(asked=options.ascii)
        rows = [_row(line, board.taken_at, call.zone, plain=plain) for line in board.lines]
        if rows:
            output.put(*lay_out(_TABLE, rows, width=output.width(), plain=plain))
        talk.say(_told(board))
    return 0


async def taken(call: Call, *, limit: int | None = None, now: datetime | None = None) -> Board:
    """Return the sessions asked for, each derived at the instant itself."""
    options = call.options
    return await boards.listing(
        call.context,
        " ".join(options.query).strip(),
        now=now or call.clock(),
        as_of=options.at,
        zone=call.zone,
        limit=limit,
        by=call.actor,
    )


def _row(line: SessionLine, at: datetime, zone: ZoneInfo, *, plain: bool) -> list[str]:
    badges = ", ".join(str(badge) for badge in line.badges)
    ran = f"{minutes(line.actual)}/{minutes(line.scheduled)}"
    beside = line.beside + (f" ({badges})" if badges else "")
    return [str(line.id), sign(line.status, plain=plain), line.title, start_of(line.starts_at, at, zone), ran, beside]


def start_of(starts_at: datetime, at: datetime, zone: ZoneInfo) -> str:
    """Return day and wall-clock time of a start in a zone, with the year where it is another."""
    local = starts_at.astimezone(zone)
    year = "" if local.year == at.astimezone(zone).year else f"{local.year:04}-"
    return f"{year}{local:%m-%d %H:%M}"


def _told(board: Board) -> str:
    shown = f"{number(len(board.lines))} of {number(board.matched)}" if len(board.lines) < board.matched else ""
    counted = f"{shown} sessions" if shown else count(board.matched, "session")
    when = board.taken_at.strftime("%Y-%m-%d %H:%M:%S")
    return f"{counted}, {'as of' if board.as_of else 'taken'} {when} UTC"
