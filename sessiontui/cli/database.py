"""``db``: check, upgrade, back up, restore, rebuild, exchange keys."""

from __future__ import annotations

import argparse
import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out, settings_of
from sessiontui.cli.do import placing
from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import ReadOnly, Unavailable
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.services import backups, maintenance

if TYPE_CHECKING:
    from sessiontui.services.maintenance import CheckReport


def run(options: argparse.Namespace) -> int:
    """Care for the database."""
    match options.way:
        case "check":
            return carry_out(options, _check)
        case "upgrade":
            return _upgrade(options)
        case "backup":
            return carry_out(options, _backup)
        case "restore":
            return _restore(options)
        case "rotate-key":
            return carry_out(options, placing.rotate)
        case _:
            return carry_out(options, _rebuild)


async def _check(call: Call) -> int:
    now = call.clock()
    report = await maintenance.check(call.context, by=call.actor, now=now)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(now), **_json(report)})
    else:
        chain = "" if report.trail else f", {count(report.entries, 'audit entry')} in an unbroken chain"
        has_sound_files = report.bytes_kept and not report.files
        output.put(
            f"schema {report.schema}, {count(report.sessions, 'session')}{chain}",
            *(["pages and references are sound"] if not report.damage else []),
            *([f"the bytes of {count(report.bytes_kept, 'file')} are sound"] if has_sound_files else []),
            *(["derived rows and counts are what the rules say"] if not (report.rows or report.counts) else []),
            *report.problems,
        )
        if report.due:
            talk.say(f"waiting for a worker, which is no damage: {count(report.due, 'row')}")
        if report.rows or report.counts:
            talk.say("'sessiontui db rebuild' derives rows and counts anew")
        if report.strays:
            talk.say(f"bytes that no file needs: {report.strays}; the worker takes them away")
        if report.files:
            talk.say("attach these files again, or restore a backup that has them: sessiontui db restore FILE")
        if report.damage:
            talk.say("restore a backup: sessiontui db restore FILE")
    return 1 if report.problems else 0


def _json(report: CheckReport) -> dict[str, object]:
    return {
        "schema": report.schema,
        "sessions": report.sessions,
        "audit_entries": report.entries,
        "due": report.due,
        "files": report.bytes_kept,
        "stray_files": report.strays,
        "sound": not report.problems,
        "problems": list(report.problems),
    }


def _upgrade(options: argparse.Namespace) -> int:
    """Opening a database brings it to the present schema; this tells what that did."""
    path = settings_of(options).storage.database
    before = maintenance.schema_of(path)

    async def told(call: Call) -> int:
        newest = maintenance.newest_schema()
        if before is None:
            output.put(f"made {call.context.db.path} with schema {newest}")
        elif before == newest:
            output.put(f"schema {newest} is the newest already")
        else:
            output.put(f"upgraded from schema {before} to {newest}; the one before is kept beside it")
        return 0

    return carry_out(options, told, create=True)


async def _backup(call: Call) -> int:
    target = Path(call.options.file)
    if target.exists():
        if target.samefile(call.context.db.path):
            raise Unavailable(f"{target} is the database itself", hint="name another file")
        talk.confirm(f"{target} exists. Write over it?", yes=call.options.yes)
    receipt = await backups.make(call.context, target, by=call.actor, at=call.clock())
    output.put(f"verified: {receipt.sentence}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from sessiontui.runtime import now

    settings = settings_of(options)
    if settings.read_only:
        raise ReadOnly("restoring writes", hint="do it without --read-only")
    path, source = settings.storage.database, Path(options.file)
    actor = _who_restores(options, path)
    if not source.is_file():
        raise Unavailable(f"there is no file {source}")
    if path.exists():
        talk.confirm(f"Put {source} in the place of {path}? The present one is kept beside it.", yes=options.yes)
    receipt = asyncio.run(maintenance.restore(path, source, by=actor, at=now(), rules=settings.rules))
    output.put(receipt.sentence)
    return 0


def _who_restores(options: argparse.Namespace, path: Path) -> Actor | None:
    """Return who acts; ``None`` where there is no database that could tell, so that the file's rights decide."""
    if not path.exists():
        return None
    found: list[Actor] = []

    async def look(call: Call) -> int:
        require(call.actor, Action.MANAGE_ROLES)
        found.append(call.actor)
        return 0

    try:
        carry_out(options, look)
    except Unavailable as error:
        talk.complain(error)
        talk.say("it is replaced as it is")
    return found[0] if found else None


async def _rebuild(call: Call) -> int:
    progress = talk.ProgressLine()
    try:
        receipt = await maintenance.rebuild(
            call.context, by=call.actor, at=call.clock(), progress=partial(progress, "deriving rows")
        )
    finally:
        progress.end()
    output.put(receipt.sentence)
    return 0
