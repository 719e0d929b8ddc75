"""Which time zone a calendar means, whatever it calls it."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.zones import named_zone
from sessiontui.intake.outcome import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.intake.findings import Findings

_OFFSET: Final = re.compile(r"(?:UTC|GMT|Z)?\s*([+\-−])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_LOCATION: Final = re.compile(r"^X-LIC-LOCATION[^:\r\n]*:(.+)$", re.MULTILINE)
_UTC_NAMES: Final = frozenset({"utc", "gmt", "z", "etc/utc", "coordinated universal time", "tzone://microsoft/utc"})
_DAY_MINUTES: Final = 24 * 60
_OFFSETS_KEPT: Final = 32_768  # two a day for twenty years of two zones
_YEARS_ALIKE: Final = 5  # years in which two zones must agree to be taken for one
_WELL_KNOWN: Final = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
"""Of several zones that are alike the one that people know."""

_LAST_YEAR: Final = 2100
_PROBES: Final = (datetime(2001, 1, 15), datetime(2001, 7, 15))  # noqa: DTZ001 - wall clocks to try a zone with


class Zones:
    """The zones of one calendar, each found once.

    A name is taken for an IANA zone, a Windows zone, a path that ends in an IANA zone, a zone that the calendar
    describes itself, or an offset from UTC, in this order. Otherwise it is asked for.
    """

    def __init__(
        self,
        described: Mapping[str, str],
        *,
        stated: str | None,
        fallback: ZoneInfo | None,
        findings: Findings,
        place: str,
    ) -> None:
        self._described = {_bare(name): text for name, text in described.items()}
        self._found: dict[str, tzinfo | None] = {}
        self._findings = findings
        self._place = place
        self._fallback = fallback
        self._stated = self._look_up(stated) if stated and stated.strip() else None

    def zone(self, name: str | None) -> tzinfo:
        """Return the zone of a ``TZID``; without one, the calendar's own, else the one told by the caller."""
        if name is not None and _bare(name):
            found = self._look_up(name)
            if found is not None:
                return found
            assumed, shown = self._likely()
            self._tell(_bare(name), shown)
            return assumed
        if self._stated is not None:
            return self._stated
        if self._fallback is None and not name:
            self._findings.note("some times carry no zone and were read as UTC")
        return self._fallback or UTC

    def lasting(self, name: str | None, since: datetime) -> tzinfo:
        """Return the zone that a repeated event keeps to: an IANA zone where one shows the same times from then on.

        Else it is the zone of ``zone``, by whose rules its dates can be told but not kept.
        """
        found = self.zone(name)
        if isinstance(found, ZoneInfo) or found is UTC:
            return found
        like = _like(found, since)
        shown = _bare(name or "")[:60] or str(found)
        if like is None:
            self._findings.note(f"no known time zone is like {shown!r}: its own rules hold for the dates given")
            return found
        self._findings.note(f"the time zone {shown!r} was taken as {like.key}, which shows the same times")
        return like

    def name_of(self, name: str | None) -> str | None:
        """Return the IANA name of a ``TZID``, where it has one."""
        found = self._look_up(name) if name and _bare(name) else self._stated
        return found.key if isinstance(found, ZoneInfo) else None

    def _look_up(self, name: str) -> tzinfo | None:
        bare = _bare(name)
        if bare not in self._found:
            self._found[bare] = _by_name(bare) or self._as_described(bare) or _as_offset(bare)
        return self._found[bare]

    def _as_described(self, name: str) -> tzinfo | None:
        text = self._described.get(name)
        if text is None:
            return None
        location = _LOCATION.search(text)
        return (location and _by_name(_bare(location[1]))) or _described_zone(text)

    def _likely(self) -> tuple[tzinfo, str]:
        """Return what an unknown name is taken for, and its name.

        It is the calendar's own zone, else the one told by the caller, else the only one that the calendar describes.
        """
        told = self._stated or self._fallback
        if told is not None:
            return told, str(told)
        described = [(name, zone) for name in self._described if (zone := self._look_up(name)) not in (None, UTC)]
        if len(described) == 1 and (only := described[0][1]) is not None:
            return only, only.key if isinstance(only, ZoneInfo) else described[0][0][:60]
        return UTC, "UTC"

    def _tell(self, name: str, assumed: str) -> None:
        if self._fallback is not None:
            self._findings.note(f"the time zone {name[:60]!r} is not known; its times were read as {assumed}")
            return
        self._findings.ask(
            Question(
                QuestionKind.ZONE,
                f"{self._place}: {name[:60]}",
                f"the time zone {name[:60]!r} is not known; its times were read as {assumed}",
                assumed,
                "--zone",
            )
        )


def _bare(name: str) -> str:
    return name.strip().strip('"').strip()


def _by_name(name: str) -> tzinfo | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # slow to import: only for calendars

    if name.casefold() in _UTC_NAMES:
        return UTC
    parts = name.strip("/").split("/")
    for candidate in (name, WINDOWS_TO_OLSON.get(name), *("/".join(parts[i:]) for i in range(len(parts)))):
        if candidate and (zone := named_zone(candidate)) is not None:
            return zone
    return None


def _like(zone: tzinfo, since: datetime) -> ZoneInfo | None:
    """Return the IANA zone whose clocks agree with a zone by night and day for some years from a date on."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # as below

    first = datetime(min(max(since.year, 1970), _LAST_YEAR), since.month, 1, 12)  # noqa: DTZ001 - wall clocks
    try:
        # The months first: they tell most zones apart. Some change on the same day, at another hour of the night.
        months = [first + timedelta(days=30 * number) for number in range(_YEARS_ALIKE * 12)]
        nights = [first - timedelta(hours=10.5) + timedelta(days=number) for number in range(_YEARS_ALIKE * 366)]
        days = [night + timedelta(hours=10.5) for night in nights]
        fixed = [f"Etc/GMT{-hours:+d}" for hours in range(-12, 15) if hours]
        for key in dict.fromkeys((*_WELL_KNOWN, *WINDOWS_TO_OLSON.values(), *fixed)):
            like = named_zone(key)
            if like is not None and all(
                at.replace(tzinfo=like).utcoffset() == _offset(zone, at)
                for several in (months, nights, days)
                for at in several
            ):
                return like
    except (OverflowError, ValueError):
        return None
    return None


@lru_cache(maxsize=_OFFSETS_KEPT)
def _offset(zone: tzinfo, wall: datetime) -> timedelta | None:
    """Return the offset of a described zone, which is slow to find; series of one file ask for the same days."""
    return wall.replace(tzinfo=zone).utcoffset()


def _as_offset(name: str) -> tzinfo | None:
    found = _OFFSET.fullmatch(name) or re.match(rf"\({_OFFSET.pattern}\)", name, re.IGNORECASE)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes >= _DAY_MINUTES:
        return None
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


@lru_cache(maxsize=64)
def _described_zone(text: str) -> tzinfo | None:
    """Return the zone that a VTIMEZONE describes, ``None`` when the description cannot be used.

    The same words are the same zone, so that what was read twice compares equal.
    """
    from icalendar import Timezone  # slow to import: only for calendars that describe their own zones

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            component = Timezone.from_ical((text + "\r\n").encode())
            if not isinstance(component, Timezone):
                return None
            zone: tzinfo = component.to_tz(lookup_tzid=False)
            for probe in _PROBES:
                probe.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return None
    return zone
