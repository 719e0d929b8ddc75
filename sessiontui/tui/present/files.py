"""Files and links of a session as rows of a list and in full: versions, what each is, who opened it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.look import ALARM, MUTED, Look, outside
from sessiontui.tui.present.sheets import facts
from sessiontui.tui.present.times import moment, short_moment

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.services.files.shown import FileLine, LinkRow

COLUMNS: Final = (
    Column("name", "Name", 14, flex=5),
    Column("version", "Ver", 3, right=True),
    Column("what", "What", 10, flex=2),
    Column("size", "Size", 8, right=True, from_width=44),
    Column("added", "Added", 9, from_width=56, tinted=False),
    Column("by", "By", 8, flex=1, from_width=70),
    Column("opened", "Opened", 6, right=True, from_width=84),
)

MOST: Final = 6
"""Openings of one version that are told one by one."""


def file_cells(line: FileLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return name, version, what it is, size, when and by whom it was added, and how often it was opened."""
    old = "" if line.is_newest else MUTED
    name = (
        outside(line.name, old)
        if line.is_newest
        else Content.styled(look.of("└ ", "\\ "), MUTED) + outside(line.name, MUTED)
    )
    what = Content.styled("cleared", MUTED) if line.cleared_at else outside(line.what, old or MUTED)
    if line.odd and not line.cleared_at:
        what = Content.styled(f"! {line.what}", f"bold {ALARM}")
    return (
        name,
        Content.styled(str(line.version), old),
        what,
        Content.styled(line.weighs, MUTED),
        Content.styled(short_moment(line.added_at, now, look.zone), MUTED),
        outside(line.added_by, MUTED),
        Content.styled("" if line.opened is None else str(line.opened), MUTED),
    )


def link_cells(line: LinkRow, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return a link as a row among the files."""
    nothing = Content("")
    return (
        outside(line.title),
        nothing,
        Content.styled("link", MUTED),
        nothing,
        Content.styled(short_moment(line.added_at, now, look.zone), MUTED),
        outside(line.added_by, MUTED),
        nothing,
    )


def file_said(line: FileLine, now: datetime, look: Look, width: int) -> Content:
    """Return one version in full: what is odd about it, and who opened it."""
    of_all = f" of {line.versions}" if line.versions > 1 else ""
    rows = [(f"#{line.id}", outside(line.name, "bold"))]
    if line.odd:
        rows.append(("Careful", outside(line.odd, f"bold {ALARM}")))
    rows.append(("What", Content(f"{visible(line.what)}, {line.weighs}, version {line.version}{of_all}")))
    rows.append(("Added", _added(line, now, look)))
    if line.cleared_at is not None:
        rows.append(("Cleared", Content(f"{moment(line.cleared_at, now, look.zone)}: its bytes are no longer kept")))
    if line.openings:
        trail = [
            f"{visible(one.by) or 'the product'} {short_moment(one.at, now, look.zone)}"
            for one in line.openings[:MOST]
        ]
        more = (line.opened or 0) - len(trail)
        rows.append(("Opened", Content(", ".join(trail) + (f" and {more} more" if more > 0 else ""))))
    elif line.opened == 0:
        rows.append(("Opened", Content.styled("nobody has opened it", MUTED)))
    return facts(rows, width)


def link_said(line: LinkRow, now: datetime, look: Look, width: int) -> Content:
    """Return one link in full."""
    return facts(
        [
            (f"#{line.id}", outside(line.title, "bold")),
            ("Link", outside(line.link)),
            ("Added", _added(line, now, look)),
        ],
        width,
    )


def total(files: int, size: str) -> str:
    """Return how many versions there are and what they weigh together.

    >>> total(2, "3 KB")
    '2 versions, 3 KB together'
    """
    return f"{count(files, 'version')}, {size} together"


def _added(line: FileLine | LinkRow, now: datetime, look: Look) -> Content:
    return Content(f"{moment(line.added_at, now, look.zone)} by ") + outside(line.added_by or "the product")
