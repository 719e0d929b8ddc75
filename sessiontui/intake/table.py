"""The program's own CSV: one row a record, its columns the fields of the shapes.

A ``type`` column names the shape of each row; without it the columns tell, and a table with titles is of sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake.cells import unquote_cell
from sessiontui.intake.rows import first_rows, fold, rows_of
from sessiontui.intake.shapes import record_of
from sessiontui.intake.strict_json import parse_json

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue
    from sessiontui.intake.rows import Row
    from sessiontui.intake.source import Source

# What a table without a type column must have to be of a shape; the first that fits.
_TELLING: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("move", frozenset({"session", "move", "at"})),
    ("presence", frozenset({"session", "person", "joined_at"})),
    ("request", frozenset({"session", "person", "state"})),
    ("recording", frozenset({"session", "id", "link"})),
    ("session", frozenset({"id", "title", "starts_at"})),
    ("person", frozenset({"id", "name", "email"})),
)
_KNOWN: Final = frozenset(
    ("type", "id", "title", "kind", "author", "mentor", "control", "starts_at", "ends_at", "capacity", "priority",
     "tags", "fields", "link", "platform", "created_at", "started_at", "completed_at", "cancelled_at",
     "cancel_reason", "description", "session", "person", "state", "requested_at", "decided_at", "decided_by",
     "reason", "message", "joined_at", "left_at", "role", "move", "at", "by", "name", "email", "phone", "zone",
     "source", "minutes", "audience", "people", "added_at", "parent", "criteria", "weight", "phase", "needs",
     "settled_at", "settled_by", "rule", "threshold", "reached_at", "reached_by", "done_at", "done_by", "goal",
     "severity", "opened_at", "opened_by", "resolved_at", "resolved_by", "resolution", "answers", "media_type",
     "sha256", "template", "template_version")
)  # fmt: skip
_IDS: Final = frozenset({"people", "needs"})
_LISTS: Final = _IDS | {"tags"}
_NUMBERS: Final = frozenset(
    {"capacity", "minutes", "weight", "progress", "threshold", "version", "size", "template_version"}
)
_OBJECTS: Final = frozenset({"fields"})


def recognises(source: Source) -> bool:
    """Return whether the first row names enough fields of a shape."""
    rows = first_rows(source.text, _KNOWN)
    return bool(rows) and _shape_of(_names(rows[0])) is not None


def read(source: Source, findings: Findings) -> None:
    """Read own shapes from CSV."""
    rows = rows_of(source.text, findings, known=_KNOWN, strip=False)
    heading = next(rows, None)
    names = _names(heading) if heading is not None else []
    shape = _shape_of(names)
    if shape is None:
        raise BadInput(
            f"the columns are {', '.join(names)[:200] or 'missing'}",
            hint="a table needs a column type, or those of sessions: id, title, starts_at",
            place=source.name,
        )
    for row in rows:
        try:
            findings.add(record_of(_values(row, names, shape), line=row.line, findings=findings))
        except BadInput as error:
            findings.refuse(row.line, error.detail, row.cells)


def _names(row: Row) -> list[str]:
    return [fold(cell).replace(" ", "_") for cell in row.cells]


def _shape_of(names: list[str]) -> str | None:
    """Return the shape of all rows, empty where each row has its own, ``None`` where this is no table of ours."""
    if "type" in names and len(_KNOWN.intersection(names)) > 1:
        return ""
    return next((shape for shape, telling in _TELLING if telling.issubset(names)), None)


def _values(row: Row, names: list[str], shape: str) -> dict[str, JsonValue]:
    """Return what the cells stand for; an empty one says nothing."""
    if len(row.cells) > len(names) and any(row.cells[len(names) :]):
        raise BadInput(f"it has {len(row.cells)} cells, the heading has {len(names)}")
    values: dict[str, JsonValue] = {"type": shape} if shape else {}
    for name, cell in zip(names, row.cells, strict=False):
        text = unquote_cell(cell.replace("\r\n", "\n"))
        if not text or not name:
            continue
        if name in _LISTS:
            values[name] = text.replace(", ", ";").split(";") if name in _IDS else text.split(";")
        elif name in _NUMBERS:
            values[name] = _number(name, text)
        elif name in _OBJECTS:
            try:
                values[name] = parse_json(text)
            except BadInput as error:
                raise BadInput(f"{name}: {error.detail}") from None
        else:
            values[name] = text.strip() if name == "type" else text
    return values


def _number(name: str, text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise BadInput(f"{name}: {text[:40]!r} is not a whole number")
    return int(digits)
