"""Items as three lists side by side, one for each state: a cursor walks them, and a key moves an item to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

from sessiontui.domain.visits.words import ItemState
from sessiontui.tui.present.look import ALARM, MUTED, Look, fitted, outside
from sessiontui.tui.present.project_parts import STATES

if TYPE_CHECKING:
    from sessiontui.services.projects.listing import ItemLine

BESIDE: Final = 48
"""From this width on the lists stand side by side; below it one under the other."""

_ORDER: Final = tuple(ItemState)


class ItemLists(Widget, can_focus=True):
    """Three lists with one cursor, which holds its item while items come, go and change places."""

    DEFAULT_CSS = """
    ItemLists { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "Up", show=False),
        Binding("down,j", "step(1)", "Down", show=False),
        Binding("left,h", "aside(-1)", "List before", show=False),
        Binding("right,l", "aside(1)", "Next list", show=False),
        Binding("less_than_sign", "move(-1)", "Move left", show=False),
        Binding("greater_than_sign", "move(1)", "Move right", show=False),
        Binding("home,g", "edge(False)", "First", show=False),
        Binding("end,G", "edge(True)", "Last", show=False),
    ]

    class Highlighted(Message):
        """The cursor is on another item than before."""

    class MoveWanted(Message):
        """An item is to go into another state."""

        def __init__(self, item: ItemLine, state: ItemState) -> None:
            super().__init__()
            self.item, self.state = item, state

    class Left(Message):
        """The cursor wants to leave the lists to one side."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, look: Look, *, id_: str | None = None) -> None:
        super().__init__(id=id_)
        self._look = look
        self._lists: Mapping[ItemState, Sequence[ItemLine]] = dict.fromkeys(ItemState, ())
        self._state = ItemState.EXPLORING
        self._place = 0

    @property
    def item(self) -> ItemLine | None:
        """The item under the cursor."""
        own = self._lists[self._state]
        return own[self._place] if self._place < len(own) else None

    def show(self, lists: Mapping[ItemState, Sequence[ItemLine]], *, anew: bool) -> None:
        """Show these lists; the cursor stays on its item, wherever that went, unless they are of another project."""
        held, before = self.item, self._place
        self._lists = lists
        if anew:
            self._state = next((one for one in (ItemState.EXPLORING, *_ORDER) if lists[one]), ItemState.EXPLORING)
            self._place = 0
        elif held is not None:
            found = [(state, own.index(one)) for state, own in lists.items() for one in own if one.id == held.id]
            if found:
                self._state, self._place = found[0]
            else:
                self._place = max(0, min(before, len(lists[self._state]) - 1))
        self.refresh(layout=True)

    def action_step(self, by: int) -> None:
        """Go up or down within a list."""
        self._go(self._state, self._place + by)

    def action_edge(self, last: bool) -> None:
        """Go to the first or last item of the list."""
        self._go(self._state, len(self._lists[self._state]) - 1 if last else 0)

    def action_aside(self, by: int) -> None:
        """Go to the list beside, or leave them."""
        place = _ORDER.index(self._state) + by
        if 0 <= place < len(_ORDER):
            self._go(_ORDER[place], self._place)
        else:
            self.post_message(self.Left(by))

    def action_move(self, by: int) -> None:
        """Ask that the item goes to the list beside."""
        place = _ORDER.index(self._state) + by
        if self.item is not None and 0 <= place < len(_ORDER):
            self.post_message(self.MoveWanted(self.item, _ORDER[place]))

    def render(self) -> Content:
        """Return the lists, side by side or one under the other."""
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the lists take at a width."""
        lengths = [max(1, len(self._lists[state])) for state in _ORDER]
        return 1 + max(lengths) if width >= BESIDE else sum(lengths) + len(lengths)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked."""
        at, width = event.get_content_offset(self), self.content_size.width
        if at is None:
            return
        if width >= BESIDE:
            state = _ORDER[min(len(_ORDER) - 1, at.x * len(_ORDER) // max(1, width))]
            self._go(state, at.y - 1)
            return
        top = 0
        for state in _ORDER:
            height = 1 + max(1, len(self._lists[state]))
            if at.y < top + height:
                self._go(state, at.y - top - 1)
                return
            top += height

    def _go(self, state: ItemState, place: int) -> None:
        held = self.item
        self._state = state
        self._place = max(0, min(place, len(self._lists[state]) - 1))
        self.refresh()
        self._scroll()
        if self.item is not held:
            self.post_message(self.Highlighted())

    def _scroll(self) -> None:
        line = 1 + self._place
        if self.content_size.width < BESIDE:
            above = _ORDER[: _ORDER.index(self._state)]
            line += sum(1 + max(1, len(self._lists[state])) for state in above)
        if self.parent is not None and isinstance(self.parent, Widget):
            self.parent.scroll_to_region(Region(0, self.virtual_region.y + line, 1, 1), animate=False)

    def _lines(self, width: int) -> list[Content]:
        if width < BESIDE:
            return [row for state in _ORDER for row in self._column(state, width, max(1, len(self._lists[state])))]
        gap, height = 2, max(1, *(len(self._lists[state]) for state in _ORDER))
        room = (width - gap * (len(_ORDER) - 1)) // len(_ORDER)
        columns = [self._column(state, room, height) for state in _ORDER]
        return [Content(" " * gap).join(row) for row in zip(*columns, strict=True)]

    def _column(self, state: ItemState, width: int, height: int) -> list[Content]:
        look, own = self._look, self._lists[state]
        sign, plain, style, word = STATES[state]
        head = Content.styled(f"{look.of(sign, plain)} {word}", f"bold {style}")
        rows = [fitted(head + Content.styled(f" {len(own)}", MUTED), width, look)]
        for place, item in enumerate(own):
            chosen = state is self._state and place == self._place
            marker = look.of("▌", ">") if chosen and self.has_focus else " "
            title = outside(item.title, "bold" if chosen else "")
            again = Content.styled(look.of(" ↺", " !"), ALARM) if item.reopened_at is not None else Content("")
            room = width - 1 - again.cell_length
            told = Content.styled(marker, "$accent") + fitted(title, max(1, room), look) + again
            rows.append(told.stylize("on $panel") if chosen and self.has_focus else told)
        if not own:
            rows.append(fitted(Content.styled(" none", MUTED), width, look))
        rows += [Content(" " * width)] * (height + 1 - len(rows))
        return rows
