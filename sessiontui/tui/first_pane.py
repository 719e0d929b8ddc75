"""The detail pane of the first page: what the row under the cursor alone tells of its session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.tui.first_paint import Parts, fitted, length_of, wrapped
from sessiontui.tui.present.frame import unknown_next
from sessiontui.tui.present.look import MUTED, Look, Words
from sessiontui.tui.present.sketch import (
    LABEL_WIDTH,
    TAB_NAMES,
    known_facts,
    stage_of,
    stage_words,
    status_line,
    title_words,
    why_line,
)
from sessiontui.tui.present.tab_row import row_of

if TYPE_CHECKING:
    from sessiontui.services.lines import SessionLine

EIGHTHS: Final = "▁▂▃▄▅▆▇"
"""Parts of a cell, as scroll bars end in them."""

_LEAST: Final = 8
"""Cells below which nothing is wrapped."""


def pane(line: SessionLine, now: datetime, look: Look, *, width: int, height: int) -> list[Parts]:
    """Return the lines of the pane with its border at the left and above, each ``width`` cells wide."""
    inner = width - 3  # the border, and a blank on either side
    tabs = row_of((TAB_NAMES,), 0, inner).words(0)
    lines = [
        *wrapped(status_line(line, look), max(_LEAST, inner)),
        list(stage_words(stage_of(line), line.status, look, inner)),
        *wrapped(why_line(line), max(_LEAST, inner)),
        list(unknown_next(look)),
        list(tabs),
    ]
    room = max(0, height - 1 - len(lines))
    body = _body(line, now, look, inner)
    bar: Sequence[tuple[str, str]] = ()
    if len(body) > room:
        body = _body(line, now, look, inner - 1)
        bar = scroll_bar(room, len(body), room)
    drawn = [_top(title_words(line), width)]
    for number in range(height - 1):
        words: Sequence[tuple[str, str]] = ()
        end: Sequence[tuple[str, str]] = ()
        if number < len(lines):
            words = lines[number]
        elif number - len(lines) < room:
            place = number - len(lines)
            words = body[place] if place < len(body) else ()
            end = bar[place : place + 1]
        drawn.append([("│", "$rule"), (" ", ""), *fitted(words, inner - len(end)), *end, (" ", "")])
    return drawn


def scroll_bar(size: int, virtual: int, window: int) -> Parts:
    """Return the cells of a scroll bar that stands at the top, as the toolkit draws it, from above down."""
    thumb = max(1, window / (virtual / size))
    whole, part = divmod(-int(-thumb * len(EIGHTHS + " ") // 1), len(EIGHTHS + " "))
    cells = [
        (" ", "$scrollbar reverse") if place < whole else (" ", "@scrollbar-background") for place in range(size)
    ]
    if part and whole < size:
        cells[whole] = (EIGHTHS[len(EIGHTHS) - part], "$scrollbar @scrollbar-background reverse")
    return cells


def title_line(title: Words, width: int, *, rule: str, ink: str) -> Parts:
    """Return the border above a list, with its title."""
    length = length_of(title)
    return [("─", rule), *[(text, style or ink) for text, style in title], ("─" * (width - 1 - length), rule)]


def _top(title: Words, width: int) -> Parts:
    """Return the border above the pane: a corner, and the title as far as it has room."""
    room = width - 4  # the corner, an end of the line on either side, and a blank
    length = length_of(title)
    words = title if length <= room else fitted(title, room)
    label = [(text, style or MUTED) for text, style in ((" ", ""), *words)]
    return [("┌─", "$rule"), *label, ("─" * (width - 3 - min(length, room)), "$rule")]


def _body(line: SessionLine, now: datetime, look: Look, width: int) -> list[Parts]:
    """Return the facts, their values wrapped beside their labels."""
    lines: list[Parts] = []
    for label, value in known_facts(line, now, look):
        for number, part in enumerate(wrapped(value, max(_LEAST, width - LABEL_WIDTH))):
            lines.append([((label if number == 0 else "").ljust(LABEL_WIDTH), MUTED), *part])
    return [*lines, [(f"loading{look.ellipsis}", MUTED)]]
