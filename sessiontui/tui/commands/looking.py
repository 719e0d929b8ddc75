"""Commands that change what is shown, and go between screens."""

from __future__ import annotations

from typing import ClassVar, Final

from sessiontui.domain.errors import BadInput
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs import drafts
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.present.line import COLUMN_KEYS, ORDERS

SCREENS: Final = (
    ("desk", "Desk"),
    ("alerts", "Alerts"),
    ("calendar", "Calendar"),
    ("people", "People"),
    ("projects", "Projects"),
    ("templates", "Templates"),
    ("analytics", "Analytics"),
    ("health", "Health and logins"),
    ("audit", "Outbox and audit"),
)
"""The screens by name, in the order of their keys."""

_PANE_STEP: Final = 4  # columns; fine enough to aim, coarse enough to get there


class Open(Command):
    """Goes into the session under the cursor: its requests, presence, durations and history."""

    id = "open"
    keys = ("enter",)
    title = "Open session"
    short = "open"
    group = Group.LOOK
    needs = Needs.SESSION

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Open it."""
        console.open_detail()


class Mark(Command):
    """Marks the session under the cursor, or unmarks it. Commands for many act on all that are marked."""

    id = "mark"
    keys = ("space",)
    title = "Mark session"
    short = "mark"
    group = Group.LOOK
    needs = Needs.SESSION

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Mark it."""
        console.toggle_mark()


class Filter(Command):
    """Shows only the sessions that fit what you type, such as status:waiting mentor:lee grief."""

    id = "filter"
    keys = ("/",)
    title = "Filter"
    group = Group.FIND
    takes = "query"
    offers = ("status:live", "status:waiting,upcoming", "is:alerted", "starts:<2h", "has:requests", "-has:mentor")

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Filter by the argument, or go to the filter's line."""
        if argument:
            console.set_query(argument)
        else:
            console.focus_filter()


class Goto(Command):
    """Shows one session by its number, or by its id on the platform it comes from."""

    id = "goto"
    title = "Go to session"
    group = Group.FIND
    takes = "id"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Find it and show it."""
        if not argument:
            raise BadInput("no session is named", hint="write :goto 4711")
        found = await acts.session_id(console, argument)
        console.set_query(f"id:{found}")


class Sort(Command):
    """Takes the next order of the table, or the one you name: urgency, start, latest, title, pending.
    A click on a column's title does the same.
    """

    id = "sort"
    keys = ("o",)
    title = "Sort"
    group = Group.LOOK
    takes = "order"
    offers = tuple(ORDERS)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Take the order of the argument, or the next one."""
        order = argument.strip().lower()
        if order and order not in ORDERS:
            raise BadInput(f"there is no order “{order[:40]}”", hint=f"there are {', '.join(ORDERS)}")
        console.sort(order)


class Columns(Command):
    """Chooses the columns of the table by name, such as :columns status title mentor; alone it shows all again.
    Columns that have no room are left out as before.
    """

    id = "columns"
    title = "Columns"
    group = Group.LOOK
    takes = "names"
    offers = COLUMN_KEYS

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show these columns, or all."""
        wanted = tuple(dict.fromkeys(argument.replace(",", " ").lower().split()))
        for name in wanted:
            if name not in COLUMN_KEYS:
                raise BadInput(f"there is no column “{name[:40]}”", hint=f"there are {', '.join(COLUMN_KEYS)}")
        console.choose_columns(wanted)


class Hold(Command):
    """Holds the display still, so that nothing moves while you read; again lets it go on."""

    id = "hold"
    keys = ("p",)
    title = "Hold the display"
    short = "hold"
    group = Group.LOOK

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Hold or let go."""
        console.toggle_hold()


class Wider(Command):
    """Makes the detail pane wider."""

    id = "wider"
    keys = ("+",)
    title = "Wider pane"
    short = "wider"
    group = Group.LOOK

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Widen it."""
        console.resize_pane(_PANE_STEP)


class Narrower(Command):
    """Makes the detail pane narrower."""

    id = "narrower"
    keys = ("_",)
    title = "Narrower pane"
    short = "narrower"
    group = Group.LOOK

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Narrow it."""
        console.resize_pane(-_PANE_STEP)


class Theme(Command):
    """Takes the next theme: dark, light, safe for the colour-blind."""

    id = "theme"
    keys = ("T",)
    title = "Next theme"
    short = "theme"
    group = Group.LOOK
    takes = "name"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Take the theme of the argument, or the next of the product's own."""
        names = sorted(console.available_themes)
        own = [name for name in names if name.startswith("sessiontui-")] or names
        if argument:
            found = next((name for name in (*own, *names) if name.removeprefix("sessiontui-") == argument), argument)
            if found not in names:
                raise BadInput(f"there is no theme “{argument}”", hint=f"there are {', '.join(names)}")
            console.theme = found
            return
        at = own.index(console.theme) + 1 if console.theme in own else 0
        console.theme = own[at % len(own)]
        console.tell(f"theme {console.theme}")


class Screen(Command):
    """A command that goes to one of the screens."""

    group = Group.GO
    screen: ClassVar[str]

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Go there."""
        console.go(self.screen)


class Quit(Command):
    """Closes the console. It asks first only if something typed is not saved."""

    id = "quit"
    keys = ("q",)
    title = "Quit"
    aliases = ("exit", "q")
    group = Group.GO

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Close, after asking about forms left half typed."""
        left = drafts.how_many(console)
        if left:
            count = "a form is" if left == 1 else f"{left} forms are"
            confirmed = await console.push_screen_wait(
                Confirm(
                    "Quit with something unsaved?",
                    (f"{count} half typed and not saved.", "It is kept for a month, and offered when you open it."),
                    yes="Quit",
                    keep="Stay",
                    danger=True,
                )
            )
            if confirmed is None:
                return
        console.exit()


def _screen_command(number: int, name: str, title: str) -> Command:
    """Return the command of one screen, made here because the nine differ in words alone."""
    body = {
        "__doc__": f"Goes to the screen {title}.",
        "__module__": __name__,
        "id": name,
        "keys": (str(number),),
        "title": title,
        "screen": name,
    }
    made: type[Command] = type(f"Screen{number}", (Screen,), body)
    return made()


LOOKING: Final[tuple[Command, ...]] = (
    Open(),
    Mark(),
    Sort(),
    Columns(),
    Hold(),
    Wider(),
    Narrower(),
    Theme(),
)
FINDING: Final[tuple[Command, ...]] = (Filter(), Goto())
GOING: Final[tuple[Command, ...]] = (
    *(_screen_command(number, name, title) for number, (name, title) in enumerate(SCREENS, start=1)),
    Quit(),
)
