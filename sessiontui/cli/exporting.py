"""``export``: rows as CSV or JSON, calendars, on stdout or in a private file that appears whole or not at all."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TextIO, TypedDict

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.stats import bound
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.services import calendars, exporting, people
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.exporting import COLUMNS, Cell, Noun

CALENDAR: Final = "calendar"
"""The noun that is exported as events, not as rows."""

_PRIVATE: Final = 0o600


class Period(TypedDict):
    """Which sessions figures are about, and by what they are told apart."""

    since: datetime | None
    until: datetime | None
    by_dim: Dimension | None


def run(options: argparse.Namespace) -> int:
    """Export one noun."""
    if options.format is None:
        options.format = "ics" if options.noun == CALENDAR else "csv"
    if (options.format == "ics") is not (options.noun == CALENDAR):
        raise WrongUsage("ics is the format of a calendar, and of that alone", hint="leave --format out")
    if options.noun == CALENDAR:
        return carry_out(options, _export_calendar)
    if options.person is not None:
        raise WrongUsage("--person is for a calendar", hint='filter with person:"Ana Lee"')
    return carry_out(options, _export)


async def _export_calendar(call: Call) -> int:
    options = call.options
    now = call.clock()
    _period(call, None, now)
    progress = talk.ProgressLine()
    parts = calendars.calendar(
        call.context,
        " ".join(options.query).strip(),
        by=call.actor,
        now=now,
        person=None if options.person is None else (await people.find(call.context, options.person)).id,
        as_of=options.at,
        zone=call.zone,
        progress=partial(progress, "exporting"),
    )
    try:
        first = await anext(parts)  # whoever may not export is told so before anything is written
        if options.output is None:
            output.put_utf8(first)
            async for part in parts:
                output.put_utf8(part)
            return 0
        with whole_file(Path(options.output)) as file:
            file.write(first)
            async for part in parts:
                file.write(part)
    finally:
        await parts.aclose()
        progress.end()
    talk.say(f"wrote the calendar to {options.output}")
    return 0


async def _export(call: Call) -> int:
    options = call.options
    noun = Noun(options.noun)
    now = call.clock()
    progress = talk.ProgressLine()
    found = exporting.rows(
        call.context,
        noun,
        " ".join(options.query).strip(),
        by=call.actor,
        now=now,
        as_of=options.at,
        zone=call.zone,
        progress=partial(progress, "exporting"),
        **_period(call, noun, now),
    )
    try:
        first = await anext(found, None)  # whoever may not export is told so before anything is written
        rows = _with(first, found)
        taken_at = rfc3339(options.at or now)
        if options.output is None:
            await _write(sys.stdout, options.format, noun, rows, taken_at)
            return 0
        with whole_file(Path(options.output)) as file:
            number = await _write(file, options.format, noun, rows, taken_at)
    finally:
        await found.aclose()
        progress.end()
    talk.say(f"wrote {count(number, 'row')} to {options.output}")
    return 0


def _period(call: Call, noun: Noun | None, now: datetime) -> Period:
    options = call.options
    if noun is not Noun.ANALYTICS and any(given is not None for given in (options.since, options.until, options.by)):
        raise WrongUsage("--since, --until and --by are for analytics", hint="filter with starts:>=2026-05-04")
    at = options.at or now
    return Period(
        since=bound(call, options.since, ">=", at),
        until=bound(call, options.until, "<", at),
        by_dim=None if options.by is None else Dimension(options.by),
    )


async def _with(
    first: dict[str, Cell] | None, rest: AsyncIterator[dict[str, Cell]]
) -> AsyncIterator[dict[str, Cell]]:
    if first is not None:
        yield first
        async for row in rest:
            yield row


async def _write(to: TextIO, format_: str, noun: Noun, rows: AsyncIterator[dict[str, Cell]], taken_at: str) -> int:
    """Write the rows one by one as they come, and return how many there were."""
    writer: output.CsvWriter | output.JsonWriter | output.LinesWriter
    match format_:
        case "csv":
            writer = output.CsvWriter(COLUMNS[noun], to)
        case "jsonl":
            writer = output.LinesWriter(to)
        case _:
            writer = output.JsonWriter(taken_at, str(noun), to)
    number = 0
    async for row in rows:
        writer.add(row)
        number += 1
    writer.end()
    return number


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Yield a file for personal data, readable by its owner alone, that takes its name once it is whole.

    Whoever is stopped before leaves nothing behind, and what had the name stays as it was.
    """
    partial_path = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        handle = os.open(partial_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, _PRIVATE)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial_path.replace(path)
        except BaseException:
            partial_path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}", hint="name another file with -o") from None
