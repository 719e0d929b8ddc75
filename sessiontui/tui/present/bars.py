"""Durations as bars on one scale, with their numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.present.status import style_of
from sessiontui.tui.present.times import minutes

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_LABEL: Final = 11
_NUMBER: Final = 9


def bar(share: float, width: int, look: Look) -> str:
    """Return a bar of a share from 0 to 1, to an eighth of a cell; something is never drawn as nothing.

    >>> bar(0.5, 5, Look()), bar(0.5, 4, Look(ascii=True)), bar(0.001, 4, Look())
    ('██▌', '##', '▏')
    """
    share = min(max(share, 0.0), 1.0)
    if look.ascii:
        return "#" * max(round(share * width), 1 if share > 0 else 0)
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def durations(line: SessionLine, look: Look, width: int) -> Content:
    """Return scheduled, actual and together as bars one below the other, and the efficiency."""
    lengths = [("Scheduled", line.scheduled, MUTED), ("Actual", line.actual, style_of(line.status))]
    if line.together is not None:
        lengths.append(("Together", line.together, "$accent"))
    longest = max((length for _, length, _ in lengths), default=timedelta()) or timedelta(minutes=1)
    room = max(4, width - _LABEL - _NUMBER)
    rows = []
    for label, length, style in lengths:
        drawn = bar(length / longest, room, look)
        number = f"{minutes(length)} min".rjust(_NUMBER)
        rows.append(
            Content.assemble(
                Content.styled(label.ljust(_LABEL), MUTED),
                Content.styled(drawn, style),
                Content(" " * (room - len(drawn)) + number),
            )
        )
    rows.append(Content(""))
    rows.append(_remark(line))
    return Content("\n").join(rows)


def _remark(line: SessionLine) -> Content:
    share = round(line.efficiency * 100)
    facts = [f"ran for {minutes(line.actual)}/{minutes(line.scheduled)} minutes, {share} % of the plan"]
    if line.together is None:
        facts.append("together: unknown, the source gave totals or there is no host")
    elif line.actual:
        share = round(line.together / line.actual * 100)
        facts.append(f"a host was in for {share} % of it")
    return Content.styled("\n".join(facts), MUTED)
