"""Dates and clock times as exports write them, before it is known which number is the day and in which zone.

Reading happens in two steps: `parse_moment` takes a cell apart without deciding anything; a `Timeline`, made from
all the moments of a file, decides the order of day and month by evidence and turns moments into instants.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_AM: Final = ("a. m.", "a.m.", "a. m", "am", "vorm.", "오전", "上午", "午前", "π.μ.", "πμ", "fm")
_PM: Final = ("p. m.", "p.m.", "p. m", "pm", "nachm.", "오후", "下午", "午後", "μ.μ.", "μμ", "em")
_CLOCK: Final = re.compile(
    r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?(?:\s*uhr)?", re.IGNORECASE
)
_CJK_CLOCK: Final = re.compile(r"(\d{1,2})\s*[时時시点點]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?")
_CJK_DATE: Final = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_OFFSET: Final = re.compile(
    r"(?:\(?(?:UTC|GMT)\)?\s*)?(?P<sign>[+\-−])(?P<h>\d{2}):?(?P<m>\d{2})?\)?$|(?P<utc>\(?(?:UTC|GMT|Z)\)?)$",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"(\d{1,4})(\s?[./\-]\s?)(\d{1,2})\2(\d{1,4})(\.?)")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_NAME: Final = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?\s+(?:de\s+)?([^\W\d_]{3,})\.?,?\s+(?:de\s+)?(\d{4})")
_NAME_DAY: Final = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_DASHED_NAME: Final = re.compile(r"(\d{1,2})-([^\W\d_]{3,})-(\d{4}|\d{2})")
_WEEKDAY: Final = re.compile(r"^([^\W\d_]{2,})(?:\.?,\s+|\.?\s+(?=\d))|[ ,]+\(?([^\W\d_]{3,})\)?$")
_LINK_WORDS: Final = re.compile(r"\s+(?:at|um|à|a las|alle|om|kl\.?|às|o)\s+(?=\d)", re.IGNORECASE)
_TWO_DIGIT_CENTURY: Final = 2000

# Beginnings of month names, folded, in the languages that meeting platforms write dates in.
_MONTHS: Final[dict[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "jan ene gen sty янв tammi led", "feb fev fevr lut фев helmi uno", "mar mrz maerz mars mrt maa мар bre",
            "apr avr abr kwi апр huhti dub", "may mai mag mei maj мая май touko kve", "jun juin giu cze июн kesa cvn",
            "jul juil lug lip июл heina cvc", "aug aou ago sie авг elo srp", "sep set wrz сен syys zar",
            "oct okt out ott paz окт loka rij", "nov lis ноя marras", "dec dez dic dis gru дек joulu pro",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a clock time or both, as written.

    ``numbers`` are year, first and second; ``order`` says what the last two are: ``md``, ``dm``, or ``?`` when the
    text leaves it open. Without a date ``numbers`` is ``None``; without a clock ``hour`` is. ``later`` are the days
    after the date that it is on: a clock time past midnight has the date of the evening before.
    """

    numbers: tuple[int, int, int] | None
    order: str = "md"
    hour: int | None = None
    minute: int = 0
    second: int | None = None
    microsecond: int = 0
    upper_half_day: bool = False
    separator: str = ""
    weekday: int | None = None
    offset: timedelta | None = None
    later: int = 0

    def day(self, *, day_first: bool) -> date | None:
        """Return the calendar day under an order of day and month, ``None`` if there is no such day."""
        if self.numbers is None:
            return None
        year, first, second = self.numbers
        month, day = (second, first) if self.order == "dm" or (self.order == "?" and day_first) else (first, second)
        try:
            return date(year, month, day)
        except ValueError:
            return None

    @property
    def proves_day_first(self) -> bool | None:
        """Whether the numbers can be read in one order only, and in which."""
        if self.separator not in {"/", "-"} or self.order == "?" or self.numbers is None:
            return None
        _, first, second = self.numbers
        return None if max(first, second) <= 12 else self.order == "dm"  # months of a year

    @property
    def is_open(self) -> bool:
        """Whether the order of day and month matters and the text does not say it."""
        return self.order == "?" and self.numbers is not None and self.numbers[1] != self.numbers[2]

    @property
    def clock_seconds(self) -> int | None:
        """Seconds since midnight, ``None`` without a clock."""
        return None if self.hour is None else self.hour * 3600 + self.minute * 60 + (self.second or 0)

    def local(self, *, day_first: bool) -> datetime | None:
        """Return the wall-clock time without a zone; a date alone is its midnight."""
        day = self.day(day_first=day_first)
        if day is None:
            return None
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock, before its zone is known
        try:
            midnight += timedelta(days=self.later)
        except OverflowError:
            return None
        return midnight.replace(
            hour=self.hour or 0, minute=self.minute, second=self.second or 0, microsecond=self.microsecond
        )

    @property
    def zone(self) -> timezone | None:
        """The zone that the text itself states."""
        return None if self.offset is None else (timezone(self.offset) if self.offset else UTC)


def parse_moment(text: str) -> Moment | None:
    """Take a date, a clock time or both apart; ``None`` when the text is neither.

    >>> parse_moment("14/11/22, 09:30:46").numbers, parse_moment("11/14/2022 9:30 PM").hour
    ((2022, 14, 11), 21)
    >>> parse_moment("tomorrow")
    """
    if len(text) > 80 or not any(c.isdigit() for c in text):  # no written date is longer
        return None
    plain = " ".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split())
    clock, rest = _take_clock(plain)
    rest, weekday = _take_weekday(_LINK_WORDS.sub(" ", rest).strip(" ,à"))
    rest = rest.strip(" ,")
    if not rest:
        return clock and replace(clock, weekday=None)
    dated = _date_of(rest)
    if dated is None:
        return None
    numbers, order, separator = dated
    whole = clock or Moment(None)
    return replace(whole, numbers=numbers, order=order, separator=separator, weekday=weekday)


