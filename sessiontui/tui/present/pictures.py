"""The three pictures that stand where a table has no rows: loading, empty, failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.domain.text import visible
from sessiontui.tui.present.look import BAD, MUTED, Look

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board


def loading(look: Look) -> Content:
    """Return what stands there before the first answer."""
    return Content.styled(f"{look.of('◌', '.')} Reading the sessions{look.ellipsis}", MUTED)


def empty(board: Board, look: Look, *, home: bool) -> Content:
    """Return what to do where nothing is shown: nothing matches, or nothing is there at all."""
    if board.total:
        what = "Nothing needs you now." if home else "No session matches this filter."
        ways = [("v", "choose another view"), ("/", "change the filter"), ("esc", "go back to the view Now")]
        if home:
            ways = [("v", "see other days: today, this week, later, all"), ("/", "search"), ("n", "a new session")]
        return _said(f"{look.of('✓', '+') if home else look.of('○', 'o')} {what}", ways, look)
    ways = [
        ("sessiontui import FILE…".replace("…", look.of("…", "...")), "reads calendars and attendance reports"),
        ("sessiontui demo", "opens a living world to try things in"),
        ("n", "makes a session by hand"),
    ]
    return _said(f"{look.of('○', 'o')} There are no sessions yet.", ways, look)


def failed(error: str, hint: str, look: Look) -> Content:
    """Return what stands there where the first board could not be read."""
    lines = [Content.styled(f"{look.of('✖', 'x')} The sessions cannot be read.", f"bold {BAD}"), Content("")]
    lines.append(Content(visible(error)))
    if hint:
        lines.append(Content.styled(visible(hint), "bold"))
    lines += [Content(""), Content.styled("Tried again every second. q quits.", MUTED)]
    return Content("\n").join(lines)


def _said(what: str, ways: list[tuple[str, str]], look: Look) -> Content:
    del look
    wide = max(len(key) for key, _ in ways)
    rows = [
        Content.assemble(Content.styled(key.rjust(wide), "bold $accent"), f"  {meaning}") for key, meaning in ways
    ]
    return Content("\n").join([Content.styled(what, "bold"), Content(""), *rows])
