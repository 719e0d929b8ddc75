"""How long people were somewhere, as exports write it in many languages."""

from __future__ import annotations

import re
from typing import Final

_CLOCK: Final = re.compile(r"(\d{1,4}):(\d{2}):(\d{2})(?:[.,]\d+)?")
_ISO: Final = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?", re.IGNORECASE)
_PART: Final = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?\s*([^\W\d_]+)\.?", re.UNICODE)
_SHORT_CLOCK: Final = re.compile(r"(\d{1,3}):(\d{2})")
_PLAIN: Final = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?")

# The first beginning that fits decides, so longer ones stand before the letter they share ("std" before "s").
_UNITS: Final[tuple[tuple[str, int], ...]] = (
    ("std", 3600), ("stund", 3600), ("saat", 3600), ("sa", 3600), ("hod", 3600), ("godz", 3600), ("heur", 3600),
    ("hour", 3600), ("hor", 3600), ("hr", 3600), ("ora", 3600), ("ore", 3600), ("tim", 3600), ("uur", 3600),
    ("tund", 3600), ("jam", 3600), ("gio", 3600), ("giờ", 3600), ("ч", 3600), ("год", 3600), ("ώρ", 3600),
    ("小时", 3600), ("小時", 3600), ("时", 3600), ("時", 3600), ("시", 3600), ("h", 3600), ("u", 3600), ("t", 3600),
    ("dk", 60), ("daki", 60), ("dakk", 60), ("м", 60), ("хв", 60), ("λ", 60), ("分", 60), ("분", 60),
    ("phút", 60), ("p", 60), ("m", 60),
    ("d", 86400), ("tag", 86400), ("jour", 86400), ("j", 86400), ("일", 86400), ("天", 86400), ("日", 86400),
    ("sn", 1), ("с", 1), ("δ", 1), ("秒", 1), ("초", 1), ("giây", 1), ("s", 1),
)  # fmt: skip


def seconds_of(text: str, *, bare: int | None = None) -> int | None:
    """Return the seconds that a duration means, ``None`` when it is none.

    ``bare`` is what a number without a unit counts, in seconds (60 for minutes).

    >>> [seconds_of(t) for t in ("19m 26s", "1h 7s", "59 Min. 0 Sek.", "1 hr 3 min", "00:02:28", "1時間2分3秒")]
    [1166, 3607, 3540, 3780, 148, 3723]
    >>> seconds_of("75", bare=60), seconds_of("soon"), seconds_of("-")
    (4500, None, None)
    """
    cell = " ".join(text.split()).casefold()
    if not cell:
        return None
    if clock := _CLOCK.fullmatch(cell):
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
    if clock := _SHORT_CLOCK.fullmatch(cell):
        return int(clock[1]) * 3600 + int(clock[2]) * 60
    if bare is not None and (plain := _PLAIN.fullmatch(cell)):
        return round(float(f"{plain[1]}.{plain[2] or 0}") * bare)
    if (iso := _ISO.fullmatch(cell)) and any(iso.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    return _spelled_out(cell)


def has_seconds(text: str) -> bool:
    """Return whether a duration is precise to the second.

    >>> has_seconds("08:00:46"), has_seconds("52 min"), has_seconds("1h 7s")
    (True, False, True)
    """
    cell = text.strip().casefold()
    if _CLOCK.fullmatch(cell):
        return True
    return any(_unit(part[3]) == 1 for part in _PART.finditer(cell))


def _spelled_out(cell: str) -> int | None:
    total = 0.0
    rest = _PART.sub("", cell)
    parts = list(_PART.finditer(cell))
    if not parts or rest.strip(" ,.;-") not in {"", "and", "und", "et", "y", "e", "i", "en", "och", "og"}:
        return None
    for part in parts:
        unit = _unit(part[3])
        if unit is None:
            return None
        total += float(f"{part[1]}.{part[2] or 0}") * unit
    return round(total)


def _unit(word: str) -> int | None:
    return next((seconds for start, seconds in _UNITS if word.startswith(start)), None)
