"""The program's own JSON Lines; a JSON array or single object of the same shapes is taken as well."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake.json_values import each_value, opens_as_json
from sessiontui.intake.shapes import SHAPE_NAMES, record_of

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue
    from sessiontui.intake.source import Source

_TYPE: Final = re.compile(r'"type"\s*:\s*"(?:' + "|".join(SHAPE_NAMES) + ')"')


def recognises(source: Source) -> bool:
    """Return whether the text begins as JSON does and soon has the ``type`` of an own shape."""
    return opens_as_json(source.opening) and _TYPE.search(source.opening) is not None


def read(source: Source, findings: Findings) -> None:
    """Read own shapes from JSON, line by line."""

    def take(value: JsonValue, line: int, excerpt: str) -> None:
        if not isinstance(value, Mapping):
            findings.refuse(line, "it is not an object", excerpt)
            return
        try:
            findings.add(record_of(value, line=line, findings=findings))
        except BadInput as error:
            findings.refuse(line, error.detail, excerpt)

    each_value(source.text, findings, take)
