"""Comments as rows of a list and in full: who said what when, what is new, what was edited or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.talk.threads import DEEPEST
from sessiontui.domain.text import visible, visible_block
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.look import ALARM, GOOD, MUTED, Look, outside
from sessiontui.tui.present.times import moment, short_moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sessiontui.services.talk.shown import CommentLine

COLUMNS: Final = (
    Column("when", "When", 9, from_width=44, tinted=False),
    Column("author", "Who", 9),
    Column("said", "Said", 14, flex=5),
)


def comment_cells(line: CommentLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return when, who, and the first line of what was said, indented below what it answers."""
    when = Content.styled(short_moment(line.at, now, look.zone), MUTED)
    indent = "  " * max(0, min(line.depth, DEEPEST) - 1) + (look.of("└ ", "\\ ") if line.depth else "")
    if line.deleted_at is not None:
        return when, outside(line.author, MUTED), Content.styled(f"{indent}deleted", MUTED)
    new = Content.styled(f"{look.of('●', '*')} ", f"bold {GOOD}") if line.is_new else Content("")
    first = next((row for row in visible_block(line.body).splitlines() if row.strip()), "")
    return when, outside(line.author or "somebody"), Content.styled(indent, MUTED) + new + outside(first)


def comment_said(line: CommentLine, now: datetime, look: Look, width: int) -> Content:
    """Return one comment in full, with what it said before it was edited."""
    del width
    head = Content.assemble(
        outside(line.author or "somebody", "bold"),
        Content.styled(f"  #{line.id}  {moment(line.at, now, look.zone)}", MUTED),
    )
    if line.edited_at is not None and line.deleted_at is None:
        head += Content.styled(f", edited {moment(line.edited_at, now, look.zone)}", MUTED)
    if line.deleted_at is not None:
        by = f" by {visible(line.deleted_by)}" if line.deleted_by else ""
        gone = f"Deleted{by}, {moment(line.deleted_at, now, look.zone)}. Its place stays, so that answers make sense."
        return Content("\n").join([head, Content.styled(gone, MUTED)])
    rows = [head, *(_said(row) for row in visible_block(line.body).splitlines())]
    for text, since in reversed(line.before):
        rows.append(Content.styled(f"before, since {moment(since, now, look.zone)}:", MUTED))
        rows += [Content.styled(row, MUTED) for row in visible_block(text).splitlines()]
    return Content("\n").join(rows)


def keys_line(parts: Sequence[str], look: Look, width: int) -> Content:
    """Return what keys do on one line, as many of them as have room, the first ones first.

    >>> keys_line(["w write", "enter answer"], Look(ascii=True), 12).plain
    'w write'
    """
    shown = ""
    for part in parts:
        longer = f"{shown}{look.dot}{part}" if shown else part
        if shown and len(longer) > width:
            break
        shown = longer
    return outside(shown, MUTED)


def _said(row: str) -> Content:
    if row.startswith(">"):
        return Content.styled(row, MUTED)
    parts = row.split("@")
    if len(parts) == 1:
        return Content(row)
    found = Content(parts[0])
    for part in parts[1:]:
        name, blank, rest = part.partition(" ")
        found += Content.styled(f"@{name}", f"bold {ALARM}") + Content(blank + rest)
    return found
