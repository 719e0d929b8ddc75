"""Which keys help, as cells of the footer and as a line of the detail pane."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from sessiontui.domain.records import record
from sessiontui.tui.present.frame import unknown_next
from sessiontui.tui.present.look import MUTED, Look, content


@record
class Hint:
    """One key with what it would do here; ``reason`` says why it cannot, and is empty where it can.

    ``general`` ones are good for every session: the footer shows them, the detail pane does not.
    """

    key: str
    label: str
    command: str
    reason: str = ""
    general: bool = False


def hint_cells(hints: Sequence[Hint], width: int) -> tuple[tuple[Hint, Content], ...]:
    """Return the hints that have room in a line, whole ones only; the last, the way to all others, stays."""
    cells = [(hint, _cell(hint)) for hint in hints]
    while len(cells) > 1 and sum(cell.cell_length + 2 for _, cell in cells) - 2 > width:
        del cells[-2]
    return tuple(cells)


def next_line(hints: Sequence[Hint] | None, look: Look, width: int) -> Content:
    """Return the possible keys as one sentence for the detail pane; ``None`` where they are not known yet."""
    if hints is None:
        return content(unknown_next(look))
    usable = [hint for hint in hints if not hint.reason and not hint.general]
    if not usable:
        return Content.styled("Next: nothing to do here", MUTED)
    line = Content.styled("Next: ", MUTED)
    for place, hint in enumerate(usable):
        cell = Content.assemble(look.dot if place else "", Content.styled(hint.key, "bold $accent"), f" {hint.label}")
        if line.cell_length + cell.cell_length > width:
            break
        line += cell
    return line


def _cell(hint: Hint) -> Content:
    key = MUTED if hint.reason else "bold $accent"
    label = f"{MUTED} dim" if hint.reason else ""
    return Content.assemble(Content.styled(hint.key, key), " ", Content.styled(hint.label, label))
