"""``export``: rows as CSV or JSON, on stdout or in a private file that appears whole or not at all."""

from __future__ import annotations

import argparse
import io
import json
import os
from pathlib import Path
from typing import Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.services import exporting
from sessiontui.services.exporting import COLUMNS, Cell, Noun

_PRIVATE: Final = 0o600


def run(options: argparse.Namespace) -> int:
    """Export one noun."""
    return carry_out(options, _export)


async def _export(call: Call) -> int:
    options = call.options
    noun = Noun(options.noun)
    now = call.clock()
    query = " ".join(options.query).strip()
    found: list[dict[str, Cell]] = [
        row
        async for row in exporting.rows(
            call.context, noun, query, by=call.actor, now=now, as_of=options.at, zone=call.zone
        )
    ]
    if options.output is None:
        _write(options.format, noun, found, rfc3339(options.at or now))
        return 0
    text = io.StringIO()
    if options.format == "csv":
        output.put_csv(COLUMNS[noun], found, to=text)
    else:
        rows = ",\n ".join(json.dumps(row) for row in found)
        text.write(f'{{"taken_at": "{rfc3339(options.at or now)}", "{noun}": [\n {rows}\n]}}\n')
    _save(Path(options.output), text.getvalue())
    talk.say(f"wrote {count(len(found), 'row')} to {options.output}")
    return 0


def _write(format_: str, noun: Noun, found: list[dict[str, Cell]], taken_at: str) -> None:
    if format_ == "csv":
        output.put_csv(COLUMNS[noun], found)
    else:
        output.put_json({"taken_at": taken_at}, rows=(str(noun), found))


def _save(path: Path, text: str) -> None:
    """Write a file that holds personal data: readable by its owner alone, in place of the old one at once."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        handle = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, _PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write(text)
        partial.replace(path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}", hint="name another file with -o") from None
