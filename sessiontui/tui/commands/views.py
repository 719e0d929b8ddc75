"""Views: the built-in ones, and those that each admin keeps under names of their own."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.query.terms import View
from sessiontui.domain.text import visible
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.choose import Choose, Option

VIEWS: Final = {
    View.NOW: ("Now", "live, the next 24 h, ended in the last 12 h, open alerts"),
    View.TODAY: ("Today", "starts today"),
    View.WEEK: ("This week", "starts this week"),
    View.NEXTWEEK: ("Next week", "starts next week"),
    View.LATER: ("Later", "starts after next week"),
    View.FOLLOWUP: ("Needs follow-up", "no shows and early ends of the last 7 days"),
    View.ALL: ("All", "everything that is not archived"),
}
"""The built-in views: title and what they hold."""


_KEEPING: Final = ":view save NAME keeps filter, order and columns as your own"

_SAVE: Final = "save"
_REMOVE: Final = "remove"


class Views(Command):
    """Chooses a view: now, today, this week, what needs a follow-up, everything, or one of your own.
    :view save NAME keeps the filter, the order and the columns of the desk; :view remove NAME forgets them.
    """

    id = "view"
    keys = ("v",)
    title = "Views"
    aliases = ("views",)
    group = Group.FIND
    takes = "view"
    offers = (*(view.value for view in View), _SAVE, _REMOVE)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the view of the argument, keep or forget one, or ask for one."""
        word, _, rest = argument.strip().partition(" ")
        if word.lower() == _SAVE:
            view = await acts.save_view(console, scene, rest)
            console.tell(f"kept this view as {visible(view.name)}: v shows it again")
        elif word.lower() == _REMOVE:
            view = await acts.remove_view(console, scene, rest)
            console.tell(f"forgot the view {visible(view.name)}")
        elif argument.strip():
            await self._show(console, scene, argument.strip())
        else:
            chosen = await self._ask(console, scene)
            if chosen is not None:
                await self._show(console, scene, chosen)

    async def _ask(self, console: Console, scene: Scene) -> str | None:
        options = [Option(view.value, title, note) for view, (title, note) in VIEWS.items()]
        own = await acts.views(console, scene)
        options += [Option(view.name, visible(view.name), visible(view.query or "everything")) for view in own]
        query = scene.query or scene.board.query
        current = next((view.name for view in own if view.query == query), query.removeprefix("view:"))
        return await console.push_screen_wait(Choose("Views", options, current=current, mark="shown", hint=_KEEPING))

    async def _show(self, console: Console, scene: Scene, name: str) -> None:
        if name.lower() in {view.value for view in View}:
            console.set_query(f"view:{name.lower()}")
            return
        view = await acts.find_view(console, scene, name)
        console.set_query(view.query)
        if view.order:
            console.sort(view.order)
        console.choose_columns(view.columns)


COMMANDS: Final[tuple[Command, ...]] = (Views(),)
