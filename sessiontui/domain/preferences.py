"""How somebody wants to be written to: which kinds of letters, by which way, in which language, and when not.

Quiet hours are wall-clock times in the zone of the person. What is due in them waits until they end, but for news
that would come too late then: a session that is changed or cancelled shortly before it starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from sessiontui.domain.delivery import Channel, LetterKind
from sessiontui.domain.errors import BadInput

PRESSING: Final = frozenset({LetterKind.CHANGED, LetterKind.CANCELLED})
"""Kinds that wake somebody up where the session is near."""

PRESSES_WITHIN: Final = timedelta(hours=12)
"""How near the start must be for that."""

REFUSABLE: Final = tuple(kind for kind in LetterKind if kind is not LetterKind.ALERT)
"""Kinds that somebody may not want; what is told to whoever is on call goes to no person."""

_HOURS: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A span of the day, ``[since, until)`` by the clock on the wall, often over midnight."""

    since: time
    until: time

    def __str__(self) -> str:
        return f"{self.since:%H:%M}-{self.until:%H:%M}"

    def hold(self, through: time) -> bool:
        """Return whether a time of day lies in them.

        >>> night = QuietHours(since=time(22), until=time(7))
        >>> night.hold(time(23)), night.hold(time(6, 59)), night.hold(time(7)), night.hold(time(12))
        (True, True, False, False)
        """
        if self.since < self.until:
            return self.since <= through < self.until
        return through >= self.since or through < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person wants; ``channel`` is ``None`` for that of the settings, ``language`` is empty where unknown."""

    no_mail: frozenset[LetterKind] = frozenset()
    quiet: QuietHours | None = None
    channel: Channel | None = None
    language: str = ""

    def wants(self, kind: LetterKind) -> bool:
        """Return whether letters of a kind may be written to them."""
        return kind not in self.no_mail


def quiet_hours(text: str) -> QuietHours | None:
    """Read quiet hours, ``None`` for none of them; ``BadInput`` says how they are written.

    >>> str(quiet_hours("22:00 - 7:00")), quiet_hours("none")
    ('22:00-07:00', None)
    """
    told = text.strip().casefold()
    if told in ("", "none", "off"):
        return None
    found = _HOURS.fullmatch(told)
    if found is None:
        raise BadInput(
            f"{text[:60]!r} are no quiet hours", hint="write them like 22:00-07:00, or none", place="quiet"
        )
    since, until = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if since == until:
        raise BadInput(f"{text[:60]!r} would be quiet all day", hint="--no-mail all does that", place="quiet")
    return QuietHours(since=since, until=until)


def language_of(text: str) -> str:
    """Read a language as wordings are named by it, nothing for none.

    >>> language_of("de-AT"), language_of("none")
    ('de-at', '')
    """
    told = text.strip().casefold()
    if told in ("", "none"):
        return ""
    if not _LANGUAGE.fullmatch(told):
        raise BadInput(f"{text[:60]!r} is not a language", hint="write it like de or pt-br", place="language")
    return told


def held_until(
    quiet: QuietHours | None, kind: LetterKind, at: datetime, zone: tzinfo, *, starts_at: datetime | None = None
) -> datetime | None:
    """Return when the quiet hours end in which a letter would leave, ``None`` where it may leave at ``at``.

    ``starts_at`` is the start of its session. An end that the clocks leap over is the first instant after the leap.

    >>> from zoneinfo import ZoneInfo
    >>> night, madrid = QuietHours(since=time(22), until=time(7)), ZoneInfo("Europe/Madrid")
    >>> late = datetime(2026, 5, 4, 21, tzinfo=UTC)
    >>> held_until(night, LetterKind.SURVEY, late, madrid).isoformat()
    '2026-05-05T05:00:00+00:00'
    >>> held_until(night, LetterKind.CANCELLED, late, madrid, starts_at=late + timedelta(hours=11)) is None
    True
    """
    if quiet is None:
        return None
    local = at.astimezone(zone)
    if not quiet.hold(local.time()):
        return None
    if kind in PRESSING and starts_at is not None and starts_at - at <= PRESSES_WITHIN:
        return None
    day = local.date() if local.time() < quiet.until else local.date() + timedelta(days=1)
    end = datetime.combine(day, quiet.until, tzinfo=zone).astimezone(UTC)
    # Where clocks are set back, the hour is quiet the second time too; where they leap, they leap past the end.
    return end if end > at else datetime.combine(day, quiet.until, tzinfo=zone).replace(fold=1).astimezone(UTC)
