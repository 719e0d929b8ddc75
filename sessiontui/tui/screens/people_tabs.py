"""What the screen of people is made of: the columns of its list, its tabs and what each tells, and its keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.phrases import number
from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.present import logins
from sessiontui.tui.present import persons as present
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import BAD, MUTED, Look
from sessiontui.tui.present.mentors import mentor_sheet
from sessiontui.tui.screens.acting import Acting

if TYPE_CHECKING:
    from sessiontui.services.people.listing import PeopleBoard
    from sessiontui.services.people.page import PersonPage

COLUMNS: Final = (
    Column("name", "Name", 14, flex=3),
    Column("role", "Role", 11, from_width=34),
    Column("record", "Came", 6, from_width=44, right=True),
    Column("hosts", "Hosts", 5, from_width=60, right=True),
    Column("sessions", "Joins", 5, from_width=50, right=True),
    Column("pending", "Waits", 5, from_width=64, right=True),
    Column("seen", "Seen", 9, from_width=52, tinted=False),
    Column("zone", "Zone", 10, flex=1, from_width=74),
    Column("email", "E-mail", 16, flex=2, from_width=92),
    Column("id", "Number", 7, from_width=104, right=True),
)

SORTED_BY: Final = {"name": "name", "newest": "id", "role": "role", "sessions": "sessions", "seen": "seen"}
"""The column that each order goes by."""

TABS: Final = ("Overview", "Sessions", "Attendance", "Requests", "Letters", "Visits", "Logins", "Notes", "Mentor")

SHORT: Final = ("Over", "Sess", "Att", "Req", "Lett", "Vis", "Log", "Note", "Ment")

LOGINS: Final = TABS.index("Logins")

_ON_LOGINS: Final = (
    ("x", "logins_end", "end all"),
    ("R", "logins_refresh", "force refresh"),
    ("u", "login_unlock", "unlock"),
)


def counted_list(board: PeopleBoard | None, *, is_past: bool) -> str:
    """Return how many people the list holds; where the console shows the past, that they are those of the present."""
    if board is None:
        return ""
    word = f"{number(board.matched)} {'person' if board.matched == 1 else 'people'}"
    return f"{word}, as they are now" if is_past else word


def in_place_of_list(board: PeopleBoard | None, error: str, query: str, look: Look) -> Content:
    """Return what stands where there is no list to show."""
    if error:
        return Content.styled(error, BAD)
    if board is None:
        return Content.styled(f"reading the list{look.ellipsis}", MUTED)
    if query:
        return Content.styled("Nobody fits the filter. / changes it.", MUTED)
    return Content.styled("Nobody is known yet. n adds the first person.", MUTED)


def sheet(page: PersonPage, tab: int, look: Look, width: int) -> Content:
    """Return what a tab tells about a person."""
    match TABS[tab]:
        case "Sessions":
            return present.sessions(page, look, width)
        case "Attendance":
            return present.attendance(page, look, width)
        case "Requests":
            return present.requests(page, look, width)
        case "Letters":
            return present.letters(page, look, width)
        case "Visits":
            return present.visits(page, look, width)
        case "Logins":
            return logins.of_person(page, look, width)
        case "Notes":
            return present.notes(page, look, width)
        case "Mentor" if page.mentor is not None:
            return mentor_sheet(page.mentor, page.taken_at, look, width)
        case _:
            return present.overview(page, look, width)


def counted(page: PersonPage) -> tuple[str, ...]:
    """Return the numbers beside the names of the tabs."""
    living = sum(not line.ended_why for line in page.logins or ())
    parts, letters = len(page.parts), len(page.letters)
    numbers = (0, parts, 0, len(page.requests), letters, len(page.visits), living, len(page.notes), 0)
    return tuple(str(one) if one else "" for one in numbers)


def hints(
    scene: Scene, registry: Iterable[Command], look: Look, *, is_open: bool, on_logins: bool, order: str
) -> tuple[Hint, ...]:
    """Return the keys of the screen; where logins are seen, those on logins take the place of those on the person."""
    acting = Acting(scene, registry)
    arrows = look.of("←→", "left right")
    first = (Hint(arrows, "tab", ""), Hint("esc", "list", "")) if is_open else (Hint("enter", "open", ""),)
    on_person = (
        acting("e", "person_edit", "edit"),
        acting("N", "person_note", "note"),
        acting("M", "person_merge", "merge"),
        acting("X", "person_erase", "erase"),
        acting("n", "person_add", "add"),
    )
    return (
        *first,
        *(tuple(acting(*one) for one in _ON_LOGINS) if on_logins else on_person),
        Hint("y", "sessions", ""),
        Hint("/", "filter", ""),
        Hint("o", f"sort: {order}", ""),
        Hint("1", "desk", "desk"),
    )
