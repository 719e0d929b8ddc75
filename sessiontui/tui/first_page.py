"""The first page, painted before the toolkit is loaded: the whole screen as the desk is going to draw it.

It is made of the same words as the desk, in the same cells and colours, so that nothing is seen to move when the desk
takes over; one sign alone tells that the console is still being loaded. It keeps to what is sure: a terminal of all
colours, a desk beside which nothing else is open, letters of which everybody knows how wide they are. Where that does
not hold there is no first page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sessiontui.tui.first_paint import Painter, Parts, Unsure, fitted, length_of, on
from sessiontui.tui.first_pane import pane, scroll_bar, title_line
from sessiontui.tui.opening import ORDERS, WIDE, View
from sessiontui.tui.palettes import DARK, PALETTES
from sessiontui.tui.present.columns import GAP, gutter, layout
from sessiontui.tui.present.frame import (
    HEALTH_UNKNOWN,
    READ_ONLY,
    TIGHT,
    USUAL_KEYS,
    alert_count,
    crumbs_words,
    list_title,
    matched_words,
    room_for_crumbs,
    time_words,
    wait_words,
    who_words,
)
from sessiontui.tui.present.look import MUTED, Look, Words, shown_of
from sessiontui.tui.present.told import COLUMNS, chosen_in, counts_words, row_words

if TYPE_CHECKING:
    from sessiontui.services.lines import Board

DETAIL: Final = 44
"""Hundredths of the width that the detail has, as the style sheet of the desk says."""

LEAST: Final = (80, 16)
"""Columns and rows below which there is no first page."""

_ABOVE: Final = 3
"""Lines above table and detail: top line, counts, filter."""


class Sitting(NamedTuple):
    """Who sits at the console, and what else its frame tells; ``own_keys`` are not known before the commands are."""

    name: str = ""
    role: str = ""
    platform: str = ""
    read_only: bool = False
    own_keys: bool = False
    erases: bool = False
    """Whether the terminal erases in the colour of the ground."""


def first_page(
    board: Board, view: View, look: Look, *, theme: str, size: tuple[int, int], sitting: Sitting
) -> str | None:
    """Return what to write on an empty screen of ``size``, columns and rows; ``None`` where anything is in doubt."""
    width, height = size
    palette = next((palette for palette in PALETTES if palette.name == (theme or DARK)), None)
    if palette is None or look.ascii or not board.lines or view.pane or width < LEAST[0] or height < LEAST[1]:
        return None
    painter = Painter(palette)
    try:
        lines = [
            _top(board, look, sitting, width),
            _counts(board, look, width),
            _filter(board, view, width),
            *_main(board, view, look, width, height - _ABOVE - 1),
            _keys(sitting, width),
        ]
        return painter.style_by_style(lines, width) if sitting.erases else painter.line_by_line(lines, width)
    except Unsure:
        return None


def _top(board: Board, look: Look, sitting: Sitting, width: int) -> Parts:
    right: list[Sequence[tuple[str, str]]] = [
        alert_count(board.alerts, look, short=width < TIGHT),
        (*((READ_ONLY,) if sitting.read_only else ()), *wait_words(look)),
        ((time_words(board.taken_at, look.zone, width), ""),),
        (HEALTH_UNKNOWN,),
    ]
    crumbs = crumbs_words("Sessions", shown_of(board.lines[0].title), look, width)
    who = who_words(sitting.name, sitting.role, sitting.platform, look)
    names, room = room_for_crumbs(length_of(crumbs), length_of(who), [length_of(part) for part in right], width)
    parts: Parts = []
    for words in (fitted(crumbs, room), who if names else (), *right):
        if words:
            parts += [(" ", ""), *words, (" ", "")]
    return on("panel", parts)


def _counts(board: Board, look: Look, width: int) -> Parts:
    strip: Parts = [(" ", "")]
    for number, (_, words) in enumerate(counts_words(board.counts, look, width - 2, chosen_in(board.query))):
        strip += [*([("  ", "")] if number else []), *words]
    return strip


def _filter(board: Board, view: View, width: int) -> Parts:
    matched = matched_words(board.matched, board.total, exact=board.matched_exact)
    room = width - 6 - length_of(matched)
    query = ((view.query, ""),)
    if length_of(query) >= room:
        raise Unsure  # the toolkit would scroll it
    return [(" ", ""), ("/ ", MUTED), *fitted(query, room), ("  ", ""), *matched, (" ", "")]


def _keys(sitting: Sitting, width: int) -> Parts:
    parts: Parts = [(" ", "")]
    for number, (key, label) in enumerate(() if sitting.own_keys else USUAL_KEYS):
        parts += [*([("  ", "")] if number else []), (key, "bold $accent"), (f" {label}", "")]
    return on("panel", [*parts, (" " * (width - length_of(parts)), "")])


def _main(board: Board, view: View, look: Look, width: int, height: int) -> list[Parts]:
    """Return the lines of table and detail, side by side where they have room."""
    wide = width * DETAIL // 100 if width >= WIDE else 0
    beside = pane(board.lines[0], board.taken_at, look, width=wide, height=height) if wide else [[]] * height
    return [left + right for left, right in zip(_table(board, view, look, width - wide, height), beside, strict=True)]


def _table(board: Board, view: View, look: Look, width: int, height: int) -> list[Parts]:
    now, room = board.taken_at, height - 2
    scrolls = board.matched > room
    bar = scroll_bar(height - 1, board.matched + 1, height - 1) if scrolls else []
    table = width - scrolls
    hidden = frozenset(column.key for column in COLUMNS) - frozenset(view.columns) if view.columns else frozenset()
    places = layout(COLUMNS, table, hidden)
    sign = gutter(table)
    lines = [_row([_sorted(each.title, each.key, view, look) for each in COLUMNS], places, table, " " * sign)]
    for number, line in enumerate(board.lines[:room]):
        cells = row_words(line, now, look)
        if number:
            lines.append(_row(cells, places, table, " " * sign))
        else:
            lines.append(on("row-cursor", _row(cells, places, table, "▌".ljust(sign))))
    lines += [[(" " * table, "")] for _ in range(height - 1 - len(lines))]
    title = ((list_title(view.order), "$foreground"),)
    return [
        title_line(title, width, rule="$border", ink="$foreground"),
        *(line + bar[number : number + 1] for number, line in enumerate(lines)),
    ]


def _sorted(title: str, key: str, view: View, look: Look) -> Words:
    by, upwards = ORDERS[view.order]
    arrow = look.of("▴", " ^") if upwards else look.of("▾", " v")
    return ((title + (arrow if key == by and title else ""), f"bold {MUTED}"),)


def _row(cells: Sequence[Words], places: Sequence[tuple[int, int]], width: int, sign: str) -> Parts:
    """Return the parts of one line of the table."""
    parts: Parts = [(sign, "bold $accent") if sign.strip() else (sign, "")]
    for number, (place, wide) in enumerate(places):
        if number:
            parts.append((" " * GAP, ""))
        parts += fitted(cells[place], wide, right=COLUMNS[place].right)
    return [*parts, (" " * (width - length_of(parts)), "")]
