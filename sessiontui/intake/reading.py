"""Which reader a file belongs to: decided by what it contains, never by how it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake import bbb, calcom, calendly, ics, lines, meet, table, teams, zoom
from sessiontui.intake.findings import Findings, shortened
from sessiontui.intake.outcome import Format
from sessiontui.intake.source import Source, decode

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from sessiontui.intake.outcome import Intake


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: what it is called, how it is recognised, how it is read."""

    format: Format
    words: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Findings], None]


# The first that recognises the text reads it, so the narrow ones stand before the wide ones.
_READERS: Final[tuple[Reader, ...]] = (
    Reader(Format.ICS, "iCalendar", ics.recognises, ics.read),
    Reader(Format.BBB, "BigBlueButton dashboard or recording", bbb.recognises, bbb.read),
    Reader(Format.CALENDLY, "Calendly messages or export", calendly.recognises, calendly.read),
    Reader(Format.CALCOM, "Cal.com bookings or messages", calcom.recognises, calcom.read),
    Reader(Format.JSONL, "JSON Lines of this program", lines.recognises, lines.read),
    Reader(Format.TEAMS, "Microsoft Teams attendance", teams.recognises, teams.read),
    Reader(Format.MEET, "Google Meet attendance", meet.recognises, meet.read),
    Reader(Format.ZOOM, "Zoom participant, usage or webinar report", zoom.recognises, zoom.read),
    Reader(Format.CSV, "CSV of this program", table.recognises, table.read),
)

KNOWN_FORMATS: Final[dict[str, str]] = {reader.format.value: reader.words for reader in _READERS}
"""What ``--format`` takes, and what each is."""


def read(
    name: str,
    raw: bytes,
    *,
    format: str | None = None,  # noqa: A002 - the name of the option
    zone: ZoneInfo | None = None,
    day_first: bool | None = None,
) -> Intake:
    """Read an outside file into neutral records.

    ``name`` matters only where a format keeps facts in it. ``zone`` is that of times that carry none (UTC if
    nobody says), ``day_first`` settles dates whose order the file leaves open. Raises ``BadInput`` when the file
    as a whole cannot be read; a bad row is a refusal instead.
    """
    text, guessed = decode(raw)
    source = Source(PurePath(name.replace("\\", "/")).name, text, zone, day_first, guessed)
    reader = _reader(source, format)
    findings = Findings()
    if guessed:
        findings.note("the file is not valid UTF-8; it was read as Windows-1252")
    reader.read(source, findings)
    return findings.intake(reader.format)


def _reader(source: Source, wanted: str | None) -> Reader:
    known = ", ".join(f"{name} ({words})" for name, words in KNOWN_FORMATS.items())
    if wanted is not None:
        for reader in _READERS:
            if reader.format == wanted:
                return reader
        raise BadInput(f"there is no format {wanted!r}", hint=f"known are {known}", place=source.name)
    if not source.text.strip("\ufeff \t\r\n"):
        raise BadInput("the file is empty", place=source.name)
    for reader in _READERS:
        if reader.recognises(source):
            return reader
    seen = shortened(source.opening)
    raise BadInput(
        f"it begins with {seen!r}, which no known format does", hint=f"known are {known}", place=source.name
    )
