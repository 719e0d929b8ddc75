"""JSON as RFC 8259 has it: what Python's own reader lets pass beyond it is refused, and nothing recurses to death."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput

if TYPE_CHECKING:
    from sessiontui.intake.records import JsonValue

_SPACE: Final = " \t\n\r"


def parse_json(text: str) -> JsonValue:
    """Return the one value that a text is; raises ``BadInput`` with what is wrong and where.

    Of a key that an object has twice the last value counts, as nearly every reader has it.

    >>> parse_json('{"a": [1, 2.5, null]}')
    {'a': [1, 2.5, None]}
    """
    start = skip_space(text, 0)
    value, end = parse_json_at(text, start)
    if skip_space(text, end) != len(text):
        raise BadInput(f"something follows the value at column {end + 1}")
    return value


def parse_json_at(text: str, start: int) -> tuple[JsonValue, int]:
    """Return the value that begins at a place, and the place behind it."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise BadInput("not read: nested too deep") from None
    except ValueError as error:
        raise BadInput(
            f"not JSON: {error}" if isinstance(error, _OutsideJsonError) else "a number is too long"
        ) from None
    return value, end


def skip_space(text: str, start: int) -> int:
    """Return the place of the next character that is not white space of JSON."""
    length = len(text)
    while start < length and text[start] in _SPACE:
        start += 1
    return start


class _OutsideJsonError(ValueError):
    """Something that Python's reader accepts and JSON does not."""


def _constant(word: str) -> float:
    raise _OutsideJsonError(f"{word} is not a value")


def _number(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _OutsideJsonError("a number is too large")
    return value


_DECODER: Final = json.JSONDecoder(parse_constant=_constant, parse_float=_number, strict=True)
