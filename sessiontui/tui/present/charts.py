"""Small charts of cells: a track with an interval, shaded cells, columns with a line; each has its ASCII form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from textual.content import Content

from sessiontui.tui.present.look import MUTED, Look

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_SHADES: Final = "·░▒▓█"
_PLAIN_SHADES: Final = ".:+*#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A part of a drawing that can be chosen: where it stands, what is told of it, the filter of its sessions."""

    line: int
    start: int
    end: int
    told: str
    drill: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """Lines, and what can be chosen in them, in reading order."""

    lines: tuple[Content, ...]
    items: tuple[Item, ...] = ()


def below(*parts: Drawn) -> Drawn:
    """Return drawings one below the other, an empty line between them; empty ones are left out."""
    lines: list[Content] = []
    items: list[Item] = []
    for part in parts:
        if part.lines:
            if lines:
                lines.append(Content(""))
            items += [replace(item, line=item.line + len(lines)) for item in part.items]
            lines += part.lines
    return Drawn(tuple(lines), tuple(items))


def beside(left: Drawn, right: Drawn, *, at: int) -> Drawn:
    """Return two drawings beside each other, the right one from a cell on.

    >>> beside(Drawn((Content("a"),)), Drawn((Content("b"), Content("c"))), at=3).lines[0].plain
    'a  b'
    """
    lines = []
    for row in range(max(len(left.lines), len(right.lines))):
        line = left.lines[row] if row < len(left.lines) else Content("")
        if row < len(right.lines) and right.lines[row].plain:
            line = line.pad_right(max(0, at - line.cell_length)) + right.lines[row]
        lines.append(line)
    moved = [replace(item, start=item.start + at, end=item.end + at) for item in right.items]
    return Drawn(tuple(lines), tuple(sorted((*left.items, *moved), key=lambda item: (item.line, item.start))))


def track(value: float, low: float | None, high: float | None, width: int, look: Look) -> Content:
    """Return a scale from 0 to 1 with an interval on it and the value in it.

    >>> track(0.5, 0.25, 0.75, 9, Look(ascii=True)).plain
    '..--o--..'
    """
    place = _place(value, width)
    first = place if low is None else min(_place(low, width), place)
    last = place if high is None else max(_place(high, width), place)
    dot, dash, knob = look.of("·", "."), look.of("━", "-"), look.of("●", "o")
    return Content.assemble(
        Content.styled(dot * first, MUTED),
        Content.styled(dash * (place - first), "$accent"),
        Content.styled(knob, "bold $accent"),
        Content.styled(dash * (last - place), "$accent"),
        Content.styled(dot * (width - last - 1), MUTED),
    )


def shade(n: int, most: int, look: Look) -> str:
    """Return the sign of a count among counts up to ``most``: the darker, the more; nothing is a dot.

    >>> shade(0, 9, Look()), shade(1, 9, Look()), shade(9, 9, Look()), shade(9, 9, Look(ascii=True))
    ('·', '░', '█', '#')
    """
    signs = look.of(_SHADES, _PLAIN_SHADES)
    return signs[-(-n * (len(signs) - 1) // most)] if most else signs[0]


def steps(most: int, look: Look) -> list[tuple[str, int, int]]:
    """Return each shade with the least and the most that it stands for.

    >>> steps(8, Look())
    [('░', 1, 2), ('▒', 3, 4), ('▓', 5, 6), ('█', 7, 8)]
    """
    found: dict[str, tuple[int, int]] = {}
    levels = len(_SHADES) - 1
    for level in range(1, levels + 1):
        low, high = (level - 1) * most // levels + 1, level * most // levels
        if low <= high:
            found[shade(high, most, look)] = (low, high)
    return [(sign, *both) for sign, both in found.items()]


def columns(
    values: Sequence[int], line: Sequence[float | None], *, width: int, height: int, look: Look
) -> list[Content]:
    """Return columns ``width`` cells wide each, from the top line down, with a line of points over them."""
    top = max([1.0, *values, *(point for point in line if point is not None)])
    rows = []
    for row in range(height - 1, -1, -1):
        parts = []
        for place, value in enumerate(values):
            point = line[place] if place < len(line) else None
            at = None if point is None else min(height - 1, int(point / top * height))
            cell = _cell(value / top * height - row, look)
            body = max(1, width - 1) if width > 2 else width
            if at == row:
                is_over = value / top * height - row >= 1 and not look.ascii
                ground = " on $accent" if is_over else ""
                colour = "$background" if ground else "$foreground"
                parts.append(Content.styled(look.of("─", "-") * width, f"bold {colour}{ground}"))
            else:
                parts.append(Content.styled(cell * body, "$accent") + " " * (width - body))
        rows.append(Content("").join(parts))
    return rows


def _cell(filled: float, look: Look) -> str:
    """Return a cell that is filled from below by so many cells."""
    if filled <= 0:
        return " "
    if look.ascii:
        return "#" if filled >= 0.5 else "."
    return _EIGHTHS[min(8, max(1, round(filled * 8)))]


def _place(share: float, width: int) -> int:
    return min(width - 1, max(0, round(share * (width - 1))))
