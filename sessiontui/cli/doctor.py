"""``doctor``: paths, versions, terminal, database, worker: what is wrong and what to do."""

from __future__ import annotations

import argparse
import asyncio
import platform
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from sessiontui import __version__
from sessiontui.cli import output
from sessiontui.cli.call import Call, carry_out, settings_of
from sessiontui.cli.do import placing
from sessiontui.cli.table import cells
from sessiontui.domain.errors import SessiontuiError
from sessiontui.services import boards, examining, health, maintenance
from sessiontui.services.examining import Remark

if TYPE_CHECKING:
    from sessiontui.runtime import Settings
    from sessiontui.services.context import Context

FIXED_SQLITE: Final = (3, 51, 3)
"""Older ones have a rare fault when several processes write and checkpoint one file."""

LEAST: Final = (80, 24)
"""Columns and rows in which the console shows everything."""

_LIBRARIES: Final = (
    "textual",
    "rich",
    "sqlalchemy",
    "sqlmodel",
    "aiosqlite",
    "aiosmtplib",
    "apscheduler",
    "cryptography",
    "icalendar",
    "tzdata",
)


def run(options: argparse.Namespace) -> int:
    """Tell what is wrong; 1 when anything is."""
    if options.id is not None:
        return carry_out(options, _session)
    settings = settings_of(options)
    remarks = [*_versions(), *_files(settings), *_terminal()]
    remarks += asyncio.run(_database(settings))
    return _tell(options, remarks)


async def _session(call: Call) -> int:
    session_id = await boards.find(call.context, call.options.id)
    remarks = await examining.examine(call.context, session_id, by=call.actor, now=call.clock())
    return _tell(call.options, remarks)


def _tell(options: argparse.Namespace, remarks: Sequence[Remark]) -> int:
    problems = [remark for remark in remarks if remark.is_problem]
    if options.json:
        output.put_json(
            {
                "sound": not problems,
                "remarks": [
                    {
                        "about": remark.about,
                        "fact": remark.fact,
                        "problem": remark.is_problem,
                        "hint": remark.hint or None,
                    }
                    for remark in remarks
                ],
            }
        )
        return 1 if problems else 0
    width = max((cells(remark.about) for remark in remarks), default=0)
    for remark in remarks:
        output.put(f"{'!' if remark.is_problem else ' '} {remark.about:<{width}}  {remark.fact}")
        if remark.hint:
            output.put(f"  {'':<{width}}  {'do: ' if remark.is_problem else 'note: '}{remark.hint}")
    return 1 if problems else 0


def _versions() -> Iterator[Remark]:
    yield Remark("sessiontui", __version__)
    yield Remark("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    hint = ""
    if sqlite3.sqlite_version_info < FIXED_SQLITE:
        newest = ".".join(map(str, FIXED_SQLITE))
        hint = f"before {newest} SQLite has a rare fault when several processes write one file; keep backups"
    yield Remark("sqlite", sqlite3.sqlite_version, hint=hint)
    for name in _LIBRARIES:
        try:
            yield Remark(name, version(name))
        except PackageNotFoundError:
            yield Remark(name, "missing", True, "install sessiontui again")


def _files(settings: Settings) -> Iterator[Remark]:
    from sessiontui.runtime.reading import SYSTEM_FILE

    there = "there" if SYSTEM_FILE.exists() else "not there, which is no problem"
    yield Remark("system file", f"{SYSTEM_FILE} is {there}")
    path = settings.storage.database
    if not path.exists():
        yield Remark("database", f"{path} is not there yet", hint="the first command that opens it makes it")
        return
    yield Remark("database", f"{path}, {path.stat().st_size / 1_048_576:.1f} MB")
    if settings.storage.group:
        yield Remark("rights", f"shared with the group {settings.storage.group}")
        return
    folder = stat.S_IMODE(path.parent.stat().st_mode)
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        if file.exists() and (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077:
            yield Remark("rights", f"{file} has mode {mode:04o}: others can open it", True, f"chmod 600 {file}")
            return
    yield Remark("rights", f"0600 in a folder with {folder:04o}: nobody else can open it")


def _terminal() -> Iterator[Remark]:
    from sessiontui.runtime.surroundings import surroundings

    found = surroundings(sys.stdin, sys.stdout)
    if not found.is_terminal:
        yield Remark("terminal", "none here: the output goes elsewhere", hint="run doctor where you open the console")
        return
    dumb = found.term in {"", "dumb", "unknown"}
    yield Remark(
        "terminal",
        f"{found.term or 'TERM is not set'}, {found.colours}, {found.columns}x{found.rows}, {found.encoding}",
        dumb,
        "set TERM, or use 'sessiontui list --watch'" if dumb else "",
    )
    if found.columns < LEAST[0] or found.rows < LEAST[1]:
        yield Remark("size", f"smaller than {LEAST[0]}x{LEAST[1]}", hint="the console shows a condensed form")
    if not found.encoding.lower().startswith("utf"):
        yield Remark("encoding", f"{found.encoding} cannot show the signs", True, "use --ascii, or a UTF-8 locale")


async def _database(settings: Settings) -> list[Remark]:
    from sessiontui.runtime import actor, now, opened

    path = settings.storage.database
    if not path.exists():
        return []
    try:
        schema, newest = maintenance.schema_of(path), maintenance.newest_schema()
        remarks = [Remark("schema", f"{schema}, the newest is {newest}")]
        if schema != newest:
            hint = "run 'sessiontui db upgrade'" if (schema or 0) < newest else "upgrade sessiontui"
            return [*remarks[:-1], Remark("schema", f"{schema}, this program needs {newest}", True, hint)]
        async with opened(_looking(settings), create=False) as context:
            damage = await maintenance.damage(context)
            sound = Remark("pages", "sound; 'sessiontui db check' looks deeper")
            broken = [Remark("pages", what, True, "restore a backup: sessiontui db restore FILE") for what in damage]
            remarks += broken or [sound]
            found = await health.health(context, now=now())
            remarks += [
                Remark(part.name, f"{part.score}: {part.fact}", part.score < 40, part.hint)
                for part in found.parts
                if part.name != "database"
            ]
            remarks.append(await _letters(context))
            remarks += _wordings(context)
            remarks += await placing.remarks(context, at=now())
            who = await actor(context, now(), service_account=settings.storage.service_account)
            remarks.append(Remark("you", f"{who.name}, {who.role}"))
    except SessiontuiError as error:
        return [Remark("database", error.detail or error.title, True, error.hint)]
    return remarks


async def _letters(context: Context) -> Remark:
    """Try the channel by which letters leave; nothing is sent."""
    from sessiontui.runtime import now
    from sessiontui.services.delivery import channels

    try:
        return Remark("mail", await channels.probe(context, at=now()))
    except SessiontuiError as error:
        return Remark("mail", f"{context.delivery.channel}: {error.detail or error.title}", True, error.hint)


def _wordings(context: Context) -> Iterator[Remark]:
    """Tell what is wrong with the wordings of letters; each letter whose file is faulty reads as without it."""
    folder, known = context.delivery.templates, context.wordings
    if folder is None:
        return
    yield Remark("letters", f"{len(known.own)} worded in {folder}")
    for fault in known.faults:
        yield Remark("letters", str(fault), True, "mend the file; until then the letter reads as without it")


def _looking(settings: Settings) -> Settings:
    """Return the settings with which a doctor touches nothing."""
    from dataclasses import replace

    return replace(settings, read_only=True)