def on_day_of(moment: Moment | None, other: Moment | None) -> Moment | None:
    """Return a clock time on the day of another moment; what has a day of its own stays as it is.

    >>> on_day_of(parse_moment("18:14"), parse_moment("Sep 11 2026")).numbers
    (2026, 9, 11)
    """
    if moment is None or moment.numbers is not None or other is None or other.numbers is None:
        return moment
    return replace(moment, numbers=other.numbers, order=other.order, separator=other.separator, weekday=other.weekday)


def _take_clock(text: str) -> tuple[Moment | None, str]:
    """Return the clock part of a text and what is left without it."""
    head, offset = _take_offset(text)
    lowered = head.casefold()
    half = None
    for half_day, words in ((0, _AM), (12, _PM)):
        word = next((w for w in words if re.search(rf"(?:^|[\s\d]){re.escape(w)}(?=$|[\s\d,])", lowered)), None)
        if word is not None:
            at = lowered.rindex(word)
            half = (half_day, head[at : at + len(word)] in {"AM", "PM"})
            head = f"{head[:at]} {head[at + len(word) :]}"
            break
    clocks = list(_CLOCK.finditer(head))
    found = clocks[-1] if clocks else None  # a date with dots comes before the clock
    if found is not None and "." in found[0] and ":" not in found[0] and not _is_dotted_clock(head, found):
        found = None
    if found is None:
        cjk = _CJK_CLOCK.search(head)
        if cjk is None:
            return None, text
        hour, minute, second, fraction = int(cjk[1]), int(cjk[2]), int(cjk[3] or 0), 0
        start, stop = cjk.span()
        precise = cjk[3] is not None
    else:
        hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
        fraction = int((found["f"] or "0").ljust(6, "0")[:6])
        start, stop = found.span()
        precise = found["s"] is not None
    if half is not None and hour <= 12:  # "14:05 PM" is written by some, and means 14:05
        hour = hour % 12 + half[0]
    if hour == 24 and minute == 0:  # midnight at the end of the day has no wall clock of its own
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None, text
    moment = Moment(
        None,
        hour=hour,
        minute=minute,
        second=second if precise else None,
        microsecond=fraction,
        upper_half_day=half is not None and half[1],
        offset=offset,
    )
    rest = f"{head[:start]} {head[stop:]}".strip()
    return moment, rest[:-1].strip() if rest.endswith("T") else rest


def _is_dotted_clock(text: str, found: re.Match[str]) -> bool:
    """Return whether ``10.30`` is a clock, not the end of a dotted date."""
    before, after = text[: found.start()], text[found.end() :]
    return not before.endswith(("." , "/", "-")) and not after.startswith((".", "/", "-")) and (
        not before.strip() or before[-1:] == " "
    ) and _date_of(text.strip()) is None  # fmt: skip


def _take_offset(text: str) -> tuple[str, timedelta | None]:
    found = _OFFSET.search(text)
    if found is None or ":" not in text[: found.start()]:
        return text, None
    if found["utc"]:
        return text[: found.start()].rstrip(), timedelta(0)
    minutes = int(found["h"]) * 60 + int(found["m"] or 0)
    if minutes >= 24 * 60:
        return text, None
    sign = 1 if found["sign"] == "+" else -1
    return text[: found.start()].rstrip(), timedelta(minutes=sign * minutes)


def _take_weekday(text: str) -> tuple[str, int | None]:
    found = _WEEKDAY.search(text)
    if found is None:
        return text, None
    word = (found[1] or found[2]).casefold()
    if _month(word) is not None and found[1] and not re.match(r"\d{1,4}[./\-]", text[found.end() :]):
        return text, None
    day = next((n for n, name in enumerate(_WEEKDAYS) if word.startswith(name)), None)
    return f"{text[: found.start()]}{text[found.end() :]}", day


def _date_of(text: str) -> tuple[tuple[int, int, int], str, str] | None:
    if found := _NUMBERS.fullmatch(text):
        return _numeric(found)
    if found := _COMPACT.fullmatch(text) or _CJK_DATE.fullmatch(text):
        return (int(found[1]), int(found[2]), int(found[3])), "md", ""
    if found := _DAY_NAME.fullmatch(text) or _DASHED_NAME.fullmatch(text):
        month = _month(found[2])
        return None if month is None else ((_year(found[3]), month, int(found[1])), "md", "")
    if found := _NAME_DAY.fullmatch(text):
        month = _month(found[1])
        return None if month is None else ((int(found[3]), month, int(found[2])), "md", "")
    return None


def _numeric(found: re.Match[str]) -> tuple[tuple[int, int, int], str, str] | None:
    first, middle, last = found[1], found[3], found[4]
    separator = found[2].strip()
    a, b, c = int(first), int(middle), int(last)
    if len(first) >= 3 or a > 31 or found[5]:  # "2026-5-4" and the Korean "26. 5. 4."
        return ((_year(first), b, c), "md", "") if len(last) <= 2 else None
    if len(last) == 3:
        return None
    order = "dm" if separator == "." else "?"
    if order == "?" and a > 12 and b > 12:
        return None
    if order == "?" and a > 12:
        return (_year(last), a, b), "dm", separator
    if order == "?" and b > 12:
        return (_year(last), a, b), "md", separator
    return (_year(last), a, b), order, separator


def _year(digits: str) -> int:
    return int(digits) + (_TWO_DIGIT_CENTURY if len(digits) <= 2 else 0)


def _month(word: str) -> int | None:
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).casefold()
    for length in (6, 5, 4, 3):
        if (number := _MONTHS.get(bare[:length])) is not None:
            return number
    return None
