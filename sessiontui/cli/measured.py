"""What is measured beside the score, as ``health`` tells it: calls by endpoint, errors by kind, query times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import ago

if TYPE_CHECKING:
    from sessiontui.services.measuring.desk import Measured

_CALLS: Final = (
    Column(heading="Endpoint", least=16),
    Column(heading="Calls", right=True),
    Column(heading="p50 ms", right=True),
    Column(heading="p95 ms", right=True),
    Column(heading="Refused", right=True),
    Column(heading="Failed", right=True),
)
_ERRORS: Final = (
    Column(heading="Where", least=10),
    Column(heading="Kind"),
    Column(heading="How often", right=True),
    Column(heading="Last"),
    Column(heading="What it said", least=12),
)


def as_text(found: Measured, *, width: int | None, plain: bool) -> Iterator[str]:
    """Yield the lines of what is measured; nothing where nobody called and nothing failed."""
    if found.endpoints:
        yield ""
        rows = [
            [
                line.endpoint,
                str(line.calls),
                f"{line.p50_ms:.0f}",
                f"{line.p95_ms:.0f}",
                str(line.refused),
                str(line.errors),
            ]
            for line in found.endpoints
        ]
        yield from lay_out(_CALLS, rows, width=width, plain=plain)
    if found.errors:
        yield ""
        told = [
            [line.place, line.kind, str(line.number), ago(found.taken_at - line.last_at), line.message]
            for line in found.errors
        ]
        yield from lay_out(_ERRORS, told, width=width, plain=plain)


def as_json(found: Measured) -> dict[str, object]:
    """Return what is measured for JSON; lengths of time are in milliseconds, memory is in bytes."""
    machine = found.machine
    return {
        "endpoints": [
            {
                "endpoint": line.endpoint,
                "calls": line.calls,
                "p50_ms": round(line.p50_ms, 2),
                "p95_ms": round(line.p95_ms, 2),
                "refused": line.refused,
                "errors": line.errors,
            }
            for line in found.endpoints
        ],
        "errors": [
            {
                "place": line.place,
                "kind": line.kind,
                "number": line.number,
                "last_at": rfc3339(line.last_at),
                "message": line.message,
            }
            for line in found.errors
        ],
        "trend": [
            {"at": rfc3339(point.at), "score": point.score, "worst": point.worst or None} for point in found.points
        ],
        "queries": [
            {
                "kind": line.kind,
                "number": line.number,
                "p50_ms": round(line.p50_ms, 2),
                "p95_ms": round(line.p95_ms, 2),
                "longest_ms": round(line.longest_ms, 2),
            }
            for line in found.paces
        ],
        "machine": None if machine is None else {"memory": machine.memory, "load": machine.load},
    }
