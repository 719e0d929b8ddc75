"""The JSON values of a file with the line on which each begins: lines, an array, or objects spread over lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.errors import BadInput
from sessiontui.intake.strict_json import parse_json, parse_json_at, skip_space

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue

    Take: TypeAlias = Callable[[JsonValue, int, str], None]
    """What is done with a value, the line on which it begins and its first characters."""

_BOM: Final = "\ufeff"


def opens_as_json(opening: str) -> bool:
    """Return whether a text begins as an object or an array does.

    >>> opens_as_json(' {"a": 1}'), opens_as_json("a,b")
    (True, False)
    """
    return opening.lstrip(_BOM + " \t\r\n").startswith(("{", "["))


def each_value(text: str, findings: Findings, take: Take) -> None:
    """Hand over every value of a text; what is no JSON is refused with its line.

    An array is taken apart into its elements. After a broken element of an array, or of objects that are spread
    over lines, nothing can be trusted: the rest is left out.
    """
    text = text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    first = skip_space(text, 0)
    if text[first : first + 1] == "[":
        _read_array(text, first, findings, take)
    elif _is_spread(text, first):
        _read_values(text, first, findings, take)
    else:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip(" \t"):
                _read_line(line, number, findings, take)


def _is_spread(text: str, first: int) -> bool:
    """Return whether the first object goes over several lines, as a single pretty-printed one does."""
    if text[first : first + 1] != "{":
        return False
    line, _, rest = text[first:].partition("\n")
    following = rest[skip_space(rest, 0) :][:1]
    if not following or following == "{":
        return False
    try:
        parse_json(line)
    except BadInput:
        return True
    return False


def _read_line(line: str, number: int, findings: Findings, take: Take) -> None:
    try:
        value = parse_json(line)
    except BadInput as error:
        findings.refuse(number, error.detail, line)
    else:
        take(value, number, line)


def _read_values(text: str, place: int, findings: Findings, take: Take) -> None:
    """Read one value after the other, whatever the lines; after a broken one nothing can be trusted."""
    line = 1 + text.count("\n", 0, place)
    while place < len(text):
        end = _take_one(text, place, line, findings, take)
        if end is None:
            return
        following = skip_space(text, end)
        line += text.count("\n", place, following)
        place = following


def _read_array(text: str, place: int, findings: Findings, take: Take) -> None:
    line = 1 + text.count("\n", 0, place)
    following = skip_space(text, place + 1)
    if text[following : following + 1] == "]":
        _end_array(text, following, line, findings)
        return
    while True:
        line += text.count("\n", place, following)
        place = following
        end = _take_one(text, place, line, findings, take)
        if end is None:
            return
        behind = skip_space(text, end)
        line += text.count("\n", place, behind)
        place = behind
        mark = text[behind : behind + 1]
        if mark != ",":
            if mark == "]":
                _end_array(text, behind, line, findings)
            else:
                findings.refuse(line, "not JSON: the array does not go on or end here", text[behind : behind + 80])
            return
        following = skip_space(text, behind + 1)


def _take_one(text: str, place: int, line: int, findings: Findings, take: Take) -> int | None:
    """Take the value at a place and return where it ends; nothing where it is broken."""
    try:
        value, end = parse_json_at(text, place)
    except BadInput as error:
        findings.refuse(line, error.detail, text[place : place + 200])
        return None
    take(value, line, text[place : place + 200])
    return end


def _end_array(text: str, place: int, line: int, findings: Findings) -> None:
    behind = skip_space(text, place + 1)
    if behind < len(text):
        line += text.count("\n", place, behind)
        findings.refuse(line, "not JSON: something follows the array", text[behind : behind + 80])
