"""Help as lines: commands by group, each with its keys, its title, what it does, and why it is impossible now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Final

from textual.content import Content

from sessiontui.domain.records import record
from sessiontui.domain.text import visible

KEYS: Final = 9
TITLE: Final = 20
"""Cells of the columns of keys and titles; what a command does takes the rest."""

NARROW: Final = 72
"""Cells below which the title stands above what the command does, not beside it."""


@record
class HelpRow:
    """One command as help shows it; ``reason`` says why it is impossible now, or is empty."""

    group: str
    keys: str
    title: str
    text: str
    word: str
    reason: str = ""


def manual(rows: Sequence[HelpRow], width: int) -> list[Content]:
    """Return the commands as lines of at most ``width`` cells, under the names of their groups."""
    lines: list[Content] = []
    for group, members in groupby(rows, key=lambda row: row.group):
        if lines:
            lines.append(Content(""))
        lines.append(Content.styled(visible(group).upper(), "bold"))
        for row in members:
            lines += _lines(row, width)
    return lines


def _lines(row: HelpRow, width: int) -> Iterator[Content]:
    title = Content.styled(visible(row.title), "bold")
    said = [Content(visible(row.text))]
    if row.reason:
        said.append(Content.styled(f"now impossible: {visible(row.reason)}", "italic"))
    narrow = width < NARROW
    room = max(1, width - KEYS - 1 - (0 if narrow else TITLE + 1))
    if narrow:
        titles, said = [], [title, *said]
    else:
        titles = title.wrap(TITLE)
    keys, told = Content(visible(row.keys)).wrap(KEYS), [line for one in said for line in one.wrap(room)]
    if narrow:
        for key, line in zip_longest(keys, told, fillvalue=Content("")):
            yield _cell(key, KEYS) + line
    else:
        for key, name, line in zip_longest(keys, titles, told, fillvalue=Content("")):
            yield _cell(key, KEYS) + _cell(name, TITLE) + line


def _cell(content: Content, width: int) -> Content:
    """Return a cell of a column with the gap behind it."""
    return content.pad_right(max(0, width - content.cell_length) + 1)
