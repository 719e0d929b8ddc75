"""What the screen of projects is made of: the columns of its list, its tabs and what each tells, and its keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.present import project_parts as parts
from sessiontui.tui.present import projects as present
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.screens.acting import Acting

if TYPE_CHECKING:
    from sessiontui.services.projects.listing import ItemLine, ProjectPage

COLUMNS: Final = (
    Column("name", "Project", 14, flex=3),
    Column("health", "Health", 12, from_width=30),
    Column("active", "Last active", 14, from_width=58, tinted=False),
    Column("here", "Now", 6, from_width=38),
    Column("decided", "Dec", 3, from_width=66, right=True),
    Column("exploring", "Expl", 4, from_width=66, right=True),
    Column("parked", "Park", 4, from_width=66, right=True),
    Column("questions", "Ask", 3, from_width=46, right=True),
    Column("blockers", "Blk", 3, from_width=46, right=True),
    Column("slug", "Word", 16, flex=1, from_width=90),
)

TABS: Final = ("Overview", "Items", "Questions", "Visits", "Sessions", "Activity")

SHORT: Final = ("Over", "Items", "Ask", "Vis", "Sess", "Act")

ITEMS: Final = TABS.index("Items")


def counted(page: ProjectPage) -> tuple[str, ...]:
    """Return the numbers beside the names of the tabs."""
    pending = sum(one.answered_at is None for one in page.questions)
    numbers = (0, len(page.items), pending, len(page.visits), len(page.sessions), len(page.activities))
    return tuple(str(one) if one else "" for one in numbers)


def told(page: ProjectPage, tab: int, item: ItemLine | None, look: Look, width: int) -> Content:
    """Return what a tab tells about a project; on the tab of items, the one under the cursor."""
    match TABS[tab]:
        case "Items":
            if item is None:
                return Content.styled("There is no item yet: i adds one." if not page.items else "", MUTED)
            return parts.item_told(item, page.taken_at, look, width)
        case "Questions":
            return parts.questions(page, look, width)
        case "Visits":
            return parts.visits(page, look, width)
        case "Sessions":
            return parts.sessions(page, look, width)
        case "Activity":
            return parts.activities(page, look, width)
        case _:
            return present.overview(page, look, width)


def hints(scene: Scene, registry: Iterable[Command], *, is_open: bool) -> tuple[Hint, ...]:
    """Return the keys of the screen, those of the item first where one is under the cursor."""
    acting = Acting(scene, registry)
    into = Hint("esc", "list", "") if is_open else Hint("enter", "open", "")
    moving = [acting("< >", "item_move"), acting("e", "item_edit")] if scene.item is not None else []
    return (
        into,
        *moving,
        acting("i", "item_add"),
        acting("u", "question_ask"),
        acting("a", "question_answer"),
        acting("b", "blocker_report"),
        acting("S", "visit"),
        acting("n", "project_add"),
        *([] if moving else [acting("e", "project_edit")]),
        acting("B", "blocker_settle"),
        acting("R", "project_archive"),
        Hint("y", "sessions", ""),
    )
