"""How one written value becomes a leaf of the tree, by what its field is compared with."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from sessiontui.domain.query.fault import QueryError, closest
from sessiontui.domain.query.fields import Field, Special, vocabulary
from sessiontui.domain.query.folding import label_key, words
from sessiontui.domain.query.lexing import Piece
from sessiontui.domain.query.terms import (
    Between,
    Choice,
    Fact,
    Holds,
    InView,
    Label,
    Labelled,
    Leaf,
    Measure,
    Moment,
    NameHas,
    Needle,
    OneOf,
    OutsideId,
    OwnId,
    PersonIs,
    TextHas,
    View,
    Who,
    Within,
    Wording,
)
from sessiontui.domain.query.times import Clock, Span, compared, read_length, read_time
from sessiontui.domain.query.views import view_meaning

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)  # far enough from the ends of the calendar
LATEST: Final = datetime(3000, 1, 1, tzinfo=UTC)  # that adding an offset or a minute never leaves it
RATIO_UP_TO: Final = 2  # a bare efficiency up to here is a ratio, above it a percentage

_OWN_ID: Final = re.compile(r"#?(\d{1,18})", re.ASCII)  # what 64 bits hold
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,6})?", re.ASCII)  # what a float gives back digit for digit

_Bounds: TypeAlias = tuple[datetime | None, datetime | None]


def leaf_of(field: Field, piece: Piece, clock: Clock) -> Leaf:
    """Return what one value of a field asks for; raises ``QueryError`` with the span of the value."""
    match field.target:
        case Choice() as choice:
            return _one_of(field, choice, piece)
        case Moment() as moment:
            return _within(field, moment, piece, clock)
        case Measure() as measure:
            return _between(field, measure, piece)
        case Special.IS | Special.HAS:
            return Holds(Fact(_closed(field, piece)[0]))
        case Special.VIEW:
            view = View(_closed(field, piece)[0])
            return InView(view, view_meaning(view, now=clock.now, zone=clock.zone))
        case target:
            return _open(field, target, piece)


def free_words(piece: Piece) -> TextHas | OwnId:
    """Return what a word or phrase without a field asks for; ``#4711`` asks for the session of that id."""
    if piece.text.startswith("#") and not piece.quoted:
        own = _OWN_ID.fullmatch(piece.text)
        if own:
            return OwnId(int(own[1]))
    return TextHas(Wording.ANYWHERE, _needle(piece))


def _one_of(field: Field, choice: Choice, piece: Piece) -> OneOf:
    if field.ranked and not piece.quoted and (piece.operator not in ("", "=") or ".." in piece.text):
        return _ranked(field, choice, piece)
    return OneOf(choice, _closed(field, piece))


def _ranked(field: Field, choice: Choice, piece: Piece) -> OneOf:
    order = vocabulary(choice)

    def rank(text: str) -> int:
        return order.index(_meaning(field, text, piece)[0])

    first, last = 0, len(order) - 1
    if ".." in piece.text:
        low, high = _sides(piece, field)
        first, last = (rank(low) if low else first), (rank(high) if high else last)
    else:
        at = rank(piece.text)
        first = {">": at + 1, ">=": at}.get(piece.operator, first)
        last = {"<": at - 1, "<=": at}.get(piece.operator, last)
    chosen = order[first : last + 1]
    if not chosen:
        raise _wrong(piece, f"no {field.name} is like that", f"the order is {' < '.join(order)}")
    return OneOf(choice, chosen)


def _closed(field: Field, piece: Piece) -> tuple[str, ...]:
    _no_order(field, piece)
    return _meaning(field, piece.text, piece)


def _meaning(field: Field, text: str, piece: Piece) -> tuple[str, ...]:
    value = field.value(text)
    if value is not None:
        return value.means
    known = [value.word for value in field.values]
    near = closest(text, known)
    hint = f"did you mean {near}?" if near else f"it is one of {', '.join(known)}"
    raise _wrong(piece, f"{field.name} has no value {text[:40]!r}", hint)


def _open(field: Field, target: Who | Wording | Label | Special, piece: Piece) -> Leaf:
    _no_order(field, piece)
    match target:
        case Who():
            return _person(target, piece)
        case Wording():
            return TextHas(target, _needle(piece))
        case Label():
            key = label_key(piece.text)
            if not key:
                raise _wrong(piece, f"{field.name}: needs a value", "")
            return Labelled(target, key)
        case _:
            return _identity(piece)


def _person(who: Who, piece: Piece) -> NameHas | PersonIs:
    if piece.text.startswith("#") and not piece.quoted:
        own = _OWN_ID.fullmatch(piece.text)
        if own is None:
            raise _wrong(piece, f"{piece.text[:40]!r} is not an id", "an id is written like #12")
        return PersonIs(who, int(own[1]))
    return NameHas(who, _words(piece))


def _identity(piece: Piece) -> OwnId | OutsideId:
    own = _OWN_ID.fullmatch(piece.text)
    if own:
        return OwnId(int(own[1]))
    if not piece.text.strip():
        raise _wrong(piece, "id: needs a value", "write it like id:4711 or id:zoom:89")
    source, _, rest = piece.text.partition(":")
    return OutsideId(source, rest) if source and rest else OutsideId(None, piece.text)


