"""``series``: list, show, add, edit, take out and end."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.do.creating import template_meant
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.errors import NeedsConsent
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.domain.series import Scope
from sessiontui.domain.templates.titles import titled
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.services import boards, people, series
from sessiontui.services.series import SeriesDraft, SeriesEdit

if TYPE_CHECKING:
    from sessiontui.services.receipt import Receipt
    from sessiontui.services.series import SeriesLine

_TABLE: Final = (
    Column(heading="ID", right=True),
    Column(heading="Series", least=16),
    Column(heading="When", least=16),
    Column(heading="Next"),
    Column(heading="Done", right=True),
    Column(heading="Mentor", least=8),
)
_DATES: Final = (
    Column(heading="Session", right=True),
    Column(heading="Date"),
    Column(heading="Status"),
    Column(heading="Title", least=16),
)


def run(options: argparse.Namespace) -> int:
    """Do what was asked with series."""
    ways = {"list": _list, "show": _show, "add": _add, "edit": _edit, "take-out": _take_out, "end": _end}
    return carry_out(options, ways[options.way])


async def _list(call: Call) -> int:
    now = call.clock()
    found = await series.listing(call.context, now=now, by=call.actor)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(now)}, rows=("series", (_json(line) for line in found)))
        return 0
    rows = [
        [
            str(line.id),
            line.title,
            line.words,
            _shown(call, line.next_at),
            f"{line.ended}/{line.sessions}",
            line.mentor,
        ]
        for line in found
    ]
    if rows:
        output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))
    talk.say(count(len(found), "series", "series"))
    return 0


async def _show(call: Call) -> int:
    now = call.clock()
    found = await series.detail(
        call.context, await series.find(call.context, call.options.series), now=now, by=call.actor
    )
    skipped = [f"{year}-{month:02d}" for year, month in found.skipped]
    if call.options.json:
        dates = [
            {
                "session": each.session_id,
                "wall": each.wall.isoformat(),
                "starts_at": rfc3339(each.starts_at),
                "ends_at": rfc3339(each.ends_at),
                "status": str(each.status),
            }
            for each in found.dates
        ]
        taken = {"excluded": [wall.isoformat() for wall in found.excluded], "skipped_months": skipped, "dates": dates}
        output.put_json({"taken_at": rfc3339(now), **_json(found.line), **taken})
        return 0
    output.put(f"{found.line.title}  #{found.line.id}", found.line.words)
    if found.line.template:
        output.put(f"From the template {found.line.template}, version {found.line.template_version}")
    if skipped:
        output.put(f"No date in {', '.join(skipped)}: there is no such day")
    if found.excluded:
        output.put(f"Taken out: {', '.join(f'{wall:%Y-%m-%d %H:%M}' for wall in found.excluded)}")
    rows = [
        [f"#{each.session_id}", _shown(call, each.starts_at), str(each.status).replace("_", " "), each.title]
        for each in found.dates
    ]
    if rows:
        output.put("", *lay_out(_DATES, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))
    return 0


async def _add(call: Call) -> int:
    options = call.options
    mentor = await people.find(call.context, options.mentor) if options.mentor else None
    template, ref, minutes = await template_meant(call)
    draft = SeriesDraft(
        title=titled(template, options.title),
        starts=options.starts,
        length=timedelta(minutes=options.minutes or minutes),
        zone=options.in_zone or call.zone.key,
        rule=options.rule,
        kind=Kind(options.kind or template.kind),
        description=template.description if options.description is None else options.description,
        link=options.link or "",
        tags=template.tags if options.tag is None else tuple(options.tag),
        priority=Priority(options.priority or Priority.NORMAL),
        capacity=template.capacity if options.capacity is None else options.capacity,
        template=ref,
        mentor_id=None if mentor is None else mentor.id,
        platform=options.platform or "",
        publish=not options.draft,
    )

    async def act(agreed: bool) -> Receipt:
        return await series.create(call.context, draft, by=call.actor, at=call.clock(), confirm=agreed)

    return _done(call, await _asking(call, act))


async def _edit(call: Call) -> int:
    options = call.options
    mentor = await people.find(call.context, options.mentor) if options.mentor else None
    changes = SeriesEdit(
        title=options.title,
        kind=None if options.kind is None else Kind(options.kind),
        description=options.description,
        link=options.link,
        tags=None if options.tag is None else tuple(options.tag),
        priority=None if options.priority is None else Priority(options.priority),
        capacity=options.capacity,
        mentor_id=None if mentor is None else mentor.id,
        starts=options.starts,
        length=timedelta(minutes=options.minutes) if options.minutes else None,
        zone=options.in_zone,
        rule=options.rule,
    )
    session_id, scope = await boards.find(call.context, options.session), _scope(call)

    async def act(agreed: bool) -> Receipt:
        return await series.edit(
            call.context, session_id, changes, scope=scope, by=call.actor, at=call.clock(), reason=options.reason,
            confirm=agreed,
        )  # fmt: skip

    return _done(call, await _asking(call, act))


async def _take_out(call: Call) -> int:
    session_id = await boards.find(call.context, call.options.session)
    return _done(
        call,
        await series.take_out(call.context, session_id, by=call.actor, at=call.clock(), reason=call.options.reason),
    )


async def _end(call: Call) -> int:
    session_id = await boards.find(call.context, call.options.session)
    receipt = await series.end(
        call.context, session_id, by=call.actor, at=call.clock(), reason=call.options.reason, scope=_scope(call)
    )
    return _done(call, receipt)


def _scope(call: Call) -> Scope:
    return Scope.ALL if call.options.all else Scope.FOLLOWING


async def _asking(call: Call, act: Callable[[bool], Awaitable[Receipt]]) -> Receipt:
    """Do an act, and once more if it asks first and somebody agrees, or has with ``--yes``."""
    try:
        return await act(call.options.yes)
    except NeedsConsent as asks:
        talk.confirm(f"{asks.detail}. Book all the same?", yes=False)
    return await act(True)


def _done(call: Call, receipt: Receipt) -> int:
    if call.options.json:
        output.put_json({"sentence": receipt.sentence, "series": receipt.series, "sessions": list(receipt.sessions)})
    else:
        output.put(f"{receipt.sentence} (series #{receipt.series})")
    return 0


def _shown(call: Call, instant: datetime | None) -> str:
    return "none" if instant is None else f"{instant.astimezone(call.zone):%Y-%m-%d %H:%M}"


def _json(line: SeriesLine) -> dict[str, object]:
    return {
        "id": line.id,
        "external_id": line.external_id or None,
        "source": line.source,
        "title": line.title,
        "kind": str(line.kind),
        "words": line.words,
        "zone": line.zone,
        "rule": line.rule,
        "mentor": line.mentor or None,
        "capacity": line.capacity or None,
        "template": line.template or None,
        "template_version": line.template_version or None,
        "sessions": line.sessions,
        "ended": line.ended,
        "next_at": None if line.next_at is None else rfc3339(line.next_at),
        "parted_from": line.parted_from,
    }
