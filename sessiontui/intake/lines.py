"""The program's own JSON Lines; a JSON array or single object of the same shapes is taken as well."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake.shapes import SHAPE_NAMES, record_of
from sessiontui.intake.strict_json import parse_json, parse_json_at, skip_space

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue
    from sessiontui.intake.source import Source

_BOM: Final = "\ufeff"
_TYPE: Final = re.compile(r'"type"\s*:\s*"(?:' + "|".join(SHAPE_NAMES) + ')"')


def recognises(source: Source) -> bool:
    """Return whether the text begins as JSON does and soon has the ``type`` of an own shape."""
    opening = source.opening.lstrip(_BOM + " \t\r\n")
    return opening.startswith(("{", "[")) and _TYPE.search(opening) is not None


def read(source: Source, findings: Findings) -> None:
    """Read own shapes from JSON, line by line."""
    text = source.text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    first = skip_space(text, 0)
    if text[first : first + 1] == "[":
        _read_array(text, first, findings)
    elif _is_spread(text, first):
        _read_values(text, first, findings)
    else:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip(" \t"):
                _read_line(line, number, findings)


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


def _read_line(line: str, number: int, findings: Findings) -> None:
    try:
        value = parse_json(line)
    except BadInput as error:
        findings.refuse(number, error.detail, line)
    else:
        _take(value, number, line, findings)


def _read_values(text: str, place: int, findings: Findings) -> None:
    """Read one value after the other, whatever the lines; after a broken one nothing can be trusted."""
    line = 1 + text.count("\n", 0, place)
    while place < len(text):
        try:
            value, end = parse_json_at(text, place)
        except BadInput as error:
            findings.refuse(line, error.detail, text[place : place + 200])
            return
        _take(value, line, text[place : place + 200], findings)
        following = skip_space(text, end)
        line += text.count("\n", place, following)
        place = following


def _read_array(text: str, place: int, findings: Findings) -> None:
    line = 1 + text.count("\n", 0, place)
    following = skip_space(text, place + 1)
    if text[following : following + 1] == "]":
        _end_array(text, following, line, findings)
        return
    while True:
        line += text.count("\n", place, following)
        place = following
        try:
            value, end = parse_json_at(text, place)
        except BadInput as error:
            findings.refuse(line, error.detail, text[place : place + 200])
            return
        _take(value, line, text[place : place + 200], findings)
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


def _end_array(text: str, place: int, line: int, findings: Findings) -> None:
    behind = skip_space(text, place + 1)
    if behind < len(text):
        line += text.count("\n", place, behind)
        findings.refuse(line, "not JSON: something follows the array", text[behind : behind + 80])


def _take(value: JsonValue, line: int, excerpt: str, findings: Findings) -> None:
    if not isinstance(value, Mapping):
        findings.refuse(line, "it is not an object", excerpt)
        return
    try:
        findings.add(record_of(value, line=line, findings=findings))
    except BadInput as error:
        findings.refuse(line, error.detail, excerpt)
