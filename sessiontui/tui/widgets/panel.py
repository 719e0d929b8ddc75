"""A panel: a drawing with a title, in which parts can be chosen by keys or mouse and gone into."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from sessiontui.tui.present.charts import Drawn, Item

Drawing: TypeAlias = Callable[[int, int], Drawn]


class Panel(Widget, can_focus=True):
    """Draws what a function of width and height returns; arrows choose a part, enter goes into it."""

    DEFAULT_CSS = """
    Panel { padding: 0 0 0 1; text-wrap: nowrap; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "Down", show=False),
        Binding("up,k", "step(-1)", "Up", show=False),
        Binding("right,l", "across(1)", "Right", show=False),
        Binding("left,h", "across(-1)", "Left", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home,g", "ends(0)", "First", show=False),
        Binding("end,G", "ends(-1)", "Last", show=False),
        Binding("enter", "into", "Sessions", show=False),
    ]

    class Chosen(Message):
        """A part stands under the cursor."""

        def __init__(self, panel: Panel, item: Item | None) -> None:
            super().__init__()
            self.panel = panel
            self.item = item

    class Opened(Message):
        """A part is to be gone into."""

        def __init__(self, item: Item) -> None:
            super().__init__()
            self.item = item

    def __init__(self, title: str, *, id_: str) -> None:
        super().__init__(id=id_)
        self.title = title
        self.border_title = Content(f" {title} ")
        self._draw: Drawing = lambda width, height: Drawn(())
        self._drawn = Drawn(())
        self._room = (0, 0)
        self._at = 0
        self._top = 0

    @property
    def item(self) -> Item | None:
        """The part under the cursor."""
        items = self._current().items
        return items[min(self._at, len(items) - 1)] if items else None

    def show(self, draw: Drawing, *, title: str = "") -> None:
        """Draw this from now on."""
        self._draw, self._room = draw, (0, 0)
        self.border_title = Content(f" {title or self.title} ")
        self.refresh(layout=True)
        self.call_after_refresh(self._tell)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the drawing has at a width."""
        return max(1, len(self._draw(width, viewport.height).lines)) if width > 0 else 1

    def render(self) -> Content:
        """Return the lines that have room, the chosen part among them."""
        drawn = self._current()
        height = max(1, self.content_size.height)
        item = self.item
        if item is not None and self.has_focus:
            if item.line < self._top or item.line == 1:
                self._top = 0 if item.line < height else item.line
            elif item.line >= self._top + height:
                self._top = item.line - height + 1
        self._top = max(0, min(self._top, len(drawn.lines) - height))
        lines = list(drawn.lines[self._top : self._top + height])
        if item is not None and self.has_focus and self._top <= item.line < self._top + height:
            place = item.line - self._top
            line = lines[place].pad_right(max(0, item.end - lines[place].cell_length))
            chosen = Content.styled(line.plain[item.start : item.end], "reverse")
            lines[place] = Content("").join((line[: item.start], chosen, line[item.end :]))
        return Content("\n").join(lines)

    def on_focus(self) -> None:
        """Tell what is chosen."""
        self.post_message(self.Chosen(self, self.item))
        self.refresh()

    def on_blur(self) -> None:
        """Show no choice without the focus."""
        self.refresh()

    def on_resize(self) -> None:
        """Draw for the room there is now."""
        self._room = (0, 0)
        self.refresh()
        self.call_after_refresh(self._tell)

    def on_click(self, event: events.Click) -> None:
        """Choose the part under the mouse; twice goes into it."""
        at = event.get_content_offset(self)
        if at is None:
            return
        line = at.y + self._top
        for place, item in enumerate(self._current().items):
            if item.line == line and item.start <= at.x < item.end:
                self._choose(place)
                if event.chain > 1:
                    self.action_into()
                return

    def action_step(self, by: int) -> None:
        """Choose the nearest part on the next line that has one."""
        items = self._current().items
        if not items:
            return
        here = items[min(self._at, len(items) - 1)]
        lines = sorted({item.line for item in items if (item.line - here.line) * by > 0}, reverse=by < 0)
        if lines:
            near = [place for place, item in enumerate(items) if item.line == lines[0]]
            self._choose(min(near, key=lambda place: abs(items[place].start - here.start)))
        elif len({item.line for item in items}) == 1:
            self.action_across(by)

    def action_across(self, by: int) -> None:
        """Choose the part beside."""
        items = self._current().items
        place = self._at + by
        if items and 0 <= place < len(items) and items[place].line == items[min(self._at, len(items) - 1)].line:
            self._choose(place)

    def action_page(self, by: int) -> None:
        """Go on by a screen full."""
        for _ in range(max(1, self.content_size.height - 1)):
            self.action_step(by)

    def action_ends(self, place: int) -> None:
        """Choose the first or the last part."""
        items = self._current().items
        if items:
            self._choose(place % len(items))

    def action_into(self) -> None:
        """Go into the part under the cursor."""
        item = self.item
        if item is not None:
            self.post_message(self.Opened(item))

    def _tell(self) -> None:
        if self.has_focus:
            self.post_message(self.Chosen(self, self.item))

    def _choose(self, place: int) -> None:
        self._at = place
        self.post_message(self.Chosen(self, self.item))
        self.refresh()

    def _current(self) -> Drawn:
        size = self.content_size
        room = (size.width, size.height)
        if room != self._room and size.width > 0:
            self._room = room
            self._drawn = self._draw(size.width, max(1, size.height))
        return self._drawn