def _needle(piece: Piece) -> Needle:
    return Needle(_words(piece), prefix=not piece.quoted)


def _words(piece: Piece) -> tuple[str, ...]:
    found = words(piece.text)
    if not found:
        raise _wrong(piece, f"{piece.text[:40]!r} holds no letter or digit to look for", "")
    return found


def _within(field: Field, moment: Moment, piece: Piece, clock: Clock) -> Within:
    try:
        if ".." in piece.text:
            since, until = _time_range(field, moment, piece, clock)
        else:
            since, until = _time_side(field, moment, piece, clock)
    except (ValueError, OverflowError):
        raise _outside_calendar(piece) from None
    if any(bound is not None and not EARLIEST <= bound <= LATEST for bound in (since, until)):
        raise _outside_calendar(piece)
    return Within(moment, since, until)


def _time_range(field: Field, moment: Moment, piece: Piece, clock: Clock) -> _Bounds:
    low, high = _sides(piece, field)
    first = _time(moment, low, piece, clock) if low else None
    day = first.since.astimezone(clock.zone).date() if first else None
    last = _time(moment, high, piece, clock, earliest=day) if high else None
    if first and last and last.until <= first.since:
        raise _reversed(field, piece, low, high)
    return (first.since if first else None), (last.until if last else None)


def _time_side(field: Field, moment: Moment, piece: Piece, clock: Clock) -> _Bounds:
    span = _time(moment, piece.text, piece, clock)
    if span.offset is not None and piece.operator in ("", "="):
        sign = ">" if span.offset < timedelta(0) else "<"
        raise _wrong(
            piece,
            f"{piece.text} is one exact instant, which hardly anything meets",
            f"did you mean {field.name}:{sign}{piece.text}?",
        )
    return compared(piece.operator, span, clock)


def _time(moment: Moment, text: str, piece: Piece, clock: Clock, *, earliest: date | None = None) -> Span:
    span = read_time(text, clock, earliest=earliest)
    if span is None:
        raise _wrong(
            piece,
            f"{text[:40]!r} is not a time",
            "write it like <2h, >-30m, today, monday, 2026-05-04 or 2026-05-04T14:00Z",
        )
    if moment is Moment.CREATED and span.offset and span.offset > timedelta(0):
        length = text.lstrip("+")
        raise _wrong(piece, "created lies in the past", f"the last {length} is created:>-{length}")
    return span


def _between(field: Field, measure: Measure, piece: Piece) -> Between:
    if ".." in piece.text:
        low, high = _sides(piece, field)
        least = _number(field, measure, low, piece) if low else None
        most = _number(field, measure, high, piece) if high else None
        if least is not None and most is not None and most < least:
            raise _reversed(field, piece, low, high)
        return Between(measure, least, most)
    number = _number(field, measure, piece.text, piece)
    match piece.operator:
        case "<" | "<=":
            return Between(measure, None, number, strict=piece.operator == "<")
        case ">" | ">=":
            return Between(measure, number, None, strict=piece.operator == ">")
        case _:
            return Between(measure, number, number)


def _number(field: Field, measure: Measure, text: str, piece: Piece) -> float:
    percent = measure is Measure.EFFICIENCY and text.endswith("%")
    digits = text.removesuffix("%") if percent else text
    if _NUMBER.fullmatch(digits):
        number = Decimal(digits)
        if percent or (measure is Measure.EFFICIENCY and number > RATIO_UP_TO):
            number /= 100
        return float(number)
    length = read_length(text) if measure in (Measure.MINUTES, Measure.ACTUAL) else None
    if length is not None and length.days < 10**5:
        return round(length.total_seconds() / 60, 6)
    example = field.examples[-1] if field.examples else ">=3"
    raise _wrong(piece, f"{text[:40]!r} is not a number", f"write it like {field.name}:{example}")


def _sides(piece: Piece, field: Field) -> tuple[str, str]:
    low, _, high = piece.text.partition("..")
    if piece.operator or not (low or high):
        raise _wrong(piece, f"{(piece.operator + piece.text)[:40]!r} is no range", f"write it like {field.name}:a..b")
    return low, high


def _no_order(field: Field, piece: Piece) -> None:
    if piece.operator in ("", "="):
        return
    hint = "name the values, with commas between" if field.values else "to look for the sign, put quotes round it"
    raise _wrong(piece, f"{field.name} cannot be compared with {piece.operator}", hint)


def _reversed(field: Field, piece: Piece, low: str, high: str) -> QueryError:
    return _wrong(piece, "the range ends before it begins", f"try {field.name}:{high}..{low}")


def _outside_calendar(piece: Piece) -> QueryError:
    years = f"{EARLIEST.year} to {LATEST.year - 1}"
    return _wrong(piece, f"{piece.text[:40]!r} is in no calendar", f"days and hours must exist, in {years}")


def _wrong(piece: Piece, detail: str, hint: str) -> QueryError:
    return QueryError(detail, start=piece.start, end=piece.end, hint=hint)
