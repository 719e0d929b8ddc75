"""What is measured, to be looked at: calls by endpoint, errors by kind, query times, the machine, the trend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.phrases import count
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.health import band_of, band_style
from sessiontui.tui.present.look import ALARM, BAD, MUTED, Look, fitted, outside
from sessiontui.tui.present.times import span

if TYPE_CHECKING:
    from sessiontui.services.measuring.desk import Measured
    from sessiontui.services.measuring.endpoints import EndpointLine, ErrorLine
    from sessiontui.services.pictures import CacheLine, Health

ENDPOINTS: Final = (
    Column("endpoint", "Endpoint", 16, flex=3),
    Column("calls", "Calls", 7, right=True),
    Column("p50", "p50", 8, right=True),
    Column("p95", "p95", 8, right=True),
    Column("refused", "Refused", 8, right=True, from_width=60),
    Column("errors", "Failed", 7, right=True),
)

ERRORS: Final = (
    Column("place", "Where", 12, flex=1),
    Column("kind", "Kind", 10, flex=1),
    Column("number", "How often", 9, right=True),
    Column("last", "Last", 8, right=True, tinted=False),
    Column("message", "What it said", 16, flex=4),
)

SLOW_MS: Final = 1000.0
_WARM_MS: Final = 250.0

_EIGHTHS: Final = "▁▂▃▄▅▆▇█"
_PLAIN: Final = "_.-=+*%#"

TREND: Final = 48
"""Cells of the trend where there is room: half an hour each."""

SHORTEST_TREND: Final = 6

_MIB: Final = 1 << 20


def endpoint_cells(line: EndpointLine) -> tuple[Content, ...]:
    """Return one endpoint as the cells of a row."""
    return (
        outside(line.endpoint),
        Content.styled(str(line.calls), MUTED),
        Content(length(line.p50_ms)),
        Content.styled(length(line.p95_ms), _pace(line.p95_ms)),
        Content.styled(str(line.refused), "" if line.refused else MUTED),
        Content.styled(str(line.errors), f"bold {BAD}" if line.errors else MUTED),
    )


def error_cells(line: ErrorLine, now: datetime) -> tuple[Content, ...]:
    """Return the errors of one kind as the cells of a row."""
    return (
        outside(line.place),
        outside(line.kind, BAD),
        Content(str(line.number)),
        Content.styled(span(now - line.last_at), MUTED),
        outside(line.message),
    )


def length(milliseconds: float) -> str:
    """Return a length of time as short as it can be read.

    >>> length(0.34), length(7.2), length(340), length(2300)
    ('0.3 ms', '7 ms', '340 ms', '2.3 s')
    """
    if milliseconds < 1:
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def trend(scores: list[int | None], look: Look) -> Content:
    """Return scores as a line of columns, each in the colour of its band; a dot where nobody looked.

    >>> trend([None, 100, 40, 5], Look(ascii=True)).plain
    '.#=_'
    """
    signs = _PLAIN if look.ascii else _EIGHTHS
    cells = []
    for score in scores:
        if score is None:
            cells.append(Content.styled(look.of("·", "."), MUTED))
        else:
            place = min(len(signs) - 1, score * len(signs) // 100)
            cells.append(Content.styled(signs[place], band_style(band_of(score))))
    return Content("").join(cells)


def headline(health: Health | None, scores: Callable[[int], list[int | None]], look: Look, width: int) -> Content:
    """Return the score in its colour with the part that makes it so low, and its trend in the cells that are left.

    ``scores`` gives the worst scores of so many equal parts of the last day.
    """
    if health is None:
        return Content.styled(f"reading the health{look.ellipsis}", MUTED)
    score = Content.styled(f"{health.score} {health.band}", f"bold {band_style(health.band)}")
    worst = min(health.parts, key=lambda part: part.score, default=None)
    parts = [score]
    if worst is not None and worst.score < 100:
        parts.append(Content.styled("because of ", MUTED) + outside(worst.name))
    said = Content("  ").join(parts)
    room = min(TREND, width - said.cell_length - len("  24 h "))
    told = scores(room) if room >= SHORTEST_TREND else []
    if any(one is not None for one in told):
        said = Content("  ").join((said, Content.styled("24 h ", MUTED) + trend(told, look)))
    return said


def figures(found: Measured, caches: tuple[CacheLine, ...], look: Look, width: int) -> Content:
    """Return the query times of this process, what it takes of the machine, and how its caches do."""
    rows = [Content.styled("Queries of this console, since it was opened", MUTED)]
    for line in found.paces:
        said = (
            f"p50 {length(line.p50_ms):>7}   p95 {length(line.p95_ms):>7}   longest {length(line.longest_ms):>7}"
            f"   {count(line.number, 'time')}"
        )
        rows.append(fitted(Content(f"  {line.kind}"), 12, look) + Content.styled(said, _pace(line.p95_ms)))
    if found.machine is not None:
        cpu = "measuring" if found.machine.cpu is None else f"{found.machine.cpu:.1%} of a processor"
        load = (
            "" if found.machine.load is None else f"{look.dot}load of the host {found.machine.load:.1f} a processor"
        )
        rows += [
            Content(""),
            Content.styled("This console", MUTED),
            Content(f"  CPU       {cpu}{load}"),
            Content(f"  Memory    {found.machine.memory / _MIB:.0f} MiB"),
        ]
    rows += [Content(""), Content.styled("Caches of this console", MUTED)]
    rows += [_cache(line, look) for line in caches] or [Content.styled("  nothing was asked of any yet", MUTED)]
    return Content("\n").join(row for line in rows for row in (line.wrap(max(20, width)) or [line]))


def _cache(line: CacheLine, look: Look) -> Content:
    asked = line.hits + line.misses
    rate = line.hits / asked if asked else 0.0
    said = f"{rate:.0%} of {count(asked, 'answer')} from memory{look.dot}{line.entries} kept"
    if line.dropped:
        said += f"{look.dot}{count(line.dropped, 'change')} heard of"
    return fitted(outside(f"  {line.name}"), 12, look) + Content(said)


def _pace(milliseconds: float) -> str:
    if milliseconds >= SLOW_MS:
        return f"bold {BAD}"
    return ALARM if milliseconds >= _WARM_MS else ""
