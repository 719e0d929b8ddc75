"""How a query is written: text from which parsing makes the same tree, at any time and in any zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sessiontui.domain.instants import rfc3339
from sessiontui.domain.query.fields import written
from sessiontui.domain.query.lexing import quoted
from sessiontui.domain.query.terms import (
    And,
    Between,
    Expression,
    Holds,
    InView,
    Labelled,
    Leaf,
    Measure,
    NameHas,
    Needle,
    Not,
    OneOf,
    Or,
    OutsideId,
    OwnId,
    PersonIs,
    TextHas,
    Within,
    Wording,
)
from sessiontui.domain.query.times import TICK

_BARE_LABEL: Final = re.compile(r"[^\W_][\w.:#-]*")


def render(expression: Expression) -> str:
    """Return the text of a parsed expression; everything is the empty text.

    Relative times come out absolute, so a query that is to be kept is kept as it was typed. Raises
    ``ValueError`` for a tree that no text makes, such as an ``Or`` over two fields.
    """
    if isinstance(expression, And):
        return " ".join(_term(term) for term in expression.terms)
    return _term(expression)


def _term(expression: Expression) -> str:
    match expression:
        case Not(Or() | Not() | And()) if not isinstance(expression.term, Or):
            raise ValueError(_unwritable(expression))
        case Not(term):
            return f"-{_term(term)}"
        case Or(terms):
            return _alternatives(expression, terms)
        case And():
            raise ValueError(_unwritable(expression))
        case _:
            field, value = _leaf(expression)
            return f"{field}:{value}" if field else value


def _alternatives(expression: Expression, terms: tuple[Expression, ...]) -> str:
    leaves = [_leaf(term) for term in terms if not isinstance(term, And | Or | Not)]
    field = leaves[0][0] if leaves else ""
    if not field or len(leaves) != len(terms) or any(name != field for name, _ in leaves):
        raise ValueError(_unwritable(expression))
    return f"{field}:{','.join(value for _, value in leaves)}"


def _leaf(leaf: Leaf) -> tuple[str, str]:
    match leaf:
        case OneOf(choice, values):
            return choice.value, ",".join(written(value) for value in values)
        case Within(moment, since, until):
            return moment.value, _span(since, until)
        case Between():
            return leaf.measure.value, _numbers(leaf)
        case NameHas(who, words):
            return who.value, words[0] if len(words) == 1 else quoted(" ".join(words))
        case PersonIs(who, number):
            return who.value, f"#{number}"
        case TextHas(wording, needle):
            return ("title" if wording is Wording.TITLE else ""), _needle(needle)
        case Labelled(label, key):
            return label.value, _label(key)
        case OwnId(number):
            return "id", f"#{number}"
        case OutsideId(source, text):
            return "id", _label(text if source is None else f"{source}:{text}")
        case Holds(fact):
            return fact.value.partition(":")[0], fact.word
        case InView(view, _):
            return "view", view.value


def _span(since: datetime | None, until: datetime | None) -> str:
    if since is None:
        return f"<{_instant(until)}" if until else ".."
    if until is None:
        return f">={_instant(since)}"
    # A written end includes the minute, second or millisecond that it names: the last one is named.
    for unit in (timedelta(minutes=1), timedelta(seconds=1)):
        last = until - unit
        if last >= since and not last.microsecond and (unit < timedelta(minutes=1) or not last.second):
            return f"{_instant(since)}..{_instant(last, minutes=unit >= timedelta(minutes=1))}"
    return f"{_instant(since)}..{_milliseconds(until - TICK)}"


def _instant(instant: datetime, *, minutes: bool = True) -> str:
    text = rfc3339(instant)
    return text.removesuffix(":00Z") + "Z" if minutes and text.endswith(":00Z") else text


def _milliseconds(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _numbers(leaf: Between) -> str:
    low = None if leaf.low is None else _number(leaf.low, leaf.measure)
    high = None if leaf.high is None else _number(leaf.high, leaf.measure)
    equal = "" if leaf.strict else "="
    if low is None:
        return f"<{equal}{high}"
    if high is None:
        return f">{equal}{low}"
    if leaf.strict:
        raise ValueError(_unwritable(leaf))
    return low if leaf.low == leaf.high else f"{low}..{high}"


def _number(value: float, measure: Measure) -> str:
    exact = Decimal(repr(value))
    if measure is Measure.EFFICIENCY:
        return f"{_plain(exact * 100)}%"
    return _plain(exact)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _needle(needle: Needle) -> str:
    return "-".join(needle.words) if needle.prefix else quoted(" ".join(needle.words))


def _label(text: str) -> str:
    return text if _BARE_LABEL.fullmatch(text) else quoted(text)


def _unwritable(expression: Expression) -> str:
    return f"{type(expression).__name__} has no text of its own"
