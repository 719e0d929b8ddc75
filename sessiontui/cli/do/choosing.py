"""Choosing a mentor on the command line: who is free and how busy each is, then the one who is picked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.instants import rfc3339
from sessiontui.services import boards, candidates, people
from sessiontui.services.candidates import Candidate

_TABLE: Final = (
    Column(heading="ID", right=True),
    Column(heading="Name", least=12),
    Column(heading="At that time", least=14),
    Column(heading="Day", right=True),
    Column(heading="Week", right=True),
    Column(heading="Hours", right=True),
    Column(heading="Next", least=12),
    Column(heading="Their time"),
)

_NO_MENTOR: Final = "name one with --mentor WHO; --mentor none leaves it without"


async def mentor_of(call: Call, ids: Sequence[str]) -> str:
    """Return whom somebody at a terminal picks for some sessions, as it could have been written after ``--mentor``.

    Where nobody can be asked, the candidates are shown and ``Refused`` says how to name one.
    """
    found = await candidates_for(call, ids)
    show(call, found)
    if call.options.json or not talk.is_conversation():
        raise Refused("nobody was named", title="Not done", hint=_NO_MENTOR)
    sys.stderr.write("Who? A number, a name or an address; empty leaves it as it is: ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    if not answer:
        raise Refused("nothing was changed", title="Not done")
    return str((await people.find(call.context, answer)).id)


async def candidates_for(call: Call, ids: Sequence[str]) -> tuple[Candidate, ...]:
    """Return who could mentor some sessions, free ones first."""
    windows = []
    now = call.clock()
    for text in ids:
        session_id = await boards.find(call.context, text)
        line = (await boards.detail(call.context, session_id, now=now, by=call.actor)).line
        windows.append(candidates.Window(line.starts_at, line.ends_at, session_id))
    if not windows:
        raise BadInput("no session is named")
    return await candidates.candidates(call.context, windows, by=call.actor, now=now)


def show(call: Call, found: Sequence[Candidate]) -> None:
    """Show the candidates as a table, or as JSON where that was asked for."""
    if call.options.json:
        output.put_json({"taken_at": rfc3339(call.clock())}, rows=("candidates", (_json(one) for one in found)))
        return
    rows = [
        [
            str(one.person.id),
            one.person.name,
            one.standing(call.zone),
            str(one.on_day),
            str(one.in_week),
            f"{one.booked / timedelta(hours=1):.3g}",
            "" if one.next is None else f"{one.next.starts_at.astimezone(call.zone):%Y-%m-%d %H:%M}",
            one.local,
        ]
        for one in found
    ]
    output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))


def _json(one: Candidate) -> dict[str, object]:
    return {
        "id": one.person.id,
        "name": one.person.name,
        "role": str(one.person.role),
        "free": one.is_free,
        "clashes": [
            {
                "session": clash.session_id if clash.title else None,
                "title": clash.title or None,
                "starts_at": rfc3339(clash.starts_at),
                "ends_at": rfc3339(clash.ends_at),
            }
            for clash in one.clashes
        ],
        "sessions_day": one.on_day,
        "sessions_week": one.in_week,
        "hours_week": round(one.booked / timedelta(hours=1), 2),
        "next": None if one.next is None else rfc3339(one.next.starts_at),
        "local_time": one.local or None,
    }
